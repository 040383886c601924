"""The whole way from samples to posture seconds, for a finished stretch of samples.

The steps, in order: grid, features, stepping, wear, the upright reference, angles, evidence, chain.
The live path (`processing.live`) takes the same steps through `judge`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from processing.features.columns import Features
from processing.features.measuring import measure
from processing.method import Method
from processing.model import (
    CLASSES,
    CODE,
    NS_PER_S,
    BoolArray,
    FloatArray,
    IntArray,
    Posture,
    PostureSeconds,
    SampleBlock,
)
from processing.posture.evidence import evidence
from processing.posture.hidden_markov import Smoothed, smooth
from processing.posture.moving import share_of_move
from processing.posture.observed import Carried, Observed, observe
from processing.posture.upright import Reference
from processing.posture.wear import long_runs, run_ages
from processing.signal.saturation import distrust

__all__ = ["Carried", "Reference", "classify"]

#: A second's evidence depends on features and references so far away: percentiles of movement 12,
#: steps in a stretch 15, a pause between steps 12, and 5 for what stepping is. [s]
CONTEXT_S: Final = 60
#: Probabilities are given in steps of one ten-thousandth: finer would be noise.
_P_STEPS: Final = 10_000


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """Posture seconds with what the live path needs to go on from any of them."""

    seconds: PostureSeconds  #: those that were not settled
    observed: Observed
    chain: Smoothed
    doubt_ages: IntArray  #: shape as `seconds`: how long it has been too close to call

    def carried_at(self, index: int, settled: int, before: Carried) -> Carried:
        """Return what to carry on.

        Parameters
        ----------
        index
            How many seconds after the first `n_skipped` the next call's reference begins.
        settled
            How many seconds after the first one in `seconds` the next call's begin: a whole minute
            of Unix time, or 0.
        before
            What this call was given.
        """
        row = len(self.observed.features) - len(self.seconds) + settled
        at_s = self.seconds.start_s + settled
        return Carried(
            self.observed.reference_at(index, before),
            int(self.observed.still_ages[index - 1]) if index else before.still_s,
            int(self.observed.missing_ages[index - 1]) if index else before.missing_s,
            int(self.observed.static_ages[row - 1]) if settled else before.static_s,
            self.chain.message_at(at_s) if settled else before.message,
            int(self.doubt_ages[settled - 1]) if settled else before.doubt_s,
        )


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
    if inside.start_s == start_s and inside.end_s == end_s:
        return inside
    before = PostureSeconds.unknown(start_s, inside.start_s)
    return PostureSeconds.concatenate([before, inside, PostureSeconds.unknown(inside.end_s, end_s)])


def judge(
    features: Features,
    method: Method,
    carried: Carried,
    *,
    n_skipped: int = 0,
    n_settled: int = 0,
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
        What is known at second `n_skipped`; of the static stretch and the chain, at `n_settled`.
    n_skipped
        That many first seconds only give their neighbours context.
    n_settled
        That many first seconds are settled and left out of the answer; `CONTEXT_S` of them come
        after the skipped ones, unless both are 0.
    n_final
        Features from this second on may still change: they start or prolong no absence.
    """
    observed = observe(
        features, method, carried, n_skipped=n_skipped, n_settled=n_settled, n_final=n_final
    )
    start_s = features.start_s + n_settled
    # nobody wears it: what it feels says nothing about posture
    terms = evidence(observed, method.posture.angles, method).between(
        n_settled, len(features), blank=observed.away
    )
    chain = smooth(
        terms,
        method.posture,
        start_s,
        carried.message,
        method.look_ahead_minutes,
        forgotten=observed.away[n_settled:],
    )
    p = _five(observed, chain, n_settled, method)
    doubt_ages = run_ages(_is_close(p, method), carried.doubt_s)
    in_doubt = long_runs(doubt_ages, method.least_doubt_s)
    seconds = _decide(observed, p, in_doubt, n_settled, method)
    return Judged(seconds, observed, chain, doubt_ages)


def _five(observed: Observed, chain: Smoothed, n_settled: int, method: Method) -> FloatArray:
    """Return the probabilities of `CLASSES`, in steps of 1 / `_P_STEPS`; shape (n, 5)."""
    sit, stand, active, lie = chain.p.T
    move = active * share_of_move(observed.pose, method)[n_settled:]
    steps = np.rint(np.column_stack([sit, stand, active - move, lie, move]) * _P_STEPS)
    steps[observed.away[n_settled:]] = 1
    return np.asarray(steps / steps.sum(axis=1, keepdims=True))


def _is_close(p: FloatArray, method: Method) -> BoolArray:
    """Return where sedentary against upright is too close to call; shape (n,)."""
    sedentary = p[:, [CLASSES.index(posture) for posture in (Posture.SIT, Posture.LIE)]].sum(axis=1)
    return np.asarray(np.maximum(sedentary, 1 - sedentary) < method.least_certainty)


def _decide(
    observed: Observed, p: FloatArray, in_doubt: BoolArray, n_settled: int, method: Method
) -> PostureSeconds:
    """Choose the likeliest class where one may be chosen."""
    rest = slice(n_settled, None)
    features = observed.features.between(
        observed.features.start_s + n_settled, observed.features.end_s
    )
    not_worn = observed.not_worn[rest]
    code = np.array([CODE[posture] for posture in CLASSES], np.uint8)[p.argmax(axis=1)]
    confidence = p.max(axis=1)
    is_walk = code == CODE[Posture.WALK]
    # without a reference stepping is still stepping, and nothing else can be told
    has_reference = observed.upright.known[n_settled - observed.n_skipped :]
    untold = ~has_reference & ~(is_walk & (confidence > 0.5))
    code, confidence = distrust(code, confidence, features.clipped, method)
    # a few lost packets do not end a posture: the chain carries it across
    holes = long_runs(observed.missing_ages, method.max_bridged_s + 1)
    lost = holes[n_settled - observed.n_skipped :]
    unclear = lost | untold | in_doubt | (code == CODE[Posture.UNKNOWN])
    code[unclear] = CODE[Posture.UNKNOWN]
    confidence[unclear] = 0
    code[not_worn] = CODE[Posture.NOT_WORN]
    confidence[not_worn] = method.not_worn_confidence
    n_steps = np.where(code == CODE[Posture.WALK], features.n_steps, 0).astype(np.int64)
    return PostureSeconds(features.start_s, code, p, confidence, n_steps)
