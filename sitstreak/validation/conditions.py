"""The same session as a slower, lossier, turned or badly adjusted sensor would have recorded it."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import numpy as np
from scipy import signal
from scipy.spatial.transform import Rotation

from ingest.recordings.recording import RecordedSession
from processing.model import BoolArray, FloatArray

_PACKET_S: Final = 0.5
_LOST_SHARE: Final = 0.05
_GAIN: Final = 0.03
_OFFSET_G: Final = 0.03
_JITTER_SHARE: Final = 0.3


@dataclass(frozen=True, slots=True)
class Condition:
    """One way in which a recording may be worse."""

    name: str
    change: Callable[[RecordedSession], RecordedSession]
    #: how far the balanced accuracies may move; None: no target was set
    within: float | None = None


def slower(session: RecordedSession, *, n: int, smooth: bool = True) -> RecordedSession:
    """Keep every `n`-th sample, by default after what lies above the new band is filtered out."""
    acc_g = session.acc_g
    if smooth and len(acc_g) > 16 * n:
        kernel = signal.firwin(8 * n + 1, 0.8 / n)
        padded = np.pad(acc_g, [(4 * n, 4 * n), (0, 0)], mode="edge")
        acc_g = signal.oaconvolve(padded, kernel[:, None], mode="valid", axes=0)
    return replace(
        session, t_s=session.t_s[::n].copy(), acc_g=acc_g[::n].copy(), fs_hz=session.fs_hz / n
    )


def lossy(session: RecordedSession, *, burst_s: float) -> RecordedSession:
    """Lose 5 % of the session in holes of `burst_s` at random places."""
    packet = np.floor(session.t_s / burst_s).astype(np.int64)
    rng = _rng(session, f"lossy {burst_s}")
    lost = rng.random(packet[-1] + 1) < _LOST_SHARE
    return _kept(session, ~lost[packet])


def rotated(session: RecordedSession) -> RecordedSession:
    """Turn the sensor in its clip, any way round."""
    turn = random_turn(_rng(session, "rotated"))
    return replace(session, acc_g=session.acc_g @ turn.T)


def misadjusted(session: RecordedSession) -> RecordedSession:
    """Give each axis a gain that is off by up to 3 % and an offset of up to 30 mg."""
    rng = _rng(session, "misadjusted")
    gain = 1 + rng.uniform(-_GAIN, _GAIN, 3)
    return replace(session, acc_g=session.acc_g * gain + rng.uniform(-_OFFSET_G, _OFFSET_G, 3))


def jittered(session: RecordedSession) -> RecordedSession:
    """Stamp each sample up to 30 % of the sample interval early or late."""
    rng = _rng(session, "jittered")
    reach_s = _JITTER_SHARE / session.fs_hz
    t_s = session.t_s + rng.uniform(-reach_s, reach_s, len(session.t_s))
    t_s = np.maximum.accumulate(np.maximum(t_s, 0.0)) + np.arange(len(t_s)) * 1e-9
    return replace(session, t_s=t_s)


CONDITIONS: Final = (
    Condition("25 Hz", partial(slower, n=2), 0.005),
    Condition("12.5 Hz", partial(slower, n=4), 0.015),
    Condition("25 Hz, nothing filtered", partial(slower, n=2, smooth=False)),
    Condition("5 % lost, half a second at a time", partial(lossy, burst_s=_PACKET_S), 0.015),
    Condition("5 % lost, three seconds at a time", partial(lossy, burst_s=3.0)),
    Condition("turned at random", rotated, 0.0),
    Condition("gain off by 3 %, offset of 30 mg", misadjusted),
    Condition("stamps off by 30 % of the interval", jittered),
)


def random_turn(rng: np.random.Generator) -> FloatArray:
    """Return a rotation matrix, all orientations equally likely: a quaternion of four normals."""
    return np.asarray(Rotation.from_quat(rng.normal(size=4)).as_matrix())


def _kept(session: RecordedSession, keep: BoolArray) -> RecordedSession:
    if not keep.any():
        return session
    return replace(session, t_s=session.t_s[keep].copy(), acc_g=session.acc_g[keep].copy())


def _rng(session: RecordedSession, what: str) -> np.random.Generator:
    """Return chance that is the same each time for the same session."""
    seed = zlib.crc32(f"{session.subject}/{session.session}/{what}".encode())
    return np.random.default_rng(seed)
