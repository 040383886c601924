"""Recordings as a sensor would have measured them: blocks of evenly spaced samples.

Two ways out of a `RecordedSession`: `to_blocks` keeps every float as it is, for classification of
files; `RecordingSource` turns it into the int16 log of a simulated sensor, for the whole path.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from ingest.recordings.recording import RecordedSession
from ingest.simulation.source import MAX_BLOCK_SAMPLES, LogBlock
from processing.model import NS_PER_S, FloatArray, SampleBlock

#: 2024-01-01T00:00:00Z: when a recording without a date is said to have begun. [s]
BASE_S: Final = 1_704_067_200
#: A new block begins when a stamp is off by that share of the sample interval; the rest up to a
#: half is kept for `_MIN_STEP_NS`.
_TOLERANCE: Final = 0.45
#: Samples of two blocks are at least that far apart, however close their stamps, or they would
#: change places when the sensor's clock rounds them to ticks of 30.5 us. [ns]
_MIN_STEP_NS: Final = 50_000
_FINEST_LSB_PER_G: Final = 4096  # +-8 g over 16 bits
_INT16: Final = np.iinfo(np.int16)
_HASHED_SAMPLES: Final = 1000
_PAUSE_S: Final = 60
_NAME_AT_MOST: Final = 40


def even_runs(t_s: FloatArray, fs_hz: float, *, n_max: int) -> Iterator[tuple[int, int, int]]:
    """Cut stamps into runs that are evenly spaced to within half a sample interval.

    Parameters
    ----------
    t_s : shape (n,)
        Strictly rising. [s]
    fs_hz
        Rate inside each run. [Hz]
    n_max
        Longest run.

    Yields
    ------
    start, stop
        Samples `[start, stop)` of the run.
    t0_ns
        When the run begins, on the clock of `t_s`: the stamp of its first sample, or just after
        the last sample of the run before, when stamps that came in a bunch would go back. [ns]
    """
    tolerance_s = _TOLERANCE / fs_hz
    start, earliest_ns = 0, 0
    while start < len(t_s):
        t0_ns = max(round(float(t_s[start]) * NS_PER_S), earliest_ns)
        stop = _even_until(t_s, start, t0_ns / NS_PER_S, fs_hz, tolerance_s, n_max)
        yield start, stop, t0_ns
        earliest_ns = t0_ns + round((stop - start - 1) * NS_PER_S / fs_hz) + _MIN_STEP_NS
        start = stop


def _even_until(
    t_s: FloatArray, start: int, t0_s: float, fs_hz: float, tolerance_s: float, n_max: int
) -> int:
    """Return the first sample from `start` on that is off the even grid, or one past the last."""
    end = min(start + n_max, len(t_s))
    a, window = start + 1, 64
    while a < end:
        b = min(a + window, end)
        off = np.abs(t_s[a:b] - (t0_s + np.arange(a - start, b - start) / fs_hz)) >= tolerance_s
        if off.any():
            return a + int(np.argmax(off))
        a, window = b, window * 4
    return end


def to_blocks(
    session: RecordedSession, device_id: str, *, base_s: int = BASE_S
) -> list[SampleBlock]:
    """Return a session's samples as blocks, exactly and in order, its first sample at `base_s`.

    A block ends where the stamps leave its even spacing, so each sample stands within half a sample
    interval of its stamp. Whole seconds from `base_s` on are the session's own seconds.
    """
    return [
        SampleBlock(device_id, base_s * NS_PER_S + t0_ns, session.fs_hz, session.acc_g[start:stop])
        for start, stop, t0_ns in even_runs(session.t_s, session.fs_hz, n_max=len(session.t_s))
    ]


def device_name(subject: str) -> str:
    """Return the serial number under which a subject's recordings are played.

    `replay-<subject>`, or `replay` for no subject; ASCII and at most 40 characters, as a sensor's
    serial number has to be: a name that had to be changed gets a short hash to stay unmistakable.
    """
    if not subject:
        return "replay"
    plain = re.sub(r"[^A-Za-z0-9_.-]", "_", subject)[: _NAME_AT_MOST - len("replay-")]
    if plain == subject:
        return f"replay-{subject}"
    digest = hashlib.sha256(subject.encode()).hexdigest()[:6]
    return f"replay-{plain[: _NAME_AT_MOST - len('replay--') - len(digest)]}-{digest}"


def lay_out(sessions: Sequence[RecordedSession]) -> list[tuple[int, RecordedSession]]:
    """Give one wearer's sessions a start each, so that none overlap. [ns, Unix time, UTC]

    Dated sessions keep their date. One without a date, or one that would overlap the session before
    it, begins a minute after the next whole minute; the very first at 2024-01-01T00:00:00Z.
    """
    ordered = list(sessions)
    if all(session.start_ns is not None for session in ordered):
        ordered.sort(key=lambda session: session.start_ns or 0)
    placed: list[tuple[int, RecordedSession]] = []
    free_ns = 0
    for session in ordered:
        start_ns = session.start_ns
        if start_ns is None or start_ns < free_ns:
            minutes = -(-free_ns // (60 * NS_PER_S))
            start_ns = (minutes * 60 + _PAUSE_S) * NS_PER_S if placed else BASE_S * NS_PER_S
        placed.append((start_ns, session))
        free_ns = start_ns + round((float(session.t_s[-1]) + 1 / session.fs_hz) * NS_PER_S)
    return placed


class RecordingSource:
    """Plays the sessions of one wearer as the log of one simulated sensor (a `SampleSource`).

    Each sample comes exactly once and in order, rounded to int16, within half a sample interval of
    its stamp. `lay_out` says when each session begins; a block never holds samples of two.

    Parameters
    ----------
    sessions
        At least one; best of one sampling rate, for a sensor has one: sessions at other rates than
        the median one are played true, but in shorter blocks.
    name
        Serial number of the sensor, which becomes the device id; see `device_name`.
    """

    def __init__(self, sessions: Sequence[RecordedSession], *, name: str = "replay") -> None:
        placed = lay_out(sessions)
        rates_hz = sorted(session.fs_hz for session in sessions)
        self.name = name
        self.fs_hz = round(rates_hz[len(rates_hz) // 2], 3)
        self.lsb_per_g = _lsb_per_g([session.acc_g for session in sessions])
        self.utc_at_tick_zero_ns = placed[0][0]
        self.boot_id = _boot_id([session for _, session in placed])
        self.n_samples = sum(len(session.t_s) for session in sessions)
        self._blocks = self._cut(placed)
        self._next = next(self._blocks, None)

    @property
    def exhausted(self) -> bool:
        """Whether the recording has been played to its end."""
        return self._next is None

    def recorded_until(self, elapsed_s: float) -> list[LogBlock]:
        """Return the blocks whose last sample lies before `elapsed_s` and that were not given yet.

        Parameters
        ----------
        elapsed_s
            Device time since the first sample; `math.inf` for all the rest. [s]
        """
        blocks = []
        while self._next is not None:
            last_ns = self._next.t_ns + (len(self._next.samples) - 1) * NS_PER_S / self.fs_hz
            if last_ns >= elapsed_s * NS_PER_S:
                break
            blocks.append(self._next)
            self._next = next(self._blocks, None)
        return blocks

    def _cut(self, placed: list[tuple[int, RecordedSession]]) -> Iterator[LogBlock]:
        for start_ns, session in placed:
            since_zero_ns = start_ns - self.utc_at_tick_zero_ns
            samples = np.rint(session.acc_g * self.lsb_per_g).astype(np.int16)
            for a, b, t0_ns in even_runs(session.t_s, self.fs_hz, n_max=MAX_BLOCK_SAMPLES):
                yield LogBlock(since_zero_ns + t0_ns, samples[a:b])


def _lsb_per_g(parts: Sequence[FloatArray]) -> int:
    """Return the finest scale at which no sample clips: 4096, 2048, 1024 and so on."""
    low, high = min(float(p.min()) for p in parts), max(float(p.max()) for p in parts)
    lsb_per_g = _FINEST_LSB_PER_G
    while lsb_per_g > 1 and not (
        round(low * lsb_per_g) >= _INT16.min and round(high * lsb_per_g) <= _INT16.max
    ):
        lsb_per_g //= 2
    return lsb_per_g


def _boot_id(sessions: Sequence[RecordedSession]) -> int:
    """Return a number (u32, not 0) that stays the same for the same recordings."""
    digest = hashlib.sha256()
    for session in sessions:
        digest.update(f"{session.subject}\0{session.session}\0{len(session.t_s)}\0".encode())
        digest.update(session.acc_g[:_HASHED_SAMPLES].tobytes())
    return int.from_bytes(digest.digest()[:4], "little") or 1
