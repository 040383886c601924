"""Reports of made-up weeks, one for each thing that a layout must stand; built by the builder.

Everything is drawn by a fixed seed: the same name gives the same report.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

from processing.figures.diary import DiaryEntry, DiaryKind
from processing.method import Method
from processing.model import NS_PER_S, Gap
from sitstreak.local_day import day_span
from sitstreak.report.content.building import BuiltReport, build_report
from sitstreak.report.content.model import ReportContent
from sitstreak.report.week import IsoWeek
from tests.support.report_source import ReportSource, Stretch, WrittenDiary

BERLIN: Final = ZoneInfo("Europe/Berlin")
WEEK: Final = IsoWeek(2026, 46)
AUTUMN: Final = IsoWeek(2026, 43)  #: ends with the 25 h of 25 October
SPRING: Final = IsoWeek(2026, 13)  #: ends with the 23 h of 29 March
SOFTWARE: Final = "0.1.0"
_HOUR_S: Final = 3_600
_MIN_S: Final = 60
_N_EARLIER: Final = 11
#: 40 characters without a place to break a line, and 40 with.
LONG_NOTES: Final = ("x" * 40, "after the stairs, left side, went slowly")
HOSTILE: Final = (
    "<b>bold</b> <script>alert(1)</script> &amp;",
    '#strong[big] #import "x" $x$ `raw` *a* _b_ @ref <label> // no comment',
    "\\input{/etc/passwd} \\textbf{x} %",
    "=cmd()|' /C calc'!A0",
    "😀👩‍⚕️🏳️‍🌈 ½ ✓",
    "\u202eright to left\u202c עברית العربية",
    "zero\u200bwidth\u0000nul\x1b[31mred\r\nnew line\ttab",
    "long " * 2_000,
)
HOSTILE_WEARER: Final = "=עדה #strong[x] <b>😀"
NAMES: Final = (
    "typical",
    "three_valid_days",
    "off_two_days",
    "clock_change_25h",
    "clock_change_23h",
    "only_lying",
    "pain_every_day",
    "long_notes",
    "empty",
    "still_running",
    "hostile_text",
)


def sample_content(name: str) -> ReportContent:
    """Return a report by its name, one of `NAMES`."""
    return sample_report(name).content


@cache
def sample_report(name: str) -> BuiltReport:
    """Return a report and the seconds that it was made from."""
    return _MAKERS[name]()


def made_up_weeks(
    week: IsoWeek = WEEK, *, wearer: str = "blue-heron", n_earlier: int = _N_EARLIER
) -> tuple[ReportSource, WrittenDiary]:
    """Return office weeks up to `week`, and their diary."""
    chance = random.Random(f"{week}")
    monday = week.monday - timedelta(weeks=n_earlier)
    days = [monday + timedelta(days=i) for i in range(7 * (n_earlier + 1))]
    hollow = monday + timedelta(weeks=n_earlier - 6) if n_earlier >= 8 else None
    parts: list[Stretch] = []
    for day in days:
        off = hollow is not None and hollow + timedelta(days=2) <= day < hollow + timedelta(days=7)
        parts += _off_day(day) if off else _office_day(day, chance)
    parts.append(("lie", 7 * _HOUR_S))  # the night after, without which Sunday's is not known
    start_s = day_span(monday, BERLIN)[0]
    thursday_s = day_span(week.monday + timedelta(days=3), BERLIN)[0]
    gap = (thursday_s + 15 * _HOUR_S, thursday_s + 15 * _HOUR_S + 25 * _MIN_S)
    source = ReportSource.of(
        wearer,
        start_s,
        parts,
        all_gaps=[
            Gap("hip-1", gap[0] * NS_PER_S, gap[1] * NS_PER_S, 25 * _MIN_S * 50, "out_of_range"),
            Gap("hip-1", (gap[1] + 99) * NS_PER_S, (gap[1] + 100) * NS_PER_S, 0, "clock_corrected"),
        ],
        n_backfilled=41_250,
    )
    source.code = _with(source, *gap, "unknown")
    return source, WrittenDiary(_diary(monday, len(days), chance), _PLAN)


#: Bridges and band work three times a week, a stretch on workdays.
_PLAN: Final = {
    1: ("glute-bridge", "hip-flexor-stretch", "band-walk"),
    2: ("hip-flexor-stretch",),
    3: ("glute-bridge", "hip-flexor-stretch", "band-walk"),
    4: ("hip-flexor-stretch",),
    5: ("glute-bridge", "hip-flexor-stretch", "squat"),
}


def _office_day(day: date, chance: random.Random) -> list[Stretch]:
    """A night, the way to work, a desk with breaks, an evening on the sofa; at home on weekends."""
    start_s, end_s = day_span(day, BERLIN)
    up_s = round((6.6 + chance.random()) * _HOUR_S) + (day.isoweekday() > 5) * _HOUR_S
    bed_s = end_s - start_s - round((0.5 + chance.random()) * _HOUR_S)
    parts: list[Stretch] = [("lie", up_s), ("stand", 240), ("not_worn", 900), ("walk", 420)]
    at_s = sum(length for _, length in parts)
    while at_s < bed_s:
        hour = at_s / _HOUR_S
        for posture, wanted_s in _episode(chance, at_desk=day.isoweekday() <= 5, hour=hour):
            taken_s = min(wanted_s, bed_s - at_s)
            if taken_s > 0:
                parts.append((posture, taken_s))
                at_s += taken_s
    return [*parts, ("lie", end_s - start_s - at_s)]


def _episode(chance: random.Random, *, at_desk: bool, hour: float) -> list[Stretch]:
    sitting_s = chance.lognormvariate(7.1 if at_desk and 9 <= hour < 17 else 6.4, 0.9)
    stood_s = chance.lognormvariate(5.0, 0.8)
    walked_s = chance.lognormvariate(5.1, 0.8)
    return [
        ("sit", min(round(sitting_s), chance.randint(6_000, 9_000)) + 30),
        ("stand", round(stood_s) + 5),
        ("walk", min(round(walked_s), 1_500) + 10),
        ("stand", chance.choice([3, 20, 240])),
        ("unknown", chance.choice([0, 0, 2, 15])),
    ]


def _off_day(day: date) -> list[Stretch]:
    start_s, end_s = day_span(day, BERLIN)
    return [("not_worn", end_s - start_s)]


def _diary(monday: date, n_days: int, chance: random.Random) -> list[DiaryEntry]:
    written: list[DiaryEntry] = []

    def write(day: date, hour: float, kind: DiaryKind, **more: object) -> None:
        at_s = day_span(day, BERLIN)[0] + round(hour * _HOUR_S)
        written.append(DiaryEntry(id=len(written) + 1, at_s=at_s, kind=kind, **more))  # type: ignore[arg-type]

    for day in (monday + timedelta(days=i) for i in range(n_days)):
        if day.isoweekday() in (1, 3, 4, 6):
            pain = chance.choice([2, 3, 3, 4, 5])
            write(day, 20.5, DiaryKind.PAIN, score=pain, note=chance.choice(["", "after work"]))
        for what in _PLAN.get(day.isoweekday(), ()):
            if chance.random() < 0.7:
                is_stretch = what.endswith("stretch")
                kind = DiaryKind.STRETCH if is_stretch else DiaryKind.EXERCISE
                sets: dict[str, object] = {} if is_stretch else {"n_sets": 3, "n_reps": 8}
                write(day, 18.25, kind, what=what, **sets)
        if day.isoweekday() == 7:
            sides = {"left_s": 30.0 + chance.randint(-4, 4), "right_s": 22.0 + chance.randint(0, 6)}
            write(day, 11.0, DiaryKind.TEST, what="single-leg-bridge", **sides)
    if written:
        written[-1] = replace(written[-1], is_edited=True)
    return written


def _with(source: ReportSource, start_s: int, end_s: int, posture: str):
    """Return the codes with another posture in a span; steps vanish with it."""
    code = source.code.copy()
    a, b = start_s - source.start_s, end_s - source.start_s
    other = ReportSource.of("", 0, [(posture, 1)]).code[0]
    code[a:b] = other
    source.n_steps[a:b] = 0
    return code


def _build(
    source: ReportSource,
    diary: WrittenDiary,
    week: IsoWeek = WEEK,
    *,
    now_s: int | None = None,
) -> BuiltReport:
    over_s = week.days(BERLIN)[-1].end_s + 7 * _HOUR_S
    return build_report(
        source,
        diary,
        week,
        source.wearer,
        BERLIN,
        Method(),
        now_s=over_s if now_s is None else now_s,
        software=SOFTWARE,
    )


def _clock_change(week: IsoWeek) -> BuiltReport:
    return _build(*made_up_weeks(week, n_earlier=2), week)


def _some_days_off(days: tuple[int, ...], *, posture: str) -> BuiltReport:
    source, diary = made_up_weeks(n_earlier=3)
    for index in days:
        day = WEEK.days(BERLIN)[index]
        source.code = _with(source, day.start_s, day.end_s, posture)
    return _build(source, diary)


def _only_lying() -> BuiltReport:
    start_s, end_s = WEEK.days(BERLIN)[0].start_s, WEEK.days(BERLIN)[-1].end_s
    source = ReportSource.of("blue-heron", start_s, [("lie", end_s - start_s)])
    return _build(source, WrittenDiary())


def _pain_every_day() -> BuiltReport:
    source, diary = made_up_weeks(n_earlier=4)
    start_s = WEEK.days(BERLIN)[0].start_s
    more = [
        DiaryEntry(
            id=10_000 + i, at_s=start_s + i * 6 * _HOUR_S, kind=DiaryKind.PAIN, score=(i * 7) % 11
        )
        for i in range(28)
    ]
    return _build(source, replace(diary, written=[*diary.written, *more]))


def _noted(notes: tuple[str, ...], wearer: str) -> BuiltReport:
    source, diary = made_up_weeks(n_earlier=1, wearer=wearer)
    start_s = WEEK.days(BERLIN)[0].start_s
    more = []
    for i, note in enumerate(notes * (8 // len(notes))):
        at_s = start_s + (9 + 17 * i) * _HOUR_S
        more += [
            DiaryEntry(id=10_000 + i, at_s=at_s, kind=DiaryKind.PAIN, score=i % 11, note=note),
            DiaryEntry(
                id=20_000 + i, at_s=at_s + 60, kind=DiaryKind.EXERCISE, what=note, note=note
            ),
            DiaryEntry(id=30_000 + i, at_s=at_s + 120, kind=DiaryKind.NOTE, note=note),
        ]
    return _build(source, replace(diary, written=[*diary.written, *more]))


def _empty() -> BuiltReport:
    return _build(ReportSource("blue-heron"), WrittenDiary())


def _still_running() -> BuiltReport:
    source, diary = made_up_weeks(n_earlier=3)
    now_s = WEEK.days(BERLIN)[3].start_s + 14 * _HOUR_S + 1_234
    n = now_s - source.start_s
    source.code, source.n_steps = source.code[:n], source.n_steps[:n]
    source.all_gaps = [gap for gap in source.all_gaps if gap.end_ns < now_s * NS_PER_S]
    written = [one for one in diary.written if one.at_s < now_s]
    return _build(source, replace(diary, written=written), now_s=now_s)


_MAKERS: Final[dict[str, Callable[[], BuiltReport]]] = {
    "typical": lambda: _build(*made_up_weeks()),
    "three_valid_days": lambda: _some_days_off((0, 2, 3, 5), posture="unknown"),
    "off_two_days": lambda: _some_days_off((2, 3), posture="not_worn"),
    "clock_change_25h": lambda: _clock_change(AUTUMN),
    "clock_change_23h": lambda: _clock_change(SPRING),
    "only_lying": _only_lying,
    "pain_every_day": _pain_every_day,
    "long_notes": lambda: _noted(LONG_NOTES, "n" * 40),
    "empty": _empty,
    "still_running": _still_running,
    "hostile_text": lambda: _noted(HOSTILE, HOSTILE_WEARER),
}
