"""The walking of a day, or of a recording, judged bout by bout.

An hour of samples and the features of a day are in memory at a time, however long the history is.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from ingest.recordings.player import BASE_S, device_name, to_blocks
from ingest.recordings.recording import RecordedSession
from processing.chain import Carried, judge
from processing.features.columns import Features
from processing.features.measuring import measure
from processing.gait.walks import GaitBout, GaitSummary, judge_walk, long_walks, summarise_gait
from processing.method import Method
from processing.model import CODE, NS_PER_S, Posture, PostureSeconds, SampleBlock
from processing.posture.observed import Observed, observe
from processing.signal.grid import BlocksByTime
from sitstreak.guided.samples import JournalSamples
from sitstreak.local_day import day_span, local_date
from sitstreak.report.week import LocalDay
from sitstreak.storage.results import Results

#: Hands over the blocks of a span in Unix time. [s]
Samples = Callable[[int, int], Sequence[SampleBlock]]

_CHUNK_S: Final = 3600
#: Samples so far outside a span still shape its seconds; more than enough. [s]
_AROUND_S: Final = 30


@dataclass(frozen=True, slots=True)
class GaitDay:
    """One day of one sensor, or of one recorded session."""

    who: str  #: wearer, or the recording's subject
    source: str  #: sensor, or the recording's session
    date: date | None  #: None: the recording does not say
    clock_s: int | None  #: to be added to times of bouts for Unix time; None: not known [s]
    walk_s: int  #: walking in all [s]
    has_data: bool  #: anything but unknown
    bouts: Sequence[GaitBout]

    @property
    def summary(self) -> GaitSummary | None:
        """Medians; None when there was too little walking."""
        return summarise_gait(self.bouts)


def gait_of_day(
    connection: sqlite3.Connection, wearer: str, day: LocalDay, method: Method
) -> list[GaitDay]:
    """Judge the walking of a wearer's local day, for each sensor with data on it.

    Sensors are kept apart because clips at two places cannot be compared.

    Returns
    -------
    days
        One for each sensor; when none has data on the day, one that says so.
    """
    results = Results(connection)
    found = []
    for device_id in results.devices(wearer):
        seconds = results.device_seconds(device_id, day.start_s, day.end_s)
        journal = JournalSamples(connection, device_id)
        if _has_data(seconds):
            bouts = _journal_bouts(journal, seconds, method)
            found.append(_day(wearer, device_id, day.date, 0, seconds, bouts))
    nothing = GaitDay(wearer, "", day.date, 0, walk_s=0, has_data=False, bouts=())
    return found or [nothing]


def gait_of_session(session: RecordedSession, method: Method, zone: ZoneInfo) -> list[GaitDay]:
    """Judge the walking of a recorded session, apart for each local day if it has dates."""
    blocks = to_blocks(session, device_name(session.subject))
    features = measure(blocks, BASE_S, max(block.last_s for block in blocks), method)
    judged = judge(features, method, Carried())
    by_time = BlocksByTime(blocks)
    found = []
    for day, clock_s, start_s, end_s in _days(session, judged.seconds.end_s, zone):
        seconds = judged.seconds.between(start_s, end_s)
        bouts = _judge(seconds, judged.observed, by_time.near, method)
        found.append(_day(session.subject, session.session, day, clock_s, seconds, bouts))
    return found


def _days(
    session: RecordedSession, end_s: int, zone: ZoneInfo
) -> Iterator[tuple[date | None, int | None, int, int]]:
    """Yield each date of a session, what to add for Unix time, and its span on the file's clock."""
    if session.start_ns is None:
        yield None, None, BASE_S, end_s
        return
    clock_s = session.start_ns // NS_PER_S - BASE_S
    day = local_date(BASE_S + clock_s, zone)
    at_s = BASE_S
    while at_s < end_s:
        next_s = min(day_span(day, zone)[1] - clock_s, end_s)
        yield day, clock_s, at_s, next_s
        day, at_s = day + timedelta(days=1), next_s


def _journal_bouts(
    journal: JournalSamples, seconds: PostureSeconds, method: Method
) -> list[GaitBout]:
    def samples(start_s: int, end_s: int) -> Sequence[SampleBlock]:
        return journal.between(start_s * NS_PER_S, end_s * NS_PER_S)

    if not long_walks(seconds, method):
        return []
    parts = []
    for a in range(seconds.start_s, seconds.end_s, _CHUNK_S):
        b = min(a + _CHUNK_S, seconds.end_s)
        parts.append(measure(samples(a - _AROUND_S, b + _AROUND_S), a, b, method).table)
    features = Features(seconds.start_s, np.concatenate(parts))
    return _judge(seconds, observe(features, method, Carried()), samples, method)


def _judge(
    seconds: PostureSeconds, observed: Observed, samples: Samples, method: Method
) -> list[GaitBout]:
    judged = (
        judge_walk(
            walk, observed, samples(walk.start_s - _AROUND_S, walk.end_s + _AROUND_S), method
        )
        for walk in long_walks(seconds, method)
    )
    return [bout for bout in judged if bout is not None]


def _day(
    who: str,
    source: str,
    day: date | None,
    clock_s: int | None,
    seconds: PostureSeconds,
    bouts: Sequence[GaitBout],
) -> GaitDay:
    walk_s = int((seconds.code == CODE[Posture.WALK]).sum())
    return GaitDay(who, source, day, clock_s, walk_s, _has_data(seconds), bouts)


def _has_data(seconds: PostureSeconds) -> bool:
    return bool((seconds.code != CODE[Posture.UNKNOWN]).any())
