"""Postures in words and colours, and as a band over time: the same on every dashboard."""

from __future__ import annotations

from typing import Final

from dashboards.common import mine, select
from dashboards.datasource import Json
from dashboards.panels import Place, Words, state_timeline
from dashboards.targets import target
from processing.model import Posture

#: Colours of Okabe and Ito, told apart with any kind of colour vision; each has its word as well.
POSTURE_WORDS: Final = {
    Posture.SIT: ("Sitting", "#D55E00"),
    Posture.LIE: ("Lying", "#CC79A7"),
    Posture.STAND: ("Standing", "#56B4E9"),
    Posture.WALK: ("Walking", "#009E73"),
    Posture.MOVE: ("Moving", "#0072B2"),
    Posture.UNKNOWN: ("Unknown", "#8C8C8C"),
    Posture.NOT_WORN: ("Not worn", "#4D4D4D"),
}

#: Raw rows: last() in buckets of time loses every posture shorter than a bucket.
POSTURES: Final = mine(select('"state"', "posture"), 'GROUP BY "device"')
_SILENT_AFTER_MS: Final = 600_000  #: two heartbeats of the rows


def timeline(panel_id: int, place: Place, words: Words) -> Json:
    """Return each posture from its first second to its last, a band for each sensor."""
    return state_timeline(
        panel_id,
        place,
        words,
        target(POSTURES, alias="$tag_device"),
        states={posture.value: shown for posture, shown in POSTURE_WORDS.items()},
        silent_after_ms=_SILENT_AFTER_MS,
    )
