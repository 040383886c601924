"""What a stream brought and the journal has not got yet: kept until a commit is due, or possible.

A device without a log sends everything once. So while the disk is full its samples wait here, as
many as have room, and what has none leaves a gap that says why.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace
from typing import Final

from ingest.model import RawBlock
from processing.gap_reasons import GapReason
from processing.model import Gap

#: An hour at 50 Hz, about 1 MB for each sensor.
MOST_SAMPLES: Final = 180_000
#: Gaps and blocks together: an hour of blocks of a second. A device that links anew all the time
#: brings more gaps than samples.
MOST_PIECES: Final = 3_600


@dataclass(slots=True, eq=False)
class HeldBlocks:
    """Blocks and gaps of one device, in order; the oldest give way when there is no more room.

    Parameters
    ----------
    device_id
        Whose they are.
    most_samples, most_pieces
        How many samples are kept, and how many blocks and gaps.
    """

    device_id: str
    most_samples: int = MOST_SAMPLES
    most_pieces: int = MOST_PIECES
    n_samples: int = 0  #: that are held now
    n_dropped: int = 0  #: samples that gave way, ever
    since_s: float = 0.0  #: when the oldest of them came [s]
    _pieces: deque[RawBlock | Gap] = field(default_factory=deque)
    _dropped: Gap | None = None  #: all that gave way since something was stored

    def __bool__(self) -> bool:
        return bool(self._pieces) or self._dropped is not None

    def add(
        self,
        done: list[RawBlock | Gap],
        *,
        now_s: float,
        reason: GapReason = GapReason.NOT_STORED,
    ) -> None:
        """Hold more; `reason` is why something may have to give way."""
        if not self and done:
            self.since_s = now_s
        self._pieces += done
        self.n_samples += _n_samples(done)
        while self.n_samples > self.most_samples or len(self._pieces) > self.most_pieces:
            self._drop(self._pieces.popleft(), reason)

    def blocks(self) -> list[RawBlock]:
        """Return the blocks that are held."""
        return [one for one in self._pieces if isinstance(one, RawBlock)]

    def gaps(self) -> list[Gap]:
        """Return the gaps, with the one where blocks gave way."""
        gaps = [one for one in self._pieces if isinstance(one, Gap)]
        return gaps if self._dropped is None else [self._dropped, *gaps]

    def stored(self) -> None:
        """Forget all of it: it is safe on disk."""
        self._pieces.clear()
        self._dropped, self.n_samples = None, 0

    def give_up(self, reason: GapReason) -> None:
        """Let all of it give way: nobody can wait any more. `gaps` then tells of it."""
        while self._pieces:
            self._drop(self._pieces.popleft(), reason)

    def _drop(self, one: RawBlock | Gap, reason: GapReason) -> None:
        if isinstance(one, RawBlock):
            start_ns, end_ns, n = one.t0_ns, one.end_ns, len(one.samples)
            self.n_samples -= n
            self.n_dropped += n
        else:
            start_ns, end_ns, n = one.start_ns, one.end_ns, one.n_lost
        if self._dropped is None:
            self._dropped = Gap(self.device_id, start_ns, end_ns, n, reason)
        else:
            n += self._dropped.n_lost
            self._dropped = replace(self._dropped, end_ns=end_ns, n_lost=n)


def _n_samples(done: list[RawBlock | Gap]) -> int:
    return sum(len(one.samples) for one in done if isinstance(one, RawBlock))
