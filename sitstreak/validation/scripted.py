"""Short scripted trials of SisFall: what must not be sitting, and sits that must be found.

A trial lasts 12 s and rarely holds walking, so upright is remembered from the same person's walking
trial D01, as a wearer's clip would remember it. Nobody in SisFall was fitted to; the
rule for bends was made after seeing these trials.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Final

import numpy as np

from processing.figures.bouts import run_edges
from processing.figures.sedentary_bouts import sedentary_bouts
from processing.method import Method
from processing.model import SEDENTARY, UPRIGHT, BoolArray, is_any
from processing.posture.upright import Reference
from sitstreak.validation.answers import Answer, Measured
from sitstreak.validation.labelled import Labelled
from sitstreak.validation.living import remembered

_REFERENCE_TRIAL: Final = "D01"


@dataclass(frozen=True, slots=True)
class TrialScores:
    """What was made of all trials of one activity."""

    name: str
    n_trials: int
    any_second: float  #: share of trials with a second shown as sitting or lying
    three_seconds: float  #: share of trials with three such seconds in a row
    counted: float  #: share of trials with a sedentary bout, as days and weeks count them
    seconds: float  #: share of all their seconds shown as sitting or lying
    up_down_up: float  #: share of trials in which it came between being upright twice
    up_down: float  #: share of trials in which it came after being upright


#: Activities by the codes of the data set.
ACTIVITIES: Final = {
    "walking": ("D01", "D02"),
    "jogging": ("D03", "D04"),
    "stairs": ("D05", "D06"),
    "stand, sit, stand": ("D07", "D08", "D09", "D10"),
    "falling back into a chair": ("D11",),
    "lying, turning over": ("D12", "D13", "D14"),
    "squat": ("D15",),
    "bend": ("D16",),
    "getting out of a car": ("D17",),
    "stumble": ("D18",),
    "jump": ("D19",),
}


def trials(sessions: Sequence[Labelled], method: Method) -> list[Answer]:
    """Classify every trial with its person's remembered reference."""
    references: dict[str, Reference] = {}
    for one in sessions:
        if activity(one) == _REFERENCE_TRIAL and one.subject not in references:
            references[one.subject] = remembered(one.blocks(), method)
    return [
        Measured(one, one.features(method)).judged(method, references.get(one.subject))
        for one in sessions
    ]


def activity(session: Labelled) -> str:
    """Return the code of a trial's activity."""
    return next((code for code in session.orig.tolist() if code), "")


def trial_scores(answers: Sequence[Answer], method: Method) -> list[TrialScores]:
    """Score the trials of each activity that was done."""
    found = [
        _scores(name, [one for one in answers if activity(one.of) in codes], method)
        for name, codes in ACTIVITIES.items()
    ]
    return [one for one in found if one.n_trials]


def _scores(name: str, answers: Sequence[Answer], method: Method) -> TrialScores:
    down = [is_any(one.seconds.code, SEDENTARY) for one in answers]
    counted = [bool(sedentary_bouts(one.seconds, method)) for one in answers]
    orders = [_order(one) for one in answers]
    return TrialScores(
        name=name,
        n_trials=len(answers),
        any_second=_share([bool(one.any()) for one in down]),
        three_seconds=_share([_longest(one) >= 3 for one in down]),
        counted=_share(counted),
        seconds=float(np.concatenate(down).mean()) if down else float("nan"),
        up_down_up=_share(["usu" in order for order in orders]),
        up_down=_share(["us" in order for order in orders]),
    )


def _order(answer: Answer) -> str:
    """Return the order of upright (u) and sedentary (s) stretches; the rest is passed over."""
    code = answer.seconds.code
    up, down = is_any(code, UPRIGHT), is_any(code, SEDENTARY)
    letters = ["u" if up[i] else "s" for i in run_edges(code)[:-1] if up[i] or down[i]]
    return "".join(letter for letter, _ in groupby(letters))


def _longest(mask: BoolArray) -> int:
    edges = run_edges(mask.astype(np.uint8))
    return max((b - a for a, b in pairwise(edges) if mask[a]), default=0)


def _share(of: Sequence[bool]) -> float:
    return float(np.mean(of)) if of else float("nan")
