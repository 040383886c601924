"""The words of page 2, from the content: charts and notes; tables are in `page_tables`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from zoneinfo import ZoneInfo

from processing.figures.diary import DiaryEntry, DiaryKind
from sitstreak.local_day import local_date
from sitstreak.report.content.model import Quality, ReportContent, SideTest, TrendWeek
from sitstreak.report.printed.catalogue import Catalogue
from sitstreak.report.printed.charts_small import band_labels, bout_bands, trend
from sitstreak.report.printed.laid_out import Chart, PageTwo
from sitstreak.report.printed.page_tables import (
    days_table,
    exercise_name,
    exercises_table,
    longest_table,
)
from sitstreak.report.printed.printable import Typed

_MAX_NOTES: Final = 6
_NOTE_EM: Final = 68.0  #: width of a note, in heights of its font
_MAX_TESTS: Final = 2


def page_two(content: ReportContent, words: Catalogue, typed: Typed) -> PageTwo:
    """Say page 2."""
    zone = ZoneInfo(content.header.zone)
    exercises = exercises_table(content, words, typed)
    notes, notes_note = _notes(content.entries, zone, words, typed)
    means = content.summary.means
    quality = content.quality
    return PageTwo(
        longest_title=words.text("longest.title"),
        longest=longest_table(content, zone, words),
        longest_note=words.text("longest.note" if content.longest else "longest.none"),
        bands_title=words.text("bands.title"),
        bands=Chart(
            bout_bands(None if means is None else means.band_s, words), _bands_alt(content, words)
        ),
        bands_note=_usual_bout(content, words),
        days_title=words.text("days.title"),
        days=days_table(content, words),
        days_note=words.text("days.note", min_break=quality.min_break_s),
        trend_title=words.text("trend.title"),
        trend=Chart(trend(content.trend, words), _trend_alt(content.trend, words)),
        trend_note=_trend_note(content, words),
        exercises_title=words.text("exercises.title"),
        exercises=exercises.table,
        exercises_note=exercises.note,
        tests=tuple(_test(test, zone, words) for test in content.tests[-_MAX_TESTS:]),
        notes_title=words.text("notes.title"),
        notes=notes,
        notes_note=notes_note,
        quality_title=words.text("quality.title"),
        quality=_quality(content, quality, words),
        red_flags_title=words.text("red_flags.title"),
        red_flags=words.text("red_flags.text"),
        device=words.text("red_flags.device"),
        references_title=words.text("references.title"),
        references=words.text("references.list"),
    )


def _bands_alt(content: ReportContent, words: Catalogue) -> str:
    means = content.summary.means
    if means is None:
        return words.text("bands.alt", bands=words.text("bands.alt_none"))
    bands = [
        words.text("bands.alt_band", band=label, hours=seconds / 3600)
        for label, seconds in zip(band_labels(words), means.band_s, strict=True)
    ]
    return words.text("bands.alt", bands=" ".join(bands))


def _usual_bout(content: ReportContent, words: Catalogue) -> str:
    means = content.summary.means
    bouts = None if means is None else means.fragmentation
    axis = words.text("bands.axis")
    if bouts is None or bouts.w50_s is None:
        return axis
    key = "bands.usual" if bouts.w50_is_fitted else "bands.usual_empirical"
    return f"{axis}. {words.text(key, min=bouts.w50_s / 60)}"


def _trend_alt(weeks: Sequence[TrendWeek], words: Catalogue) -> str:
    said = " ".join(_week_alt(week, words) for week in weeks)
    return words.text("trend.alt", n=len(weeks), weeks=said or words.text("trend.none"))


def _week_alt(week: TrendWeek, words: Catalogue) -> str:
    return words.text(
        "trend.alt_hollow" if week.is_hollow else "trend.alt_week",
        week=week.week,
        n=week.n_valid_days,
        sedentary=words.number(week.sedentary_h, 1),
        prolonged=words.number(week.prolonged_h, 1),
        met=words.percent(week.hours_met_share),
        pain=words.short(week.pain),
    )


def _trend_note(content: ReportContent, words: Catalogue) -> str:
    parts = [words.text("trend.caption", needed=content.sufficiency.n_days_needed)]
    digests = {week.method_digest for week in content.trend} - {None}
    if len(digests) > 1:
        parts.append(words.text("trend.method"))
    if len(content.trend) < 2:
        parts = [words.text("trend.none")]
    return " ".join(parts)


def _test(test: SideTest, zone: ZoneInfo, words: Catalogue) -> str:
    day = words.day(local_date(test.at_s, zone))
    if test.difference_s is None:
        if test.left_s is not None:
            return words.text("exercises.test_left", day=day, left=words.short(test.left_s))
        return words.text("exercises.test_right", day=day, right=words.short(test.right_s))
    return words.text(
        "exercises.test",
        day=day,
        left=words.short(test.left_s),
        right=words.short(test.right_s),
        difference=words.short(abs(test.difference_s)),
    )


def _notes(
    entries: Sequence[DiaryEntry], zone: ZoneInfo, words: Catalogue, typed: Typed
) -> tuple[tuple[str, ...], str]:
    """Return the notes, and what to say below: what was cut or left out."""
    noted = [entry for entry in entries if entry.note.strip()]
    if not noted:
        return (), words.text("notes.none")
    before = typed.n_cut
    lines = [
        words.text(
            "notes.line",
            day=words.day(local_date(entry.at_s, zone)),
            clock=words.clock(entry.at_s, zone),
            what=_kind(entry, words, typed),
            note=typed.line(entry.note, width_em=_NOTE_EM * 0.6),
        )
        for entry in noted[:_MAX_NOTES]
    ]
    said = []
    if len(noted) > _MAX_NOTES:
        said.append(words.text("notes.more", n=len(noted) - _MAX_NOTES))
    if typed.n_cut > before:
        said.append(words.text("notes.cut"))
    return tuple(lines), " ".join(said)


def _kind(entry: DiaryEntry, words: Catalogue, typed: Typed) -> str:
    if entry.kind is DiaryKind.PAIN and entry.score is not None:
        return words.text("notes.pain", score=entry.score)
    if entry.what:
        return exercise_name(entry.what, words, typed)
    return words.text(f"kind.{entry.kind}")


def _quality(content: ReportContent, quality: Quality, words: Catalogue) -> tuple[str, ...]:
    known = content.sufficiency
    said = [
        words.text("quality.classes"),
        words.text(
            "quality.rules",
            min_bout=quality.min_bout_s,
            interruption=quality.bout_interruption_s,
            min_break=quality.min_break_s,
        ),
        words.text(
            "quality.wear", valid_hours=known.valid_day_wear_s / 3600, needed=known.n_days_needed
        ),
        words.text(
            "quality.hour",
            hour_wear=quality.hour_wear_s / 60,
            goal=quality.hour_goal_s / 60,
            debt=60 * quality.debt_share,
        ),
        words.text(
            "quality.samples",
            lost=quality.n_lost_samples,
            recovered=quality.n_recovered_samples,
            clock=quality.n_clock_corrections,
            edits=quality.n_edits,
        ),
        words.text(
            "quality.told",
            not_worn=quality.n_told_not_worn_s / 3600,
            sleep=quality.n_told_sleep_s / 3600,
        ),
    ]
    if quality.mean_confidence is not None:
        said.append(words.text("quality.confidence", share=quality.mean_confidence))
    return (*said, _validated(quality, words), words.text("quality.weakness"))


def _validated(quality: Quality, words: Catalogue) -> str:
    if not quality.validated:
        return words.text("quality.not_validated")
    figures = [words.text(f"validated.{key}", share=v) for key, v in quality.validated.items()]
    return words.text("quality.validated", figures=words.listed(figures))
