"""Runs of one posture."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from processing.model import CODE, POSTURES, Bout, CodeArray, Posture, PostureSeconds

_ABSENT = (CODE[Posture.UNKNOWN], CODE[Posture.NOT_WORN])


def find_bouts(seconds: PostureSeconds) -> list[Bout]:
    """Cut seconds into raw bouts; `processing.figures.sedentary_bouts` says which of them count.

    Returns
    -------
    bouts
        In order, without a hole: together they cover `seconds`. Unknown and not-worn time are bouts
        too. A bout is censored when it touches unknown or not-worn time or either end of `seconds`.
    """
    edges = run_edges(seconds.code)
    bouts = []
    for a, b in pairwise(edges):
        neighbours = [seconds.code[i] for i in (a - 1, b) if 0 <= i < len(seconds)]
        bouts.append(
            Bout(
                start_s=seconds.start_s + a,
                end_s=seconds.start_s + b,
                posture=POSTURES[seconds.code[a]],
                n_steps=int(seconds.n_steps[a:b].sum()),
                confidence=float(seconds.confidence[a:b].mean()),
                censored=len(neighbours) < 2 or any(code in _ABSENT for code in neighbours),
            )
        )
    return bouts


def run_edges(code: CodeArray) -> list[int]:
    """Return where runs of equal codes begin, and the length: `[0, ..., n]`; `[0]` if empty."""
    if not len(code):
        return [0]
    return [0, *(np.flatnonzero(code[1:] != code[:-1]) + 1).tolist(), len(code)]
