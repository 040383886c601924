"""The whole way from samples to posture seconds, for a finished stretch of samples.

The steps, in order: grid, features, stepping, wear, the upright reference, posture. The live path
(`processing.live`) takes the same steps through `judge`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from processing.features import Features, measure
from processing.method import Method
from processing.model import (
    CLASSES,
    CODE,
    NS_PER_S,
    FloatArray,
    IntArray,
    Posture,
    PostureSeconds,
    SampleBlock,
)
from processing.posture import RESULT_REACH_S, TILT_REACH_S, probabilities
from processing.upright import Reference, Upright, follow
from processing.walking import CONTEXT_S as STEPPING_CONTEXT_S
from processing.walking import reference_seconds, stepping_log_odds
from processing.wear import long_runs, run_ages, very_still

__all__ = ["Reference", "classify"]

#: A second's posture depends on features that far away (beside the reference and on wear). [s]
CONTEXT_S: Final = TILT_REACH_S + RESULT_REACH_S + STEPPING_CONTEXT_S + 2
#: Probabilities are given in steps of one ten-thousandth: finer would be noise.
_P_STEPS: Final = 10_000


@dataclass(frozen=True, slots=True)
class Carried:
    """What the seconds before the first one leave behind."""

    reference: Reference = field(default_factory=Reference)
    still_s: int = 0  #: length of the very still run that reaches up to the first second
    missing_s: int = 0  #: the same for seconds without data


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """Posture seconds with what the live path needs to go on from any of them."""

    seconds: PostureSeconds
    upright: Upright  #: rows count from the first second that was not skipped
    still_ages: IntArray  #: shape as `upright`
    missing_ages: IntArray


def classify(
    blocks: Sequence[SampleBlock],
    method: Method,
    *,
    start_s: int | None = None,
    end_s: int | None = None,
    reference: Reference | None = None,
) -> PostureSeconds:
    """Say what each second was.

    Parameters
    ----------
    blocks
        All blocks of one device in time order; gaps and overlaps are allowed. Seconds outside
        `[start_s, end_s)` still help: they hold walking that tells what upright is.
    method
        Every number that can change the result.
    start_s, end_s
        Whole Unix seconds to answer for; by default those that hold samples.
    reference
        Upright as remembered from earlier wear, used until walking is seen.

    Returns
    -------
    seconds
        Dense; seconds without data are `unknown`.
    """
    if not blocks:
        return PostureSeconds.unknown(start_s or 0, end_s or start_s or 0)
    first_s = blocks[0].t0_ns // NS_PER_S
    last_s = max(block.last_s for block in blocks)
    features = measure(blocks, first_s, last_s, method)
    seconds = judge(features, method, Carried(reference or Reference())).seconds
    return within(
        seconds, first_s if start_s is None else start_s, last_s if end_s is None else end_s
    )


def within(seconds: PostureSeconds, start_s: int, end_s: int) -> PostureSeconds:
    """Return exactly the seconds of `[start_s, end_s)`; those not given are unknown."""
    a = min(max(seconds.start_s, start_s), end_s)
    inside = seconds.between(a, end_s)
    if not len(inside):
        return PostureSeconds.unknown(start_s, end_s)
    before = PostureSeconds.unknown(start_s, inside.start_s)
    return PostureSeconds.concatenate([before, inside, PostureSeconds.unknown(inside.end_s, end_s)])


def judge(
    features: Features,
    method: Method,
    carried: Carried,
    *,
    n_skipped: int = 0,
    n_final: int | None = None,
) -> Judged:
    """Turn features into posture seconds.

    Parameters
    ----------
    features
        Consecutive seconds.
    method
        Every number.
    carried
        What is known at second `n_skipped`.
    n_skipped
        That many first seconds only give their neighbours context; they and the `CONTEXT_S` that
        follow come out wrong and are not for use (unless `n_skipped` is 0).
    n_final
        Features from this second on may still change: they start or prolong no absence.
    """
    stepping = stepping_log_odds(features, method)
    weight = reference_seconds(features, stepping, method).astype(np.float64)
    is_final = np.arange(len(features)) < (len(features) if n_final is None else n_final)
    still_ages = run_ages((very_still(features, method) & is_final)[n_skipped:], carried.still_s)
    missing_ages = run_ages((~features.has_data & is_final)[n_skipped:], carried.missing_s)
    off = long_runs(still_ages, method.not_worn_min_s)
    away = long_runs(missing_ages, method.not_worn_min_s)
    upright = follow(
        features.up[n_skipped:],
        weight[n_skipped:],
        off | away,
        method,
        carried.reference,
        was_broken=max(carried.still_s, carried.missing_s) >= method.not_worn_min_s,
    )
    up = np.concatenate([np.zeros((n_skipped, 3)), upright.up])
    known = (up != 0).any(axis=1)
    p = probabilities(features, stepping, up, known, method)
    not_worn = np.concatenate([np.zeros(n_skipped, np.bool_), off])
    seconds = _decide(features, p, known, not_worn, method)
    return Judged(seconds, upright, still_ages, missing_ages)


def _decide(
    features: Features, p: FloatArray, known: np.ndarray, not_worn: np.ndarray, method: Method
) -> PostureSeconds:
    """Choose the likeliest class where one may be chosen."""
    steps = np.rint(p * _P_STEPS)
    steps[not_worn] = 1
    p = steps / steps.sum(axis=1, keepdims=True)
    best = p.argmax(axis=1)
    code = np.array([CODE[posture] for posture in CLASSES], np.uint8)[best]
    confidence = p.max(axis=1)
    is_walk = code == CODE[Posture.WALK]
    # without a reference stepping is still stepping, and nothing else can be told
    unclear = ~features.has_data | (~known & ~(is_walk & (confidence > 0.5)))
    code[unclear] = CODE[Posture.UNKNOWN]
    confidence[unclear] = 0
    code[not_worn] = CODE[Posture.NOT_WORN]
    confidence[not_worn] = method.not_worn_confidence
    n_steps = np.where(code == CODE[Posture.WALK], features.n_peaks, 0).astype(np.int64)
    return PostureSeconds(features.start_s, code, p, confidence, n_steps)
