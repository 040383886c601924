"""A week of three wearers, each in one store, written straight into the results.

A week around each change of the clocks of Berlin, so a 25 h and a 23 h day, and one in Kolkata.
Wednesday is not worn, Thursday has a gap, Friday too little wear to be valid, and nobody wears the
sensor for the whole of a night. Everything else is drawn by a fixed seed, second by second.
"""

from __future__ import annotations

import random
import sqlite3
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from ingest.model import SensorReading
from processing.figures.diary import DiaryEntry, DiaryKind
from processing.method import Method
from processing.model import NS_PER_S, Gap, Posture
from sitstreak.local_day import day_span
from sitstreak.storage.database import transaction
from sitstreak.storage.diary import Diary
from sitstreak.storage.drain import drain_all
from sitstreak.storage.enqueue import enqueue
from sitstreak.storage.influx import InfluxSink
from sitstreak.storage.journal import SqliteJournal
from sitstreak.storage.live_state import Extent, StoredState, save
from sitstreak.storage.results_writing import write_bouts, write_seconds
from tests.support.fake_results import Stretch, stretches
from tests.support.influxd_fixture import Influx

METHOD: Final = Method()
DRIFT_PPM: Final = 12.5
N_DAYS: Final = 7
NOT_WORN, WITH_GAP, SHORT = 2, 3, 4  #: days after Monday
_HOUR_S: Final = 3_600


@dataclass(frozen=True, slots=True)
class Told:
    """An entry of the diary and its row of `event`."""

    entry: DiaryEntry
    text: str
    value: float


@dataclass(frozen=True, slots=True)
class SeededWeek:
    """Who wore a sensor, where, and from which Monday on."""

    wearer: str
    device: str
    zone: ZoneInfo
    monday: date
    n_hours: int  #: of the whole week

    @property
    def days(self) -> list[tuple[int, int]]:
        """Return `[start_s, end_s)` of each local day. [s]"""
        return [day_span(self.monday + timedelta(days=n), self.zone) for n in range(N_DAYS)]

    @property
    def span_s(self) -> tuple[int, int]:
        """First second of the week and one past its last. [s]"""
        return self.days[0][0], self.days[-1][1]

    @property
    def diary(self) -> list[Told]:
        """Return what the wearer writes down, and what is to be seen of it."""
        monday_s, saturday_s = self.days[0][0], self.days[5][0]
        pain, exercise = DiaryKind.PAIN, DiaryKind.EXERCISE
        told = (
            (monday_s + 19 * _HOUR_S, pain, {"score": 6, "note": "hip"}, "pain 6: hip", 6),
            (
                monday_s + 20 * _HOUR_S,
                exercise,
                {"what": "glute-bridge", "n_sets": 3, "n_reps": 8},
                "glute bridge 3 x 8",
                24,
            ),
            (saturday_s + 9 * _HOUR_S, pain, {"score": 2}, "pain 2", 2),
        )
        return [
            Told(DiaryEntry(id=0, at_s=at_s, kind=kind, **more), text, value)
            for at_s, kind, more, text, value in told
        ]

    @property
    def gap_s(self) -> tuple[int, int]:
        """Where Thursday's data are missing. [s]"""
        from_s = self.days[WITH_GAP][0] + 14 * _HOUR_S + 17
        return from_s, from_s + 47 * 60


WEEKS: Final = (
    SeededWeek("anna", "hip-spring", ZoneInfo("Europe/Berlin"), date(2026, 3, 23), 167),
    SeededWeek("ben", "hip-autumn", ZoneInfo("Europe/Berlin"), date(2026, 10, 19), 169),
    SeededWeek("chitra", "hip-kolkata", ZoneInfo("Asia/Kolkata"), date(2026, 10, 19), 168),
)


