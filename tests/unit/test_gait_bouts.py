"""Walking of known cadence and limp comes out as such, bout by bout and in the day's medians."""

from dataclasses import replace

import numpy as np
import pytest

from processing.chain import Carried, judge
from processing.features.measuring import measure
from processing.gait.walks import GaitBout, judge_walk, long_walks, summarise_gait
from processing.method import Method
from processing.model import SampleBlock
from tests.support.plain_signals import START_S, blocks, seconds, stand, walk

METHOD = Method()


def judged(parts: list[SampleBlock]) -> list[GaitBout | None]:
    features = measure(parts, START_S, parts[-1].last_s, METHOD)
    found = judge(features, METHOD, Carried())
    walks = long_walks(found.seconds, METHOD)
    return [judge_walk(one, found.observed, parts, METHOD) for one in walks]


def test_a_bout_shorter_than_a_window_is_not_looked_at():
    day = seconds(("w", 9), ("s", 20), ("w", 10), ("u", 5), ("w", 30))
    found = long_walks(day, METHOD)
    assert [(bout.start_s - START_S, bout.duration_s) for bout in found] == [(29, 10), (44, 30)]


@pytest.mark.parametrize("step_hz", [1.5, 1.8])
def test_cadence_is_that_of_the_walker(step_hz):
    story = np.concatenate([stand(60), walk(60, step_hz=step_hz), stand(60)])
    [bout] = judged(blocks(story))
    assert bout is not None
    assert bout.quality.cadence_spm == pytest.approx(60 * step_hz, rel=0.01)
    # the walker puts both feet down alike
    assert bout.quality.vertical.symmetry > 0.97
    assert 50 <= bout.judged_s <= 60


def test_forward_comes_from_the_walking_itself():
    [bout] = judged(blocks(np.concatenate([stand(60), walk(120), stand(60)])))
    assert bout is not None
    assert bout.quality.forward is not None
    assert bout.quality.forward.step_regularity > 0.9
    assert bout.quality.sideways is not None
    # sideways swings once a stride: only its mirror image repeats with each step
    assert bout.quality.sideways.improved_harmonic_ratio > 0.9


def test_a_bout_is_judged_in_its_longest_part_without_a_gap():
    before, after = walk(15.7), walk(45)
    story = np.concatenate([stand(60), before])
    parts = blocks(story) + blocks(
        np.concatenate([after, stand(60)]), start_s=START_S + len(story) / 50 + 0.6
    )
    [whole] = judged(parts)
    assert whole is not None
    assert whole.end_s - whole.start_s >= 58
    # the 45 s after the gap, and not the 61 s of both; its edges are seconds
    assert 30 <= whole.judged_s <= 47


def test_without_samples_there_is_nothing_to_judge():
    parts = blocks(np.concatenate([stand(60), walk(60)]))
    features = measure(parts, START_S, parts[-1].last_s, METHOD)
    found = judge(features, METHOD, Carried())
    [one] = long_walks(found.seconds, METHOD)
    assert judge_walk(one, found.observed, [], METHOD) is None


def test_a_day_is_the_median_of_its_bouts_and_says_what_it_rests_on():
    [bout] = judged(blocks(np.concatenate([stand(60), walk(60), stand(60)])))
    assert bout is not None

    def paced(spm: float, judged_s: float) -> GaitBout:
        return replace(bout, judged_s=judged_s, quality=replace(bout.quality, cadence_spm=spm))

    summary = summarise_gait([paced(100, 600), paced(90, 10), paced(60, 20)])
    assert summary is not None
    assert (summary.n_bouts, summary.judged_s, summary.cadence_spm) == (3, 630, 90)


def test_forward_that_was_never_known_is_none_and_not_zero():
    [bout] = judged(blocks(np.concatenate([stand(60), walk(60), stand(60)])))
    assert bout is not None
    blind = replace(bout, quality=replace(bout.quality, forward=None, sideways=None))
    summary = summarise_gait([blind])
    assert summary is not None
    assert (summary.harmonic_ratio_forward, summary.harmonic_ratio_sideways) == (None, None)


def test_no_bouts_have_no_medians():
    assert summarise_gait([]) is None
