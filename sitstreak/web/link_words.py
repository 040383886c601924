"""What the collector is doing, in the words of the page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ingest.collecting.state import CollectorState, Doing
from sitstreak.views.source import LinkStatus
from sitstreak.views.words import duration

_WORDS: Final = {
    Doing.SEARCHING: "looking for the sensor",
    Doing.CONNECTING: "connecting",
    Doing.BACKFILLING: "catching up",
    Doing.LIVE: "connected",
    Doing.STOPPED: "stopped",
}


def link_status(state: CollectorState, *, simulated: bool = False) -> LinkStatus:
    """Return what the page says of a collector with one sensor.

    Parameters
    ----------
    simulated
        The sensor is a simulated one; the page then says that nobody wears it.
    """
    return LinkStatus(
        state=_words(state),
        sensor_name=state.name,
        simulated=simulated,
        catching_up=state.doing is Doing.BACKFILLING,
    )


def link_status_of_all(states: Sequence[CollectorState], *, simulated: bool = False) -> LinkStatus:
    """Return what the page says of a collector, however many sensors it has."""
    if len(states) == 1:
        return link_status(states[0], simulated=simulated)
    named = [f"{one.name or one.device_id or 'sensor'}: {_words(one)}" for one in states]
    return LinkStatus(
        state="; ".join(named) or _WORDS[Doing.SEARCHING],
        sensor_name=None,
        simulated=simulated,
        catching_up=any(one.doing is Doing.BACKFILLING for one in states),
    )


def _words(state: CollectorState) -> str:
    parts = [_WORDS[state.doing]]
    if state.doing is Doing.BACKFILLING and state.lag_s >= 1:
        parts.append(f"{duration(state.lag_s)} to go")
    if state.trouble:
        parts.append(state.trouble)
    # why the last link ended is for the log; what this one waits for is for the wearer
    if state.why and state.doing in {Doing.LIVE, Doing.BACKFILLING}:
        parts.append(state.why)
    return ", ".join(parts)
