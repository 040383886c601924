"""One cell of a recording file as text: what it may say, and how to say what is wrong with it."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Final

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_QUOTE_AT_MOST: Final = 40
_NO_VALUE: Final = frozenset({"nan", "na", "n/a", "null", "none", "inf", "infinity"})


def parse_number(text: str, decimal: str = ".") -> float:
    """Return a finite number; ValueError if the text is none."""
    if "_" in text:  # Python's own notation; no instrument writes it
        raise ValueError(text)
    number = float(text.replace(decimal, "."))
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def parse_time_ns(text: str) -> int:
    """Return ISO 8601 text as Unix time, UTC when without offset; ValueError if it is none. [ns]"""
    stamp = datetime.fromisoformat(text.strip())
    since = (stamp if stamp.tzinfo else stamp.replace(tzinfo=UTC)) - _EPOCH
    ns = ((since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds) * 1000
    if abs(ns) >= 2**63:  # years before 1677 and after 2262 do not fit
        raise ValueError(text)
    return ns


def is_number(text: str, decimal: str = ".") -> bool:
    """Return whether the text is meant as a number (NaN and infinity count)."""
    try:
        float(text.replace(decimal, "."))
    except ValueError:
        return False
    return True


def first_time(text: str) -> datetime | None:
    """Return the ISO 8601 time that the text is; None if it is none."""
    try:
        return datetime.fromisoformat(text.strip())
    except ValueError:
        return None


def cell_cause(name: str, text: str, *, is_dated: bool) -> str:
    """Return what is wrong with a cell of column `name`, and what to do."""
    bare = text.strip().lower().lstrip("+-")
    if not bare:
        return f"{name} is empty; remove this row or fill it in"
    if bare in _NO_VALUE:
        return f"{name} is {text.strip()}; remove this row or fill it in"
    if name != "t":
        return f"{name} is {quoted(text)}, not a number"
    if is_dated:
        return f"t is {quoted(text)}, not an ISO 8601 time like the first one"
    return f"t is {quoted(text)}, neither seconds nor an ISO 8601 time like 2026-11-09T08:00:00Z"


def quoted(value: object) -> str:
    """Return a value from a file as it can stand in a one-line message."""
    text = str(value)
    return repr(text if len(text) <= _QUOTE_AT_MOST else text[:_QUOTE_AT_MOST] + "…")
