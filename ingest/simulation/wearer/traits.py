"""What makes one simulated person differ from another: build, gait, habits, and the clip."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ingest.simulation.wearer.streams import Stream, generator
from processing.model import FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """One person. Angles are pelvis pitch against that person's own walking, backwards positive."""

    step_hz: float  #: steps per second at the usual pace
    gait_gain: float  #: 1 = the median walker of the labelled recordings
    gait_phase_rad: float  #: by which forward acceleration runs ahead of vertical at the step rate
    gait_skew: float  #: difference between left and right steps, 0..1
    stand_back_deg: float
    sit_back_deg: float
    slump_deg: float  #: further back after many minutes in one chair
    lean_deg: float  #: how far in front of standing the pelvis tips while getting up or down
    rise_m: float  #: from seat to standing
    rise_s: float  #: duration of the vertical part of standing up
    lower_s: float  #: ... and of sitting down
    sit_sway_g: float  #: RMS over the three axes, 0.15-0.8 Hz
    stand_sway_g: float


def draw_traits(seed: int) -> Traits:
    """Draw a plausible person; the same seed gives the same person.

    Centres and spreads are those measured on the labelled recordings: people stand about 4
    degrees (SD 3) behind their walking and sit 15 to 40 behind it, sway 20 mg standing and 3 to
    5 mg sitting, and step 1.5-2.1 times a second. Rise times are chosen so that the pelvis reaches
    the vertical velocities that were seen (+0.45 m/s up, -0.30 m/s down through a 3 s kernel).
    """
    rng = generator(seed, Stream.PERSON)
    return Traits(
        step_hz=rng.uniform(1.65, 2.0),
        gait_gain=rng.uniform(0.8, 1.2),
        gait_phase_rad=np.radians(rng.uniform(75, 110)),
        gait_skew=rng.uniform(0.03, 0.15),
        stand_back_deg=_normal_within(rng, 4.0, 3.0, 0.0, 9.0),
        sit_back_deg=_normal_within(rng, 24.0, 4.0, 18.0, 32.0),
        slump_deg=rng.uniform(2.0, 6.0),
        lean_deg=rng.uniform(10.0, 14.0),
        rise_m=rng.uniform(0.36, 0.44),
        rise_s=rng.uniform(1.2, 1.45),
        lower_s=rng.uniform(1.6, 1.9),
        sit_sway_g=0.004 * 10 ** _normal_within(rng, 0, 0.15, -0.3, 0.3),
        stand_sway_g=0.020 * 10 ** _normal_within(rng, 0, 0.1, -0.2, 0.2),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """How one sensor sits on the belt until it is taken off, and what is wrong with it."""

    rotation: FloatArray  #: shape (3, 3): body axes (forward, left, up) to device axes
    gain: FloatArray  #: shape (3,), near 1
    offset_g: FloatArray  #: shape (3,)
    noise_g: float  #: white noise, RMS for each axis


def draw_clip(seed: int, clip_on: int) -> Clip:
    """Draw a clip-on: any orientation, as nobody looks which way round it goes."""
    rng = generator(seed, Stream.CLIP, clip_on)
    return Clip(
        rotation=_random_rotation(rng),
        gain=rng.normal(1, 0.004, 3),
        offset_g=rng.normal(0, 0.006, 3),
        noise_g=rng.uniform(0.001, 0.0022),
    )


def _random_rotation(rng: np.random.Generator) -> FloatArray:
    """Return a rotation, uniform over all rotations: QR of a normal matrix, signs made unique."""
    q, r = np.linalg.qr(rng.standard_normal((3, 3)))
    q = q * np.sign(np.diag(r))
    if np.linalg.det(q) < 0:  # a mirror image is no way to wear a clip
        q[:, 0] = -q[:, 0]
    return np.asarray(q, dtype=np.float64)


def _normal_within(
    rng: np.random.Generator, mean: float, sd: float, low: float, high: float
) -> float:
    return float(np.clip(rng.normal(mean, sd), low, high))
