"""The usual day, the lengths of bouts, and the weeks before."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from processing.figures.bout_figures import BAND_STARTS_S
from sitstreak.report.content.model import ModalHour, TrendWeek
from sitstreak.report.printed.catalogue import Catalogue
from sitstreak.report.printed.charts_style import (
    BLUE,
    GREY,
    INK,
    PALE,
    SKY,
    at_pt,
    draw,
)

MODAL_PT: Final = (308.0, 116.0)
BANDS_PT: Final = (206.0, 92.0)
TREND_PT: Final = (286.0, 148.0)


def modal_day(hours: Sequence[ModalHour], words: Catalogue) -> str:
    """Draw median sitting minutes of each clock hour with the middle half of the days."""

    def paint(figure: Figure) -> None:
        width_pt, height_pt = MODAL_PT
        axes = at_pt(figure, 26, 14, width_pt - 32, height_pt - 20)
        axes.set_xlim(0, 24)
        axes.set_ylim(0, 60)
        axes.set_yticks([0, 15, 30, 45, 60])
        axes.set_xticks(range(0, 25, 3), [f"{h:02d}" for h in range(0, 25, 3)])
        axes.grid(axis="y", color=PALE, linewidth=0.4)
        axes.set_axisbelow(True)
        axes.set_ylabel(words.text("modal.axis"), labelpad=1)
        for hour in hours:
            _modal_hour(axes, hour)

    return draw("modal", *MODAL_PT, paint)


def _modal_hour(axes: Axes, hour: ModalHour) -> None:
    span = (hour.hour, hour.hour + 1)
    if hour.median_min is None or hour.q1_min is None or hour.q3_min is None:
        axes.bar(
            hour.hour + 0.5, 60, 1, fc="none", ec="#D0D0D0", hatch="///", linewidth=0, zorder=1
        )
        return
    axes.fill_between(span, hour.q1_min, hour.q3_min, fc=SKY, alpha=0.75, linewidth=0, zorder=2)
    axes.plot(span, [hour.median_min] * 2, color=BLUE, lw=2, solid_capstyle="butt", zorder=3)


def band_labels(words: Catalogue) -> list[str]:
    """Return the names of the bands of bout lengths, in minutes."""
    starts = [start_s // 60 for start_s in BAND_STARTS_S]
    return [
        words.text("bands.first", end=starts[1]),
        *(words.text("bands.between", start=a, end=b) for a, b in pairwise(starts[1:])),
        words.text("bands.last", start=starts[-1]),
    ]


def bout_bands(band_s: Sequence[float] | None, words: Catalogue) -> str:
    """Draw hours a valid day in bouts of each length; an empty frame without enough days. [s]"""

    def paint(figure: Figure) -> None:
        width_pt, height_pt = BANDS_PT
        axes = at_pt(figure, 48, 4, width_pt - 74, height_pt - 6)
        labels = band_labels(words)
        axes.set_ylim(len(labels) - 0.4, -0.6)
        axes.set_yticks(range(len(labels)), labels)
        axes.tick_params(axis="y", length=0)
        axes.set_xticks([])
        axes.spines["bottom"].set_visible(False)
        if band_s is None:
            middle = (len(labels) - 1) / 2
            axes.text(0.5, middle, words.text("bands.none"), ha="center", va="center", color=GREY)
            return
        hours = [one / 3600 for one in band_s]
        axes.set_xlim(0, max(*hours, 0.1))
        for row, value in enumerate(hours):
            is_long = BAND_STARTS_S[row] >= 3600
            axes.barh(
                row,
                value,
                0.68,
                fc=BLUE if is_long else SKY,
                ec=BLUE,
                hatch=None if is_long else "////",
                lw=0.4,
            )
            axes.annotate(
                words.number(value, 1),
                (value, row),
                xytext=(2.5, 0),
                textcoords="offset points",
                va="center",
                ha="left",
            )

    return draw("bands", *BANDS_PT, paint)


def trend(weeks: Sequence[TrendWeek], words: Catalogue) -> str:
    """Draw sitting, hours met and pain over the weeks, one panel each on one axis of weeks."""

    def paint(figure: Figure) -> None:
        width_pt, height_pt = TREND_PT
        each = (height_pt - 16) / 3
        sedentary, met, pain = (
            at_pt(figure, 22, 16 + (2 - row) * each, width_pt - 30, each - 13) for row in range(3)
        )
        hours = [week.sedentary_h for week in weeks]
        long_h = [week.prolonged_h for week in weeks]
        shares = [None if w.hours_met_share is None else 100 * w.hours_met_share for w in weeks]
        _series(sedentary, weeks, hours, BLUE, "o")
        _series(sedentary, weeks, long_h, INK, "s")
        _panel(sedentary, [*hours, *long_h], 4.0)
        _title(sedentary, f"● {words.text('trend.sedentary')}", BLUE, 0.0)
        _title(sedentary, f"■ {words.text('trend.prolonged')}", INK, 0.42)
        _series(met, weeks, shares, "#00664A", "o")
        _panel(met, [100.0], 100.0)
        _title(met, words.text("trend.met"), "#00664A", 0.0)
        _series(pain, weeks, [week.pain for week in weeks], "#A84A00", "o")
        _panel(pain, [10.0], 10.0)
        _title(pain, words.text("trend.pain"), "#A84A00", 0.0)
        for axes in (sedentary, met, pain):
            _weeks(axes, weeks, is_last=axes is pain)

    return draw("trend", *TREND_PT, paint)


def _series(
    axes: Axes, weeks: Sequence[TrendWeek], values: Sequence[float | None], color: str, shape: str
) -> None:
    known = [np.nan if w.is_hollow or v is None else v for w, v in zip(weeks, values, strict=True)]
    axes.plot(range(len(weeks)), known, color=color, lw=1.1, marker=shape, ms=3.4, clip_on=False)
    for x, (week, value) in enumerate(zip(weeks, values, strict=True)):
        if week.is_hollow and value is not None:
            axes.plot(x, value, shape, ms=3.6, mfc="#FFFFFF", mec=color, mew=0.9, clip_on=False)


def _panel(axes: Axes, values: Sequence[float | None], step: float) -> None:
    top = max([value for value in values if value is not None], default=step)
    top = step * max(int(np.ceil(top / step)), 1)
    axes.set_ylim(0, top)
    axes.set_yticks([0, top])
    axes.grid(axis="y", color=PALE, linewidth=0.4)
    axes.set_axisbelow(True)


def _title(axes: Axes, text: str, color: str, x: float) -> None:
    axes.text(x, 1.1, text, transform=axes.transAxes, ha="left", va="bottom", color=color)


def _weeks(axes: Axes, weeks: Sequence[TrendWeek], *, is_last: bool) -> None:
    axes.set_xlim(-0.5, max(len(weeks), 1) - 0.5)
    ticks = list(range(len(weeks)))
    names = [week.week.rpartition("-")[2] for week in weeks] if is_last else [""] * len(weeks)
    axes.set_xticks(ticks, names)
    for x, (before, after) in enumerate(pairwise(weeks)):
        digests = (before.method_digest, after.method_digest)
        if None not in digests and digests[0] != digests[1]:
            axes.axvline(x + 0.5, color=GREY, lw=0.8, ls=":")
