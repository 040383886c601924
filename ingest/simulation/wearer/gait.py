"""Walking as a waist sensor feels it: harmonics of the step and of the stride."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ingest.simulation.wearer.script import Script
from ingest.simulation.wearer.streams import Stream, generator
from ingest.simulation.wearer.traits import Traits
from processing.model import FloatArray

ComplexArray = NDArray[np.complex128]

# Amplitudes [g] of the stride's harmonics, medians of the walks in the labelled recordings (waist
# and lower back). Even ones repeat with each step, odd ones with each stride (two steps).
_VERTICAL: Final = {2: 0.22, 4: 0.06, 6: 0.03, 8: 0.02, 10: 0.015}
_FORWARD: Final = {2: 0.12, 4: 0.06, 6: 0.03, 8: 0.02, 10: 0.015}
_SIDEWAYS: Final = {1: 0.05, 3: 0.04, 5: 0.02, 7: 0.015}
_STRIDE_SKEW: Final = {1: 1.0, 3: 0.8}  # share of a person's skew
_HARMONICS: Final = 10
_SPREAD: Final = 0.2  # of one person's harmonic around the median (log)
_PHASE_JITTER_RAD: Final = 0.15  # at sway frequencies: step times vary by some 3 %
_GAIN_JITTER: Final = 0.1
_IMPACT_G: Final = 0.06  # rattle of heel strikes above the harmonics, RMS of each axis
_NYQUIST_SHARE: Final = 0.45  # a sensor's own filter keeps out what it cannot sample


@dataclass(frozen=True, slots=True, eq=False)
class Gait:
    """One person's gait."""

    #: shape (3, 10): forward, left, up by harmonic 1..10 of the stride [g]
    harmonics: ComplexArray
    impact_g: float  #: rattle of heel strikes, RMS of each axis


def draw_gait(traits: Traits, seed: int, fs_hz: float) -> Gait:
    """Draw the harmonics of a person: amplitudes near the median, shapes of their own."""
    rng = generator(seed, Stream.GAIT)
    table = np.zeros((3, _HARMONICS), np.complex128)
    for axis, amplitudes in enumerate((_FORWARD, _SIDEWAYS, _VERTICAL)):
        for harmonic, amplitude in amplitudes.items():
            own = amplitude * np.exp(rng.normal(0, _SPREAD)) * traits.gait_gain
            table[axis, harmonic - 1] = own * np.exp(1j * rng.uniform(0, 2 * np.pi))
    # Which way is forward shows in the phase: forward runs a quarter of a step ahead of vertical.
    table[2, 1] = abs(table[2, 1])
    table[0, 1] = abs(table[0, 1]) * np.exp(1j * traits.gait_phase_rad)
    for harmonic, share in _STRIDE_SKEW.items():
        table[2, harmonic - 1] = table[2, 1] * share * traits.gait_skew
    table[:, np.arange(1, _HARMONICS + 1) * traits.step_hz / 2 > _NYQUIST_SHARE * fs_hz] = 0
    return Gait(table, _IMPACT_G * traits.gait_gain)


def step_rates(script: Script, traits: Traits) -> FloatArray:
    """Return the step rate of each stretch: faster walkers step faster, and further. [Hz]"""
    pace = np.array([stretch.pace for stretch in script.stretches])
    return np.asarray(traits.step_hz * np.sqrt(pace))


def stride_phase(script: Script, rates_hz: FloatArray, t_s: FloatArray) -> FloatArray:
    """Return the phase of the stride at `t_s` seconds from the script's start. [rad]

    It runs on through stretches of other postures, so that it has no jump anywhere.
    """
    bounds = (script.bounds_s - script.start_s).astype(np.float64)
    steps = np.concatenate([[0.0], np.cumsum(rates_hz * np.diff(bounds))])
    return np.asarray(np.pi * np.interp(t_s, bounds, steps))


def gait_g(
    gait: Gait, strength: FloatArray, phase: FloatArray, jitter: FloatArray, drift: FloatArray
) -> FloatArray:
    """Return the acceleration of walking.

    Parameters
    ----------
    gait
        The person's harmonics.
    strength, phase
        Amplitude (1 = usual walking) and stride phase of each sample. [-, rad]
    jitter, drift
        Unit noise at sway frequencies and over minutes, for phase and amplitude.

    Returns
    -------
    acc : shape (3, n)
        Forward, left, up. [g]
    """
    turn = np.exp(1j * (phase + _PHASE_JITTER_RAD / 2 * jitter))
    gain = strength * (1 + _GAIN_JITTER * drift)
    acc = np.zeros((3, len(phase)))
    power = np.ones_like(turn)
    for column in gait.harmonics.T:
        power = power * turn
        for axis in np.flatnonzero(column):
            acc[axis] += (column[axis] * power).real
    return acc * gain
