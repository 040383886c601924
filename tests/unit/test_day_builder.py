"""The troubles of a built day, and how days are scored."""

import numpy as np
import pandas as pd
import pytest

from ingest.recordings.recording import read_recording
from processing.chain import classify
from processing.method import Method
from processing.model import Posture
from sitstreak.validation.day_builder import (
    DAY_START_S,
    FS_HZ,
    build_day,
    even_samples,
    postures,
)
from sitstreak.validation.day_file import NoSuchPersonError, day_as_parquet, session_of
from sitstreak.validation.day_plan import lengthened
from sitstreak.validation.day_scores import FIGURES, compare, spread
from tests.support import plain_signals as plain
from tests.support.labelled_people import acted, labelled

PERSON = acted("a", ("w", 40), ("s", 60), ("u", 40), ("w", 60), ("s", 40), ("w", 40))
N = 7_200


def tilt_deg(day, second: int) -> float:
    """Angle of the mean sample of a second to the x axis."""
    mean = day.acc_g[second * FS_HZ : (second + 1) * FS_HZ].mean(axis=0)
    return float(np.degrees(np.arccos(mean[0] / np.linalg.norm(mean))))


def test_a_plain_day_holds_what_its_truth_says() -> None:
    day = build_day(PERSON, n_seconds=N, with_troubles=False)
    for second in range(0, N, 97):
        tilt = 40.0 if day.truth[second] == "sit" else 0.0
        assert tilt_deg(day, second) == pytest.approx(tilt, abs=6), second


def test_a_day_has_long_sits() -> None:
    true = build_day(PERSON, n_seconds=6 * 3600, with_troubles=False).true_seconds()
    found = compare("a", true, true, Method()).true
    assert found.n_sedentary_bouts_30min >= 1
    assert found.longest_streak_s >= 1800


def test_not_worn_lies_still_for_an_hour_and_comes_back_turned() -> None:
    day = build_day(PERSON, n_seconds=16 * 3600)
    off = np.flatnonzero(day.truth == Posture.NOT_WORN.value)
    assert len(off) == 3_600
    assert np.diff(off).max() == 1
    lying = day.acc_g[(off[0] + 10) * FS_HZ : (off[-1] - 10) * FS_HZ]
    assert lying.std(axis=0).max() < 0.02  # noise, and the slow drift of the whole day
    walking = [i for i in range(off[-1] + 1, len(day.truth)) if day.truth[i] == "walk"][5]
    assert tilt_deg(day, walking) > 20


def test_the_gap_is_unknown_and_has_no_samples() -> None:
    day = build_day(PERSON, n_seconds=N)
    gap = np.flatnonzero(day.truth == Posture.UNKNOWN.value)
    assert len(gap) == 600
    assert not day.is_there[gap[0] * FS_HZ : (gap[-1] + 1) * FS_HZ].any()


def test_a_fiftieth_of_the_samples_is_lost() -> None:
    day = build_day(PERSON, n_seconds=N)
    known = np.repeat(day.truth != Posture.UNKNOWN.value, FS_HZ)
    assert (~day.is_there[known]).mean() == pytest.approx(0.02, abs=0.01)


def test_unlabelled_seconds_go_on_with_the_posture_before() -> None:
    session = labelled("a", "?ss??uc")
    assert postures(session).tolist() == ["sit", "sit", "sit", "sit", "sit", "stand", "move"]


def test_samples_are_laid_on_an_even_grid() -> None:
    recorded = PERSON.recorded
    assert np.allclose(even_samples(recorded, 280), recorded.acc_g, atol=1e-9)


def test_a_stretch_too_short_to_be_lengthened_is_refused() -> None:
    with pytest.raises(ValueError, match="too short"):
        lengthened(0, 19, 100)


def test_the_file_of_a_day_is_a_recording_with_its_truth(tmp_path) -> None:
    day = build_day(PERSON, n_seconds=1_800)
    path = tmp_path / "day.parquet"
    path.write_bytes(day_as_parquet(day))
    (session,) = read_recording(path)
    assert session.start_ns == DAY_START_S * 1_000_000_000
    assert len(session.t_s) == day.is_there.sum()
    orig = pd.read_parquet(path, columns=["orig"])["orig"].astype(str).to_numpy()
    there = np.flatnonzero(day.is_there) // FS_HZ
    assert (orig == day.truth[there]).all()


def test_a_person_is_found_by_name_or_refused_with_the_names_there_are() -> None:
    assert session_of([PERSON], None) is session_of([PERSON], "a") is PERSON
    with pytest.raises(NoSuchPersonError, match="no subject 'b'; it has a"):
        session_of([PERSON], "b")


def test_a_day_told_truly_is_off_by_nothing() -> None:
    true = build_day(PERSON, n_seconds=N).true_seconds()
    for figure in FIGURES:
        assert spread([compare("a", true, true, Method())], figure).mean_size == 0


def test_a_day_is_scored_by_its_figures() -> None:
    true = plain.seconds(("s", 2400), ("u", 120), ("s", 2400), ("w", 300))
    found = plain.seconds(("s", 2280), ("u", 240), ("s", 1200), ("u", 60), ("s", 1140), ("w", 300))
    score = compare("a", found, true, Method())
    off = {figure.name: figure.off(score) for figure in FIGURES}
    assert off["sedentary time"] == pytest.approx((4620 - 4800) / 4800)
    assert off["bouts of 30 min or more"] == -1
    assert off["breaks of 1 min or more"] == pytest.approx((3 - 2) / 2)
    assert off["longest streak"] == pytest.approx(-2)


def test_the_product_says_what_a_plain_day_was() -> None:
    day = build_day(PERSON, n_seconds=N, with_troubles=False)
    found = classify(day.blocks(), Method(), start_s=DAY_START_S, end_s=day.end_s)
    score = compare("a", found, day.true_seconds(), Method())
    assert abs(FIGURES[0].off(score)) < 0.05
