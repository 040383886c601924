"""`Method`: every number that can change a result, with where it comes from."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """Every number that can change a result; stored beside each result."""

    version: str = "spine-1"

    # from samples to the features of a second
    grid_hz: int = 25  #: [Hz] prototypes lost nothing at 12.5 Hz; 25 keeps the shape of a step
    anti_alias_hz: float = 10.0  #: half amplitude [Hz]; the grid ends at 12.5
    max_gap_s: float = 0.5  #: longest hole in the samples that is bridged [s]; our choice
    gravity_s: float = 2.0  #: length of the Hann average that leaves gravity [s]; prototypes A, B
    step_band_hz: tuple[float, float] = (0.5, 3.0)  #: stepping, from shuffling to running [Hz]
    step_peak_g: float = 0.03  #: least vertical peak that is a step [g]; our choice, no step truth

    #: log-odds of stepping: constant, log10 band RMS [g], log10 of vertical over horizontal RMS,
    #: step rhythm, stride rhythm. Logistic regression on HAPT, HARTH and HAR70+ (one vote per set;
    #: walking, stairs and running against sitting, lying and standing with shuffling). Fitted
    #: without HAPT or HAR70+ the F1 of walking there falls by 0.001 and 0.04
    stepping_weights: tuple[float, float, float, float, float] = (1.92, 4.57, 4.15, 3.70, 6.87)

    # walking that may tell what upright is: 63 to 96 % of each set's walking passes, less than 2 %
    # of its standing, no sitting or lying, 19 % of its pedalling
    reference_log_odds: float = 1.0  #: least log-odds of stepping, mean of 9 s
    reference_rhythm: float = 0.7  #: least step rhythm
    reference_vertical_ratio: float = 0.6  #: least vertical / horizontal RMS, mean of 9 s
    reference_max_g: float = 0.56  #: greatest vertical RMS [g]: walking, not running (prototype B)

    # the upright reference
    reference_decay_s: float = 240.0  #: [s] prototype B; 120 and 480 measured within 0.005
    look_ahead_s: int = 120  #: future walking that counts [s]; 600 measured within 0.003
    cold_start_s: int = 7_200  #: how long a first walk is waited for [s]; our choice

    # posture
    sit_deg: float = 11.6  #: tilt beyond which it is sitting [degrees]; Vähä-Ypyä 2018
    lie_deg: float = 64.9  #: tilt beyond which it is lying [degrees]; Vähä-Ypyä 2018
    #: degrees of tilt for one unit of log-odds: the likeliest value on HAPT, HARTH and HAR70+ with
    #: the angle kept at 11.6 (2.9, 3.5 and 2.5) and at 64.9 (1.5, 1.8 and 3.8), one vote per set
    sit_width_deg: float = 3.0
    lie_width_deg: float = 3.2
    #: one second's tilt is at most so sure: where the recordings' tilt leaves no doubt, still 5 %
    #: of the seconds that look upright are sitting, and 0.1 % of those far from lying are lying
    sit_log_odds_bound: float = 3.0
    lie_log_odds_bound: float = 6.0
    #: active but so far from the walking posture is not stepping [degrees]: 95 % of labelled
    #: walking and most stairs stay below, 75 % of cycling is above (three people)
    step_deg: float = 14.0
    step_width_deg: float = 2.0  #: our choice
    step_log_odds_bound: float = 3.0  #: our choice

    # wear
    #: RMS below which a second is very still [g]. In the recordings no sitting or lying stays below
    #: for more than 245 s (at 5 mg 75 s, at 10 mg 452 s). It must lie above the sensor's own noise
    still_g: float = 0.006
    not_worn_min_s: int = 1_800  #: very still for so long is not worn; so long without data may be
    not_worn_confidence: float = 0.5  #: not measured: no recording holds a sensor that is not worn

    # streaks, breaks, debt
    min_break_s: int = 60  #: upright time that ends a sitting streak; shorter stands pause it
    max_unknown_s: int = 300  #: unknown or not-worn time that ends a streak (censored)
    debt_ratio: float = 10 / 60  #: movement owed per sedentary time; the wearer's own target
    valid_day_wear_s: int = 36_000  #: 10 h, the usual rule for hip-worn sensors

    def as_json(self) -> str:
        """Return the canonical text that is stored and printed: sorted keys, no spaces."""
        return json.dumps(asdict(self), sort_keys=True, separators=(",", ":"))

    @property
    def digest(self) -> str:
        """Twelve hexadecimal digits that change whenever any number changes."""
        return hashlib.sha256(self.as_json().encode()).hexdigest()[:12]
