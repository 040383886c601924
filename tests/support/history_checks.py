"""What must be so at every point of a `History`, whatever happened in it."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, ClassVar

from ingest.hip_sensor.control import Acknowledge
from ingest.model import RawBlock
from ingest.sequencing.actions import LinkRules
from ingest.sequencing.hosted_time import HostedTime
from ingest.sequencing.sensor_time import OwnTime
from ingest.sequencing.sequencer import Sequencer
from ingest.simulation.source import LogBlock
from processing.model import NS_PER_S

SENSOR_TICK_NS = 30_518
_HOLE_NS = 250_000_000

#: A block: the sensor's start, and its number since.
Key = tuple[int, int]


class HistoryChecks:
    """Compares the journal with the record of every block that the sensor ever completed."""

    rules: ClassVar[LinkRules]
    hosted: bool
    journal: Any
    sequencer: Sequencer
    made: dict[Key, tuple[LogBlock, int]]  #: with the true time of its begin [ns]
    overwritten: set[Key]
    unreadable: set[Key]
    boots: list[int]
    n_checked: int = 0

    def held(self) -> set[Key]:
        """Return the blocks that the sensor still has."""
        raise NotImplementedError

    def check_acknowledged(self, message: Acknowledge) -> None:
        """The sensor may forget only what is in the journal, and what it cannot read itself."""
        stored = set(self.journal.seqs(message.boot_id))
        freed = {
            seq for boot, seq in self.held() if boot == message.boot_id and seq < message.up_to_seq
        }
        unread = {seq for seq in freed - stored if (message.boot_id, seq) not in self.unreadable}
        assert not unread, f"{message} frees blocks that are not in the journal: {sorted(unread)}"

    def check_bounds(self) -> None:
        """Nothing grows without bound."""
        queues = [self.sequencer._present, self.sequencer._older]
        for queue in queues:
            n_most = 4 * self.rules.window_blocks
            assert queue is None or len(queue._held) + len(queue._unreadable) <= n_most
        assert len(self.sequencer._acks) <= 2
        assert len(self.sequencer._left_over) <= 1
        time = self.sequencer.time
        if isinstance(time, HostedTime):
            assert max(len(time._clocks), len(time._rates), len(time._own._zero_ns)) <= 18
        elif isinstance(time, OwnTime):
            assert len(time._zero_ns) <= 18

    def check_journal(self) -> None:
        """Each block once, as it was measured, in the order in which it was."""
        assert self.journal.n_repeats == 0, "stored again"
        # a sensor's own clock counts in ticks, and blocks are put to the nearest
        slack_ns = 0 if self.hosted else 2 * SENSOR_TICK_NS
        blocks, first = self.journal.blocks, self.n_checked
        self.n_checked = len(blocks)
        for block in blocks[first:]:
            made, _ = self.made[block.boot_id, block.seq]
            assert block.samples.tobytes() == made.samples.tobytes()
        for before, block in pairwise(blocks[max(first - 1, 0) :]):
            assert self._place(before) < self._place(block), f"{before}, then {block}"
            assert before.end_ns <= block.t0_ns + slack_ns, f"{before} overlaps {block}"
            assert before.boot_id != block.boot_id or before.ticks < block.ticks

    def _place(self, block: RawBlock) -> Key:
        return self.boots.index(block.boot_id), block.seq

    def check_complete(self) -> None:
        """All that was not overwritten or damaged is there."""
        keys = {(block.boot_id, block.seq) for block in self.journal.blocks}
        missing = self.made.keys() - keys - self.overwritten - self.unreadable
        assert not missing, f"not in the journal: {sorted(missing)}"

    def check_gaps(self) -> None:
        """Each hole is told with its reason, and nothing else is."""
        told = {(gap.start_ns, gap.end_ns): gap for gap in self.journal.gaps}
        assert len(told) == len(self.journal.gaps)
        blocks = self.journal.blocks
        if blocks and any(gap.end_ns == blocks[0].t0_ns for gap in self.journal.gaps):
            [first] = [gap for gap in self.journal.gaps if gap.end_ns == blocks[0].t0_ns]
            del told[first.start_ns, first.end_ns]
            assert first.reason in self._reasons(None, blocks[0]), first
        for before, block in pairwise(blocks):
            place = (min(before.end_ns, block.t0_ns), block.t0_ns)
            gap = told.pop(place, None)
            reasons = self._reasons(before, block)
            if reasons:
                assert gap is not None, f"not told: {before} -> {block}, {reasons}"
                assert gap.reason in reasons, (gap, reasons)
                if before.boot_id == block.boot_id:
                    held = round((gap.end_ns - gap.start_ns) * block.fs_hz / NS_PER_S)
                    assert gap.n_lost == held
            elif block.t0_ns - before.end_ns > _HOLE_NS:
                assert gap is not None, f"not told: a hole of {block.t0_ns - before.end_ns} ns"
                assert gap.reason == "clock_corrected"
            else:
                assert gap is None, gap
        assert not told, f"gaps where there are none: {told}"

    def _reasons(self, before: Any, block: Any) -> set[str]:
        """Why something may be missing between two blocks that are stored one after the other."""
        if before is not None and (block.boot_id, block.seq) == (before.boot_id, before.seq + 1):
            return set()
        start = (-1, 0) if before is None else (self.boots.index(before.boot_id), before.seq)
        stop = (self.boots.index(block.boot_id), block.seq)
        between = {k for k in self.made if start < (self.boots.index(k[0]), k[1]) < stop}
        reasons = set()
        if between & self.overwritten:
            reasons.add("log_overrun")
        if between & self.unreadable:
            reasons.add("unreadable")
        if before is not None and before.boot_id != block.boot_id:
            reasons.add("reboot")
        return reasons
