"""The live result, as the wearer would have seen it, against the offline one.

Samples are handed over in blocks of a second; every few seconds the live path is asked what the
second was that ended `DELAY_S` ago. "Remembered" starts with the reference that the same session
ends with, as if the clip had been worn the same way before; "cold" knows nothing at the start.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from ingest.recordings.player import BASE_S
from processing.live import LiveState, advance
from processing.method import Method
from processing.model import (
    CODE,
    NS_PER_S,
    CodeArray,
    IntArray,
    Posture,
    PostureSeconds,
    SampleBlock,
    is_any,
)
from processing.posture.upright import Reference
from sitstreak.validation import scores
from sitstreak.validation.answers import Answer
from sitstreak.validation.words import Words

#: How long after it ended a second is asked for. [s]
DELAY_S: Final = 5
#: One second of so many is asked for: enough of them, and a hundred sessions end in minutes. [s]
ASKED_EVERY_S: Final = 5
_ANSWERED: Final = frozenset({Posture.SIT, Posture.STAND, Posture.LIE})


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What was seen live of one session, and what was said of the same seconds afterwards."""

    offline: Answer
    asked: IntArray  #: shape (n,): which seconds of the session
    guess: Words  #: shape (n,): likeliest class
    code: CodeArray  #: shape (n,): posture shown

    @property
    def is_scored(self) -> np.ndarray:
        """Which of the asked seconds count."""
        return np.asarray(self.offline.of.is_scored[self.asked])

    def truth(self) -> Words:
        """Return the truth of the asked seconds that count."""
        return np.asarray(self.offline.of.truth[self.asked][self.is_scored])

    def live(self) -> Words:
        """Return what was shown of them."""
        return np.asarray(self.guess[self.is_scored])

    def afterwards(self) -> Words:
        """Return what is said of them offline."""
        return np.asarray(self.offline.guess[self.asked][self.is_scored])

    def before_first_walk(self) -> tuple[int, int]:
        """Count labelled seconds before the first labelled walking; and those shown as postures.

        People also walk in seconds that have no label, and what comes after is known to them.
        """
        walking = np.flatnonzero(self.offline.of.truth == "walk")
        end = walking[0] if len(walking) else len(self.offline.seconds)
        early = (self.asked < end) & self.is_scored
        return int(early.sum()), int((early & is_any(self.code, _ANSWERED)).sum())


@dataclass(frozen=True, slots=True)
class LiveScores:
    """Balanced accuracies of the same seconds, live and offline."""

    sedentary: float
    three: float
    offline_sedentary: float
    offline_three: float
    share_unknown: float


def remembered(blocks: Sequence[SampleBlock], method: Method) -> Reference:
    """Return the reference that a wearer of this recording would have remembered afterwards."""
    return advance(LiveState(), blocks, method, final=True).state.carried.reference.after_break()


def watch(offline: Answer, method: Method, *, is_cold: bool) -> Seen:
    """Play a session to the live path and note what it shows."""
    blocks = list(_seconds(offline.of.blocks()))
    state = LiveState() if is_cold else LiveState.remembering(remembered(blocks, method))
    n = len(offline.seconds)
    asked = np.arange(0, n - DELAY_S, ASKED_EVERY_S)
    shown = [PostureSeconds.unknown(0, 0)]
    first = last = 0
    for second in asked.tolist():
        now_ns = (BASE_S + second + 1 + DELAY_S) * NS_PER_S
        while last < len(blocks) and blocks[last].end_ns <= now_ns:
            last += 1
        more = True
        while more:
            while first < last and blocks[first].end_ns <= state.resume_ns:
                first += 1
            step = advance(state, blocks[first:last], method)
            state, more = step.state, step.more
        shown.append(_one(step.seconds, BASE_S + second))
    p = np.concatenate([one.p for one in shown])
    names = np.array(scores.GUESSES)
    return Seen(offline, asked, names[p.argmax(axis=1)], np.concatenate([s.code for s in shown]))


def watched(work: tuple[Answer, Method, bool]) -> Seen:
    """Do `watch` with an answer, its method, and whether it is a cold start."""
    answer, method, is_cold = work
    return watch(answer, method, is_cold=is_cold)


def live_scores(seen: Sequence[Seen]) -> LiveScores:
    """Score what was seen of many sessions."""
    truth = np.concatenate([one.truth() for one in seen])
    live = np.concatenate([one.live() for one in seen])
    offline = np.concatenate([one.afterwards() for one in seen])
    unknown = np.concatenate([one.code[one.is_scored] == CODE[Posture.UNKNOWN] for one in seen])
    return LiveScores(
        scores.sedentary_accuracy(truth, live),
        scores.three_postures(truth, live),
        scores.sedentary_accuracy(truth, offline),
        scores.three_postures(truth, offline),
        float(unknown.mean()),
    )


def guessed_too_early(seen: Sequence[Seen]) -> float:
    """Return the share of seconds before any walking that were shown as sit, stand or lie."""
    n_early, n_shown = np.sum([one.before_first_walk() for one in seen], axis=0)
    return float(n_shown / n_early) if n_early else float("nan")


def _one(seconds: PostureSeconds, second_s: int) -> PostureSeconds:
    inside = seconds.between(second_s, second_s + 1)
    return inside if len(inside) else PostureSeconds.unknown(second_s, second_s + 1)


def _seconds(blocks: Sequence[SampleBlock]) -> Iterator[SampleBlock]:
    """Cut blocks into pieces of at most a second, as they come from a sensor."""
    for block in blocks:
        n = max(round(block.fs_hz), 1)
        for a in range(0, len(block.acc_g), n):
            t0_ns = block.t0_ns + round(a * NS_PER_S / block.fs_hz)
            yield SampleBlock(block.device_id, t0_ns, block.fs_hz, block.acc_g[a : a + n])