def seed(connection: sqlite3.Connection, week: SeededWeek) -> None:
    """Write a week's seconds, bouts, gap, sensor readings and diary into an open store."""
    start_s, end_s = week.span_s
    chance = random.Random(week.wearer)
    parts = [part for n in range(N_DAYS) for part in _day(chance, n, *week.days[n])]
    seconds = stretches(start_s, *parts)
    assert seconds.end_s == end_s
    gap_start_s, gap_end_s = week.gap_s
    gap = Gap(
        week.device, gap_start_s * NS_PER_S, gap_end_s * NS_PER_S, 47 * 60 * 50, "out_of_range"
    )
    journal = SqliteJournal(connection, week.wearer)
    journal.append([], [gap])
    for minute, at_s in enumerate(range(start_s, end_s, _HOUR_S)):
        reading = SensorReading(
            week.device, at_s * NS_PER_S, 100 - minute % 90, -50 - minute % 45, 0, 10 * minute
        )
        journal.note_sensor(reading)
    journal.save_state(week.device, "clock", {"drift": [DRIFT_PPM, 0.0]}, boot_id=1)
    [key] = connection.execute(
        "SELECT id FROM device WHERE device_id = ?", (week.device,)
    ).fetchone()
    diary = Diary(connection, week.zone, clock=lambda: end_s)
    for told in week.diary:
        diary.add(week.wearer, told.entry)
    with transaction(connection):
        stored = StoredState(
            METHOD.digest, b"", extent=Extent(start_s, end_s, end_s + 1, finished=True)
        )
        save(connection, key, stored, METHOD)
        for day_start_s, day_end_s in week.days:
            day = seconds.between(day_start_s, day_end_s)
            write_seconds(connection, key, day, lambda a, b: b <= gap_start_s or a >= gap_end_s)
        write_bouts(connection, key, (start_s, end_s), end_s + 1, METHOD)


def send(connection: sqlite3.Connection, week: SeededWeek, influx: Influx) -> None:
    """Send everything of a week through the outbox."""
    while enqueue(connection, week.wearer, week.zone, METHOD):
        pass
    with InfluxSink(influx.url, influx.token, influx.org, influx.bucket) as sink:
        drain_all(connection, sink)


def _day(chance: random.Random, n: int, start_s: int, end_s: int) -> list[Stretch]:
    """Return a whole local day: the night, getting up, the day, the evening in bed."""
    length_s = end_s - start_s
    if n == NOT_WORN:
        return [(Posture.NOT_WORN, length_s)]
    asleep_s = 6 * _HOUR_S + chance.randint(0, 3_000)
    parts: list[Stretch] = [(Posture.LIE, asleep_s), (Posture.WALK, 240)]
    at_s = asleep_s + 240
    worn_until_s = at_s + 6 * _HOUR_S if n == SHORT else length_s - chance.randint(2_000, 6_000)
    while at_s < worn_until_s:
        for posture, wanted_s in _episode(chance):
            taken_s = min(wanted_s, worn_until_s - at_s)
            parts += [(posture, taken_s)] if taken_s else []
            at_s += taken_s
    parts.append((Posture.NOT_WORN if n == SHORT else Posture.LIE, length_s - at_s))
    return _with_gap(parts) if n == WITH_GAP else parts


def _episode(chance: random.Random) -> list[Stretch]:
    sat_s = min(round(chance.lognormvariate(7.0, 0.9)), 7_000)
    upright_s = round(chance.lognormvariate(4.3, 0.9)) + 1
    moved = chance.choice([Posture.WALK, Posture.WALK, Posture.MOVE])
    moved_s = round(chance.lognormvariate(5.0, 1.1)) + 1
    return [
        (Posture.SIT, sat_s),
        (Posture.STAND, upright_s),
        (moved, moved_s),
        (Posture.SIT, chance.choice([3, 4, 200])),
        (Posture.UNKNOWN, chance.choice([1, 20, 400])),
        (Posture.STAND, chance.choice([5, 30, 90])),
    ]


def _with_gap(parts: list[Stretch]) -> list[Stretch]:
    """Return the day with `unknown` where the sensor was out of range."""
    from_s = 14 * _HOUR_S + 17
    cut: list[Stretch] = []
    at_s = 0
    for posture, length_s in parts:
        end_s = at_s + length_s
        before_s = max(min(end_s, from_s) - at_s, 0)
        after_s = max(end_s - max(at_s, from_s + 47 * 60), 0)
        hidden_s = length_s - before_s - after_s
        pieces = ((posture, before_s), (Posture.UNKNOWN, hidden_s), (posture, after_s))
        cut += [(what, how_long_s) for what, how_long_s in pieces if how_long_s]
        at_s = end_s
    return cut
