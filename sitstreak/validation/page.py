"""The page docs/validation.md: figures, beside what was aimed at, and what they mean."""

from __future__ import annotations

from typing import Final

from sitstreak.validation import page_checks
from sitstreak.validation.evaluation import Figures
from sitstreak.validation.labelled import SCORED
from sitstreak.validation.markdown import share, table
from sitstreak.validation.page_people import stories
from sitstreak.validation.scores import GUESSES, SetScores
from sitstreak.validation.targets import Target, accuracy_targets, other_targets
from sitstreak.validation.whole import Validation

PICTURE: Final = "validation-reliability.svg"

_HEAD: Final = """# Validation

*Written by `sitstreak validate`; do not edit. Method `{version}`, digest `{digest}`.*

The figures come from six public sets of recordings that were labelled second by second, most from
video. The recordings are not part of this product. HAPT (`hapt`, 20 people, sensor at the waist,
scripted), HARTH (`harth`, 10 people, lower back, free living) and HAR70+ (`har70`, 11 people of 70
to 95 years, lower back) hold sitting, standing, walking and lying. IPOL and UMAFall hold walking
that says something about lost and late samples, SisFall short scripted trials.

Nobody is judged by weights that were fitted to them, unless it says "as shipped":

* **leave one subject out**: the weights and the angles of `processing/posture/fitted.py` were
  made again from the other people of all three sets, by the same function that makes the product's;
* **cross-set**: the same, from the people of the two other sets only: another place, sensor, age;
* **as shipped**: the numbers of the product, which were fitted to all of these people. A new wearer
  should not expect these.

What this does not undo: the form of the method (which features, which rules), its chosen numbers
(`processing/method.py`) and the settings of the fitting (`sitstreak/fitting/choices.py`,
`prior.py`) were chosen by people who had seen these recordings, in about sixty tries of what does
well on persons left out. So expect a little less than this.

"Sedentary" is the mean of two shares: of the sitting and lying seconds that were called sitting or
lying, and of the upright seconds that were called standing, walking or moving. "Three postures" is
the mean of the shares of sitting, standing and walking seconds that were called by their name.
Guessing gives 0.5 and 0.33. Every labelled second counts and the largest probability decides, also
where the answer given is `unknown`. Stairs and running count as walking, shuffling as standing;
cycling is judged apart; transitions and unlabelled time are left out.
"""

_MEANING: Final = """## What the figures mean

* **Look at people, not at seconds.** The mean over people and the worst person are what a new
  wearer should expect. One sitting stretch of a few minutes that was taken for standing decides
  over a person's figure.
* **What cannot be seen from the hip**: somebody who sits with the pelvis as upright as it is when
  they stand, and who got there slowly. The sensor feels tilt and vertical movement, not bent knees.
* **What a wearer can do**: walk for half a minute after putting the clip on; wear it firmly, on the
  same side, against the hip bone and not on a loose belt; run `sitstreak calibrate` once (40
  seconds; with 20 s of their own standing and walking the person S026 would go from 0.63 to 0.86,
  most others would not change). Whoever sits leaning forward on the elbows with the pelvis upright,
  as S030 does, will see some sitting as standing, whatever they do: compare a day with what you
  remember before you trust its totals.
* **HAPT is scripted** and its bouts last 12 to 41 seconds; HARTH and HAR70+ hold under an hour and
  a half of each person. No set shows a night, or a sensor that was put down; what is said of these
  comes from spliced days, where that is simulated.
* **Differences below 0.02 are noise** with 10 to 20 people to a set.
* The truth of HARTH and HAR70+ is per second and rounded: half a second of every change is
  undecidable.
* Everything above can be had again with `sitstreak validate` and the recordings; it holds no time
  and no chance.
"""

_SCRIPTED: Final = """The scripted trials are judged by the shipped numbers. Nobody in them was
fitted to, but the rule for bends (20 degrees forward) was made after seeing them.
"""


def page(done: Validation) -> str:
    """Return the whole page."""
    parts = [_HEAD.format(version=done.method.version, digest=done.method.digest)]
    if done.is_quick:
        parts.append("**A quick look: the shipped numbers only, nothing was fitted again.**\n")
    for one in done.figures:
        parts += [f"## How well postures are told apart, {one.name}\n", _sets(one.sets)]
        parts.append(_targets(accuracy_targets(one)))
    honest = done.figures[0]
    parts += [
        f"## The other aims, {honest.name}\n",
        _SCRIPTED,
        _targets(other_targets(done)),
        f"## Each person, {honest.name}\n",
        _people(done.figures),
        f"## What was taken for what, {honest.name}\n",
        *[_confusion(one) for one in honest.sets],
        page_checks.certainty(honest, PICTURE),
        page_checks.worse_recordings(done.moved),
        page_checks.live(done.live),
        page_checks.scripted(done.trials),
        page_checks.walkers(done.walkers),
        page_checks.days(done.plain_days, done.hard_days),
        stories(done.stories),
        _MEANING,
    ]
    return "\n".join(parts)


def _sets(sets: list[SetScores]) -> str:
    head = (
        *("set", "people", "seconds", "sitting", "sedentary", "three postures"),
        *("sedentary, mean of people", "worst person", "walking F1", "lying found", "unknown"),
    )
    rows = [
        (
            one.name,
            f"{one.n_subjects}",
            f"{one.n_seconds}",
            f"{one.n_sit}",
            share(one.sedentary),
            share(one.three),
            share(one.mean),
            f"{share(one.worst)} {one.worst_subject}".strip(),
            share(one.walking_f1),
            share(one.lie_recall),
            share(one.share_unknown),
        )
        for one in sets
    ]
    return table(head, rows)


def _targets(targets: list[Target]) -> str:
    rows = [
        (
            one.what,
            one.where,
            share(one.value, one.digits),
            f"{'≥' if one.at_least else '≤'} {one.aim:g}",
            one.verdict,
        )
        for one in targets
    ]
    return table(("figure", "recordings", "measured", "aim", ""), rows)


def _people(figures: list[Figures]) -> str:
    rows = []
    for i, one in enumerate(figures[0].sets):
        others = [other.sets[i].by_subject for other in figures]
        rows += [
            (one.name, who, *(share(by_subject[who]) for by_subject in others))
            for who in one.by_subject
        ]
    return table(("set", "person", *(f"sedentary, {one.name}" for one in figures)), rows)


def _confusion(one: SetScores) -> str:
    rows = [
        (f"**{word}**", *(f"{n}" for n in counts))
        for word, counts in zip(SCORED, one.confusion.tolist(), strict=True)
    ]
    return table((f"{one.name}: truth [s]", *GUESSES), rows)
