"""`sitstreak validate` and `sitstreak build-day`, on small made-up data sets."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from ingest.recordings.recording import read_recording
from processing.method import Method
from sitstreak.fitting.example import Example
from sitstreak.validation.folds import Folds
from sitstreak.validation.labelled import read_sets
from sitstreak.validation.page import PICTURE, page
from sitstreak.validation.picture import reliability_svg
from sitstreak.validation.whole import Validation, validate
from tests.support.labelled_people import write_sets
from tests.support.run_cli import run_cli


def shipped(examples: Sequence[Example]) -> Method:
    """A trainer that learns nothing, quickly."""
    return Method()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("sets")
    write_sets(place)
    return place


@pytest.fixture(scope="module")
def done(folder: Path) -> Validation:
    return validate(read_sets(folder), Folds(shipped), day_hours=1)


def test_the_page_tells_of_everything_that_was_measured(done: Validation) -> None:
    text = page(done)
    for heading in (
        "told apart, leave one subject out",
        "told apart, cross-set",
        "told apart, as shipped",
        "## The other aims",
        "## Each person",
        "## What was taken for what",
        "## Is the certainty honest?",
        "## Worse recordings",
        "## Live, 5 s after",
        "## Scripted trials",
        "## Spliced days",
        "## The people it does worst on",
    ):
        assert heading in text
    assert "Not measured" not in text
    assert "nan" not in text


def test_every_aim_stands_beside_its_figure(done: Validation) -> None:
    text = page(done)
    assert text.count("| sedentary against upright | hapt |") == 3
    for aim in ("≥ 0.975", "≥ 0.88", "≤ 0.05", "≤ 0.15", "≤ 0.005", "≤ 0.03"):
        assert aim in text


def test_an_easy_data_set_is_told_apart(done: Validation) -> None:
    for one in done.figures[0].sets:
        assert one.sedentary > 0.9
        assert one.n_subjects == 2


def test_the_page_and_picture_are_the_same_each_time(folder: Path, done: Validation) -> None:
    again = validate(read_sets(folder), Folds(shipped), day_hours=1)
    assert page(again) == page(done)
    first, second = ([("posture", one.figures[0].posture_bands)] for one in (done, again))
    assert reliability_svg(first) == reliability_svg(second)


def test_a_quick_look_writes_the_page_and_its_picture(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "page.md"
    ran = run_cli("validate", folder, "--out", out, "--quick")
    assert ran.code == 0, ran.err
    assert "A quick look" in out.read_text()
    assert (tmp_path / PICTURE).read_text().startswith("<?xml")
    assert str(folder) not in out.read_text()


def test_a_folder_without_recordings_is_refused_in_one_line(tmp_path: Path) -> None:
    ran = run_cli("validate", tmp_path, "--out", tmp_path / "page.md")
    assert "hapt.parquet" in ran.error_line
    assert not (tmp_path / "page.md").exists()


def test_a_file_without_labels_is_refused_in_one_line(folder: Path, tmp_path: Path) -> None:
    for file in folder.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "hapt.parquet").write_bytes(_without_labels(folder / "hapt.parquet"))
    ran = run_cli("validate", tmp_path, "--out", tmp_path / "page.md")
    assert "hapt.parquet: has no labels" in ran.error_line


def test_a_page_that_cannot_be_written_is_refused_before_the_work(folder: Path) -> None:
    ran = run_cli("validate", folder, "--out", folder / "no" / "page.md")
    assert "there is no directory" in ran.error_line


def test_a_built_day_can_be_read_like_any_recording(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "day.parquet"
    ran = run_cli("build-day", folder, out, "--set", "har70", "--subject", "har701", "--plain")
    assert ran.code == 0, ran.err
    assert "16 h spliced from har701" in ran.out
    (session,) = read_recording(out)
    assert len(session.t_s) == 16 * 3600 * 50


def test_the_same_seed_builds_the_same_file(folder: Path, tmp_path: Path) -> None:
    for name in ("a.parquet", "b.parquet"):
        run_cli("build-day", folder, tmp_path / name, "--seed", 7)
    assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()


def test_an_unknown_person_is_refused_with_the_names_there_are(
    folder: Path, tmp_path: Path
) -> None:
    ran = run_cli("build-day", folder, tmp_path / "day.parquet", "--subject", "nobody")
    assert "no subject 'nobody'; it has harth0, harth1" in ran.error_line


def _without_labels(path: Path) -> bytes:
    import io

    import pandas as pd

    file = io.BytesIO()
    pd.read_parquet(path).drop(columns="label").to_parquet(file, index=False)
    return file.getvalue()
