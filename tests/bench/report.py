"""The page docs/validation.md: figures and what they mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan

from processing.method import Method

_HEAD = """# Validation

*Written by `make bench`; do not edit. Method `{version}`, digest `{digest}`.*

The figures come from six public sets of recordings that were labelled second by second (most from
video). The recordings are not part of this product. The numbers of the method that were fitted
(how surely walking is walking, how wide the doubt around an angle is) were fitted **on the first
three of these sets**, so the figures on them are somewhat too good for a new person; the two
angles that decide between standing, sitting and lying are the published ones (11.6 and 64.9
degrees from the wearer's own walking posture; Vähä-Ypyä 2018, doi:10.1111/sms.13017) and were
not touched.

## How well postures are told apart

"Sedentary" is the mean of two shares: sitting and lying seconds called sitting or lying, and
upright seconds called standing, walking or moving. "Three postures" is the mean of the shares of
sitting, standing and walking seconds that were called by their name. 0.5 and 0.33 would be
guessing. The largest probability decides, also where the answer given is `unknown`. Stairs and
running count as walking, shuffling as standing; cycling, transitions and unlabelled time are left
out.
"""

_MEANING = """
## What the figures mean

* **HAPT, HARTH and HAR70+ can judge sitting.** The other three hold no labelled sitting: they say
  something about walking, running and lost samples only, and a dash stands where a figure would
  mean nothing.
* **Look at people, not at seconds.** The mean over people and the worst person are what a new
  wearer should expect. The worst one sat once, for 86 seconds, leaning forward: tilt cannot see
  that. Somebody who sits as upright as they stand is called standing.
* **HAPT is scripted** and its bouts last 12 to 41 seconds; HARTH and HAR70+ hold under an hour of
  each person. No set shows a whole day, a night, or a sensor that was put down, so streaks of
  hours, sleep and `not_worn` are not validated by any of this.
* **Cycling** is mostly called walking (three people): the streak is right to end, the steps and the
  walking time are not. Squats and bends of a few seconds look like sitting.
* **Differences below 0.02 are noise** with 10 to 20 people to a set.
* The truth of HARTH and HAR70+ is per second and rounded: half a second of every change is
  undecidable, which bounds standing against walking near 0.9.
"""


@dataclass(frozen=True, slots=True)
class SetRow:
    """The figures of one data set; NaN where the set cannot say."""

    name: str
    n_subjects: int
    n_seconds: int
    n_sit: int
    sedentary: float
    three: float
    mean: float
    worst: float
    worst_subject: str
    walking_f1: float
    lie_recall: float
    unknown: float


@dataclass(frozen=True, slots=True)
class Figures:
    """All that was measured."""

    method: Method
    rows: list[SetRow]
    farther: dict[str, float]  #: sedentary accuracy with a look-ahead of 600 s
    facts: dict[str, float]
    calibration: list[tuple[float, float, int]]
    speed: dict[str, float]


def page(figures: Figures) -> str:
    """Return the whole page."""
    method = figures.method
    near = {row.name: row.sedentary for row in figures.rows}
    parts = [
        _HEAD.format(version=method.version, digest=method.digest),
        _sets(figures.rows),
        "\n## Further facts\n",
        _table(("what", "share of seconds"), [(k, _f(v)) for k, v in figures.facts.items()]),
        "\n## Is the confidence honest?\n",
        "Seconds of HAPT, HARTH and HAR70+ by the probability of the class that was chosen (four",
        "classes: sit, stand, walk, lie):\n",
        _table(
            ("confidence, mean of band", "share that was right", "seconds"),
            [(_f(stated), _f(right), f"{n}") for stated, right, n in figures.calibration],
        ),
        "\n## How far to look ahead\n",
        "Walking up to this far in the future helps to say what upright was; a second stays",
        "provisional in the live view for as long. Sedentary accuracy:\n",
        _table(
            ("set", f"{method.look_ahead_s} s", "600 s"),
            [(name, _f(near[name]), _f(score)) for name, score in figures.farther.items()],
        ),
        "\n## Speed\n",
        _speed(figures.speed),
        _MEANING,
    ]
    return "\n".join(parts)


def _sets(rows: Sequence[SetRow]) -> str:
    return _table(
        (
            "set",
            "people",
            "seconds",
            "sitting",
            "sedentary",
            "three postures",
            "sedentary, mean of people",
            "worst person",
            "walking F1",
            "lying found",
            "unknown",
        ),
        [
            (
                row.name,
                f"{row.n_subjects}",
                f"{row.n_seconds}",
                f"{row.n_sit}",
                _f(row.sedentary),
                _f(row.three),
                _f(row.mean),
                f"{_f(row.worst)} {row.worst_subject}".strip(),
                _f(row.walking_f1),
                _f(row.lie_recall),
                _f(row.unknown),
            )
            for row in rows
        ],
    )


def _speed(speed: dict[str, float]) -> str:
    return (
        f"On the machine that wrote this page: 16 hours at 50 Hz take {speed['day_s']:.1f} s and "
        f"{speed['day_mb']:.0f} MB\nbeside the samples; one second of new samples takes "
        f"{speed['live_ms']:.1f} ms live (99 % of them under\n{speed['live_worst_ms']:.1f} ms)."
    )


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _f(value: float) -> str:
    return "–" if isnan(value) else f"{value:.3f}"
