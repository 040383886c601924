"""What there is to know of the sensor itself: battery, what went wrong, what is missing today."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from ingest.model import SensorReading
from processing.gap_reasons import gap_words
from processing.model import NS_PER_S
from sitstreak.views.record import View
from sitstreak.views.source import LinkStatus, ResultsReader

#: Counters of the collector that are told when they are not 0; all of them are in `counters`.
_TOLD: Final = {
    "n_overflowed": "packets dropped here, this computer was too busy",
    "n_refused": "times the device refused to stream, or stopped by itself",
    "n_clipped": "values beyond what can be stored",
    "n_clock_steps": "jumps of this computer's clock",
}

#: A collector at work says each minute how things are.
_NEW_S: Final = 180


@dataclass(frozen=True, slots=True)
class MissingView(View):
    """What is missing today for one reason."""

    reason: str  #: one of `processing.gap_reasons.GapReason`
    words: str
    n_gaps: int
    duration_s: int  #: of today
    n_lost: int  #: samples known to be lost, in the whole of these gaps


@dataclass(frozen=True, slots=True)
class SensorView(View):
    """The sensor line at the foot of the page."""

    name: str | None
    battery_pct: int | None
    rssi_dbm: int | None
    last_seen: str | None  #: when the newest stored sample was taken
    link: str | None  #: what the collector says; None when no collector runs in this process
    notes: list[str]  #: in plain words: what went wrong since the collector started
    counters: dict[str, int]  #: of the same collector; empty: none has counted yet
    missing_today: list[MissingView]  #: by reason, the longest first


def sensor_view(
    results: ResultsReader,
    wearer: str,
    *,
    link: LinkStatus | None,
    last_seen: str | None,
    today_s: tuple[int, int],
) -> SensorView:
    """Describe the sensor that was heard last.

    Parameters
    ----------
    link
        What the collector says, if it runs in this process.
    last_seen
        When its newest sample was taken.
    today_s
        The part of today that is over: its begin and its end, Unix time. [s]
    """
    reading = results.sensor(wearer)
    counted = results.sensor_counters(wearer)
    name = link.sensor_name if link is not None else None
    if name is None and reading is not None:
        name = reading.device_id
    return SensorView(
        name=name,
        battery_pct=None if reading is None else reading.battery_pct,
        rssi_dbm=None if reading is None else reading.rssi_dbm,
        last_seen=last_seen,
        link=None if link is None else link.state,
        notes=_notes(counted, is_new=reading is not None and _is_new(reading, today_s[1])),
        counters={key: value for key, value in counted.items() if type(value) is int},
        missing_today=_missing(results, wearer, *today_s),
    )


def _is_new(reading: SensorReading, at_s: int) -> bool:
    return at_s - reading.at_ns / NS_PER_S < _NEW_S


def _notes(counted: Mapping[str, Any], *, is_new: bool) -> list[str]:
    of_now = ("trouble", "clock_notice") if is_new else ()
    said = [str(counted[key]) for key in of_now if counted.get(key)]
    return said + [f"{counted[key]} {words}" for key, words in _TOLD.items() if counted.get(key)]


def _missing(results: ResultsReader, wearer: str, start_s: int, end_s: int) -> list[MissingView]:
    found: dict[str, MissingView] = {}
    for gap in results.gaps_since(wearer, start_s * NS_PER_S):
        length_ns = min(gap.end_ns, end_s * NS_PER_S) - max(gap.start_ns, start_s * NS_PER_S)
        before = found.get(gap.reason) or MissingView(gap.reason, gap_words(gap.reason), 0, 0, 0)
        if length_ns >= 0:
            found[gap.reason] = MissingView(
                before.reason,
                before.words,
                before.n_gaps + 1,
                before.duration_s + length_ns,
                before.n_lost + gap.n_lost,
            )
    by_length = sorted(found.values(), key=lambda one: -one.duration_s)
    return [
        MissingView(one.reason, one.words, one.n_gaps, one.duration_s // NS_PER_S, one.n_lost)
        for one in by_length
    ]
