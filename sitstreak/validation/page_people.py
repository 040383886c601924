"""The section of the page about the people on whom the method does worst."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isnan
from typing import Final

from sitstreak.validation.markdown import share
from sitstreak.validation.people import Missed, PersonStory
from sitstreak.validation.scores import SEDENTARY_WORDS

_TOLD: Final = 4
#: Nearer to the person's own standing than this, tilt cannot tell. [degrees]
_ALIKE_DEG: Final = 6.0
_FIDGETS_G: Final = 0.03

_HEAD: Final = """## The people it does worst on

The three of each set with the lowest figure, and their longest labelled stretches of which more
than half was put on the wrong side. Tilt is the angle from where gravity was while the same person
walked, within some minutes; "standing" is their own median.
"""
_ADVICE: Final = """**What a wearer can do about it.** Clip the sensor to the waistband, at the side
or back, where it turns with the pelvis when you sit down, and not to a loose shirt. After putting
it on, do `sitstreak calibrate`: 20 seconds of standing and 20 of walking show how you stand and how
you walk. Sit back now and then: sitting on the front edge with a straight back is what looks like
standing. If the day on the page is not the day you remember, believe your memory.
"""


def stories(by_set: Mapping[str, Sequence[PersonStory]]) -> str:
    """Tell of the worst people of each set."""
    lines = [_HEAD]
    for name, people in by_set.items():
        lines += [_story(name, one) for one in people]
    return "\n".join([*lines, "", _ADVICE])


def _story(set_name: str, one: PersonStory) -> str:
    missed_s = sum(stretch.duration_s for stretch in one.missed)
    said = (
        f"* **{one.subject}** ({set_name}), {share(one.sedentary)}: "
        f"{one.n_sedentary_s} s sedentary and {one.n_upright_s} s upright; "
        f"{len(one.missed)} stretches of {missed_s} s together were missed."
    )
    lines = [said]
    lines += [f"  - {_stretch(stretch)}" for stretch in one.missed[:_TOLD]]
    more = one.missed[_TOLD:]
    if more:
        lines.append(f"  - and {len(more)} shorter ones, {more[0].duration_s} s or less.")
    return "\n".join(lines)


def _stretch(one: Missed) -> str:
    said = (
        f"{one.session}, second {one.start_s}: {one.duration_s} s of {one.truth} taken for "
        f"{one.taken_for}"
    )
    if isnan(one.tilt_deg):
        return said + ", with no labelled walking to compare with."
    said += f"; tilt {one.tilt_deg:.0f} degrees"
    if not isnan(one.standing_tilt_deg):
        said += f", standing {one.standing_tilt_deg:.0f}"
    return f"{said}, movement {1000 * one.movement_g:.0f} mg{_why(one)}."


def _why(one: Missed) -> str:
    """Say what stands out; nothing when nothing does."""
    is_sedentary = one.truth in SEDENTARY_WORDS
    apart_deg = one.tilt_deg - one.standing_tilt_deg
    if is_sedentary and apart_deg < _ALIKE_DEG:
        return ": tilted little more than when standing" + (
            " and restless" if one.movement_g > _FIDGETS_G else ""
        )
    if not is_sedentary and apart_deg > _ALIKE_DEG:
        return ": tilted more than when standing otherwise"
    return ""
