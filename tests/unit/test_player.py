"""Recordings are played as one sensor would have logged them."""

import math
import re

import numpy as np
import pytest

from ingest.recordings.player import BASE_S, RecordingSource, device_name, lay_out, to_blocks
from ingest.simulation.source import SampleSource
from processing.model import NS_PER_S
from tests.support.recording_files import recorded, walker


def still(n=100, g=1.0, **options):
    return recorded(np.tile([g, 0.0, 0.0], (n, 1)), **options)


def test_a_recording_is_a_sample_source():
    source: SampleSource = RecordingSource([still()])
    assert (source.name, source.fs_hz, source.lsb_per_g) == ("replay", 50.0, 4096)
    assert source.utc_at_tick_zero_ns == BASE_S * NS_PER_S


def test_even_stamps_make_full_blocks():
    blocks = RecordingSource([still(100)]).recorded_until(math.inf)
    assert [len(b.samples) for b in blocks] == [36, 36, 28]
    assert [b.t_ns for b in blocks] == [0, 720_000_000, 1_440_000_000]


def test_a_pause_ends_a_block():
    t_s = np.concatenate([np.arange(10) / 50, 5 + np.arange(10) / 50])
    blocks = to_blocks(still(20, t_s=t_s), "d")
    assert [len(b.acc_g) for b in blocks] == [10, 10]
    assert blocks[1].t0_ns == (BASE_S + 5) * NS_PER_S


@pytest.mark.parametrize(
    ("peak_g", "lsb_per_g"),
    [(1, 4096), (7.9, 4096), (8.0, 2048), (-8.0, 4096), (15.9, 2048), (16.0, 1024), (200, 128)],
)
def test_the_scale_is_the_finest_that_does_not_clip(peak_g, lsb_per_g):
    session = recorded(np.array([[peak_g, 0.0, 1.0], [0, 0, 1]]))
    source = RecordingSource([session])
    assert source.lsb_per_g == lsb_per_g
    (block,) = source.recorded_until(math.inf)
    assert block.samples[0, 0] == round(peak_g * lsb_per_g)


def test_undated_sessions_follow_each_other_a_minute_after_the_next_whole_minute():
    starts = [start // NS_PER_S for start, _ in lay_out([still(100), still(3000), still(50)])]
    assert starts == [BASE_S, BASE_S + 120, BASE_S + 240]


def test_dated_sessions_keep_their_dates_and_come_in_their_order():
    monday = 1_794_211_200 * NS_PER_S
    late = still(start_ns=monday + 3600 * NS_PER_S, session="late")
    early = still(start_ns=monday, session="early")
    assert [(start, s.session) for start, s in lay_out([late, early])] == [
        (monday, "early"), (monday + 3600 * NS_PER_S, "late")
    ]  # fmt: skip


def test_the_boot_id_is_the_same_for_the_same_recording_only():
    one, same, other = walker(4), walker(4), walker(4, seed=9)
    boots = [RecordingSource([recorded(acc)]).boot_id for acc in (one, same, other)]
    assert boots[0] == boots[1] != boots[2]
    assert RecordingSource([recorded(one, session="s2")]).boot_id != boots[0]
    assert all(0 < boot < 2**32 for boot in boots)


@pytest.mark.parametrize(
    ("subject", "name"),
    [
        pytest.param("", "replay", id="none"),
        pytest.param("harth_S023", "replay-harth_S023", id="plain"),
        pytest.param("Jörg", "replay-J_rg", id="not-ascii"),
        pytest.param("x" * 50, "replay-" + "x" * 26, id="long"),
    ],
)
def test_a_subject_becomes_a_serial_number(subject, name):
    found = device_name(subject)
    assert found.isascii()
    assert len(found) <= 40
    assert found == name or re.fullmatch(name + "-[0-9a-f]{6}", found)


def test_two_subjects_never_share_a_serial_number():
    names = ["Jörg", "Jürg", "J_rg", "x" * 50, "x" * 51, "a b", "a_b"]
    assert len({device_name(name) for name in names}) == len(names)
