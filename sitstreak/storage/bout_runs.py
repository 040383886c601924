"""Runs of one posture in the stored seconds, found without reading those of the open bout again.

A sensor that is connected and not worn makes one bout of days. Its settled seconds never change
again, so their sums are kept. All sums are of the stored integers: a bout comes out the same
however often, and from wherever, it was looked at.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from processing.figures.bouts import run_edges
from processing.model import CODE, POSTURES, Bout, Posture
from sitstreak.storage.packing import FULL_SCALE, PackedSeconds, from_rows
from sitstreak.storage.results import minute_rows

#: What is read at once: bounds the memory that a bout of months needs. [s]
_PIECE_S: Final = 6 * 3600
_ABSENT: Final = (CODE[Posture.UNKNOWN], CODE[Posture.NOT_WORN])


@dataclass(frozen=True, slots=True)
class Run:
    """Seconds `[start_s, end_s)` of one posture."""

    start_s: int
    end_s: int
    code: int
    n_steps: int
    confidence: int  #: the sum over its seconds [1/65535]
    before: int | None  #: code of the second before; None where the data begin

    def joined(self, after: Run) -> Run:
        """Return this run and the one of the same posture right after it as one."""
        return replace(
            self,
            end_s=after.end_s,
            n_steps=self.n_steps + after.n_steps,
            confidence=self.confidence + after.confidence,
        )

    def as_bout(self, after: int | None) -> Bout:
        """Make a bout, by the rules of `processing.figures.bouts`.

        Parameters
        ----------
        after
            Code of the second after it; None where the data end.
        """
        return Bout(
            self.start_s,
            self.end_s,
            POSTURES[self.code],
            self.n_steps,
            self.confidence / (FULL_SCALE * (self.end_s - self.start_s)),
            any(code is None or code in _ABSENT for code in (self.before, after)),
        )


def find_runs(
    connection: sqlite3.Connection,
    key: int,
    span_s: tuple[int, int],
    *,
    first_s: int,
    settled_until_s: int,
    known: Run | None,
) -> tuple[list[Bout], Run | None]:
    """Cut the stored seconds of a device into bouts.

    Parameters
    ----------
    span_s
        From where a bout begins to one past the last second.
    first_s
        Where the data of the device begin.
    settled_until_s
        Seconds before it never change again.
    known
        What the call before returned, if nothing was taken back since.

    Returns
    -------
    bouts
        In order; together they cover the span.
    settled
        The settled part of the bout that is open at `settled_until_s`, for the next call.
    """
    start_s, end_s = span_s
    settled_s = min(settled_until_s, end_s)
    runs: list[Run] = []
    if known is not None and known.start_s == start_s and known.end_s <= settled_s:
        runs.append(known)
    from_s = runs[0].end_s if runs else start_s
    settled = runs[0] if runs and from_s == settled_s else None
    before = None if start_s <= first_s else _code_at(connection, key, start_s - 1)
    for part in _parts(connection, key, from_s, settled_s, end_s):
        for run in _runs_of(part):
            if runs and runs[-1].code == run.code:
                runs[-1] = runs[-1].joined(run)
            else:
                runs.append(replace(run, before=runs[-1].code if runs else before))
        if part.end_s == settled_s:
            settled = runs[-1]
    after = [*(run.code for run in runs[1:]), None]
    return [run.as_bout(code) for run, code in zip(runs, after, strict=True)], settled


def _parts(
    connection: sqlite3.Connection, key: int, start_s: int, settled_s: int, end_s: int
) -> Iterator[PackedSeconds]:
    """Yield the stored seconds in pieces, one of which ends at `settled_s`."""
    edges = {*range(start_s, end_s, _PIECE_S), end_s, min(max(settled_s, start_s), end_s)}
    for a, b in pairwise(sorted(edges)):
        yield from_rows(minute_rows(connection, key, a, b), a, b)


def _runs_of(part: PackedSeconds) -> Iterator[Run]:
    for a, b in pairwise(run_edges(part.code)):
        yield Run(
            part.start_s + a,
            part.start_s + b,
            int(part.code[a]),
            int(part.n_steps[a:b].sum()),
            int(part.confidence[a:b].sum()),
            None,
        )


def _code_at(connection: sqlite3.Connection, key: int, at_s: int) -> int:
    rows = minute_rows(connection, key, at_s, at_s + 1)
    return int(from_rows(rows, at_s, at_s + 1).code[0])
