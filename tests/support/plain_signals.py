"""Signals that can be checked by hand: a posture is a tilt, a walk is a sine."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from processing.model import CODE, NS_PER_S, FloatArray, Posture, PostureSeconds, SampleBlock

START_S = 1_704_067_200  # 2024-01-01T00:00:00Z
FS_HZ = 50.0
G_M_S2 = 9.80665
FORWARD_SHARE = 0.3  # of the vertical, in `walk`
_LETTERS = {
    "s": Posture.SIT,
    "u": Posture.STAND,
    "w": Posture.WALK,
    "l": Posture.LIE,
    "m": Posture.MOVE,
    "?": Posture.UNKNOWN,
    "x": Posture.NOT_WORN,
}


def tilted(angle_deg: float) -> FloatArray:
    """The direction against gravity of someone who tips back by an angle; upright is +x."""
    angle = np.radians(angle_deg)
    return np.array([np.cos(angle), 0.0, np.sin(angle)])


def still(n_s: float, angle_deg: float, *, noise_g: float = 0.01, seed: int = 0) -> FloatArray:
    """Keep a posture; the noise stands for breathing and fidgeting."""
    n = round(n_s * FS_HZ)
    noise = np.random.default_rng(seed).normal(0, noise_g, (n, 3))
    return tilted(angle_deg) + noise


def stand(n_s: float, angle_deg: float = 0.0, *, sway_g: float = 0.025) -> FloatArray:
    """Keep standing: as `still`, but balance tips a stander to and fro, slowly and unevenly."""
    t = np.arange(round(n_s * FS_HZ)) / FS_HZ
    slow, quick = np.sin(2 * np.pi * 0.23 * t), np.sin(2 * np.pi * 0.37 * t)
    sway = np.outer(slow, tilted(angle_deg + 90)) + np.outer(quick, [0.0, 1.0, 0.0])
    return np.asarray(still(n_s, angle_deg) + sway_g * sway)


def rise(from_deg: float, to_deg: float, *, height_m: float = 0.4, n_s: float = 1.5) -> FloatArray:
    """Get up (or, with a negative height, sit down) while tipping from one angle to another.

    The vertical velocity is a raised cosine: it peaks at `2 height_m / n_s` half way.
    """
    x = np.arange(round(n_s * FS_HZ)) / (n_s * FS_HZ)
    angle_deg = from_deg + (to_deg - from_deg) * (1 - np.cos(np.pi * x)) / 2
    gained_m_s2 = 2 * np.pi * height_m / n_s**2 * np.sin(2 * np.pi * x)
    up = np.array([tilted(angle) for angle in angle_deg])
    return np.asarray((1 + gained_m_s2 / G_M_S2)[:, None] * up)


def walk(
    n_s: float, *, step_hz: float = 1.8, vertical_g: float = 0.25, angle_deg: float = 0.0
) -> FloatArray:
    """Walk towards +z, as upright wearers tip back towards it.

    The vertical swings once a step, the sideways direction once a stride, and the forward direction
    once a step, a quarter of a period before the vertical.
    """
    phase = 2 * np.pi * step_hz * np.arange(round(n_s * FS_HZ)) / FS_HZ
    up, forward = tilted(angle_deg), tilted(angle_deg + 90)
    swing = np.outer(1 + vertical_g * np.sin(phase), up)
    drive = np.outer(FORWARD_SHARE * vertical_g * np.cos(phase), forward)
    return np.asarray(swing + drive + np.outer(0.1 * np.sin(phase / 2), [0.0, 1.0, 0.0]))


def blocks(
    acc_g: FloatArray, *, start_s: float = START_S, fs_hz: float = FS_HZ, n: int = 10**9
) -> list[SampleBlock]:
    """Cut samples into blocks of `n`."""
    t0_ns = round(start_s * NS_PER_S)
    return [
        SampleBlock("clip", t0_ns + round(a * NS_PER_S / fs_hz), fs_hz, acc_g[a : a + n].copy())
        for a in range(0, len(acc_g), n)
    ]


def chop(acc_g: FloatArray, cuts: Sequence[int], *, start_s: float = START_S) -> list[SampleBlock]:
    """Cut samples into blocks at these samples."""
    edges = [0, *sorted({cut for cut in cuts if 0 < cut < len(acc_g)}), len(acc_g)]
    t0_ns = round(start_s * NS_PER_S)
    return [
        SampleBlock("clip", t0_ns + round(a * NS_PER_S / FS_HZ), FS_HZ, acc_g[a:b].copy())
        for a, b in pairwise(edges)
    ]


def seconds(*runs: tuple[str, int], start_s: int = START_S) -> PostureSeconds:
    """Posture seconds from runs such as `("s", 1800)`: s sit, u stand, w walk, l lie, m move."""
    letters = "".join(letter * n for letter, n in runs)
    code = np.array([CODE[_LETTERS[letter]] for letter in letters], np.uint8)
    n = len(code)
    steps = np.where(code == CODE[Posture.WALK], 2, 0).astype(np.int64)
    return PostureSeconds(start_s, code, np.full((n, 5), 0.2), np.full(n, 0.9), steps)


def spelled(result: PostureSeconds) -> str:
    """The inverse of `seconds`: one letter a second."""
    letters = {CODE[posture]: letter for letter, posture in _LETTERS.items()}
    return "".join(letters[code] for code in result.code.tolist())
