"""The same result as `processing.chain`, as samples arrive.

The most recent ten minutes or so are provisional: the minutes to come say what a second was
(`processing.posture.hidden_markov`), walking may still move its reference, a still stretch may turn
out to be a sensor that nobody wears, and before the first walk of a stretch of wear that walk is
waited for. Once none of this can happen a second is settled and never changes; then it equals what
`classify` says, however the blocks came in. Seconds settle a whole minute at a time.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Final

import numpy as np

from processing.chain import CONTEXT_S, Carried, Judged, judge
from processing.features.columns import COLUMNS, Features
from processing.features.measuring import LOOK_AROUND_S, measure
from processing.method import Method
from processing.model import NS_PER_S, PostureSeconds, SampleBlock
from processing.posture.hidden_markov import MINUTE_S
from processing.posture.upright import Reference
from processing.signal.grid import MARGIN_S

#: A hole of more than that ends one piece of work: a drawer month need not be laid out in seconds.
MAX_HOLE_S: Final = 86_400


def _no_features() -> Features:
    return Features(0, np.zeros((0, len(COLUMNS))))


@dataclass(frozen=True, slots=True, eq=False)
class LiveState:
    """All that has to be kept between two calls of `advance`. `LiveState()` is a fresh start."""

    carried: Carried = field(default_factory=Carried)  #: what is known at `carried_at_s`
    carried_at_s: int = 0
    emit_from_s: int | None = None  #: first second that is not settled; None before any data
    resume_ns: int = 0  #: blocks that end after this are needed again
    features: Features = field(default_factory=_no_features)  #: of the seconds still in play

    @staticmethod
    def remembering(reference: Reference) -> LiveState:
        """Return a fresh start that falls back on `reference` until walking is seen."""
        return LiveState(carried=Carried(reference))

    def to_bytes(self) -> bytes:
        """Return a line of JSON followed by the features in single precision."""
        header = {
            "carried": asdict(self.carried),
            "carried_at_s": self.carried_at_s,
            "emit_from_s": self.emit_from_s,
            "resume_ns": self.resume_ns,
            "features_from_s": self.features.start_s,
            "columns": COLUMNS,
        }
        table = self.features.table.astype("<f4").tobytes()
        return json.dumps(header, separators=(",", ":")).encode() + b"\n" + table

    @staticmethod
    def from_bytes(data: bytes) -> LiveState:
        """Read what `to_bytes` wrote.

        Raises
        ------
        ValueError
            When it comes from a version with other features, or is no such state at all.
        """
        line, newline, raw = data.partition(b"\n")
        header = json.loads(line) if newline else {}
        if header.get("columns") != list(COLUMNS) or len(raw) % (4 * len(COLUMNS)):
            raise ValueError("this live state was written by another version; start afresh")
        kept = header["carried"]
        reference = Reference(**{name: tuple(x) for name, x in kept["reference"].items()})
        table = np.frombuffer(raw, "<f4").reshape(-1, len(COLUMNS)).astype(np.float64)
        return LiveState(
            Carried(**kept | {"reference": reference, "message": tuple(kept["message"])}),
            header["carried_at_s"],
            header["emit_from_s"],
            header["resume_ns"],
            Features(header["features_from_s"], table),
        )


@dataclass(frozen=True, slots=True, eq=False)
class LiveStep:
    """What one call of `advance` found out."""

    state: LiveState  #: for the next call
    seconds: PostureSeconds  #: from the old state's `emit_from_s` on; replaces what was known
    settled_until_s: int  #: seconds before this never change again
    resume_ns: int  #: blocks that end after this are needed at the next call
    more: bool = False  #: blocks after a long hole were left alone: call again with the new state


def advance(
    state: LiveState, blocks: Sequence[SampleBlock], method: Method, *, final: bool = False
) -> LiveStep:
    """Take in new blocks.

    Parameters
    ----------
    state
        From the call before, or `LiveState()`.
    blocks
        Every block of the device that ends after `state.resume_ns`, in time order: those of the
        call before that are still needed, and the new ones.
    method
        Every number. Start afresh when it changes.
    final
        No more will come: settle everything.
    """
    hole = _long_hole(state, blocks)
    if hole is not None:
        before = advance(state, blocks[:hole], method, final=True)
        return _leap(before, blocks[hole])
    if state.emit_from_s is None:
        if not blocks:
            return LiveStep(state, PostureSeconds.unknown(0, 0), 0, state.resume_ns)
        state = _starting_at(state, blocks[0].t0_ns // NS_PER_S)
    assert state.emit_from_s is not None
    kept = state.features
    data_end_ns = max([kept.end_s * NS_PER_S, *[block.end_ns for block in blocks]])
    whole_s = data_end_ns // NS_PER_S
    now_s = max([block.last_s for block in blocks if final], default=whole_s)
    now_s = max(now_s, kept.end_s)
    new = measure(blocks, kept.end_s, now_s, method)
    features = Features(kept.start_s, np.concatenate([kept.table, new.table]))
    # beside the look-around: the last sample stands for its period, and a short hole may follow it
    final_s = now_s if final else max(whole_s - LOOK_AROUND_S - 1, kept.end_s)
    judged = judge(
        features,
        method,
        state.carried,
        n_skipped=state.carried_at_s - features.start_s,
        n_settled=state.emit_from_s - features.start_s,
        n_final=final_s - features.start_s,
    )
    return _step(state, features, judged, final_s, now_s if final else None, method)


def _step(
    state: LiveState,
    features: Features,
    judged: Judged,
    final_s: int,
    settle_s: int | None,
    method: Method,
) -> LiveStep:
    """Settle what can be settled (all up to `settle_s` if given) and keep what is still needed."""
    assert state.emit_from_s is not None
    context_s = 0  # nothing will follow that needs any
    if settle_s is None:
        context_s = CONTEXT_S
        settle_s = max(
            _settled_until(state.carried_at_s, judged, final_s, method), state.emit_from_s
        )
    at_s = max(settle_s - context_s, state.carried_at_s)
    carried = judged.carried_at(
        at_s - state.carried_at_s, settle_s - state.emit_from_s, state.carried
    )
    kept = features.between(max(at_s - CONTEXT_S, features.start_s), final_s)
    resume_ns = int((final_s - LOOK_AROUND_S - MARGIN_S) * NS_PER_S)
    after = LiveState(carried, at_s, settle_s, resume_ns, kept)
    seconds = judged.seconds.between(state.emit_from_s, features.end_s)
    return LiveStep(after, seconds, settle_s, resume_ns)


def _settled_until(carried_at_s: int, judged: Judged, final_s: int, method: Method) -> int:
    """Return the first second that data still to come may change."""
    n_final = final_s - carried_at_s
    # a very still second may yet turn out to be followed by more of them
    n_sure = n_final - method.bump_max_s
    until = n_sure
    still_s = int(judged.observed.still_ages[n_sure - 1]) if n_sure > 0 else 0
    if 0 < still_s < method.not_worn_min_s:
        until = n_sure - still_s
    # and so may a hole in the data
    missing_s = int(judged.observed.missing_ages[n_final - 1]) if n_final > 0 else 0
    if 0 < missing_s < method.not_worn_min_s:
        until = min(until, n_final - missing_s)
    upright = judged.observed.upright
    if n_final < upright.first_walk + method.look_ahead_s + CONTEXT_S:
        until = min(until, max(upright.cold_from, n_final - method.cold_start_s))
    return (carried_at_s + until - reach_s(method)) // MINUTE_S * MINUTE_S


def reach_s(method: Method) -> int:
    """Return how far in the future features still count for a second. [s]

    Walking to come moves its reference, that moves the static stretch, and that the chain.
    """
    near = method.look_ahead_s + CONTEXT_S + method.static_future_s
    return near + method.look_ahead_minutes * MINUTE_S


def _long_hole(state: LiveState, blocks: Sequence[SampleBlock]) -> int | None:
    """Return the index of the first block that comes after a hole of more than `MAX_HOLE_S`."""
    end_ns = None if state.emit_from_s is None else state.features.end_s * NS_PER_S
    for index, block in enumerate(blocks):
        if end_ns is not None and block.t0_ns - end_ns > MAX_HOLE_S * NS_PER_S:
            return index
        end_ns = block.end_ns if end_ns is None else max(end_ns, block.end_ns)
    return None


def _leap(before: LiveStep, next_block: SampleBlock) -> LiveStep:
    """Go on at the first block after a long hole; of what was, only upright is remembered."""
    fresh = LiveState.remembering(before.state.carried.reference.after_break())
    start_s = next_block.t0_ns // NS_PER_S
    state = replace(_starting_at(fresh, start_s), resume_ns=next_block.t0_ns)
    return LiveStep(state, before.seconds, start_s, state.resume_ns, more=True)


def _starting_at(state: LiveState, start_s: int) -> LiveState:
    features = Features(start_s, np.zeros((0, len(COLUMNS))))
    return replace(state, carried_at_s=start_s, emit_from_s=start_s, features=features)
