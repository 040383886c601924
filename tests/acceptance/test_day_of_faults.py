"""A day with everything in it that goes wrong: nothing lost, nothing twice, each hole explained."""

from collections import Counter
from contextlib import closing

import numpy as np
import pytest

from processing.method import Method
from processing.model import CODE, Posture
from sitstreak.live import LiveProcessor
from sitstreak.storage.check import check
from sitstreak.storage.database import open_database
from sitstreak.storage.journal import SqliteJournal
from tests.support.day_of_faults import DAY_S, Day, day_of_samples
from tests.support.ingest_history import MOST_OFF_MS
from tests.support.storage_kit import settings

N_LOSSES = 200
N_GREAT = 3  #: of them: two reboots and the absence
HOUR_S = 3600.0


@pytest.fixture(scope="module")
def day(tmp_path_factory):
    day = Day(tmp_path_factory.mktemp("day"), day_of_samples(), seed=4)
    live_through(day)
    yield day
    day.close()


def live_through(day):
    """Twenty-four hours; between the great mishaps the link is lost again and again."""
    mishaps = [
        (2.1, lambda: day.kill("before the commit")),
        (4.0, lambda: reboot(day, off_s=5.0)),
        (6.3, lambda: day.kill("now")),
        (7.0, day.fill_disk),
        (7.3, day.make_room),
        (9.0, lambda: day.kill("after the commit")),
        (10.0, lambda: day.away(3 * HOUR_S)),
        (14.2, lambda: day.kill("before the acknowledgement")),
        (15.0, lambda: step_clock(day, 3600.0)),
        (15.1, lambda: step_clock(day, 0.0)),
        (17.0, lambda: reboot(day, off_s=240.0)),
        (19.5, lambda: day.kill("now")),
    ]
    at_s = sorted(day.rng.uniform(0, DAY_S) for _ in range(N_LOSSES - N_GREAT))
    events = [(at, lambda: day.away(day.rng.expovariate(1 / 30.0))) for at in at_s]
    events += [(hours * HOUR_S, happens) for hours, happens in mishaps]
    for at, happens in sorted(events, key=lambda event: event[0]):
        day.live(at)
        happens()
    day.live(DAY_S)
    while not day.is_drained():
        day.carry(1)


def reboot(day, off_s):
    day.n_losses += 1
    day.lose_link()
    day.reboot(off_s)


def step_clock(day, off_s):
    day.wall_off_s = off_s


def test_each_sample_is_stored_once_and_each_hole_has_its_reason(day):
    assert (day.n_losses, day.n_kills, len(day.boots)) == (N_LOSSES, 5, 3)
    assert day.n_dropped > 1000
    assert day.n_refused > 10, "the disk was full for a while"
    day.check_all()
    stored = day.stored()
    assert {(block.boot_id, block.seq) for block in stored} == day.made.keys(), "0 lost"
    assert len(stored) == len(day.made), "0 twice"
    assert Counter(gap.reason for gap in day.gaps()) == {"reboot": 2}
    assert check(day.place).is_sound


def test_each_sample_is_at_the_time_at_which_it_was_taken(day):
    errors_ms = np.abs(day.errors_ms())
    assert np.percentile(errors_ms, 99) <= 20
    assert errors_ms.max() <= 50 <= MOST_OFF_MS


def test_the_results_are_those_of_a_day_without_faults(day, tmp_path):
    with closing(open_database(tmp_path)) as connection:
        SqliteJournal(connection, "me").append(day.undisturbed(), [])
    got, expected = codes(day.place), codes(tmp_path)
    # A block that is some milliseconds off moves what lies on the border of two seconds.
    common = sorted(got.keys() & expected.keys())
    assert len(common) >= 0.999 * len(expected)
    n_other = sum(got[second] != expected[second] for second in common)
    assert n_other <= 0.002 * len(common)


def codes(place):
    """Process a journal and return the posture of each second."""
    with LiveProcessor(place, settings(place, influx_url=None), Method()) as processor:
        processor.step()
        processor.finish("hip")
    with closing(open_database(place)) as connection:
        rows = connection.execute("SELECT minute_s, code FROM posture_minute ORDER BY minute_s")
        return {
            minute_s + second: code
            for minute_s, packed in rows.fetchall()
            for second, code in enumerate(packed)
            if code != CODE[Posture.UNKNOWN]
        }
