"""The single-leg bridge: lying on the back, hips lifted on one leg and held.

Lying turns what is vertical, so the definitions of standing tests are taken over with care:

* *lift*: how far the body axis (upright while walking) tips head down. Lying flat it is level; with
  the hips up the shoulders are the lowest point. No forward axis is needed.
* *hold*: from where the lift passes half of its height to where it falls below it again, as rise
  times are read from any step response; hips that sink for a moment do not end it.
* *drop*: how much the left-right axis of the pelvis tips towards the unsupported side between the
  start and the end of the hold. It needs a forward axis.
* *sway*: acceleration at right angles to the mean gravity of the hold (the horizontal plane,
  however the pelvis lies), its slow trend off, low-passed: RMS and length of path per second, after
  ISway (Mancini et al., J. NeuroEng. Rehabil. 9 (2012) 59), who measured standing. Part of it is
  gravity turning with the pelvis: 17 mg for each degree.

No recording that we have holds a bridge: compare a person with themselves, never with a norm.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy import signal

from processing.gait.guided_signal import CannotJudgeError, direction
from processing.method import Method
from processing.model import BoolArray, FloatArray
from processing.signal.filters import fir, low_pass_kernel, smoothing_kernel

_SMOOTHING_S = 1.0
_SWAY_HALF_LENGTH_S = 0.5


class Side(StrEnum):
    """The leg that carries."""

    LEFT = "left"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class SingleLeg:
    """One hold on one leg."""

    side: Side
    start_s: float  #: from the first sample [s]
    hold_s: float
    is_cut: bool  #: the hips were still up when the recording ended
    lift_deg: float  #: mean over the hold, against lying
    sag_deg: float  #: lift lost from the start to the end of the hold
    drop_deg: float | None  #: pelvis tipped towards the free side meanwhile; None: no forward axis
    sway_g: float  #: RMS of the horizontal plane
    path_g_s: float  #: length of its path a second [g/s]


def single_leg(
    acc_g: FloatArray,
    fs_hz: float,
    up: FloatArray,
    side: Side,
    method: Method,
    *,
    forward: FloatArray | None = None,
) -> SingleLeg:
    """Find the hold in one recording of the test and measure it.

    Parameters
    ----------
    acc_g : shape (n, 3)
        Evenly sampled, without gaps; begins with `Method.bridge_rest_s` of lying. [g]
    fs_hz
        Sampling rate. [Hz]
    up : shape (3,)
        Direction against gravity while walking: the axis of the body.
    side
        The leg that carries.
    method
        Least lift and hold, tolerated dips.
    forward : shape (3,)
        The way the wearer faces.

    Raises
    ------
    CannotJudgeError
        If the wearer did not lie on the back at the start, or no hold was seen.
    """
    n_rest = round(method.bridge_rest_s * fs_hz)
    if len(acc_g) < n_rest + round(method.bridge_min_hold_s * fs_hz):
        raise CannotJudgeError("too little was recorded; keep close to this computer")
    axis = up / np.linalg.norm(up)
    gravity = fir(acc_g, smoothing_kernel(_SMOOTHING_S, fs_hz))
    gravity = gravity / np.linalg.norm(gravity, axis=1, keepdims=True)
    rest = direction(gravity[:n_rest])
    _check_lying(rest, axis, forward, method)
    lift_deg = _slope_deg(rest[None], axis)[0] - _slope_deg(gravity, axis)
    a, b = _hold(lift_deg, fs_hz, method)
    first, last = _ends(gravity[a:b], fs_hz, method)
    return SingleLeg(
        side=side,
        start_s=a / fs_hz,
        hold_s=(b - a) / fs_hz,
        is_cut=b == len(lift_deg),
        lift_deg=float(lift_deg[a:b].mean()),
        sag_deg=float(_slope_deg(last[None], axis)[0] - _slope_deg(first[None], axis)[0]),
        drop_deg=None if forward is None else _drop_deg(first, last, axis, forward, side),
        **_sway(acc_g[a:b], fs_hz, method),
    )


def _check_lying(
    rest: FloatArray, axis: FloatArray, forward: FloatArray | None, method: Method
) -> None:
    slope_deg = float(_slope_deg(rest[None], axis)[0])
    if abs(slope_deg) > method.bridge_max_rest_deg:
        raise CannotJudgeError(
            "you were not lying when the test began; lie on your back, hips on the floor"
        )
    if forward is not None and rest @ forward < np.linalg.norm(forward) / 2:
        raise CannotJudgeError(
            "you were not lying on your back when the test began; turn onto your back"
        )


def _slope_deg(gravity: FloatArray, axis: FloatArray) -> FloatArray:
    """Return how far `axis` points above the horizontal for each direction against gravity."""
    return np.asarray(np.degrees(np.arcsin(np.clip(gravity @ axis, -1, 1))))


def _hold(lift_deg: FloatArray, fs_hz: float, method: Method) -> tuple[int, int]:
    """Return the samples `[a, b)` of the longest hold."""
    n_least = round(method.bridge_min_hold_s * fs_hz)
    height_deg = float(np.sort(lift_deg)[-n_least])
    if height_deg < method.bridge_min_lift_deg:
        raise CannotJudgeError("the hips were not lifted; lift them until thigh and back are level")
    up = _bridged(lift_deg > height_deg / 2, round(method.bridge_dip_s * fs_hz))
    edges = np.flatnonzero(np.diff(up, prepend=False, append=False))
    lengths = edges[1::2] - edges[::2]
    longest = int(lengths.argmax())
    if lengths[longest] < n_least:
        raise CannotJudgeError(
            f"the hips were not held up for {method.bridge_min_hold_s:.0f} s; try again"
        )
    return int(edges[2 * longest]), int(edges[2 * longest + 1])


def _bridged(up: BoolArray, longest: int) -> BoolArray:
    """Fill in the holes of at most `longest` samples."""
    filled = up.copy()
    edges = np.flatnonzero(np.diff(up, prepend=False, append=False))
    for a, b in zip(edges[1:-1:2].tolist(), edges[2::2].tolist(), strict=True):
        filled[a:b] |= b - a <= longest
    return filled


def _ends(gravity: FloatArray, fs_hz: float, method: Method) -> tuple[FloatArray, FloatArray]:
    """Return gravity at the start and at the end of a hold, without the lifting and lowering."""
    inner = _inner(gravity, fs_hz)
    n_end = min(round(method.bridge_end_s * fs_hz), len(inner) // 2)
    return direction(inner[:n_end]), direction(inner[-n_end:])


def _inner(held: FloatArray, fs_hz: float) -> FloatArray:
    edge = min(round(_SMOOTHING_S * fs_hz), len(held) // 4)
    return held[edge : len(held) - edge]


def _drop_deg(
    first: FloatArray, last: FloatArray, axis: FloatArray, forward: FloatArray, side: Side
) -> float:
    left = np.cross(axis, forward - (forward @ axis) * axis)
    left = left / np.linalg.norm(left)
    left_rises_deg = float(_slope_deg(last[None], left)[0] - _slope_deg(first[None], left)[0])
    return left_rises_deg if side is Side.LEFT else -left_rises_deg


def _sway(held_g: FloatArray, fs_hz: float, method: Method) -> dict[str, float]:
    inner = _inner(held_g, fs_hz)
    level = inner - np.outer(inner @ direction(inner), direction(inner))
    kernel = low_pass_kernel(method.sway_cutoff_hz, fs_hz, half_length_s=_SWAY_HALF_LENGTH_S)
    sway_g = fir(signal.detrend(level, axis=0), kernel)
    path_g = np.linalg.norm(np.diff(sway_g, axis=0), axis=1).sum()
    return {
        "sway_g": float(np.sqrt((sway_g**2).sum(axis=1).mean())),
        "path_g_s": float(path_g * fs_hz / max(len(sway_g) - 1, 1)),
    }
