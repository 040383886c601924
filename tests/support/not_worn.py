"""Sensors that nobody wears, made up: noise like that of real sensors, the rest is our choice.

No labelled recording holds a sensor that is not worn, so that whatever is measured on these is
measured on a simulation.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from processing.model import FloatArray


@dataclass(frozen=True, slots=True)
class Sensor:
    """Noise and resolution of an accelerometer."""

    name: str
    noise_g_per_sqrt_hz: float
    lsb_g: float


#: MPU-6050: product specification PS-MPU-6000A 3.4, 400 ug/sqrt(Hz), 4096 counts a g at 8 g.
#: The quieter two, with 12 bits at 8 g, stand for newer sensors. The coarse one is nobody's: 8
#: bits at 2 g and more than twice the noise of the others.
SENSORS = (
    Sensor("MPU-6050", 400e-6, 1 / 4096),
    Sensor("quiet", 220e-6, 0.004),
    Sensor("very quiet", 180e-6, 1 / 256),
    Sensor("coarse", 1000e-6, 1 / 64),
)


def _at_rest(sensor: Sensor, n: int, fs_hz: float, rng: np.random.Generator) -> FloatArray:
    """Noise around a gravity that temperature shifts by 5 mg within the hour; not yet rounded."""
    direction = rng.normal(size=3)
    gravity = direction / np.linalg.norm(direction)
    drift = 0.005 * np.sin(2 * np.pi * np.arange(n) / (7200 * fs_hz))[:, None]
    noise = rng.normal(0, sensor.noise_g_per_sqrt_hz * np.sqrt(fs_hz / 2), (n, 3))
    return np.asarray(gravity + drift * np.array([1.0, -0.5, 0.3]) + noise)


def _rounded(acc_g: FloatArray, sensor: Sensor) -> FloatArray:
    return np.asarray(np.rint(acc_g / sensor.lsb_g) * sensor.lsb_g)


def on_a_table(sensor: Sensor, n_s: int, fs_hz: float, *, seed: int) -> FloatArray:
    """Nothing happens."""
    return _rounded(
        _at_rest(sensor, round(n_s * fs_hz), fs_hz, np.random.default_rng(seed)), sensor
    )


def in_a_drawer(
    sensor: Sensor, n_s: int, fs_hz: float, *, seed: int, every_s: float = 60.0
) -> FloatArray:
    """Footsteps and doors: dying vibrations of 10 to 100 mg, 6 to 15 Hz, up to 3 s, at random."""
    rng = np.random.default_rng(seed)
    acc_g = _at_rest(sensor, round(n_s * fs_hz), fs_hz, rng)
    t_s = np.arange(round(3 * fs_hz)) / fs_hz
    at_s = np.cumsum(rng.exponential(every_s, int(3 * n_s / every_s) + 1))
    for start in (at_s[at_s < n_s - 4] * fs_hz).astype(int):
        shake = np.exp(-t_s / rng.uniform(0.2, 0.8)) * np.sin(2 * np.pi * rng.uniform(6, 15) * t_s)
        acc_g[start : start + len(t_s)] += np.outer(
            rng.uniform(0.01, 0.1) * shake, rng.normal(size=3)
        )
    return _rounded(acc_g, sensor)


def on_a_car_seat(sensor: Sensor, n_s: int, fs_hz: float, *, seed: int) -> FloatArray:
    """A bag on the seat of a moving car: 20 mg of vibration, bends and braking of 50 mg."""
    rng = np.random.default_rng(seed)
    n = round(n_s * fs_hz)
    slow = np.repeat(rng.normal(0, 0.05, (n_s // 10 + 2, 3)), round(10 * fs_hz), axis=0)[:n]
    return _rounded(_at_rest(sensor, n, fs_hz, rng) + slow + rng.normal(0, 0.02, (n, 3)), sensor)
