"""`Method`: every number that can change a result, with where it comes from."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Any

from processing.posture.fitted import FITTED
from processing.posture.posture_model import Angles, PostureModel


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """Every number that can change a result; stored beside each result."""

    version: str = "chain-2"

    # from samples to the features of a second
    grid_hz: int = 25  #: [Hz] prototypes lost nothing at 12.5 Hz; 25 keeps the shape of a step
    anti_alias_hz: float = 10.0  #: half amplitude [Hz]; the grid ends at 12.5
    #: longest hole in the samples that is bridged [s]: two lost packets of half a second. With 5 %
    #: of those lost, a limit of half a second moved HAPT by 0.024
    max_gap_s: float = 1.1
    #: the same where the shape of a movement is judged: gait, guided tests [s]; our choice
    max_judged_gap_s: float = 0.5
    gravity_s: float = 2.0  #: length of the Hann average that leaves gravity [s]; prototypes A, B
    step_band_hz: tuple[float, float] = (0.5, 3.0)  #: stepping, from shuffling to running [Hz]
    #: highest frequency of the autocorrelation [Hz]; with all of them the same within 0.006
    rhythm_top_hz: float = 8.0
    #: vertical velocity: reach and smoothing of a quick and a slow one [s]; prototypes A and C
    quick_rise_s: tuple[float, float] = (1.5, 0.8)
    slow_rise_s: tuple[float, float] = (2.5, 1.2)
    sway_band_hz: tuple[float, float] = (0.15, 0.8)  #: balance, and breathing [Hz]; prototype B

    # walking that may tell what upright is: 63 to 96 % of each set's walking passes, less than 2 %
    # of its standing, no sitting or lying, 19 % of its pedalling
    reference_log_odds: float = 1.0  #: least log-odds of stepping, mean of 9 s
    reference_rhythm: float = 0.7  #: least step rhythm
    reference_vertical_ratio: float = 0.6  #: least vertical / horizontal RMS, mean of 9 s
    reference_max_g: float = 0.56  #: greatest vertical RMS [g]: walking, not running (prototype B)

    # the upright reference and the way the wearer faces
    reference_decay_s: float = 240.0  #: [s] prototype B; 120 and 480 measured within 0.005
    look_ahead_s: int = 120  #: future walking that counts [s]; 600 measured within 0.003
    cold_start_s: int = 1_800  #: how long a first walk is waited for [s]; our choice
    #: the way the wearer faces changes only if the clip turns about the vertical [s]; our choice
    forward_decay_s: float = 1_800.0

    # how the wearer stands, from short pauses between steps: nobody sits down for 10 s in between.
    # Over 48 sessions their pitch goes with that of labelled standing (r = 0.7)
    pause_max_s: int = 12  #: longest pause that is surely standing [s]
    pause_max_pitch_deg: float = 20.0  #: and greatest pitch [degrees]
    pause_max_velocity_m_s: float = 0.25  #: and greatest vertical velocity [m/s]
    pause_prior_s: float = 20.0  #: pauses that count as much as what is usual [s]
    pause_decay_s: float = 3_600.0  #: [s]; our choice

    # static stretches (prototype C)
    static_turn_deg: float = 6.0  #: pitch turning by more within 3 s ends one
    static_rise_m_s: float = 0.25  #: and so does getting up by more than that [m/s]
    static_fall_m_s: float = 0.22  #: or down [m/s]
    static_past_s: int = 600  #: the past of a stretch counts so far [s]; our choice
    static_future_s: int = 120  #: its future so far: a result waits for it [s]; our choice

    # evidence of a posture; see processing.posture.evidence
    calm_g: float = 0.08  #: movement that halves the worth of an angle [g]; prototype C
    one_draw_s: float = 15.0  #: an angle in a stretch counts in full for so long [s]; prototype C
    long_s: float = 60.0  #: from here on length and stillness speak [s]: HAPT's bouts end at 41 s
    long_width_s: float = 8.0  #: how gradually [s]; prototype C
    not_upright_deg: float = 45.0  #: tilt beyond which nobody stands or walks; prototype C
    half_lying_deg: float = 66.0  #: half way from sitting to lying; prototypes A and C
    half_lying_width_deg: float = 8.0
    #: tipped forward by more is bending or squatting, not sitting [degrees], and at most so likely
    #: sitting [log-odds]; SisFall's bends and squats reach -25 to -100, no labelled sitting does
    bend_deg: float = -20.0
    bend_log_odds: float = -3.0
    #: sideways tilt (t distribution with 4 degrees of freedom) and its share; prototype C
    sit_roll_sd_deg: float = 6.0
    stand_roll_sd_deg: float = 4.0
    roll_share: float = 0.8
    #: medians of stretches over a minute: sitting sways by 3 mg, standing by 20 mg; half way
    sway_split_g: float = 0.0112
    active_split_g: float = 0.0063  #: the same for the stepping band between fidgets [g]
    some_step_g: float = 0.0178  #: vertical RMS of a second with a step in it [g]; prototype C

    # the chain
    look_ahead_minutes: int = 5  #: whole minutes after its own that count for a second
    posture: PostureModel = FITTED  #: what the recordings taught
    #: sedentary or upright must be so probable, or time is unknown; our choice
    least_certainty: float = 0.6
    max_bridged_s: int = 3  #: lost seconds in a row that a posture is carried across; our choice
    least_doubt_s: int = 10  #: shorter doubt is a change of posture, not unknown [s]; our choice

    # pedalling and the like
    #: active, but leaning forward by more against walking is not stepping [degrees]: it costs no
    #: labelled walking, and finds 4 % of pedalling (three people); the rest is taken for walking
    step_deg: float = 15.0
    step_width_deg: float = 2.0  #: our choice
    step_log_odds_bound: float = 3.0  #: our choice

    # wear
    #: RMS below which a second is very still [g]. It must lie above the sensor's own noise: the
    #: 0.4 mg/sqrt(Hz) of an MPU-6050 (product specification 3.4) is 2.7 mg here
    still_g: float = 0.006
    #: turn of gravity from one second to the next below which a second is very still [rad]. Noise
    #: as above turns it by up to 0.001 (0.002 at 12.5 Hz), breathing and balance by 0.0005 to
    #: 0.003. With both limits no sitting or lying of the recordings (22.8 h of wear, no sleep) is
    #: very still for more than 86 s; with `still_g` alone 203 s, and 211 s with bumps filled in
    still_turn_rad: float = 0.002
    #: a clip that lies about may be shaken for so long [s]; filters make it 3 s longer; our choice
    bump_max_s: int = 8
    bump_return_rad: float = 0.002  #: and lies as before to within this [rad]; our choice
    not_worn_min_s: int = 1_800  #: very still for so long is not worn; so long without data may be
    #: our choice: nothing worn came near, but nobody slept; no recording holds an unworn sensor
    not_worn_confidence: float = 0.9

    # the sensor's own offset and gain (van Hees 2014; GGIR, g.calibrate)
    still_piece_s: int = 10  #: length of a piece that may be still [s]
    still_piece_sd_g: float = 0.013  #: greatest spread (SD) of an axis in a still piece [g]
    sphere_reach_g: float = 0.3  #: each axis must have been beyond this on both sides [g]
    sphere_residual_g: float = 0.01  #: greatest RMS of |a| - 1 g that a fit may leave [g]
    #: pieces of one direction (20 degrees) that count: 5 minutes; our choice
    still_pieces_a_direction: int = 30
    #: how far |a| of a still piece is off by itself: slow movement, temperature; our choice [g]
    still_piece_error_g: float = 0.01
    #: offset and gain that sensors have (SD). Data sheets: MPU-6050 0.05 to 0.08 g and 3 % at most;
    #: the AX3 of HARTH and HAR70+, as found: z up to 0.12 g and 6 %
    offset_sd_g: float = 0.05
    gain_sd: float = 0.05
    sphere_min_directions: int = 3  #: with fewer there is nothing to fit
    sphere_good_g: float = 0.01  #: |a| that is right to within this (RMS) is left alone [g]; GGIR
    #: greatest offset and gain error that is a sensor's own and no fault; our choice, beyond
    #: anything above
    max_offset_g: float = 0.2
    max_gain_error: float = 0.15

    # saturation
    #: clipped share of a second above which its tilt is worth nothing; our choice: at 50 Hz five
    #: samples. In the recordings 26 of 123,000 seconds hold a flat top at all, the most 16 %
    max_clipped_share: float = 0.1

    # streaks, breaks, debt
    min_break_s: int = 60  #: upright time that ends a sitting streak; shorter stands pause it
    max_unknown_s: int = 300  #: unknown or not-worn time that ends a streak (censored)
    debt_ratio: float = 10 / 60  #: movement owed per sedentary time; the wearer's own target
    valid_day_wear_s: int = 36_000  #: 10 h awake, the usual rule for hip-worn sensors

    # sedentary bouts, as the figures of days and weeks count them
    #: a shorter stretch of sitting or lying is no bout [s]; activPAL's default (Alghaeed 2013)
    min_bout_s: int = 10
    #: anything shorter than this, upright or unknown, does not end a bout [s]. SBRN 2017 tolerates
    #: nothing, but breaks and bouts in the literature come from minutes (Healy 2008: a break is a
    #: minute above 100 counts), and what ends a bout shall be what counts as a break (but for
    #: flicker of sitting within a break: it cuts the break and not the bouts)
    bout_interruption_s: int = 60
    #: fewer bouts than this give no figure of their distribution; our choice, Gini needs as many
    min_bouts_for_figures: int = 10

    # sleep: lying at night for so long, as McRoberts' MoveMonitor (worn at the lower back) tells a
    # night's rest: lying of more than 3 h, interrupted for less than 15 min
    sleep_min_s: int = 10_800  #: [s]
    sleep_interruption_s: int = 900  #: [s]
    #: only lying between these hours of the wearer's clock is sleep: an evening on the sofa or a
    #: day in bed is not; our choice, within the noon to noon of van Hees 2018. A diary is better
    night_start_h: int = 21
    night_end_h: int = 11

    # hours that met 10 minutes of movement, and weeks
    hour_wear_s: int = 3_000  #: 50 min awake and worn make a clock hour count [s]; our choice
    hour_goal_s: int = 600  #: movement that an hour asks for [s]; the wearer's own target
    valid_week_days: int = 4  #: valid days below which a week has no averages; the usual rule

    # steps: figures against the median of mobgap's three step counters over 339 pieces of labelled
    # walking of up to 30 s (HAPT, HARTH, HAR70+, and L5 of the IPOL gait set)
    #: Hann average of the vertical before its peaks are counted [s]: 0.32 counts heel strikes of
    #: slow walkers twice (HAR70+ +6 %), 0.64 loses running steps
    step_smoothing_s: float = 0.48
    #: a peak below this share of the vertical's RMS over 3 s is no step: bias -0.6 to +1.2 % a set;
    #: 0.1 counts 1 % more, 0.3 1 to 2 % less
    step_share: float = 0.2
    #: nor is one below this [g]: keeping still with the sensor's noise; our choice
    step_floor_g: float = 0.005
    #: nor one whose rise above zero lasts longer [s]: half of the longest step, 1.44 s (42 spm)
    step_longest_rise_s: float = 0.72

    # cadence
    cadence_min_known_s: int = (
        30  #: a minute with fewer known seconds has no cadence [s]; our choice
    )
    brisk_spm: int = 100  #: moderate intensity, adults; Tudor-Locke 2011 [spm]

    # gait quality
    gait_window_s: float = 10.0  #: windows of one speed: about 9 strides; our choice
    gait_min_strides: int = 4  #: a window with fewer says nothing; our choice
    #: harmonics of the stride that are looked at: as many as 25 Hz can hold (Menz 2003: 20)
    gait_n_harmonics: int = 10
    #: harmonics above this share of the sampling rate are left out: an anti-alias filter took them
    gait_highest_share: float = 0.45

    # guided: 20 s of standing, 20 s of walking
    guided_trim_s: float = 2.0  #: left out at both ends of what was asked for [s]; our choice
    guided_min_s: float = 12.0  #: samples that are needed of each [s]; our choice
    #: [g] RMS of all but gravity in the median second, at most of standing, at least of walking:
    #: labelled standing has 0.01 to 0.02, the weakest walker (frame, HAR70+) 0.09
    guided_still_g: float = 0.06
    guided_walk_g: float = 0.05
    guided_min_rhythm: float = 0.3  #: least stride regularity that is walking; our choice
    #: standing is 4.6 degrees (SD 3.1) behind walking (prototype A): more than 5 SD away is none
    guided_max_angle_deg: float = 20.0
    guided_weight_s: float = 240.0  #: counts as so much remembered walking [s]; our choice
    guided_standing_s: float = 60.0  #: and as so many seconds of pauses between steps; our choice
    #: least mean of `phase` that shows forward: people of the recordings have 0.22 to 0.86
    guided_min_phase: float = 0.1

    # single-leg bridge: no recording holds one, all numbers are our choice
    bridge_rest_s: float = 2.0  #: lying with the hips down, at the start [s]
    bridge_max_rest_deg: float = 40.0  #: body axis against the horizontal that is still lying
    bridge_min_lift_deg: float = 6.0  #: a smaller tilt of the body axis is no lift
    bridge_dip_s: float = 0.5  #: hips may sink below half their height for so long [s]
    bridge_min_hold_s: float = 2.0  #: a shorter lift is no hold [s]
    bridge_end_s: float = 1.0  #: start and end of the hold are means over so much of it [s]
    sway_cutoff_hz: float = 3.5  #: ISway (Mancini 2012) [Hz]

    def as_json(self) -> str:
        """Return the canonical text that is stored and printed: sorted keys, no spaces."""
        return json.dumps(asdict(self), sort_keys=True, separators=(",", ":"))

    @staticmethod
    def from_json(text: str) -> Method:
        """Read what `as_json` wrote.

        Raises
        ------
        ValueError
            If it comes from a version with other numbers.
        """
        try:
            numbers = _with_tuples(json.loads(text))
            posture = numbers.pop("posture")
            posture["angles"] = Angles(**posture["angles"])
            return Method(**numbers, posture=PostureModel(**posture))
        except (TypeError, KeyError) as error:
            raise ValueError(f"these numbers are another version's: {error}") from error

    @property
    def digest(self) -> str:
        """Twelve hexadecimal digits that change whenever any number changes."""
        return hashlib.sha256(self.as_json().encode()).hexdigest()[:12]


def _with_tuples(value: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
    if isinstance(value, dict):
        return {name: _with_tuples(one) for name, one in value.items()}
    return tuple(_with_tuples(one) for one in value) if isinstance(value, list) else value
