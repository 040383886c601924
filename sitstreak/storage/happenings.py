"""What happened, as rows of `event`: breaks, gaps, and when the sensor was switched off and on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from processing.figures.days import breaks_of_day, margin_s
from processing.figures.sleep import Sleep
from processing.gap_reasons import GapReason, gap_words
from processing.method import Method
from processing.model import NS_PER_S, Gap, PostureSeconds
from sitstreak.storage.lines import EVENT, Line, fields, series
from sitstreak.storage.results import Results

BREAK: Final = "break"
SENSOR_ON: Final = "sensor_on"
SENSOR_OFF: Final = "sensor_off"
GAP: Final = "gap"
#: The place of a kind is how many nanoseconds its rows are late. Append only: rows depend on it.
KINDS: Final = (
    *(BREAK, SENSOR_ON, SENSOR_OFF, GAP),
    *("pain", "exercise", "stretch", "test", "note", "not_worn", "sleep"),  # of the diary
)
#: Further apart than the kinds: two sensors of a wearer may lose the same second.
_PER_DEVICE_NS: Final = 100
#: Shorter gaps are counted in `sensor`; as marks in a picture they would hide everything else.
SHORTEST_GAP_S: Final = 60
#: How long before a change of the seconds an event can begin that changes with it.
REACH_S: Final = 3_600


def event_line(
    wearer: str, kind: str, at_ns: int, text: str, value: float | None, *, nth_device: int = 0
) -> Line:
    """Return one event.

    Parameters
    ----------
    at_ns
        When it began, Unix time, UTC. [ns]
    text
        For people; one line.
    value
        By kind (docs/influx-schema.md); None: it has none.
    nth_device
        Which of the wearer's sensors it is about, or which entry of the diary of that kind: two may
        say the same of the same moment.
    """
    at_s, more_ns = divmod(at_ns, NS_PER_S)
    more_ns = more_ns + KINDS.index(kind) + nth_device * _PER_DEVICE_NS
    values: dict[str, str | float] = {"kind": kind, "text": text}
    if value is not None:
        values["value"] = float(value)
    return Line(series(EVENT, wearer), at_s, fields(values), more_ns)


def break_lines(
    results: Results,
    wearer: str,
    seconds: PostureSeconds,
    day_s: tuple[int, int],
    method: Method,
    sleep: list[Sleep],
    *,
    since_s: int,
) -> Iterator[Line]:
    """Yield the breaks of a local day that end at `since_s` or later, as the day's row counts them.

    Only those that will stay breaks: a provisional second could undo one, and its row would stay.
    """
    final_s = (results.settled_until(wearer) or 0) - margin_s(method)
    for one in breaks_of_day(seconds, *day_s, method, sleep):
        if one.start_s <= final_s and one.end_s >= since_s:
            minutes = (one.end_s - one.start_s) / 60
            text = f"break of {minutes:.0f} min" if minutes >= 1 else "short break"
            yield event_line(wearer, BREAK, one.start_s * NS_PER_S, text, minutes)


def gap_lines(results: Results, wearer: str, start_s: int, end_s: int) -> Iterator[Line]:
    """Yield what the wearer's sensors missed, of all gaps that touch a span and are settled."""
    devices = results.devices(wearer)
    settled_ns = (results.settled_until(wearer) or 0) * NS_PER_S
    for gap in results.gaps(wearer, start_s * NS_PER_S - 1, end_s * NS_PER_S):
        nth = devices.index(gap.device_id) if gap.device_id in devices else len(devices)
        if gap.end_ns - gap.start_ns >= SHORTEST_GAP_S * NS_PER_S and gap.end_ns <= settled_ns:
            yield from _lines_of_gap(wearer, gap, nth)


def _lines_of_gap(wearer: str, gap: Gap, nth: int) -> Iterator[Line]:
    minutes = (gap.end_ns - gap.start_ns) / NS_PER_S / 60
    if gap.reason == GapReason.SENSOR_OFF:
        yield event_line(wearer, SENSOR_OFF, gap.start_ns, "sensor off", minutes, nth_device=nth)
        yield event_line(wearer, SENSOR_ON, gap.end_ns, "sensor on", minutes, nth_device=nth)
        return
    text = f"{minutes:.0f} min without data: {gap_words(gap.reason)}"
    yield event_line(wearer, GAP, gap.start_ns, text, minutes, nth_device=nth)
