"""A week whose every figure was worked out by hand: what the wearer did, minute by minute.

`ORDINARY` and `CHANGES` are the table; `hand_week_numbers` works out each figure from it by
arithmetic that can be checked with pencil and paper.

A sitting or lying bout is L, 40 min, or H, 80 min; nothing else but a flicker of 5 s on Wednesday.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from processing.figures.diary import DiaryEntry, DiaryKind
from processing.method import Method
from processing.model import CODE, NS_PER_S, Gap, Posture
from sitstreak.report.content.building import BuiltReport, build_report
from sitstreak.report.content.model import ReportContent
from sitstreak.report.week import IsoWeek
from tests.support.report_source import ReportSource, WrittenDiary

BERLIN: Final = ZoneInfo("Europe/Berlin")
WEARER: Final = "hand"
ORDINARY_WEEK: Final = IsoWeek(2026, 46)  #: 9 to 15 November
WEEK_25H: Final = IsoWeek(2026, 43)  #: its Sunday, 25 October, has 25 hours
WEEK_23H: Final = IsoWeek(2026, 13)  #: its Sunday, 29 March, has 23 hours

#: from, to, what. A stroll is walking at one step a second, walk at two.
Line = tuple[str, str, str]
ORDINARY: Final[tuple[Line, ...]] = (
    ("00:00", "07:00", "lie"),  # at night, 7 h: sleep 420
    ("07:00", "07:10", "stand"),
    ("07:10", "07:20", "walk"),  # nothing sat yet: no break
    ("07:20", "08:00", "sit"),  # L1   debt 400 s (a sixth of 2,400 s)
    ("08:00", "08:20", "walk"),  # break 1, 20 min   debt 0
    ("08:20", "09:40", "sit"),  # H1   debt 800
    ("09:40", "09:50", "stand"),  # break 2, 10 min
    ("09:50", "10:30", "sit"),  # L2   debt 1,200
    ("10:30", "10:40", "walk"),  # break 3, 10 min   debt 600
    ("10:40", "12:00", "sit"),  # H2   debt 1,400
    ("12:00", "12:30", "walk"),  # break 4, 30 min   debt 0
    ("12:30", "13:50", "sit"),  # H3   debt 800
    ("13:50", "14:00", "move"),  # break 5, 10 min   debt 200
    ("14:00", "14:40", "sit"),  # L3   debt 600
    ("14:40", "15:00", "stand"),  # break 6, 20 min
    ("15:00", "16:20", "sit"),  # H4   debt 1,400
    ("16:20", "17:00", "stroll"),  # break 7, 40 min   debt 0
    ("17:00", "17:40", "lie"),  # L4, on the sofa, awake   debt 400
    ("17:40", "18:00", "stand"),  # break 8, 20 min
    ("18:00", "19:20", "sit"),  # H5   debt 1,200
    ("19:20", "20:00", "stand"),  # break 9, 40 min
    ("20:00", "20:40", "sit"),  # L5   debt 1,600
    ("20:40", "21:00", "stand"),  # break 10, 20 min
    ("21:00", "24:00", "lie"),  # at night, 3 h are enough: sleep 180
)
_THURSDAY_AFTERNOON: Final = (
    "12:30", "13:50", "14:00", "14:40", "15:00", "16:20", "17:00", "17:40", "18:00", "19:20",
    "20:00", "20:40",
)  # fmt: skip
#: What is different on a day, by the time at which the line that it takes the place of begins.
CHANGES: Final[Mapping[int, Mapping[str, tuple[Line, ...]]]] = {
    # Tuesday: out of range from 13:10 to 13:50. H3 becomes an L that a gap ended, and 13:50 is no
    # break: after more than 5 min of nothing nobody knows of a streak.
    1: {"12:30": (("12:30", "13:10", "sit"), ("13:10", "13:50", "unknown"))},
    # Wednesday: half a minute up inside H1, which goes on for as much longer: still 80 min. In the
    # evening 5 s that look like sitting: in sit_s, but no bout and no end to the break.
    2: {
        "08:20": (
            ("08:20", "09:00", "sit"),
            ("09:00", "09:00:30", "stand"),
            ("09:00:30", "09:40:30", "sit"),
        ),
        "09:40": (("09:40:30", "09:50", "stand"),),
        "19:20": (
            ("19:20", "19:30", "stand"),
            ("19:30", "19:30:05", "sit"),
            ("19:30:05", "20:00", "stand"),
        ),
    },
    # Thursday: taken off at noon, on again for the night. 5 h of wear: not a valid day.
    3: {
        "12:00": (("12:00", "21:00", "not_worn"),),
        **dict.fromkeys(_THURSDAY_AFTERNOON, ()),
    },
    # Friday, Saturday: as ordinary for the sensor. The diary says: not worn from 17:00 to 17:40 on
    # Friday (L4 was the clip on a table), and asleep from 14:00 to 14:40 on Saturday (L3).
}
#: What is planned on Monday, Wednesday and Friday.
_PLAN: Final = dict.fromkeys((1, 3, 5), ("glute-bridge",))
#: The two weeks before: ordinary from Monday to Thursday, then three days not worn.
EARLIER_DAYS_WORN: Final = 4
N_EARLIER: Final = 2


def table_of(day: int) -> list[Line]:
    """Return what the sensor saw on a day, 0 Monday."""
    changes = CHANGES.get(day, {})
    return [new for line in ORDINARY for new in changes.get(line[0], (line,))]


def hand_week_content(week: IsoWeek = ORDINARY_WEEK) -> ReportContent:
    """Return the report of the week; also of `WEEK_25H` and `WEEK_23H`."""
    return hand_week_report(week).content


def hand_week_report(
    week: IsoWeek = ORDINARY_WEEK,
    *,
    source: ReportSource | None = None,
    written: Sequence[DiaryEntry] | None = None,
) -> BuiltReport:
    """Return the report with its seconds."""
    return build_report(
        hand_source(week) if source is None else source,
        WrittenDiary(hand_diary(week) if written is None else written, _PLAN),
        week,
        WEARER,
        BERLIN,
        Method(),
        now_s=at(week.monday + timedelta(weeks=1), "07:00"),
        software="0.1.0",
    )


def hand_source(week: IsoWeek = ORDINARY_WEEK) -> ReportSource:
    """Return what the sensor saw in the week and the two before."""
    first = week.monday - timedelta(weeks=N_EARLIER)
    start_s, end_s = at(first, "00:00"), at(week.monday + timedelta(weeks=1), "00:00")
    code = np.full(end_s - start_s, CODE[Posture.NOT_WORN], np.uint8)
    steps = np.zeros(end_s - start_s, np.uint8)
    for index in range(7 * (N_EARLIER + 1)):
        day = first + timedelta(days=index)
        earlier, weekday = index < 7 * N_EARLIER, index % 7
        if earlier and weekday >= EARLIER_DAYS_WORN:
            continue
        for begin, end, what in ORDINARY if earlier else table_of(weekday):
            part = slice(at(day, begin) - start_s, at(day, end) - start_s)
            code[part] = CODE[Posture("walk" if what == "stroll" else what)]
            steps[part] = {"walk": 2, "stroll": 1}.get(what, 0)
    tuesday = week.monday + timedelta(days=1)
    gap_s = at(tuesday, "13:10"), at(tuesday, "13:50")
    gap = Gap("hip-1", gap_s[0] * NS_PER_S, gap_s[1] * NS_PER_S, 120_000, "out_of_range")
    return ReportSource(WEARER, start_s, code, steps, [gap])


def hand_diary(week: IsoWeek = ORDINARY_WEEK) -> list[DiaryEntry]:
    """Return what was written down in the week and the two before."""
    pain, done = DiaryKind.PAIN, DiaryKind.EXERCISE
    bridge, stretch = "glute-bridge", "hip-flexor-stretch"
    rows: list[tuple[int, str, DiaryKind, dict[str, object]]] = [
        (-14, "20:00", pain, {"score": 4}),
        (-7, "20:00", pain, {"score": 6}),
        (0, "18:30", pain, {"score": 2}),
        (0, "19:30", done, {"what": bridge, "n_sets": 3, "n_reps": 8}),
        (1, "19:30", DiaryKind.STRETCH, {"what": stretch}),
        (2, "10:00", pain, {"score": 4}),
        (2, "18:30", pain, {"score": 6, "note": "after the stairs", "is_edited": True}),
        (2, "19:30", done, {"what": bridge, "n_sets": 2, "n_reps": 8, "load_kg": 10.0}),
        (4, "17:00", DiaryKind.NOT_WORN, {"until": "17:40"}),
        (5, "09:30", done, {"what": bridge, "n_reps": 10}),
        (5, "14:00", DiaryKind.SLEEP, {"until": "14:40"}),
        (5, "18:30", pain, {"score": 3}),
        (
            6,
            "11:00",
            DiaryKind.TEST,
            {"what": "single-leg-bridge", "left_s": 30.0, "right_s": 22.0},
        ),
    ]
    entries = []
    for index, (offset, begin, kind, more) in enumerate(rows, start=1):
        day = week.monday + timedelta(days=offset)
        if "until" in more:
            more["until_s"] = at(day, str(more.pop("until")))
        entries.append(DiaryEntry(id=index, at_s=at(day, begin), kind=kind, **more))  # type: ignore[arg-type]
    return entries


def at(day: date, clock: str) -> int:
    """Return a time on Berlin's clock in Unix time; 24:00 is the next midnight. [s]"""
    if clock == "24:00":
        return at(day + timedelta(days=1), "00:00")
    return round(datetime.combine(day, time.fromisoformat(clock), BERLIN).timestamp())
