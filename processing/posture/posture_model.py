"""What the recordings taught: the numbers that turn evidence into posture.

`sitstreak fit` makes them anew from labelled recordings; `processing.posture.fitted` holds the
result. What each weight multiplies is said in `processing.posture.evidence`, term by term.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Angles:
    """Log densities of angles, at knots; straight lines in between. [log 1/degree]"""

    knots_deg: tuple[float, ...]
    sit: tuple[float, ...]  #: of signed pitch, sitting
    stand: tuple[float, ...]  #: of signed pitch, standing
    lie: tuple[float, ...]  #: of tilt, lying


@dataclass(frozen=True, slots=True, kw_only=True)
class PostureModel:
    """A chain over sitting, standing, walking and lying; all numbers are log-odds."""

    angles: Angles
    #: evidence of one second, against standing; the terms are in `processing.posture.evidence`
    sit: tuple[float, ...]
    stand: tuple[float, ...]
    walk: tuple[float, ...]
    lie: tuple[float, ...]
    #: evidence of getting up and of sitting down around one second, and what it is without any
    rise: tuple[float, ...]
    fall: tuple[float, ...]
    rise_0: float
    fall_0: float
    #: how likely a change is from one second to the next, in log-odds against staying
    sit_stand: float
    sit_walk: float
    stand_walk: float
    sit_lie: float
    lie_upright: float
    #: log-odds of stepping: what these multiply is said in `processing.posture.walking`
    stepping: tuple[float, ...]
    usual_pause_deg: float  #: pitch of short pauses between steps, mean of people [degrees]
