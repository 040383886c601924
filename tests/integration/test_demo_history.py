"""The demo's past: raw samples in the real journal, each exactly once, whatever happened before."""

from datetime import datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from ingest.model import RawBlock
from ingest.simulation.wearer import usual_hours
from processing.model import CODE, NS_PER_S, Posture
from sitstreak.demo_history import DEVICE_ID, fill_history, sessions
from sitstreak.storage.database import open_database
from sitstreak.storage.journal import SqliteJournal
from tests.support.storage_kit import stored_blocks

BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 11, 18, 12, 20, 0, 250_000, BERLIN)


@pytest.fixture
def connection(tmp_path):
    connection = open_database(tmp_path)
    yield connection
    connection.close()


@pytest.fixture
def journal(connection):
    return SqliteJournal(connection, "demo")


def fill(journal, now, days=0, **more):
    now_ns = int(now.timestamp()) * NS_PER_S + now.microsecond * 1000
    return fill_history(journal, days=days, now_ns=now_ns, zone=BERLIN, seed=11, **more)


def stored(connection):
    return stored_blocks(connection, DEVICE_ID)


def samples(blocks):
    return np.concatenate([block.samples for block in blocks])


def assert_each_moment_once(blocks):
    assert len({(b.boot_id, b.seq) for b in blocks}) == len(blocks)
    for before, after in pairwise(blocks):
        assert after.t0_ns >= before.end_ns


def test_yesterday_is_worn_from_morning_to_night_and_today_until_now(journal, connection):
    told = []
    filled = fill(journal, NOON, days=1, progress=lambda done, of: told.append((done, of)))
    blocks = stored(connection)
    on_s, off_s = usual_hours(NOON.date() - timedelta(days=1), BERLIN, 11)
    today_s, _ = usual_hours(NOON.date(), BERLIN, 11)
    worn_s = off_s - on_s + int(NOON.timestamp()) - today_s
    assert filled.n_samples == len(samples(blocks)) == worn_s * 25
    assert blocks[0].t0_ns == on_s * NS_PER_S
    assert blocks[-1].end_ns == filled.until_s * NS_PER_S == int(NOON.timestamp()) * NS_PER_S
    assert_each_moment_once(blocks)
    assert told == [(1, 2), (2, 2)]


def test_the_sensor_was_off_at_night(journal, connection):
    fill(journal, NOON, days=1)
    gaps = connection.execute("SELECT start_ns, end_ns, n_lost, reason FROM gap").fetchall()
    _, off_s = usual_hours(NOON.date() - timedelta(days=1), BERLIN, 11)
    on_s, _ = usual_hours(NOON.date(), BERLIN, 11)
    assert gaps == [(off_s * NS_PER_S, on_s * NS_PER_S, 0, "sensor_off")]


def test_filling_again_writes_nothing(journal, connection):
    fill(journal, NOON, days=1)
    changes = connection.total_changes
    again = fill(journal, NOON, days=1)
    assert again.n_samples == 0
    assert connection.total_changes == changes
    assert again.until_s == int(NOON.timestamp())


def test_a_later_start_with_more_days_fills_only_those(journal, connection):
    fill(journal, NOON, days=1)
    before = stored(connection)
    fill(journal, NOON, days=2)
    after = stored(connection)
    n_new = len(after) - len(before)
    assert n_new > 0
    assert [b.t0_ns for b in after[n_new:]] == [b.t0_ns for b in before]
    assert_each_moment_once(after)


class DiesAfter:
    """A journal whose process is killed at its nth commit."""

    def __init__(self, journal, n_commits):
        self._journal, self._left = journal, n_commits

    def append(self, blocks, gaps):
        if not self._left:
            raise KeyboardInterrupt
        self._left -= 1
        self._journal.append(blocks, gaps)

    def __getattr__(self, name):
        return getattr(self._journal, name)


@pytest.mark.parametrize("n_commits", [0, 7, 17, 19])
def test_killed_at_any_commit_the_next_start_ends_with_the_same_samples(
    journal, connection, tmp_path, n_commits
):
    with pytest.raises(KeyboardInterrupt):
        fill(DiesAfter(journal, n_commits), NOON, days=1)
    fill(journal, NOON, days=1)
    other = open_database(tmp_path / "undisturbed")
    undisturbed = SqliteJournal(other, "demo")
    fill(undisturbed, NOON, days=1)
    mended, whole = stored(connection), stored(other)
    assert_each_moment_once(mended)
    cut_off = int(NOON.timestamp()) - 2 * 3600  # what today ends with depends on what was missing
    for blocks in (mended, whole):
        assert blocks[-1].end_ns == int(NOON.timestamp()) * NS_PER_S
    past = [[b for b in blocks if b.end_ns <= cut_off * NS_PER_S] for blocks in (mended, whole)]
    assert [b.t0_ns for b in past[0]] == [b.t0_ns for b in past[1]]
    assert np.array_equal(samples(past[0]), samples(past[1]))
    other.close()


