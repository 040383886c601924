"""The upright reference of somebody who stood and walked when asked to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from processing.features.measuring import measure
from processing.gait.guided_signal import CannotJudgeError, direction, longest_run, second_rms_g
from processing.gait.quality import gait_quality
from processing.method import Method
from processing.model import NS_PER_S, FloatArray, SampleBlock
from processing.posture.upright import Reference

Axis = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class GuidedReference:
    """How the clip sits on this wearer; directions are unit vectors in device axes."""

    up: Axis  #: against gravity, mean over walking
    forward: Axis | None  #: the way the wearer faces, level; None: not known
    #: standing against walking: with `forward` tipped back (+) or forward (-), else the plain angle
    standing_deg: float
    cadence_spm: float  #: of the walking


def reference_from(
    standing_blocks: Sequence[SampleBlock], walking_blocks: Sequence[SampleBlock], method: Method
) -> GuidedReference:
    """Learn the reference from some 20 s of standing and 20 s of walking.

    Parameters
    ----------
    standing_blocks, walking_blocks
        What was recorded while the wearer was asked for either, in time order.
    method
        How much is needed, and what counts as still and as walking.

    Raises
    ------
    CannotJudgeError
        If samples are missing, or the wearer did something else; says what to do about it.
    """
    standing = _enough(standing_blocks, "standing", method)
    walking = _enough(walking_blocks, "walking", method)
    if second_rms_g(standing, method.grid_hz) > method.guided_still_g:
        raise CannotJudgeError(
            "you moved while standing was measured; stand still with both feet on the floor"
        )
    if second_rms_g(walking, method.grid_hz) < method.guided_walk_g:
        raise CannotJudgeError("you did not walk while walking was measured; walk about the room")
    up = direction(walking)
    gait = gait_quality(walking, method.grid_hz, up, method)
    if gait is None or gait.vertical.stride_regularity < method.guided_min_rhythm:
        raise CannotJudgeError(
            "no steady walking was seen; walk at your usual pace, with few turns"
        )
    standing_up = direction(standing)
    if angle_deg(standing_up, up) > method.guided_max_angle_deg:
        raise CannotJudgeError(
            f"standing and walking differ by {angle_deg(standing_up, up):.0f} degrees: stand "
            "upright, do not sit or lean, and see that the clip does not slip"
        )
    forward = _forward(walking_blocks, up, method)
    return GuidedReference(
        _axis(up),
        None if forward is None else _axis(forward),
        standing_deg(standing_up, up, forward),
        round(gait.cadence_spm, 1),
    )


def _forward(
    walking_blocks: Sequence[SampleBlock], up: FloatArray, method: Method
) -> FloatArray | None:
    """Return the way the wearer faced while walking, at right angles to `up`; None: not clear."""
    start_s = walking_blocks[0].t0_ns // NS_PER_S
    features = measure(walking_blocks, start_s, walking_blocks[-1].last_s, method)
    phase = features.phase[features.step_rhythm > method.reference_rhythm]
    total = phase.sum(axis=0)
    level = total - (total @ up) * up
    length = float(np.linalg.norm(level))
    if not len(phase) or length < method.guided_min_phase * len(phase):
        return None
    return np.asarray(level / length)


def standing_deg(standing_up: FloatArray, up: FloatArray, forward: FloatArray | None) -> float:
    """Return how standing is tipped against walking: backwards positive if `forward` is known.

    Parameters
    ----------
    standing_up, up, forward : shape (3,)
        Unit vectors; `forward` at right angles to `up`.
    """
    if forward is None:
        return angle_deg(standing_up, up)
    # whoever tips back has the front of the body turned upwards
    return float(np.degrees(np.arctan2(standing_up @ forward, standing_up @ up)))


def angle_deg(a: FloatArray, b: FloatArray) -> float:
    """Return the angle between two unit vectors. [degrees]"""
    return float(np.degrees(np.arctan2(np.linalg.norm(np.cross(a, b)), a @ b)))


def as_reference(guided: GuidedReference, method: Method) -> Reference:
    """Return what processing remembers of a guided reference from the moment it holds.

    It counts as much as `Method.guided_weight_s` of walking just seen, so later walking can still
    correct it, and it is fallen back on after the clip was off.

    Parameters
    ----------
    guided
        From `reference_from`, maybe stored in between.
    method
        The weight.
    """
    x, y, z = guided.up
    weight = method.guided_weight_s
    if guided.forward is None:
        return Reference((x * weight, y * weight, z * weight, weight), guided.up)
    a, b, c = guided.forward
    behind_deg = guided.standing_deg - method.posture.usual_pause_deg
    pause_s = method.guided_standing_s
    return Reference(
        (x * weight, y * weight, z * weight, weight),
        guided.up,
        (a * weight, b * weight, c * weight),
        guided.forward,
        (behind_deg * pause_s, pause_s),
    )


def _enough(blocks: Sequence[SampleBlock], what: str, method: Method) -> FloatArray:
    acc_g = longest_run(blocks, method, trim_s=method.guided_trim_s)
    if len(acc_g) < method.guided_min_s * method.grid_hz:
        raise CannotJudgeError(
            f"only {len(acc_g) / method.grid_hz:.0f} s of {what} arrived without a gap, and "
            f"{method.guided_min_s:.0f} s are needed; keep close to this computer"
        )
    return acc_g


def _axis(vector: FloatArray) -> Axis:
    x, y, z = vector.tolist()
    return x, y, z
