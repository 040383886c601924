"""Processing that starts anew, from what was measured, at each guided calibration.

Where it starts anew is a second of the samples' own time, so results made again from the journal
are the same as those that were made live.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol

from processing.chain import within
from processing.gait.guided_reference import GuidedReference, as_reference
from processing.live import LiveState, LiveStep
from processing.method import Method
from processing.model import NS_PER_S, SampleBlock

#: Samples before it shape the first seconds that a calibration holds for; more than enough. [ns]
_BEFORE_NS: Final = 30 * NS_PER_S


class Advance(Protocol):
    """`processing.live.advance`."""

    def __call__(
        self,
        state: LiveState,
        blocks: Sequence[SampleBlock],
        method: Method,
        *,
        final: bool = False,
    ) -> LiveStep:
        """Take in new blocks."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """A guided reference and the second from which it holds."""

    from_s: int
    guided: GuidedReference


def advance_calibrated(
    advance: Advance,
    calibrations: Sequence[Calibration],
    state: LiveState,
    blocks: Sequence[SampleBlock],
    method: Method,
    *,
    final: bool = False,
) -> LiveStep:
    """Advance, but no further than to the next calibration; `more` says that one was met.

    Parameters
    ----------
    advance
        The usual way.
    calibrations
        All of the device, in order of time.
    state, blocks, method, final
        As for `advance`.
    """
    if not blocks:
        return advance(state, blocks, method, final=final)
    done_s = state.emit_from_s
    if done_s is None:
        done_s = blocks[0].t0_ns // NS_PER_S
        earlier = [one for one in calibrations if one.from_s <= done_s]
        if earlier:
            state = LiveState.remembering(as_reference(earlier[-1].guided, method))
    newest_ns = max(block.t0_ns for block in blocks)
    due = [one for one in calibrations if done_s < one.from_s <= newest_ns / NS_PER_S]
    if not due:
        return advance(state, blocks, method, final=final)
    from_s = due[0].from_s
    before = [block for block in blocks if block.t0_ns < from_s * NS_PER_S]
    step = advance(state, before, method, final=True)
    if step.more:
        return step
    fresh = LiveState.remembering(as_reference(due[0].guided, method))
    fresh = replace(
        fresh,
        carried_at_s=from_s,
        emit_from_s=from_s,
        resume_ns=from_s * NS_PER_S - _BEFORE_NS,
        features=replace(fresh.features, start_s=from_s),
    )
    seconds = within(step.seconds, done_s, from_s)
    return LiveStep(fresh, seconds, from_s, fresh.resume_ns, more=True)
