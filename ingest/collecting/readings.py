"""What a sensor said of itself and what went by: into the journal each minute, for whoever asks."""

from __future__ import annotations

import logging
from dataclasses import asdict
from typing import Final

from ingest.clock.host import HostTime
from ingest.errors import JournalUnavailableError
from ingest.model import Journal, SensorReading
from ingest.sequencing.actions import Counters

log = logging.getLogger(__name__)

#: Under this name the journal keeps the counters of the collector that runs, or ran last.
COUNTERS: Final = "counters"


def note_sensor(
    journal: Journal,
    reading: SensorReading,
    counters: Counters,
    host: HostTime | None,
    trouble: str = "",
) -> None:
    """Remember a reading and what stands beside it; if that cannot be now, the next one will do.

    Parameters
    ----------
    counters
        Since the collector started.
    host
        This computer's time, for the steps of its clock; None: not looked at.
    trouble
        What the wearer should know; empty: nothing.
    """
    state = {
        **asdict(counters),
        "n_clock_steps": 0 if host is None else host.n_steps,
        "clock_notice": "" if host is None else host.notice,
        "trouble": trouble,
    }
    try:
        journal.note_sensor(reading)
        journal.save_state(reading.device_id, COUNTERS, state)
    except JournalUnavailableError as error:
        if not error.brief_s:  # whoever stores samples says it when it lasts
            log.warning("%s", error)
