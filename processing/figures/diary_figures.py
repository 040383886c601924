"""Figures of what a wearer wrote down: pain, exercises, and stretches that overrule a sensor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from processing.figures.diary import DiaryEntry, DiaryKind
from processing.figures.sleep import Span
from processing.model import CODE, BoolArray, Posture, PostureSeconds

#: Kinds that count as having exercised.
EXERCISES: Final = frozenset({DiaryKind.EXERCISE, DiaryKind.STRETCH})


@dataclass(frozen=True, slots=True)
class Told:
    """Stretches of which a diary knows better than the sensor: in order, apart from each other."""

    not_worn: tuple[Span, ...] = ()
    sleep: tuple[Span, ...] = ()

    def within(self, start_s: int, end_s: int) -> Told:
        """Return the stretches that have a part in `[start_s, end_s)`, uncut. [s]"""
        return Told(
            *(
                tuple(span for span in spans if span[0] < end_s and span[1] > start_s)
                for spans in (self.not_worn, self.sleep)
            )
        )


def told_by(entries: Sequence[DiaryEntry]) -> Told:
    """Return the stretches not worn and slept; the entries may be in any order and overlap."""
    return Told(_spans(entries, DiaryKind.NOT_WORN), _spans(entries, DiaryKind.SLEEP))


def with_not_worn(seconds: PostureSeconds, spans: Sequence[Span]) -> PostureSeconds:
    """Return the seconds with those of `spans` not worn, whatever the sensor made of them.

    Parameters
    ----------
    spans
        `[start_s, end_s)` each. [s]

    Returns
    -------
    seconds
        No step fell into a second that was not worn; that it was not is certain.
    """
    told = _mask(seconds, spans)
    if not told.any():
        return seconds
    code, n_steps = seconds.code.copy(), seconds.n_steps.copy()
    confidence, p = seconds.confidence.copy(), seconds.p.copy()
    code[told], n_steps[told], confidence[told] = CODE[Posture.NOT_WORN], 0, 1.0
    p[told] = 1 / p.shape[1]
    return PostureSeconds(seconds.start_s, code, p, confidence, n_steps)


def pain_median(entries: Sequence[DiaryEntry]) -> float | None:
    """Return the median pain of the entries, 0..10; None when none tells of pain."""
    scores = pain_scores(entries)
    return float(np.median(scores)) if scores else None


def pain_scores(entries: Sequence[DiaryEntry]) -> list[int]:
    """Return the pain of each entry that tells of it, in order of time."""
    told = [one for one in entries if one.kind is DiaryKind.PAIN and one.score is not None]
    return [one.score for one in sorted(told, key=in_time) if one.score is not None]


def n_exercises(entries: Sequence[DiaryEntry]) -> int:
    """Return how many of the entries are exercises or stretches."""
    return sum(one.kind in EXERCISES for one in entries)


def n_repetitions(entries: Sequence[DiaryEntry]) -> int | None:
    """Return all repetitions of the entries that tell of any; None when none does.

    One without sets is a single set.
    """
    counts = [(one.n_sets or 1) * one.n_reps for one in entries if one.n_reps is not None]
    return sum(counts) if counts else None


def n_seconds_of(spans: Sequence[Span], start_s: int, end_s: int) -> int:
    """Return how much of `[start_s, end_s)` lies in the spans, which are apart. [s]"""
    return sum(max(min(b, end_s) - max(a, start_s), 0) for a, b in spans)


def in_span(entries: Sequence[DiaryEntry], start_s: int, end_s: int) -> list[DiaryEntry]:
    """Return in order of time what was written of `[start_s, end_s)`. [s]

    A moment belongs where it is, a stretch to every span that it has a part in.
    """
    found = [
        one
        for one in entries
        if start_s <= one.at_s < end_s
        or (one.until_s is not None and one.at_s < end_s and one.until_s > start_s)
    ]
    return sorted(found, key=in_time)


def in_time(entry: DiaryEntry) -> tuple[int, int]:
    """Order entries by time; those of one moment in the order in which they were written."""
    return entry.at_s, entry.id


def _spans(entries: Sequence[DiaryEntry], kind: DiaryKind) -> tuple[Span, ...]:
    mine = sorted(
        (one.at_s, one.until_s) for one in entries if one.kind is kind and one.until_s is not None
    )
    joined: list[Span] = []
    for start_s, end_s in mine:
        if end_s <= start_s:
            continue
        if joined and start_s <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end_s))
        else:
            joined.append((start_s, end_s))
    return tuple(joined)


def _mask(seconds: PostureSeconds, spans: Sequence[Span]) -> BoolArray:
    mask = np.zeros(len(seconds), np.bool_)
    for start_s, end_s in spans:
        mask[max(start_s - seconds.start_s, 0) : max(end_s - seconds.start_s, 0)] = True
    return mask
