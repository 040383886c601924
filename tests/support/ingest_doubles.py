"""What the tests of ingest need: a source of numbered samples, and a journal in memory."""

import json
from collections.abc import Iterable

import numpy as np

from ingest.model import LastStored, RawBlock, SensorReading
from ingest.simulation.source import MAX_BLOCK_SAMPLES, LogBlock
from processing.gap_reasons import GAP_WORDS
from processing.model import NS_PER_S, Gap

UTC_ZERO_NS = 1_794_787_200 * NS_PER_S  # 2026-11-16 00:00 UTC


class CountingSource:
    """Samples that carry their own number, so that a lost or swapped one shows."""

    def __init__(
        self,
        n_blocks: int,
        *,
        name: str = "hip-0001",
        boot_id: int = 7,
        fs_hz: float = 50.0,
        utc_at_tick_zero_ns: int = UTC_ZERO_NS,
    ) -> None:
        self.name, self.boot_id, self.fs_hz = name, boot_id, fs_hz
        self.lsb_per_g = 4096
        self.utc_at_tick_zero_ns = utc_at_tick_zero_ns
        self._n_blocks, self._next = n_blocks, 0

    @property
    def exhausted(self) -> bool:
        return self._next >= self._n_blocks

    def recorded_until(self, elapsed_s: float) -> list[LogBlock]:
        block_s = MAX_BLOCK_SAMPLES / self.fs_hz
        blocks = []
        while not self.exhausted and (self._next + 1) * block_s <= elapsed_s:
            blocks.append(numbered_block(self._next, self.fs_hz))
            self._next += 1
        return blocks


def numbered_block(seq: int, fs_hz: float = 50.0) -> LogBlock:
    """Return block `seq` of a CountingSource."""
    numbers = np.arange(seq * MAX_BLOCK_SAMPLES, (seq + 1) * MAX_BLOCK_SAMPLES)
    samples = np.stack([numbers % 30_000, numbers // 30_000, -(numbers % 7)], axis=1)
    t_ns = round(seq * MAX_BLOCK_SAMPLES * NS_PER_S / fs_hz)
    return LogBlock(t_ns, samples.astype(np.int16))


class MemoryJournal:
    """Like the real one: a block that is there is left alone, and it outlives its collector."""

    def __init__(self) -> None:
        self.blocks: list[RawBlock] = []
        self.gaps: list[Gap] = []
        self.readings: list[SensorReading] = []
        self.states: dict[tuple[str, str, int | None], str] = {}
        self.n_repeats = 0  #: blocks given although they were there
        self._keys: set[tuple[str, int, int]] = set()

    def append(self, blocks: list[RawBlock], gaps: list[Gap]) -> None:
        for block in blocks:
            key = (block.device_id, block.boot_id, block.seq)
            if key in self._keys:
                self.n_repeats += 1
            else:
                self._keys.add(key)
                self.blocks.append(block)
        for gap in gaps:
            assert gap.reason in GAP_WORDS, "a reason that nobody has words for"
        self.gaps += gaps

    def next_seq(self, device_id: str, boot_id: int) -> int:
        return max(self.seqs(boot_id), default=-1) + 1

    def last_stored(self, device_id: str) -> LastStored | None:
        ends = [block.end_ns for block in self.blocks if block.device_id == device_id]
        return LastStored(self.blocks[-1].boot_id, max(ends)) if ends else None

    def save_state(self, device_id, name, state, boot_id=None) -> None:
        self.states.pop((device_id, name, boot_id), None)
        self.states[device_id, name, boot_id] = json.dumps(state)

    def load_state(self, device_id, name, boot_id=None):
        state = self.states.get((device_id, name, boot_id))
        return None if state is None else json.loads(state)

    def load_newest_state(self, device_id, name):
        for device, of, boot_id in reversed(self.states):
            if (device, of) == (device_id, name) and boot_id is not None:
                return boot_id, self.load_state(device, of, boot_id)
        return None

    def note_sensor(self, reading: SensorReading) -> None:
        self.readings.append(reading)

    def seqs(self, boot_id: int = 7) -> list[int]:
        return [block.seq for block in self.blocks if block.boot_id == boot_id]

    def samples(self) -> np.ndarray:
        return np.concatenate([block.samples for block in self.blocks])


def numbered_samples(seqs: Iterable[int]) -> np.ndarray:
    """Return what a CountingSource measured in these blocks."""
    return np.concatenate([numbered_block(seq).samples for seq in seqs])
