"""Small weeks for tests of what is written out: postures by the hour, and a diary of every kind.

Built by the report's own builder; quick enough to make hundreds of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from processing.figures.diary import DiaryEntry, DiaryKind
from processing.method import Method
from sitstreak.report.content.building import BuiltReport, build_report
from sitstreak.report.content.model import ReportContent
from sitstreak.report.content.week_data import WeekData
from sitstreak.report.week import IsoWeek, LocalDay
from tests.support.report_source import ReportSource, Stretch, WrittenDiary

METHOD = Method()
SIT, STAND, WALK, LIE, MOVE, UNKNOWN, OFF = (
    "sit", "stand", "walk", "lie", "move", "unknown", "not_worn",
)  # fmt: skip
TYPICAL_DAY = (
    *((OFF,) * 7),
    *(SIT, SIT, STAND, WALK, SIT, LIE, SIT, MOVE, SIT, SIT, STAND),
    *((SIT,) * 6),
)
#: Everybody's plan in these weeks.
PLAN = dict.fromkeys((1, 3, 5), ("glute-bridge",))


@dataclass(frozen=True)
class Sample:
    """What a week is made of."""

    hours: Sequence[Sequence[str]]  #: posture of the first 24 hours of each of the seven days
    week: str = "2026-W46"
    zone: str = "Europe/Vienna"
    wearer: str = "person-7"
    devices: tuple[str, ...] = ("hip-1",)
    entries: tuple[DiaryEntry, ...] = ()
    is_over: bool = True
    n_days_with_data: int = 7

    @property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    @property
    def days(self) -> list[LocalDay]:
        return IsoWeek.parse(self.week).days(self.tz)


def built(sample: Sample) -> BuiltReport:
    """Build the week; whoever sits or lies gets up at the full hour, longer later in the day."""
    days = sample.days
    parts: list[Stretch] = []
    for day, hours in zip(days[: sample.n_days_with_data], sample.hours, strict=False):
        left_s = day.end_s - day.start_s
        for hour, posture in enumerate((*hours, UNKNOWN)):  # a day of 25 hours ends unknown
            length_s = min(3600, left_s)
            up_s = min(90 + 7 * hour, length_s) if posture in (SIT, LIE) else 0
            parts += [(WALK, up_s), (posture, length_s - up_s)]
            left_s -= length_s
    source = ReportSource.of(sample.wearer, days[0].start_s, parts)
    end_s = days[-1].end_s
    known_until_s = source.latest_second(sample.wearer) or 0
    report = build_report(
        source,
        WrittenDiary(sample.entries, PLAN),
        IsoWeek.parse(sample.week),
        sample.wearer,
        sample.tz,
        METHOD,
        now_s=end_s if sample.is_over else min(known_until_s, end_s - 1),
        software="0.1.0",
    )
    header = replace(report.content.header, devices=sample.devices)
    return BuiltReport(replace(report.content, header=header), report.data)


def content_of(sample: Sample) -> ReportContent:
    return built(sample).content


def week_data_of(sample: Sample) -> WeekData:
    return built(sample).data


def diary(week: str = "2026-W46", zone: str = "Europe/Vienna") -> tuple[DiaryEntry, ...]:
    """One entry of each kind."""
    days = IsoWeek.parse(week).days(ZoneInfo(zone))
    at = [day.start_s + 12 * 3600 for day in days]
    return (
        DiaryEntry(id=1, at_s=at[0], kind=DiaryKind.PAIN, score=0, note="calm"),
        DiaryEntry(id=2, at_s=at[0] + 60, kind=DiaryKind.EXERCISE, what="glute-bridge",
                   n_sets=3, n_reps=8, load_kg=2.5),
        DiaryEntry(id=3, at_s=at[1], kind=DiaryKind.STRETCH, what="hip-flexor"),
        DiaryEntry(id=4, at_s=at[2], kind=DiaryKind.TEST, what="single-leg-bridge", left_s=30.0,
                   right_s=22.5),
        DiaryEntry(id=5, at_s=at[3], kind=DiaryKind.NOT_WORN, until_s=at[3] + 600),
        DiaryEntry(id=6, at_s=at[4], kind=DiaryKind.SLEEP, until_s=at[4] + 3600, is_edited=True),
        DiaryEntry(id=7, at_s=at[5], kind=DiaryKind.PAIN, score=10, note="=cmd()"),
        DiaryEntry(id=8, at_s=at[6], kind=DiaryKind.NOTE, note="moved house"),
    )  # fmt: skip


_TYPICAL = Sample((TYPICAL_DAY,) * 7, entries=diary())
_SAMPLES = {
    "typical": _TYPICAL,
    "three_days": replace(_TYPICAL, n_days_with_data=3),
    "empty": replace(_TYPICAL, n_days_with_data=0, devices=(), entries=()),
    "clock_change": replace(_TYPICAL, week="2026-W43", entries=diary("2026-W43")),
    "spring": replace(_TYPICAL, week="2026-W13", entries=diary("2026-W13")),
    "only_lying": Sample(((LIE,) * 24,) * 7),
    "running": replace(_TYPICAL, is_over=False, n_days_with_data=5, entries=diary()[:4]),
    "two_sensors": Sample(
        (TYPICAL_DAY,) * 7, devices=("hip-1", "<b>&hip-2"), zone="America/St_Johns"
    ),
}
NAMES = tuple(_SAMPLES)


def sample_of(name: str) -> Sample:
    """Return a week by its name, one of `NAMES`."""
    return _SAMPLES[name]
