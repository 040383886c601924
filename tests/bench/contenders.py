"""Who takes part, and what each does and does not do with the day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_PEERS: Final = "tests.bench.peers"


@dataclass(frozen=True, slots=True)
class Contender:
    """One function that is measured in a process of its own."""

    title: str
    package: str | None  #: what pip installs; None is this checkout
    module: str
    does: str
    does_not: str
    arguments: tuple[str, ...] = ()  #: beside the file with the day


OURS: Final = Contender(
    "sitstreak, blocks of a minute",
    None,
    "tests.bench.whole_chain",
    "everything from raw samples to the day's sum: even grid over gaps, wear, upright from "
    "walking, posture with a probability for each second, steps, bouts, sleep, streaks, breaks, "
    "hours, debt",
    "stride length and walking speed",
    ("60",),
)
CONTENDERS: Final = (
    OURS,
    Contender(
        "sitstreak, blocks of a second",
        None,
        "tests.bench.whole_chain",
        "the same, from 83,000 blocks as a sensor sends them",
        "as above",
        ("1",),
    ),
    Contender(
        "actipy.process",
        "actipy",
        f"{_PEERS}.actipy_process",
        "20 Hz low-pass, gravity calibration, non-wear, even resampling over gaps (its defaults)",
        "any posture, step or bout: it prepares samples for others",
    ),
    Contender(
        "skdh PredictGaitLumbarLgbm",
        "scikit-digital-health",
        f"{_PEERS}.skdh_gait",
        "which 3-second windows are gait (gradient-boosted trees over features)",
        "gaps, wear, posture, steps",
    ),
    Contender(
        "skdh Sit2Stand",
        "scikit-digital-health",
        f"{_PEERS}.skdh_sit2stand",
        "rises from sitting with start, end, duration, height (wavelets and integration)",
        "gaps, wear, posture between the rises, steps",
    ),
    Contender(
        "mobgap GsdIonescu",
        "mobgap",
        f"{_PEERS}.mobgap_ionescu",
        "gait sequences from steps in the filtered norm",
        "gaps, wear, posture",
    ),
)
