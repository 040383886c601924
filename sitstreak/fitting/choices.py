"""Every number of the fitting itself, but for the prior.

They were chosen by fitting without some people, or without a data set, and judging by those: on the
same recordings that the method is validated with.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """How to fit; a number without a source was chosen by fitting without one person at a time."""

    # whose seconds count, and how much
    #: a second of a bout counts 1 / (1 + length / one_bout_s): a bout of hours is one observation
    one_bout_s: float = 120.0
    #: the vote of each posture in each data set: lying is rare and plain; a missed sit costs a
    #: wearer's figures most; with less for walking more of it was taken for standing
    sit_vote: float = 1.4
    stand_vote: float = 1.0
    walk_vote: float = 1.3
    lie_vote: float = 0.4

    #: keeps the weights of stepping finite where people walk and rest with nothing in between
    stepping_ridge: float = 1e-4

    # the loss
    #: share of seconds whose label is taken to be wrong: more than this a second cannot cost
    wrong_labels: float = 0.03
    prior_strength: float = 0.003  #: worth of the prior against one vote
    max_iterations: int = 200  #: 40 are enough for the recordings
    least_gain: float = 1e-6  #: steps end when one lessens the loss by less than this share
    n_corrections: int = 20  #: steps that L-BFGS remembers

    # the pieces that sessions are cut into, so that many run side by side
    piece_s: int = 500  #: seconds that are judged
    context_s: int = 150  #: seconds on both sides that only inform them

    # the angles
    least_static_s: int = 3  #: an angle counts from so long a static stretch on
    least_seconds: int = 3  #: of a posture in a session
    most_seconds: int = 60  #: of one session that count: after that it is the same draw
    #: smoothing (SD): wide enough for people whom no recording shows [degrees]
    sit_smoothing_deg: float = 8.0
    stand_smoothing_deg: float = 5.0
    lie_smoothing_deg: float = 6.0
    #: what is added to each degree for what no recording shows; sitting comes in more forms
    sit_floor: float = 1.5e-3
    stand_floor: float = 3e-4
    lie_floor: float = 2e-4
    knot_deg: int = 4  #: distance of the knots


CHOICES: Final = Choices()