@pytest.mark.parametrize("clock", ["00:02", "01:40", "03:15", "07:00", "10:30", "23:58"])
def test_at_any_hour_the_last_three_hours_are_worn_and_end_in_a_long_sit(
    journal, connection, clock
):
    now = datetime.combine(NOON.date(), time.fromisoformat(clock), BERLIN)
    filled = fill(journal, now, days=1)
    blocks = [b for b in stored(connection) if b.t0_ns >= (filled.until_s - 3 * 3600) * NS_PER_S]
    assert len(samples(blocks)) >= (3 * 3600 - 60) * 25
    truth = filled.script.truth(filled.until_s - 3 * 3600, filled.until_s)
    assert (truth[-40 * 60 :] == CODE[Posture.SIT]).all()
    assert (truth == CODE[Posture.WALK]).sum() >= 150  # an upright reference can be found
    assert not (truth == CODE[Posture.NOT_WORN]).any()
    assert_each_moment_once(stored(connection))


def test_live_goes_on_exactly_where_history_stops(journal, connection):
    filled = fill(journal, NOON)
    source = filled.live_source()
    block = source.recorded_until(1.0)[0]
    last = stored(connection)[-1]
    assert source.utc_at_tick_zero_ns + block.t_ns == last.end_ns
    assert source.boot_id not in {b.boot_id for b in stored(connection)}
    assert (source.fs_hz, source.lsb_per_g, source.name) == (last.fs_hz, last.lsb_per_g, DEVICE_ID)
    # Still in the same chair, the clip still the same way round.
    ends = samples([last])[-250:].mean(axis=0) - block.samples.mean(axis=0)
    assert np.linalg.norm(ends) < 0.1 * source.lsb_per_g


def test_live_samples_are_never_written_over(journal, connection):
    filled = fill(journal, NOON)
    source = filled.live_source()
    live = source.recorded_until(600.0)
    journal.append([as_raw(source, seq, block) for seq, block in enumerate(live)], [])
    later = fill(journal, NOON + timedelta(hours=4))
    blocks = stored(connection)
    assert_each_moment_once(blocks)
    assert later.n_samples == (4 * 3600 - 600) * 25
    assert len(samples(blocks)) * NS_PER_S == 25 * (blocks[-1].end_ns - blocks[0].t0_ns)
    assert later.live_source().boot_id not in {b.boot_id for b in blocks}


def test_live_samples_a_little_ahead_of_our_clock_move_its_end(journal):
    source = fill(journal, NOON).live_source()
    live = source.recorded_until(5.0)
    journal.append([as_raw(source, seq, block) for seq, block in enumerate(live)], [])
    again = fill(journal, NOON + timedelta(seconds=2))
    assert again.n_samples == 0
    assert again.until_s == int(NOON.timestamp()) + 5
    assert again.live_source().utc_at_tick_zero_ns == again.until_s * NS_PER_S


def as_raw(source, seq, block):
    t0_ns = source.utc_at_tick_zero_ns + block.t_ns
    return RawBlock(
        DEVICE_ID, source.boot_id, seq, t0_ns, source.fs_hz, source.lsb_per_g, block.samples
    )


@pytest.mark.parametrize(
    "now",
    [
        pytest.param(datetime(2026, 3, 29, 14, 0, tzinfo=BERLIN), id="clocks went forward"),
        pytest.param(datetime(2026, 10, 25, 14, 0, tzinfo=BERLIN), id="clocks went back"),
        pytest.param(datetime(2026, 10, 26, 2, 30, tzinfo=BERLIN), id="the night after"),
        pytest.param(datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=BERLIN), id="the hour twice"),
    ],
)
def test_sessions_follow_each_other_through_changes_of_the_clock(now):
    plan = sessions(14, int(now.timestamp()), BERLIN, seed=11)
    assert plan[-1].off_s == int(now.timestamp())
    assert plan[-1].off_s - plan[-1].on_s >= 3 * 3600
    assert len({session.day for session in plan}) == len(plan) >= 14
    for before, after in pairwise(plan):
        assert after.on_s - before.off_s >= 900
    for session in plan[:-1]:
        on = datetime.fromtimestamp(session.on_s, BERLIN)
        assert on.date() == session.day
        assert 6 <= on.hour <= 9
