"""Why samples are missing: every reason that is ever written to a gap, and what people read."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class GapReason(StrEnum):
    """Reason of a `processing.model.Gap`. Append only: stored gaps keep these words."""

    SENSOR_OFF = "sensor_off"
    OUT_OF_RANGE = "out_of_range"
    PACKETS_LOST = "packets_lost"
    QUEUE_FULL = "queue_full"  #: notifications arrived faster than this computer fetched them
    LOG_OVERRUN = "log_overrun"  #: the sensor's full log overwrote what was never read
    UNREADABLE = "unreadable"  #: blocks of the sensor's log whose CRC fails
    REBOOT = "reboot"
    CLOCK_CORRECTED = "clock_corrected"
    DISK_FULL = "disk_full"
    NOT_STORED = "not_stored"  #: another program kept the database locked for too long
    DAMAGED = "damaged"  #: stored once, found damaged later, and taken out


GAP_WORDS: Final[Mapping[GapReason, str]] = {
    GapReason.SENSOR_OFF: "sensor off",
    GapReason.OUT_OF_RANGE: "out of range",
    GapReason.PACKETS_LOST: "packets lost",
    GapReason.QUEUE_FULL: "this computer was too busy to listen",
    GapReason.LOG_OVERRUN: "the sensor's memory was full",
    GapReason.UNREADABLE: "the sensor's memory could not be read",
    GapReason.REBOOT: "the sensor started anew",
    GapReason.CLOCK_CORRECTED: "the sensor's clock was put right",
    GapReason.DISK_FULL: "this computer's disk was full",
    GapReason.NOT_STORED: "another program kept the database locked",
    GapReason.DAMAGED: "the stored samples were damaged",
}


def gap_words(reason: str) -> str:
    """Return why samples are missing, for people; a reason of a later version as it is written."""
    try:
        return GAP_WORDS[GapReason(reason)]
    except ValueError:
        return " ".join(reason.replace("_", " ").split()) or "not known"
