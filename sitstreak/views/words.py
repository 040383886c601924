"""Numbers as people say them; the page and the status command use the same words."""

from __future__ import annotations

from typing import Final

from processing.model import Posture

POSTURE_WORDS: Final = {
    Posture.SIT: "sitting",
    Posture.STAND: "standing",
    Posture.WALK: "walking",
    Posture.LIE: "lying",
    Posture.MOVE: "moving",
    Posture.UNKNOWN: "not known",
    Posture.NOT_WORN: "not worn",
}

_SURE: Final = 0.85
_FAIRLY_SURE: Final = 0.65


def sureness(confidence: float) -> str:
    """Say how much a probability of being right (0..1) is worth."""
    if confidence >= _SURE:
        return "sure"
    return "fairly sure" if confidence >= _FAIRLY_SURE else "not sure"


def duration(seconds: float) -> str:
    """Say how long something lasted: `45 s`, `3 min`, `1 h 5 min`, `2 days`; rounded down. [s]"""
    whole = max(int(seconds), 0)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min"
    if whole < 2 * 86_400:
        hours, minutes = whole // 3600, whole % 3600 // 60
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    return f"{whole // 86_400} days"
