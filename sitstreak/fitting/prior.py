"""Where the weights start, how far they may go from there, and why.

The fit is drawn towards these values, each by as much as its standard deviation says (ridge
regression around a guess). Signs and sizes are what the terms must mean; standard deviations are
small where the recordings cannot tell (laboratory sitting is short and told), and large where they
can. Both are our choice, made on the same recordings (prototype C) and rounded.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from processing.model import FloatArray
from sitstreak.fitting.parameters import as_vector


class Prior(NamedTuple):
    """One weight: what it multiplies, its start, its standard deviation, and why so."""

    term: str
    start: float
    sd: float
    why: str


_NO_GUESS: Final = "no guess; the log-odds of stepping hold most of it"
SIT: Final = (
    Prior(
        "pitch and roll, sitting against standing, in a short stretch",
        0.18,
        0.03,
        "one draw lasts 15 s, so a full log-likelihood ratio is spread over several seconds",
    ),
    Prior(
        "a tenth of the same, in a stretch of any length",
        0.12,
        0.1,
        "a stretch of minutes is worth about two draws",
    ),
    Prior("calm, in a short stretch", 0.12, 0.1, "who stands for seconds is rarely calm"),
    Prior("little sway, in a long stretch", 0.5, 0.3, "sitting sways by 3 mg, standing by 20 mg"),
    Prior("much sway, in a long stretch", -0.5, 0.3, "the same from the other side"),
    Prior("little stepping-band movement, in a long stretch", 0.0, 0.3, "follows from the sway"),
    Prior(
        "a long stretch", 0.0, 0.15, "how people are told to stand decides it: hardly to be learnt"
    ),
    Prior("the length of a long stretch, in e-folds", 0.0, 0.15, "the same"),
    Prior(
        "steps in a long stretch: square root of the share of seconds with some",
        -0.2,
        0.2,
        "who shifts from foot to foot stands",
    ),
)
STAND: Final = (
    Prior(
        "upright enough for standing (-1: calm, and tilted too far)",
        1.0,
        0.5,
        "nobody stands still at 45 degrees",
    ),
)
WALK: Final = (
    Prior("log-odds of stepping", 1.2, 0.4, "they are log-odds already; 4 s overlap"),
    Prior("walking at all", 0.0, 1.0, "a constant"),
    Prior(
        "upright enough for walking (-1: tilted too far)", 2.0, 0.7, "nobody walks at 45 degrees"
    ),
    Prior("pitch as in sitting, in a short stretch", 0.05, 0.1, "walking uphill is pitched too"),
    Prior("stepping band of 4 s, in 0.1 g", 0.0, 1.0, _NO_GUESS),
    Prior("its square", 0.0, 1.0, _NO_GUESS),
    Prior("all movement of 1 s, in 0.1 g", 0.0, 1.0, _NO_GUESS),
    Prior("its square", 0.0, 1.0, _NO_GUESS),
    Prior("stepping band of 3 s, in 0.06 g", 0.0, 1.0, _NO_GUESS),
    Prior("stepping band of 1 s, in 0.06 g", 0.0, 1.0, _NO_GUESS),
    Prior("step rhythm above one half", 0.0, 1.0, _NO_GUESS),
    Prior("stride rhythm above one half", 0.0, 1.0, _NO_GUESS),
    Prior("vertical against horizontal RMS", 0.0, 1.0, _NO_GUESS),
    Prior("stepping band times step rhythm", 0.0, 1.0, _NO_GUESS),
    Prior("stepping band times stride rhythm", 0.0, 1.0, _NO_GUESS),
)
LIE: Final = (
    Prior(
        "tilt, lying against sitting and standing, in a short stretch",
        0.36,
        0.2,
        "twice the worth of sitting: tilt tells lying better",
    ),
    Prior("a tenth of the same, in a stretch of any length", 0.24, 0.2, "the same"),
    Prior("calm, and tilted beyond half way to lying", 0.5, 0.3, "half way is where it turns"),
    Prior("a long stretch", 0.24, 0.2, "people lie for long"),
)
_QUICK: Final = (
    "a rise of the hips by 0.3 m within a second is 0.5 m/s: evidence of several log-odds"
)
_OTHER_WAY: Final = "a hop goes both ways, getting up and sitting down one"
_LEAN: Final = "10 to 14 degrees of lean go with it (prototypes A and C)"
_MOVING: Final = "one cannot get up without moving"
_TURN: Final = "the pelvis tips backward in sitting"
_ANY_TURN: Final = "whatever way the clip sits, the angle changes"
_SLOW: Final = "the slow rise of someone old"
_BOTH_WAYS: Final = "a slow movement returns"
_NOT_TOLD: Final = "no guess"
RISE: Final = (
    Prior("velocity [m/s]", 7.0, 2.0, _QUICK),
    Prior("velocity beyond 0.2 m/s up, 0.15 m/s down [m/s]", 6.0, 2.0, _QUICK),
    Prior("velocity beyond 0.35 m/s up, 0.3 m/s down [m/s]", 4.0, 2.0, _QUICK),
    Prior("velocity the other way [m/s]", -1.5, 1.5, _OTHER_WAY),
    Prior("velocity of a slow movement [m/s]", 3.0, 1.5, _SLOW),
    Prior("velocity of a slow movement the other way [m/s]", 1.0, 1.0, _BOTH_WAYS),
    Prior("forward lean on the way [10 degrees]", 0.8, 0.5, _LEAN),
    Prior("all movement, log10 above 32 mg", 0.2, 0.5, _MOVING),
    Prior("log-odds of stepping, in fours", 0.0, 1.0, _NOT_TOLD),
    Prior("pitch changing as it must [10 degrees]", 0.2, 0.3, _TURN),
    Prior("pitch changing either way [10 degrees]", 0.3, 0.3, _ANY_TURN),
)
#: Sitting down is getting up the other way round.
FALL: Final = RISE
CHANGES: Final = {
    "rise_0": Prior("getting up", -4.5, 1.0, "with no evidence of it: once in a hundred seconds"),
    "fall_0": Prior("sitting or lying down", -4.5, 1.0, "the same"),
    "sit_stand": Prior(
        "sitting, standing", -4.0, 0.7, "besides the above; saturated at 7 log-odds"
    ),
    "sit_walk": Prior("sitting, walking", -6.0, 1.0, "people stand up before they walk"),
    "stand_walk": Prior("standing, walking", -2.0, 1.0, "every few seconds on one's feet"),
    "sit_lie": Prior("sitting, lying", -3.0, 1.0, "a change that no velocity need show"),
    "lie_upright": Prior("lying, upright", -7.0, 2.0, "people sit up before they get up"),
}
PRIORS: Final[Mapping[str, tuple[Prior, ...]]] = {
    "sit": SIT,
    "stand": STAND,
    "walk": WALK,
    "lie": LIE,
    "rise": RISE,
    "fall": FALL,
    **{name: (prior,) for name, prior in CHANGES.items()},
}


def starts() -> FloatArray:
    """Return where all weights start, in the order of `sitstreak.fitting.parameters`."""
    return as_vector({name: tuple(one.start for one in all_) for name, all_ in PRIORS.items()})


def deviations() -> FloatArray:
    """Return their standard deviations, in the same order."""
    return as_vector({name: tuple(one.sd for one in all_) for name, all_ in PRIORS.items()})
