"""The ribbon: seven days of 24 hours, what each minute was, long bouts and the diary's marks."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle

from processing.figures.diary import DiaryEntry, DiaryKind
from processing.model import Posture
from sitstreak.report.content.model import ReportContent
from sitstreak.report.printed.catalogue import Catalogue
from sitstreak.report.printed.charts_ribbon_pieces import (
    KINDS,
    SLEEP,
    by_minute,
    moment_h,
    on_clock,
)
from sitstreak.report.printed.charts_style import (
    BLUE,
    GREY,
    INK,
    ORANGE,
    PALE,
    SKY,
    SMALL_PT,
    VERMILLION,
    WIDTH_PT,
    YELLOW,
    at_pt,
    boxes,
    draw,
)
from sitstreak.report.printed.printable import text_em

HEIGHT_PT: Final = 242.0
_LEGEND_PT: Final = 27.0
_LEFT_PT: Final = 60.0
_RIGHT_PT: Final = 8.0
_MARK_WIDTH_H: Final = 0.56  #: marks stand at least so far apart
_MAX_MARKS: Final = 30
_SIGN_PT: Final = 17.0  #: room of a sign in the legend
#: The row of a day, from its top (0) to its bottom (1).
_OVERLINE, _TOP, _BOTTOM, _MARKS = 0.14, 0.22, 0.64, 0.84


@dataclass(frozen=True, slots=True)
class _Look:
    """Colour, hatch and height: any two of them tell a posture."""

    face: str
    height: float = 1.0  #: of the strip, from its bottom
    hatch: str | None = None
    edge: str = INK
    lift: float = 0.0  #: from the bottom


_LOOKS: Final = {
    Posture.SIT: _Look(BLUE),
    Posture.LIE: _Look(SKY, 0.62, "/////", BLUE),
    Posture.STAND: _Look(ORANGE),
    Posture.WALK: _Look(YELLOW),
    Posture.MOVE: _Look(YELLOW, 1.0, "xxxxx", INK),
    SLEEP: _Look("#BDBDBD", 0.22),
    Posture.NOT_WORN: _Look("#FFFFFF", 0.5, "\\\\\\\\", GREY, 0.25),
    Posture.UNKNOWN: _Look("#FFFFFF", 0.5, "||||", "#8C8C8C", 0.25),
}
_MARK_LOOKS: Final = {
    DiaryKind.EXERCISE: ("^", INK),
    DiaryKind.STRETCH: ("D", "#FFFFFF"),
    DiaryKind.TEST: ("s", INK),
}


@dataclass(frozen=True, slots=True)
class Ribbon:
    """The picture, and how many marks had no room."""

    svg: str
    n_left_out: int


def ribbon(content: ReportContent, words: Catalogue) -> Ribbon:
    """Draw the seven days."""
    left_out = [0]

    def paint(figure: Figure) -> None:
        rows_pt = HEIGHT_PT - _LEGEND_PT - 12
        width_pt = WIDTH_PT - _LEFT_PT - _RIGHT_PT
        axes = at_pt(figure, _LEFT_PT, _LEGEND_PT + 12, width_pt, rows_pt)
        _frame(axes, content, words)
        _strips(axes, content)
        left_out[0] = _all_marks(axes, content)
        _legend(at_pt(figure, 0, 0, WIDTH_PT, _LEGEND_PT), words)

    return Ribbon(draw("ribbon", WIDTH_PT, HEIGHT_PT, paint), left_out[0])


def _frame(axes: Axes, content: ReportContent, words: Catalogue) -> None:
    axes.set_xlim(0, 24)
    axes.set_ylim(7, 0)
    axes.set_xticks(range(0, 25, 2), [f"{h:02d}" for h in range(0, 25, 2)])
    axes.set_yticks([])
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(False)
    axes.tick_params(length=0, pad=3)
    for hour in range(0, 25, 2):
        axes.axvline(hour, color=PALE, linewidth=0.8 if hour % 6 == 0 else 0.4, zorder=0)
    for row, strip in enumerate(content.ribbon):
        middle = row + (_TOP + _BOTTOM) / 2
        hours = (strip.end_s - strip.start_s) / 3600
        label = words.day(strip.day)
        weight = "bold" if strip.is_valid else "normal"
        shade = INK if strip.is_valid else GREY
        axes.text(-0.35, middle, label, ha="right", va="center", weight=weight, color=shade)
        if hours != 24:
            axes.text(
                -0.35,
                row + _MARKS + 0.04,
                words.text("ribbon.day_hours", hours=hours),
                ha="right",
                va="center",
                color=INK,
            )


def _strips(axes: Axes, content: ReportContent) -> None:
    change = content.header.clock_change
    corners: dict[str, list[tuple[float, float, float, float]]] = {kind: [] for kind in KINDS}
    lines: list[tuple[float, float, float, float]] = []
    height = _BOTTOM - _TOP
    for row, strip in enumerate(content.ribbon):
        for what, start_s, end_s in by_minute(strip):
            if what == Posture.UNKNOWN and start_s >= _drawn_until_s(content):
                continue
            look = _LOOKS[what]
            for piece in on_clock(start_s, end_s, strip, change):
                share = 1.0 if piece.lane == 0 else 0.5
                bottom = row + (_TOP + height / 2 if piece.lane == 1 else _BOTTOM)
                low = bottom - look.lift * height * share
                high = low - look.height * height * share
                corners[what].append((piece.start_h, piece.end_h, low, high))
        for start_s, end_s in strip.long_bouts:
            for piece in on_clock(start_s, end_s, strip, change):
                y = row + _OVERLINE
                lines.append((piece.start_h, piece.end_h, y - 0.035, y + 0.035))
    for kind, found in corners.items():
        if found:
            _patch(axes, found, _LOOKS[kind])
    if lines:
        axes.add_patch(PathPatch(boxes(np.array(lines)), facecolor=INK, linewidth=0))


def _drawn_until_s(content: ReportContent) -> float:
    """Return from when on nothing can be known yet: what is still to come is not missing. [s]"""
    header = content.header
    if header.is_over:
        return math.inf
    return header.known_until_s or content.ribbon[0].start_s


def _patch(axes: Axes, found: list[tuple[float, float, float, float]], look: _Look) -> None:
    path = boxes(np.array(found))
    edged = look.face == "#FFFFFF"
    axes.add_patch(
        PathPatch(
            path,
            facecolor=look.face,
            edgecolor=look.edge,
            hatch=look.hatch,
            linewidth=0.4 if edged else 0,
            zorder=2,
        )
    )


def _all_marks(axes: Axes, content: ReportContent) -> int:
    """Draw what the diary says; return how many marks had no room."""
    n_left_out = 0
    for row, strip in enumerate(content.ribbon):
        shown = strip.marks[:_MAX_MARKS]
        n_left_out += len(strip.marks) - len(shown)
        at_h = [moment_h(mark.at_s, strip, content.header.clock_change) for mark in shown]
        for mark, x in zip(shown, spread(at_h, _MARK_WIDTH_H, 24.0), strict=True):
            _mark(axes, mark, x, row + _MARKS)
    return n_left_out


def spread(at: list[float], apart: float, end: float) -> list[float]:
    """Return places in the same order that lie at least `apart`, moved as little as that takes.

    Parameters
    ----------
    at
        Wanted places, in any unit.
    end
        The first possible place is `apart / 2`, the last `end - apart / 2`.
    """
    order = sorted(range(len(at)), key=lambda i: at[i])
    placed = [0.0] * len(at)
    least = apart / 2
    for i in order:
        placed[i] = max(at[i], least)
        least = placed[i] + apart
    most = end - apart / 2
    for i in reversed(order):
        placed[i] = min(placed[i], most)
        most = placed[i] - apart
    return placed


def _mark(axes: Axes, mark: DiaryEntry, x: float, y: float) -> None:
    if mark.kind is DiaryKind.PAIN:
        axes.plot(x, y, "o", ms=9.2, mfc="#FFFFFF", mec=VERMILLION, mew=0.9, zorder=4)
        score = "" if mark.score is None else str(mark.score)
        axes.text(x, y + 0.01, score, ha="center", va="center_baseline", zorder=5)
    elif mark.kind in _MARK_LOOKS:
        shape, face = _MARK_LOOKS[mark.kind]
        axes.plot(x, y, shape, ms=5, mfc=face, mec=INK, mew=0.7, zorder=4)


def _legend(axes: Axes, words: Catalogue) -> None:
    axes.set_axis_off()
    axes.set_xlim(0, WIDTH_PT)
    axes.set_ylim(0, _LEGEND_PT)
    _legend_row(axes, 20.5, {what: words.text(f"ribbon.{what}") for what in _LOOKS})
    marks = ("long_bout", DiaryKind.PAIN, *_MARK_LOOKS)
    _legend_row(axes, 6.5, {what: words.text(f"ribbon.{what}") for what in marks})


def _legend_row(axes: Axes, y: float, names: Mapping[str, str]) -> None:
    """Draw signs and names, spread over the width."""
    widths = [_SIGN_PT + text_em(name) * SMALL_PT for name in names.values()]
    apart = min((WIDTH_PT - sum(widths)) / max(len(names) - 1, 1), 24.0)
    x = 0.0
    for (what, name), width in zip(names.items(), widths, strict=True):
        _sign(axes, what, x, y)
        axes.text(x + _SIGN_PT, y, name, va="center")
        x += width + apart


def _sign(axes: Axes, what: str, x: float, y: float) -> None:
    middle = x + _SIGN_PT / 2 - 2
    if what == "long_bout":
        axes.add_patch(Rectangle((x, y - 0.8), 13, 1.6, facecolor=INK, linewidth=0))
    elif what == DiaryKind.PAIN:
        axes.plot(middle, y, "o", ms=8, mfc="#FFFFFF", mec=VERMILLION, mew=0.9)
    elif what in _MARK_LOOKS:
        shape, face = _MARK_LOOKS[DiaryKind(what)]
        axes.plot(middle, y, shape, ms=4.5, mfc=face, mec=INK, mew=0.7)
    else:
        _swatch(axes, x, y - 3.5, _LOOKS[what])


def _swatch(axes: Axes, x: float, y: float, look: _Look) -> None:
    axes.add_patch(
        Rectangle(
            (x, y + 7 * look.lift),
            13,
            7 * look.height,
            facecolor=look.face,
            edgecolor=look.edge,
            hatch=look.hatch,
            linewidth=0.4 if look.face == "#FFFFFF" else 0,
        )
    )
