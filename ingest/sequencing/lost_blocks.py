"""Blocks that will never come, until the block after them says when they were."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.model import RawBlock
from processing.gap_reasons import GapReason
from processing.model import NS_PER_S, Gap


@dataclass(slots=True)
class LostBlocks:
    """What is known to be lost between the last stored block and the next one."""

    last_end_ns: int | None = None  #: end of the last block that was handed on; None after a start
    n_samples: int = 0
    reason: str = ""

    def overwritten(self, n_samples: int) -> None:
        """Note about how many samples the sensor's full log overwrote before they were read."""
        self.n_samples += n_samples
        self.reason = self.reason or GapReason.LOG_OVERRUN

    def unreadable(self, n_samples: int) -> None:
        """Note about how many samples the sensor could not read from its log any more."""
        self.n_samples += n_samples
        self.reason = self.reason or GapReason.UNREADABLE

    def rebooted(self, n_samples: int) -> None:
        """Note that the sensor has started anew, with `n_samples` of its old log never read."""
        self.n_samples += n_samples
        self.reason = GapReason.REBOOT

    def gap_before(self, block: RawBlock) -> list[Gap]:
        """Return the gap that ends where `block` begins, if there is one, and forget it."""
        n_lost, reason = self.n_samples, self.reason
        self.n_samples, self.reason = 0, ""
        if not reason:
            return []
        if self.last_end_ns is None:
            start_ns = block.t0_ns - round(n_lost * NS_PER_S / block.fs_hz)
        else:
            start_ns = min(self.last_end_ns, block.t0_ns)
            if reason != GapReason.REBOOT:
                # how many samples a lost block held is not known; how long it lasted is
                n_lost = round((block.t0_ns - start_ns) * block.fs_hz / NS_PER_S)
        return [Gap(block.device_id, start_ns, block.t0_ns, n_lost, reason)]
