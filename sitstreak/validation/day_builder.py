"""Whole days of one person, spliced from a labelled recording, with the truth of each second.

Recordings with labels last an hour; streaks and breaks are about days. `day_plan` says what is
played when. On top, a day may have troubles: a clip that drifts and slips, a sensor that is taken
off and put on again another way round, a gap, lost packets. The same seed gives the same day.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.spatial.transform import Rotation

from ingest.recordings.player import even_runs
from ingest.recordings.recording import RecordedSession
from processing.model import (
    CLASSES,
    CODE,
    NS_PER_S,
    BoolArray,
    FloatArray,
    Posture,
    PostureSeconds,
    SampleBlock,
)
from sitstreak.validation.conditions import random_turn
from sitstreak.validation.day_plan import NOT_WORN, Plan, inserted, plan_day
from sitstreak.validation.labelled import Labelled
from sitstreak.validation.words import Words

#: 2024-01-02T07:00:00Z: when a built day begins. [s]
DAY_START_S: Final = 1_704_178_800
HOURS: Final = 16
FS_HZ: Final = 50
#: Sets whose people were filmed for long enough; the sits of the others last seconds.
DAY_SETS: Final = ("harth", "har70")

# the troubles of a day, as shares of its length
_DRIFT: Final = (0.05, 0.25)
_DRIFT_DEG: Final = 12.0
_SLIP: Final = 0.3
_SLIP_DEG: Final = 20.0
_SLIP_S: Final = 2
_OFF: Final = 0.5
_OFF_S: Final = 3_600
_HANDLED_S: Final = 5  #: getting it off and on again
_TABLE_NOISE_G: Final = 0.003
_GAP: Final = 0.75
_GAP_S: Final = 600
_PACKET_SAMPLES: Final = 25
_LOST_SHARE: Final = 0.02


@dataclass(frozen=True, slots=True, eq=False)
class BuiltDay:
    """One day of one person."""

    subject: str
    acc_g: FloatArray  #: shape (FS_HZ n, 3), device axes [g]
    is_there: BoolArray  #: shape (FS_HZ n,): False for lost samples
    truth: Words  #: shape (n,): postures, `not_worn`, or `unknown` in a gap

    @property
    def end_s(self) -> int:
        """One past the last second, Unix time."""
        return DAY_START_S + len(self.truth)

    @property
    def t_s(self) -> FloatArray:
        """Stamps of the samples that are there, Unix time, shape (k,). [s]"""
        return DAY_START_S + np.flatnonzero(self.is_there) / FS_HZ

    def blocks(self) -> list[SampleBlock]:
        """Return the samples that are there."""
        since_s = np.flatnonzero(self.is_there) / FS_HZ
        acc_g = self.acc_g[self.is_there]
        return [
            SampleBlock("day", DAY_START_S * NS_PER_S + t0_ns, FS_HZ, acc_g[a:b])
            for a, b, t0_ns in even_runs(since_s, FS_HZ, n_max=len(since_s))
        ]

    def true_seconds(self) -> PostureSeconds:
        """Return the truth in the form of an answer."""
        names = [posture.value for posture in CLASSES]
        p = np.array([[float(word == name) for name in names] for word in self.truth.tolist()])
        p[p.sum(axis=1) == 0] = 1 / len(names)
        code = np.array([CODE[Posture(word)] for word in self.truth.tolist()], np.uint8)
        certain = np.where(np.isin(self.truth, names), 1.0, 0.0)
        return PostureSeconds(DAY_START_S, code, p, certain, np.zeros(len(code), np.int64))


def build_day(
    session: Labelled, *, seed: int = 0, with_troubles: bool = True, n_seconds: int = HOURS * 3600
) -> BuiltDay:
    """Make a day of one session.

    Parameters
    ----------
    session
        An hour or so of one person with labels.
    seed
        Another one gives another day.
    with_troubles
        Whether the clip drifts, slips, is taken off and loses samples.
    n_seconds
        Length of the day. [s]
    """
    rng = np.random.default_rng([seed, zlib.crc32(session.subject.encode())])
    truth, acc_g = postures(session), even_samples(session.recorded, len(session.label))
    plan = plan_day(truth, n_seconds, rng)
    if with_troubles:
        plan = inserted(plan, _walk_near(truth, plan, _OFF), min(_OFF_S, n_seconds)).cut(n_seconds)
    words = np.where(plan.second == NOT_WORN, Posture.NOT_WORN.value, truth[plan.second])
    played = _played(acc_g, plan)
    if not with_troubles:
        return BuiltDay(session.subject, played, np.ones(len(played), np.bool_), words)
    _put_aside(played, plan, rng)
    _drift_and_slip(played, _walk_near(truth, plan, _SLIP), rng)
    is_there, words = _lose(words, rng)
    return BuiltDay(session.subject, played, is_there, words)


def postures(session: Labelled) -> Words:
    """Return the posture of each second; unlabelled ones go on with the last one known."""
    truth = session.truth.astype("U8")
    truth[truth == "cycle"] = Posture.MOVE.value
    known = np.flatnonzero(truth != "")
    if not len(known):
        raise ValueError(f"{session.recorded.label} has no labelled second")
    before = np.maximum(np.searchsorted(known, np.arange(len(truth)), side="right") - 1, 0)
    return np.asarray(truth[known[before]])


def even_samples(recorded: RecordedSession, n_seconds: int) -> FloatArray:
    """Return the samples at exactly `FS_HZ`, shape (n_seconds FS_HZ, 3); holes are bridged."""
    t_s = np.arange(n_seconds * FS_HZ) / FS_HZ
    return np.column_stack([np.interp(t_s, recorded.t_s, recorded.acc_g[:, k]) for k in range(3)])


def _played(acc_g: FloatArray, plan: Plan) -> FloatArray:
    seconds = acc_g.reshape(-1, FS_HZ, 3)[plan.second]
    seconds[plan.is_backwards] = seconds[plan.is_backwards, ::-1]
    return np.asarray(seconds.reshape(-1, 3))


def _walk_near(truth: Words, plan: Plan, share: float) -> int:
    """Return the second of walking that comes next after a share of the day."""
    wanted = round(share * len(plan.second))
    walking = np.flatnonzero((plan.second != NOT_WORN) & (truth[plan.second] == "walk"))
    if not len(walking):
        return wanted
    return int(walking[min(int(np.searchsorted(walking, wanted)), len(walking) - 1)])


def _put_aside(played: FloatArray, plan: Plan, rng: np.random.Generator) -> None:
    """Lay the sensor on a table while it is not worn, and put it on again another way round."""
    off = np.flatnonzero(np.repeat(plan.second == NOT_WORN, FS_HZ))
    if not len(off):
        return
    direction = rng.normal(size=3)
    table = direction / np.linalg.norm(direction)
    played[off] = table + rng.normal(0, _TABLE_NOISE_G, (len(off), 3))
    n = _HANDLED_S * FS_HZ
    for part in (off[:n], off[-n:]):
        swing = Rotation.from_rotvec(
            np.sin(np.linspace(0, np.pi, len(part)))[:, None] * rng.normal(0, 1.5, 3)
        )
        played[part] = swing.apply(played[part]) + rng.normal(0, 0.1, (len(part), 3))
    played[off[-1] + 1 :] = played[off[-1] + 1 :] @ random_turn(rng).T


def _drift_and_slip(played: FloatArray, slip_at: int, rng: np.random.Generator) -> None:
    """Tilt the clip slowly over some hours, and at once in a walk."""
    n = len(played)
    sample = np.arange(n)
    drift = np.interp(sample, [_DRIFT[0] * n, _DRIFT[1] * n], [0, _DRIFT_DEG])
    _turn(played, np.radians(drift), rng)
    start = slip_at * FS_HZ
    slip = np.interp(sample, [start, start + _SLIP_S * FS_HZ], [0, _SLIP_DEG])
    _turn(played, np.radians(slip), rng)


def _turn(played: FloatArray, angle: FloatArray, rng: np.random.Generator) -> None:
    """Turn each sample by its angle around one axis drawn at random (Rodrigues' formula). [rad]"""
    axis = rng.normal(size=3)
    axis /= np.linalg.norm(axis)
    cos, sin = np.cos(angle)[:, None], np.sin(angle)[:, None]
    along = (played @ axis)[:, None] * axis
    played[:] = played * cos + np.cross(axis, played) * sin + along * (1 - cos)


def _lose(words: Words, rng: np.random.Generator) -> tuple[BoolArray, Words]:
    """Lose packets here and there, and one long gap. The day's first and last second stay."""
    n = len(words)
    lost_packet = rng.random(-(-n * FS_HZ // _PACKET_SAMPLES)) < _LOST_SHARE
    lost = np.repeat(lost_packet, _PACKET_SAMPLES)[: n * FS_HZ]
    gap = slice(round(_GAP * n), min(round(_GAP * n) + _GAP_S, n))
    lost[gap.start * FS_HZ : gap.stop * FS_HZ] = True
    lost[:FS_HZ] = lost[-FS_HZ:] = False
    with_gap = words.copy()
    with_gap[gap] = Posture.UNKNOWN.value
    return ~lost, with_gap
