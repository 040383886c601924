"""Results as InfluxDB line protocol, schema version 2 (docs/influx-schema.md). Pure.

Time stamps follow from the data, so a line that is made again replaces the one before; all but
those of events are whole seconds. Every number keeps its type for ever: floats are written as
floats even when whole.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np

from processing.model import CODE, NS_PER_S, POSTURES, Bout, DaySummary, Posture, PostureSeconds

POSTURE: Final = "posture"
POSTURE_MINUTE: Final = "posture_minute"
STREAK: Final = "streak"
BOUT: Final = "bout"
DAY: Final = "day"
EVENT: Final = "event"
SENSOR: Final = "sensor"
#: Measurements with the tag device, and those of the wearer as a whole, that follow from samples.
OF_DEVICE: Final = (POSTURE, POSTURE_MINUTE, BOUT)
OF_WEARER: Final = (STREAK, DAY, EVENT)

#: Where a dashboard's name is shorter than the report's.
_DAY_NAMES: Final = {
    "n_sedentary_bouts_30min": "n_bouts_30min",
    "n_sedentary_bouts_60min": "n_bouts_60min",
    "n_hours_eligible": "n_hours",
}
#: Whole numbers, written as floats: this is how `repr` writes them.
_MINUTE: Final = ",".join([f"{posture.value}_s=%d.0" for posture in POSTURES] + ["n_steps=%d.0"])
_TRUTHS: Final = (bool, np.bool_)
_WHOLE: Final = (int, np.integer)
_TAG_ESCAPES: Final = str.maketrans({",": r"\,", "=": r"\=", " ": r"\ "})
_TEXT_ESCAPES: Final = str.maketrans({'"': r"\"", "\\": r"\\"})


class Line(NamedTuple):
    """One row of InfluxDB. All but `fields` are its key: a newer line replaces an older one."""

    series: str  #: measurement and tags, escaped
    at_s: int
    fields: str  #: escaped
    more_ns: int = 0  #: after `at_s`; part of the key

    @property
    def text(self) -> str:
        """The line, with its time stamp in nanoseconds."""
        return f"{self.series} {self.fields} {self.at_s * NS_PER_S + self.more_ns}"


@lru_cache(maxsize=256)
def series(measurement: str, wearer: str, device: str = "") -> str:
    """Return measurement and tags.

    Raises
    ------
    ValueError
        If a tag is empty or holds control characters or a backslash: line protocol cannot say it.
    """
    tags = (
        f"wearer={_tag(wearer)}" if not device else f"device={_tag(device)},wearer={_tag(wearer)}"
    )
    return f"{measurement},{tags}"


def posture_line(wearer: str, device: str, at_s: int, code: int, confidence: float) -> Line:
    """Return what the wearer was doing from `at_s` on."""
    values = {"state": POSTURES[code].value, "code": code, "confidence": confidence}
    return Line(series(POSTURE, wearer, device), at_s, fields(values))


def minute_line(wearer: str, device: str, seconds: PostureSeconds) -> Line:
    """Return the seconds of each posture in one whole minute; what is not there is unknown."""
    return next(minute_lines(wearer, device, seconds, [seconds.start_s]))


def minute_lines(
    wearer: str, device: str, seconds: PostureSeconds, minutes_s: Iterable[int]
) -> Iterator[Line]:
    """Yield some of the minutes of seconds that begin with a minute."""
    n_minutes, n_kinds = -(-len(seconds) // 60), len(POSTURES)
    nth = np.arange(len(seconds)) // 60
    counts = np.bincount(nth * n_kinds + seconds.code, minlength=n_minutes * n_kinds)
    counts = counts.reshape(n_minutes, n_kinds)
    counts[:, CODE[Posture.UNKNOWN]] += 60 - counts.sum(axis=1)
    n_steps = np.bincount(nth, weights=seconds.n_steps, minlength=n_minutes)
    tags = series(POSTURE_MINUTE, wearer, device)
    for minute_s in minutes_s:
        at = (minute_s - seconds.start_s) // 60
        yield Line(tags, minute_s, _MINUTE % (*counts[at].tolist(), n_steps[at]))


def streak_lines(wearer: str, rows: Iterable[tuple[int, float, float]]) -> Iterator[Line]:
    """Yield the running counts at moments, each given as `at_s`, `streak_s`, `debt_s`."""
    # Most of all rows are of this kind, so they do not go the general way of writing fields.
    tags = series(STREAK, wearer)
    for at_s, streak_s, debt_s in rows:
        if not math.isfinite(streak_s + debt_s):
            raise ValueError(f"{streak_s} or {debt_s} is not a number InfluxDB can hold")
        yield Line(tags, at_s, f"streak_s={float(streak_s)!r},debt_s={float(debt_s)!r}")


def streak_line(wearer: str, at_s: int, streak_s: float, debt_s: float) -> Line:
    """Return the running counts at a moment."""
    return next(streak_lines(wearer, [(at_s, streak_s, debt_s)]))


def bout_line(wearer: str, device: str, bout: Bout) -> Line:
    """Return one bout."""
    values = {
        "posture": bout.posture.value,
        "duration_s": float(bout.duration_s),
        "end_ms": bout.end_s * 1_000,
        "n_steps": bout.n_steps,
        "confidence": float(bout.confidence),
        "censored": bout.censored,
    }
    return Line(series(BOUT, wearer, device), bout.start_s, fields(values))


def day_line(wearer: str, day: DaySummary) -> Line:
    """Return the numbers of one local day."""
    numbers = asdict(day) | {"wear_s": day.wear_s, "sedentary_s": day.sedentary_s}
    values: dict[str, float | int] = {
        _DAY_NAMES.get(name, name): float(value)
        for name, value in numbers.items()
        if name not in ("start_s", "end_s", "is_valid")
    }
    values["valid"] = int(day.is_valid)
    values["end_ms"] = day.end_s * 1_000
    return Line(series(DAY, wearer), day.start_s, fields(values))


def fields(values: Mapping[str, bool | int | float | str]) -> str:
    """Return the fields of a line; an int is an integer field, a float a float field.

    Raises
    ------
    ValueError
        If a number is not finite, or a text has a line break.
    """
    return ",".join(f"{name}={_value(value)}" for name, value in values.items())


def _value(value: bool | int | float | str) -> str:
    if isinstance(value, _TRUTHS):
        return "true" if value else "false"
    if isinstance(value, _WHOLE):
        return f"{int(value)}i"
    if isinstance(value, str):
        if "\n" in value or "\r" in value:
            raise ValueError(f"{value!r} has a line break")
        return f'"{value.translate(_TEXT_ESCAPES)}"'
    if not math.isfinite(value):
        raise ValueError(f"{value} is not a number InfluxDB can hold")
    return repr(float(value))


def _tag(value: str) -> str:
    if not value or "\\" in value or not value.isprintable():
        raise ValueError(f"{value!r} cannot be a tag")
    return value.translate(_TAG_ESCAPES)
