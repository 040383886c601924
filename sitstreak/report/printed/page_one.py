"""The words of page 1, from the content."""

from __future__ import annotations

from datetime import date
from typing import Final

from sitstreak.report.content.model import (
    DayStrip,
    Measure,
    ModalHour,
    ReportContent,
    Sentence,
    Sufficiency,
    Tile,
)
from sitstreak.report.printed.catalogue import NOTHING, Catalogue
from sitstreak.report.printed.charts_ribbon import ribbon
from sitstreak.report.printed.charts_small import modal_day
from sitstreak.report.printed.laid_out import Chart, DayWear, PageOne, Pair, TileWords

_UPRIGHT: Final = ("stand", "walk", "move")
_SEDENTARY: Final = ("sit", "lie")


def page_one(content: ReportContent, words: Catalogue) -> PageOne:
    """Say page 1."""
    drawn = ribbon(content, words)
    notes = [words.text("ribbon.drawn")]
    if drawn.n_left_out:
        notes.insert(0, words.text("ribbon.more_marks", n=drawn.n_left_out))
    enough = content.sufficiency.is_enough
    sentences = [_sentence(one, words) for one in content.sentences]
    return PageOne(
        banner=_banner(content, words),
        sufficiency_title=words.text("sufficiency.title"),
        sufficiency_caption=words.text("sufficiency.caption"),
        sufficiency=_wear(content, words),
        sufficiency_line=_sufficiency_line(content.sufficiency, words),
        tiles_title=words.text("tiles.title"),
        tiles=tuple(_tile(tile, words, enough=enough) for tile in content.tiles),
        reference_label=words.text("tiles.reference"),
        ribbon_title=words.text("ribbon.title"),
        ribbon=Chart(drawn.svg, _ribbon_alt(content, words)),
        ribbon_note=" ".join(notes),
        modal_title=words.text("modal.title"),
        modal=Chart(modal_day(content.modal_day, words), _modal_alt(content, words)),
        modal_note=words.text("modal.caption"),
        sentences_title=words.text("sentences.title"),
        sentences=tuple(sentences or [words.text("sentences.none")]),
    )


def _sentence(one: Sentence, words: Catalogue) -> str:
    values = dict(one.values)
    if "date" in values:
        values["date"] = words.day(date.fromisoformat(str(values["date"])))
    return words.text(f"sentence.{one.key}", **values)


def _banner(content: ReportContent, words: Catalogue) -> str:
    known = content.sufficiency
    if not any(strip.has_data for strip in content.ribbon):
        return words.text("sufficiency.banner_empty")
    if known.is_enough:
        return ""
    return words.text("sufficiency.banner", n=known.n_valid_days, needed=known.n_days_needed)


def _wear(content: ReportContent, words: Catalogue) -> tuple[DayWear, ...]:
    days = []
    for strip, wear_s in zip(content.ribbon, content.sufficiency.wear_s, strict=True):
        verdict = "yes" if strip.is_valid else "no" if strip.has_data else "none"
        hours = words.text("sufficiency.hours", hours=wear_s / 3600)
        days.append(
            DayWear(
                words.day(strip.day),
                hours if strip.has_data else NOTHING,
                words.text(f"sufficiency.{verdict}"),
                strip.is_valid,
            )
        )
    return tuple(days)


def _sufficiency_line(known: Sufficiency, words: Catalogue) -> str:
    captured = (
        words.text("sufficiency.captured_unknown")
        if known.captured_share is None
        else words.text("sufficiency.captured", share=known.captured_share)
    )
    if not any(known.wear_s):
        captured = words.text("sufficiency.captured_unknown")
    gaps = (
        words.text(
            "sufficiency.gap_one" if known.n_gaps == 1 else "sufficiency.gaps",
            n=known.n_gaps,
            min=known.gaps_s / 60,
        )
        if known.n_gaps
        else words.text("sufficiency.no_gaps")
    )
    hours = known.valid_day_wear_s / 3600
    rule = words.text("sufficiency.rule", hours=hours, needed=known.n_days_needed)
    valid = words.text("sufficiency.valid", n=known.n_valid_days)
    return words.listed([valid, captured, gaps, rule])


def _tile(tile: Tile, words: Catalogue, *, enough: bool) -> TileWords:
    key = f"tile.{tile.measure}"
    is_silent = not enough and tile.this_week is None and tile.measure is not Measure.PAIN
    unit = words.text(f"{key}.unit")
    return TileWords(
        title=words.text(f"{key}.title"),
        value=tile_value(tile.measure, tile.this_week, words),
        unit="" if tile.this_week is None else unit,
        note=words.text("tiles.suppressed") if is_silent else _tile_note(tile, words),
        beside=(
            Pair(words.text("tiles.last_week"), _with_unit(tile, tile.last_week, words)),
            Pair(words.text("tiles.median"), _with_unit(tile, tile.median_4_weeks, words)),
        ),
        reference=words.text(f"{key}.reference"),
    )


def _tile_note(tile: Tile, words: Catalogue) -> str:
    key = f"tile.{tile.measure}"
    if tile.measure is Measure.PAIN:
        if tile.n_of is None:
            return ""
        return words.text(f"{key}.count_one" if tile.n_of == 1 else f"{key}.count", n_of=tile.n_of)
    if tile.n is not None and tile.n_of is not None:
        return words.text(f"{key}.count", n=tile.n, n_of=tile.n_of)
    if tile.share is not None:
        return words.text(f"{key}.share", share=tile.share)
    return ""


def tile_value(measure: Measure, value: float | None, words: Catalogue) -> str:
    """Return the number of a tile as it is printed."""
    if measure is Measure.HOURS_MET:
        return words.percent(value)
    if measure is Measure.PAIN:
        return words.short(value)
    return words.number(value, 0 if measure is Measure.LONGEST_BOUT_MIN else 1)


def _with_unit(tile: Tile, value: float | None, words: Catalogue) -> str:
    number = tile_value(tile.measure, value, words)
    unit = words.text(f"tile.{tile.measure}.unit")
    is_plain = value is None or tile.measure is Measure.PAIN or not unit
    return number if is_plain else f"{number} {unit}"


def _ribbon_alt(content: ReportContent, words: Catalogue) -> str:
    days = " ".join(_strip_alt(strip, words) for strip in content.ribbon)
    return words.text("ribbon.alt", days=days)


def _strip_alt(strip: DayStrip, words: Catalogue) -> str:
    day = words.day(strip.day)
    if not strip.has_data:
        return words.text("ribbon.alt_no_data", day=day)

    def hours(*kinds: str) -> float:
        return sum(run.end_s - run.start_s for run in strip.runs if run.what in kinds) / 3600

    return words.text(
        "ribbon.alt_day",
        day=day,
        sedentary=hours(*_SEDENTARY),
        upright=hours(*_UPRIGHT),
        sleep=hours("sleep"),
        not_worn=hours("not_worn"),
        unknown=hours("unknown"),
        n_long=len(strip.long_bouts),
    )


def _modal_alt(content: ReportContent, words: Catalogue) -> str:
    known = [_hour_alt(hour, words) for hour in content.modal_day if hour.median_min is not None]
    hours = " ".join(known) or words.text("modal.alt_none")
    return words.text("modal.alt", hours=hours)


def _hour_alt(hour: ModalHour, words: Catalogue) -> str:
    minutes = (hour.median_min, hour.q1_min, hour.q3_min)
    median, q1, q3 = (words.number(value) for value in minutes)
    return words.text("modal.alt_hour", hour=hour.hour, median=median, q1=q1, q3=q3)
