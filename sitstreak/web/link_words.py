"""What the collector is doing, in the words of the page."""

from __future__ import annotations

from typing import Final

from ingest.collector import CollectorState, Doing
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
    """Return what the page says of a collector.

    Parameters
    ----------
    simulated
        The sensor is a simulated one; the page then says that nobody wears it.
    """
    catching_up = state.doing is Doing.BACKFILLING
    behind = f", {duration(state.lag_s)} to go" if catching_up and state.lag_s >= 1 else ""
    return LinkStatus(
        state=_WORDS[state.doing] + behind,
        sensor_name=state.name,
        simulated=simulated,
        catching_up=catching_up,
    )
