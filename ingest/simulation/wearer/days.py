"""Plausible days: an office day, a day off, and the short loop that a live demo shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from ingest.simulation.wearer.script import MIN_STRETCH_S, Script, Stretch
from ingest.simulation.wearer.streams import Stream, generator
from processing.model import Posture

_MINUTE: Final = 60
_HOUR: Final = 3600
_SATURDAY: Final = 5
_BEDTIME_S: Final = 45 * _MINUTE
_PAUSE_S: Final = (MIN_STRETCH_S, 8)  # between steps
_LEAST_WALK_S: Final = 8  # before and after a pause

#: About three minutes in which everything happens: a short stand that only pauses the streak, then
#: a break that ends it. Upright 35 s and 85 s; the break that counts is 60 s.
_LOOP: Final = (
    Stretch(Posture.SIT, 15),
    Stretch(Posture.STAND, 18),
    Stretch(Posture.WALK, 17),
    Stretch(Posture.SIT, 35),
    Stretch(Posture.STAND, 10),
    Stretch(Posture.WALK, 75),
    Stretch(Posture.SIT, 60),
    Stretch(Posture.STAND, 20),
    Stretch(Posture.SIT, 90, tilt_deg=5.0),
    Stretch(Posture.WALK, 80),
    Stretch(Posture.STAND, 25),
    Stretch(Posture.SIT, 60),
)

Scene = Callable[[np.random.Generator], Iterator[Stretch]]


def demo_loop(duration_s: int = 7 * 24 * _HOUR) -> tuple[Stretch, ...]:
    """Return the live demo's loop, as often as `duration_s` needs."""
    once_s = sum(stretch.duration_s for stretch in _LOOP)
    return _LOOP * -(-duration_s // once_s)


def usual_hours(day: date, zone: ZoneInfo, seed: int) -> tuple[int, int]:
    """Return when the wearer clips the sensor on and puts it away on `day`. [Unix s]"""
    rng = generator(seed, Stream.HOURS, day.toordinal())
    later_s = 5400 if _is_off(day) else 0
    on_s = round(rng.uniform(6.6, 7.6) * _HOUR) + later_s
    off_s = round(rng.uniform(22.2, 23.3) * _HOUR)
    return _wall(day, on_s, zone), _wall(day, off_s, zone)


def whole_day(day: date, zone: ZoneInfo, seed: int) -> Script:
    """Return the local day from midnight to midnight: not worn, worn, not worn. 23 to 25 h long."""
    on_s, off_s = usual_hours(day, zone, seed)
    before = on_s - _wall(day, 0, zone)
    after = _wall(day + timedelta(days=1), 0, zone) - off_s
    worn = worn_day(day, on_s, off_s, seed)
    night = Stretch(Posture.NOT_WORN, before)
    return Script(on_s - before, (night, *worn.then((Stretch(Posture.NOT_WORN, after),)).stretches))


def worn_day(day: date, on_s: int, off_s: int, seed: int) -> Script:
    """Return what happens from clip-on to switching off, `[on_s, off_s)` in Unix seconds.

    A day shorter than usual breaks off early; in a longer one the evening on the sofa goes on.
    Most of the last 45 minutes the clip lies on the bedside table, still on.
    """
    rng = generator(seed, Stream.DAY, day.toordinal())
    awake_s = max(off_s - on_s - _BEDTIME_S, MIN_STRETCH_S)
    acts: list[Stretch] = []
    for stretch in _day_off(rng) if _is_off(day) else _office_day(rng):
        acts.append(stretch)
        if sum(act.duration_s for act in acts) >= awake_s:
            break
    awake = Script(on_s, tuple(acts)).cut(on_s, on_s + awake_s)
    return awake.then(tuple(_bedtime())).cut(on_s, off_s)


def _is_off(day: date) -> bool:
    return day.weekday() >= _SATURDAY


def _wall(day: date, seconds: int, zone: ZoneInfo) -> int:
    """Return the Unix second at which clocks on the wall show `seconds` after midnight."""
    midnight = datetime.combine(day, time(), zone)
    return int((midnight + timedelta(seconds=seconds)).timestamp())


def _office_day(rng: np.random.Generator) -> Iterator[Stretch]:
    yield from _lasting(rng, 25, _household)
    yield from _meal(rng, 12)
    yield from _lasting(rng, 15, _household)
    yield from _commute(rng)
    yield from _lasting(rng, 210, _desk)
    yield from _lunch(rng)
    yield _sit(rng, rng.uniform(63, 85))  # the meeting that nobody ends
    yield from _coffee(rng)
    yield from _lasting(rng, 150, _desk)
    yield from _commute(rng)
    yield from _evening(rng)


def _day_off(rng: np.random.Generator) -> Iterator[Stretch]:
    yield from _lasting(rng, 40, _household)
    yield from _meal(rng, 30)
    yield from _lasting(rng, 100, _household)
    yield _sit(rng, rng.uniform(20, 50))
    yield from _stroll(rng, rng.uniform(30, 60))
    yield from _meal(rng, 35)
    yield from _lasting(rng, 90, _sofa)
    yield from _stroll(rng, rng.uniform(15, 40))
    yield from _evening(rng)


def _evening(rng: np.random.Generator) -> Iterator[Stretch]:
    yield from _lasting(rng, 45, _household)
    yield from _meal(rng, 30)
    yield from _lasting(rng, 20, _household)
    while True:
        yield from _sofa(rng)


def _lasting(rng: np.random.Generator, minutes: float, scene: Scene) -> Iterator[Stretch]:
    """Repeat a scene for about so many minutes."""
    left_s = minutes * _MINUTE * rng.uniform(0.85, 1.15)
    while left_s > 0:
        for stretch in scene(rng):
            left_s -= stretch.duration_s
            yield stretch


def _desk(rng: np.random.Generator) -> Iterator[Stretch]:
    minutes = float(np.clip(rng.lognormal(np.log(24), 0.6), 4, 58))
    yield _sit(rng, minutes)
    lot = rng.uniform()
    if lot < 0.35:  # shares of what gets people up are guesses
        yield _stand(rng, rng.uniform(12, 50))
    elif lot < 0.75:
        yield from _coffee(rng)
    elif lot < 0.9:
        yield from _walk(rng, rng.uniform(60, 150))
    else:
        yield _stand(rng, rng.uniform(8, 20) * _MINUTE)  # the desk that can be raised


def _coffee(rng: np.random.Generator) -> Iterator[Stretch]:
    yield from _walk(rng, rng.uniform(20, 60))
    yield _stand(rng, rng.uniform(40, 200))
    yield from _walk(rng, rng.uniform(20, 60))


def _lunch(rng: np.random.Generator) -> Iterator[Stretch]:
    yield from _stroll(rng, rng.uniform(5, 9))
    yield _sit(rng, rng.uniform(16, 26))
    yield from _stroll(rng, rng.uniform(8, 16))


def _stroll(rng: np.random.Generator, minutes: float) -> Iterator[Stretch]:
    """Walk with a stop now and then: crossings, doors, talk."""
    left_s = minutes * _MINUTE
    while left_s > 0:
        for stretch in _walk(rng, rng.uniform(60, 420), 1.05, pause_every_s=180):
            left_s -= stretch.duration_s
            yield stretch
        yield _stand(rng, rng.uniform(6, 35))


def _commute(rng: np.random.Generator) -> Iterator[Stretch]:
    yield from _stroll(rng, rng.uniform(5, 9))
    yield _sit(rng, rng.uniform(15, 30), restless=2.0)
    yield from _stroll(rng, rng.uniform(3, 7))


def _household(rng: np.random.Generator) -> Iterator[Stretch]:
    yield _stand(rng, rng.uniform(20, 240), restless=1.4)
    yield from _walk(rng, rng.uniform(8, 35), 0.9)
    if rng.uniform() < 0.12:
        yield _sit(rng, rng.uniform(2, 7))


def _meal(rng: np.random.Generator, minutes: float) -> Iterator[Stretch]:
    yield _sit(rng, minutes * rng.uniform(0.8, 1.2), restless=1.5)
    yield from _walk(rng, rng.uniform(8, 20), 0.9)


def _sofa(rng: np.random.Generator) -> Iterator[Stretch]:
    recline = rng.uniform(6, 20)
    yield _sit(rng, rng.uniform(12, 55), recline)
    if rng.uniform() < 0.35:
        side = rng.choice([0.0, 60.0, -60.0])
        yield Stretch(Posture.LIE, round(rng.uniform(8, 35) * _MINUTE), -abs(side) / 3, side)
        yield _sit(rng, rng.uniform(1, 5))
    yield from _walk(rng, rng.uniform(10, 30), 0.9)
    yield _stand(rng, rng.uniform(15, 120))
    yield from _walk(rng, rng.uniform(10, 30), 0.9)


def _bedtime() -> Iterator[Stretch]:
    yield Stretch(Posture.STAND, 3 * _MINUTE, restless=1.4)
    yield Stretch(Posture.WALK, 20, pace=0.9)
    yield Stretch(Posture.STAND, 2 * _MINUTE)
    yield Stretch(Posture.NOT_WORN, _BEDTIME_S - 320)


def _sit(
    rng: np.random.Generator, minutes: float, recline: float = 0.0, restless: float = 1.0
) -> Stretch:
    tilt = recline + float(np.clip(rng.normal(1, 6), -5, 10))
    unrest = restless * float(rng.lognormal(0, 0.3))
    roll = float(np.clip(rng.normal(0, 2), -5, 5))
    return Stretch(Posture.SIT, round(minutes * _MINUTE), tilt, roll, restless=unrest)


def _stand(rng: np.random.Generator, seconds: float, restless: float = 1.0) -> Stretch:
    tilt, roll = np.clip(rng.normal(0, 1.5, 2), -3, 3)
    unrest = restless * float(rng.lognormal(0, 0.3))
    return Stretch(Posture.STAND, round(seconds), float(tilt), float(roll), restless=unrest)


def _walk(
    rng: np.random.Generator, seconds: float, pace: float = 1.0, *, pause_every_s: float = 40.0
) -> Iterator[Stretch]:
    """Walk for so long, with a few seconds of standing now and then: a door, a drawer, a word.

    How often is a guess.
    """
    own = pace * float(np.clip(rng.normal(1, 0.06), 0.85, 1.15))
    left_s, until_s = round(seconds), _until_pause(rng, pause_every_s)
    while until_s + _LEAST_WALK_S <= left_s:
        yield Stretch(Posture.WALK, until_s, pace=own)
        yield _stand(rng, rng.uniform(*_PAUSE_S))
        left_s -= until_s
        until_s = _until_pause(rng, pause_every_s)
    yield Stretch(Posture.WALK, left_s, pace=own)


def _until_pause(rng: np.random.Generator, pause_every_s: float) -> int:
    return _LEAST_WALK_S + round(rng.exponential(pause_every_s))
