"""Whether a recording's sensor shows 1 g where it should, said in a sentence.

Postures are told by angles against the wearer's own walking, seen by the same sensor: correcting
offset and gain changed no accuracy by more than chance, so nothing is corrected.
A sensor that is far off may be about to fail, though, and that its owner wants to know.
"""

from __future__ import annotations

from math import floor
from typing import Any

from ingest.recordings.player import BASE_S, to_blocks
from ingest.recordings.recording import RecordedSession
from processing.method import Method
from processing.signal.sensor_error import SensorError, StillSums, add, estimate, still_means


def sensor_error(session: RecordedSession, method: Method) -> SensorError | None:
    """Return how far the sensor is off; None: within 10 mg, or too little stillness to tell."""
    end_s = BASE_S + floor(session.t_s[-1]) + 1
    means_g = still_means(to_blocks(session, "check"), BASE_S, end_s, method)
    return estimate(add(StillSums.none(), means_g, method), method)


def as_json(error: SensorError | None) -> dict[str, Any] | None:
    """Return it for programs; offsets in g, gains as factors."""
    if error is None:
        return None
    return {
        "offset_g": [round(value, 4) for value in error.offset_g],
        "gain": [round(value, 4) for value in error.gain],
        "residual_before_g": round(error.residual_before_g, 4),
        "residual_after_g": round(error.residual_after_g, 4),
    }


def sentence(error: SensorError) -> str:
    """Return what it means."""
    off = error.residual_before_g
    axes = ", ".join(
        f"{axis} {offset:+.2f} g and {100 * (1 / gain - 1):+.0f} %"
        for axis, offset, gain in zip("xyz", error.offset_g, error.gain, strict=True)
    )
    return f"at rest the sensor is off by {off:.2f} g ({axes}); postures do not depend on it"
