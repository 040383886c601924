"""The demo's past: raw samples of the days before now, as if downloaded from the sensor's log.

Only samples are made up. They go into the journal and through the same processing as any others.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final, Protocol
from zoneinfo import ZoneInfo

from ingest.model import Journal, RawBlock
from ingest.simulation.wearer import (
    LSB_PER_G,
    Script,
    Stretch,
    WearerSource,
    Wearing,
    demo_loop,
    quantise,
    usual_hours,
    worn_day,
)
from ingest.simulation.wearer.script import MIN_STRETCH_S
from ingest.simulation.wearer.streams import Stream, generator
from processing.model import NS_PER_S, Gap, Posture

DEVICE_ID: Final = "demo-hip"
_FS_HZ: Final = 25.0
_BLOCK_S: Final = 60
_COMMIT_S: Final = 3600
_HOUR: Final = 3600
#: Somebody may look at the demo at any hour. When today is younger than this, the wearer has got
#: up that much earlier, in the middle of the night if need be; so that today is never empty.
_LEAST_WORN_S: Final = round(3.25 * _HOUR)
_APART_S: Final = 900  # a night shorter than this is none: yesterday just goes on past midnight
_LAST_SIT_S: Final = (42 * 60, 55 * 60)
_LAST_WALK_S: Final = 150


class HistoryJournal(Journal, Protocol):
    """A journal that can tell how far it goes."""

    def stored_until_ns(self, device_id: str, before_ns: int) -> int | None:
        """Return the end of the last block that begins before `before_ns`; None without any."""


@dataclass(frozen=True, slots=True)
class Session:
    """From one clip-on to the next switching off."""

    day: date  #: the local day whose plan is followed
    on_s: int
    off_s: int


@dataclass(frozen=True, slots=True, eq=False)
class Filled:
    """What was filled in, and the wearer as history leaves them."""

    n_samples: int  #: written now; 0 when all was there
    until_s: int  #: Unix second at which history ends and live begins
    session: Session
    script: Script  #: of the last session, up to `until_s`
    seed: int

    def live_source(self, name: str = DEVICE_ID) -> WearerSource:
        """Return a sensor that goes on at `until_s`: the same clip-on, and a short busy loop."""
        wearing = _wearing(self.script.then(demo_loop()), self.session, self.seed)
        return WearerSource(wearing, name=name, from_s=self.until_s)


def fill_history(
    journal: HistoryJournal,
    *,
    days: int,
    now_ns: int,
    zone: ZoneInfo,
    seed: int,
    device_id: str = DEVICE_ID,
    progress: Callable[[int, int], None] | None = None,
) -> Filled:
    """Write what is missing of the last `days` local days and of today until now.

    Goes on behind the last sample stored of each day, so a second call, a call after a crash and
    one after hours of live samples each add only what is not there.

    Parameters
    ----------
    journal
        Where samples go; its wearer is who wears the sensor.
    days
        Whole days before today; 0 gives today alone.
    now_ns
        Unix time. [ns]
    zone
        Of the wearer; decides where days begin, and when people get up.
    seed
        The person and all their days.
    device_id
        Under which the samples are stored; the live sensor goes on under the same.
    progress
        Told how many days are done, of how many, after each.
    """
    now_s = now_ns // NS_PER_S
    # The sensor's clock may be a little ahead of ours: live samples from before this start.
    latest_s = _stored_until_s(journal, device_id, now_s + _HOUR)
    now_s = now_s if latest_s is None else max(now_s, latest_s)
    plan = sessions(days, now_s, zone, seed)
    n_samples = 0
    for done, session in enumerate(plan):
        stored_s = _stored_until_s(journal, device_id, session.off_s)
        from_s = session.on_s if stored_s is None else max(session.on_s, stored_s)
        if done < len(plan) - 1:
            script = worn_day(session.day, session.on_s, session.off_s, seed)
        else:
            script = _until_now(session, from_s, seed)
        if from_s < session.off_s:
            _note_off(journal, device_id, stored_s, from_s)
            wearing = _wearing(script, session, seed)
            n_samples += _write(journal, device_id, wearing, from_s, session.off_s)
        if progress is not None:
            progress(done + 1, len(plan))
    return Filled(n_samples, now_s, session, script, seed)


def sessions(days: int, now_s: int, zone: ZoneInfo, seed: int) -> list[Session]:
    """Return when the sensor was worn: each of `days` local days, then until now."""
    today = datetime.fromtimestamp(now_s, zone).date()
    plan = []
    for ago in range(days, 0, -1):
        day = today - timedelta(days=ago)
        plan.append(Session(day, *usual_hours(day, zone, seed)))
    on_s = min(usual_hours(today, zone, seed)[0], now_s - _LEAST_WORN_S)
    if plan and on_s < plan[-1].off_s + _APART_S:
        return [*plan[:-1], replace(plan[-1], off_s=now_s)]
    return [*plan, Session(today, on_s, now_s)]


def _until_now(session: Session, from_s: int, seed: int) -> Script:
    """Return the last session's script; what is new of it ends in a walk and a long sit.

    So that there is a streak to look at from the first moment. When less than that is missing
    (the demo was stopped a while ago), all of it is spent sitting.
    """
    now_s = session.off_s
    rng = generator(seed, Stream.ENDING, session.day.toordinal())
    sit_s = int(rng.integers(*_LAST_SIT_S))
    # The day goes on after now for long enough that the sensor is not on its table yet.
    day = worn_day(session.day, session.on_s, now_s + _HOUR, seed)
    busy_until_s = now_s - sit_s - _LAST_WALK_S
    if busy_until_s - from_s >= MIN_STRETCH_S:
        ending = (Stretch(Posture.WALK, _LAST_WALK_S), Stretch(Posture.SIT, sit_s))
        return day.cut(session.on_s, busy_until_s).then(ending)
    if now_s - from_s < MIN_STRETCH_S:
        return day.cut(session.on_s, now_s)
    rest = (Stretch(Posture.SIT, now_s - from_s),)
    if from_s - session.on_s < MIN_STRETCH_S:
        return Script(session.on_s, (Stretch(Posture.SIT, now_s - session.on_s),))
    return day.cut(session.on_s, from_s).then(rest)


def _wearing(script: Script, session: Session, seed: int) -> Wearing:
    return Wearing(script, seed=seed, clip_on=session.day.toordinal(), fs_hz=_FS_HZ)


def _note_off(journal: HistoryJournal, device_id: str, stored_s: int | None, from_s: int) -> None:
    """Say that the sensor was off since the last sample, if it was."""
    if stored_s is not None and stored_s < from_s:
        off = Gap(device_id, stored_s * NS_PER_S, from_s * NS_PER_S, 0, "sensor_off")
        journal.append([], [off])


def _write(
    journal: HistoryJournal, device_id: str, wearing: Wearing, from_s: int, until_s: int
) -> int:
    """Write the samples of `[from_s, until_s)` under a boot of their own; return how many.

    The boot is named after its first second, as those of the live sensor are: no two share it.
    """
    n_written = 0
    on_s = wearing.script.start_s
    for batch_s in range(from_s, until_s, _COMMIT_S):
        blocks = []
        for start_s in range(batch_s, min(batch_s + _COMMIT_S, until_s), _BLOCK_S):
            end_s = min(start_s + _BLOCK_S, until_s)
            acc_g = wearing.acc_g(_sample(start_s - on_s), _sample(end_s - on_s))
            seq = (start_s - from_s) // _BLOCK_S
            block = RawBlock(
                device_id, from_s, seq, start_s * NS_PER_S, _FS_HZ, LSB_PER_G, quantise(acc_g)
            )
            blocks.append(block)
            n_written += len(block.samples)
        journal.append(blocks, [])
    return n_written


def _sample(second: int) -> int:
    return round(second * _FS_HZ)


def _stored_until_s(journal: HistoryJournal, device_id: str, before_s: int) -> int | None:
    """Return the first whole second behind the last block that begins before `before_s`."""
    stored_ns = journal.stored_until_ns(device_id, before_s * NS_PER_S)
    return None if stored_ns is None else -(-stored_ns // NS_PER_S)
