"""Tables and numbers as the page writes them."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table, or a line that says there is nothing."""
    if not rows:
        return "*Not measured in this run.*\n"
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def share(value: float, digits: int = 3) -> str:
    """Return a number with so many decimals; a dash for NaN."""
    return "–" if isnan(value) else f"{value:.{digits}f}"


def signed(value: float, digits: int = 3) -> str:
    """Return a number with its sign; a dash for NaN."""
    return "–" if isnan(value) else f"{value:+.{digits}f}"


def percent(value: float) -> str:
    """Return a share in percent; a dash for NaN."""
    return "–" if isnan(value) else f"{100 * value:.1f} %"
