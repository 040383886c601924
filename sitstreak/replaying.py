"""Replaying recordings: where each one goes on the calendar, and whether all of it has arrived."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf
from pathlib import Path
from typing import Final

from ingest.recordings.player import RecordingSource, device_name, lay_out
from ingest.recordings.recording import RecordedSession
from processing.model import NS_PER_S
from sitstreak.errors import SitstreakError
from sitstreak.storage.journal import check_name

_MINUTE_NS: Final = 60 * NS_PER_S
_TICK_NS: Final = 30_518
_BYTES_PER_SAMPLE: Final = 6
_BLOCKS: Final = "FROM block JOIN device ON device.id = device WHERE device_id = ?"
_END_NS: Final = "t0_ns + CAST(n * 1e9 / fs_hz AS INTEGER)"


class NothingToReplayError(SitstreakError):
    """No session of the file has the names that were asked for."""

    def __init__(self, path: Path, asked: str, there: Sequence[str]) -> None:
        self.path, self.there = path, tuple(there)
        some = ", ".join(there[:8]) + (f" and {len(there) - 8} more" if len(there) > 8 else "")
        super().__init__(f"{path}: there is no {asked}; the file has {some}")


class OccupiedError(SitstreakError):
    """A dated recording is from a time of which the journal has other data of the same sensor."""

    def __init__(self, replay: Replay) -> None:
        self.replay = replay
        super().__init__(
            f"{replay.session.label}: the journal has other data of {replay.device_id} from that "
            "time; replay it into another --data-dir"
        )


@dataclass(frozen=True, slots=True, eq=False)
class Replay:
    """One recorded session for one start of a simulated sensor, so that none is played twice."""

    wearer: str
    session: RecordedSession  #: with its place on the calendar
    is_dated: bool  #: the file says when it was; otherwise its place is ours to choose

    @property
    def device_id(self) -> str:
        """The name of the sensor in the journal."""
        return device_name(self.session.subject)

    def source(self) -> RecordingSource:
        """Return the recording as a sensor's log; the same each time."""
        return RecordingSource([self.session], name=self.device_id)

    def moved_to(self, start_ns: int) -> Replay:
        """Return the same recording, begun at another time."""
        return replace(self, session=replace(self.session, start_ns=start_ns))


@dataclass(frozen=True, slots=True)
class Verdict:
    """How the journal compares with the recording, sample by sample."""

    n_samples: int  #: in the file
    n_stored: int  #: of them, in the journal with the right value and time
    n_lost: int
    n_duplicate: int  #: stored more than once, or not part of the recording at all

    @property
    def is_complete(self) -> bool:
        """Whether every sample is in the journal exactly once."""
        return self.n_lost == 0 and self.n_duplicate == 0


def plan_replays(
    path: Path,
    sessions: Sequence[RecordedSession],
    *,
    subject: str | None,
    session: str | None,
    wearer: str,
) -> list[Replay]:
    """Choose sessions by name and give each its place, the same whichever were chosen.

    Parameters
    ----------
    sessions
        Everything that the file holds.
    subject, session
        Take only these; None takes all.
    wearer
        Whose data they become when the file names no subject.

    Raises
    ------
    NothingToReplayError
        If the file has none of that name; says which there are.
    """
    by_subject: dict[str, list[RecordedSession]] = {}
    for one in sessions:
        by_subject.setdefault(one.subject, []).append(one)
    replays = [
        Replay(name or wearer, replace(one, start_ns=start_ns), one.start_ns is not None)
        for name, own in by_subject.items()
        for start_ns, one in lay_out(own)
        if session in (None, one.session) and subject in (None, name)
    ]
    for replay in replays:
        check_name("wearer", replay.wearer)
    if not replays:
        asked = " of ".join(
            f"{kind} {name!r}"
            for kind, name in (("session", session), ("subject", subject))
            if name is not None
        )
        raise NothingToReplayError(path, asked, [one.label for one in sessions])
    return replays


def make_room(connection: sqlite3.Connection, chosen: Replay) -> Replay:
    """Move a recording without a date behind what its sensor has stored already.

    A replay that was broken off keeps the place it had, so that it can go on.

    Raises
    ------
    OccupiedError
        If the recording is dated and other data of that sensor are from the same time.
    """
    source = chosen.source()
    blocks = source.recorded_until(inf)
    start_ns, last = source.utc_at_tick_zero_ns, blocks[-1]
    end_ns = start_ns + last.t_ns + round(len(last.samples) * NS_PER_S / source.fs_hz)
    begun = connection.execute(
        f"SELECT min(t0_ns) {_BLOCKS} AND boot_id = ? AND seq = 0",
        (chosen.device_id, source.boot_id),
    ).fetchone()[0]
    if begun is not None:
        moved_ns = begun - start_ns
        return chosen if _near(moved_ns, 0) else chosen.moved_to(begun)
    n_taken, free_ns = connection.execute(
        f"SELECT coalesce(sum(t0_ns < ? AND {_END_NS} > ?), 0), max({_END_NS}) {_BLOCKS}",
        (end_ns, start_ns, chosen.device_id),
    ).fetchone()
    if not n_taken:
        return chosen
    if chosen.is_dated:
        raise OccupiedError(chosen)
    return chosen.moved_to((-(-free_ns // _MINUTE_NS) + 1) * _MINUTE_NS)


def verify(connection: sqlite3.Connection, played: Replay) -> Verdict:
    """Compare the journal with the recording: every sample there, right, and once."""
    source = played.source()
    stored: dict[int, tuple[int, bytes]] = {
        seq: (t0_ns, samples)
        for seq, t0_ns, samples in connection.execute(
            f"SELECT seq, t0_ns, samples {_BLOCKS} AND boot_id = ?",
            (played.device_id, source.boot_id),
        )
    }
    n_stored = sum(len(samples) for _, samples in stored.values()) // _BYTES_PER_SAMPLE
    n_samples = n_right = 0
    for seq, block in enumerate(source.recorded_until(inf)):
        n_samples += len(block.samples)
        t0_ns, samples = stored.get(seq, (0, b""))
        is_right = samples == block.samples.astype("<i2").tobytes()
        if is_right and _near(t0_ns, source.utc_at_tick_zero_ns + block.t_ns):
            n_right += len(block.samples)
    return Verdict(n_samples, n_right, n_samples - n_right, n_stored - n_right)


def _near(a_ns: int, b_ns: int) -> bool:
    """Return whether two times are the same, but for the sensor's ticks of 30.5 microseconds."""
    return abs(a_ns - b_ns) <= _TICK_NS
