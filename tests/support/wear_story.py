"""A fortnight somebody might have lived, second by second; for pictures and cost measurements."""

from __future__ import annotations

import random
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from processing.model import PostureSeconds
from sitstreak.local_day import day_span, local_date
from tests.support.fake_results import Stretch, stretches

_MORNING_S = 7 * 3600
_EVENING_S = 22 * 3600


def fortnight(clock_s: int, zone: ZoneInfo, seed: int = 3) -> PostureSeconds:
    """Return 14 days of posture seconds that end at `clock_s`."""
    chance = random.Random(seed)
    today = local_date(clock_s, zone)
    parts: list[Stretch] = []
    first_s, _ = day_span(today - timedelta(days=13), zone)
    for ago in reversed(range(14)):
        parts += _one_day(today - timedelta(days=ago), zone, chance, short_day=ago == 9)
    whole = stretches(first_s, *parts)
    return whole.between(first_s, clock_s)


def _one_day(day: date, zone: ZoneInfo, chance: random.Random, *, short_day: bool) -> list[Stretch]:
    start_s, end_s = day_span(day, zone)
    length = end_s - start_s
    up = _MORNING_S + chance.randint(-1500, 3000)
    down = min((12 * 3600 if short_day else _EVENING_S) + chance.randint(-2400, 3000), length)
    parts: list[Stretch] = [("not_worn", up), ("unknown", 90), ("walk", 200)]
    at = up + 290
    weekend = day.weekday() >= 5
    while at < down:
        for stretch in _episode(chance, at / 3600, weekend=weekend):
            take = min(stretch[1], down - at)
            if take > 0:
                parts.append((stretch[0], take))
                at += take
    return [*parts, ("not_worn", length - at)]


def _episode(chance: random.Random, hour: float, *, weekend: bool) -> list[Stretch]:
    if 12.4 < hour < 13.0:
        return [("walk", chance.randint(300, 700)), ("sit", chance.randint(900, 1500))]
    if 8 < hour < 8.3 and not weekend:
        return [("move", chance.randint(900, 1300)), ("stand", 60)]
    if hour > 20.5 and chance.random() < 0.4:
        return [("lie", chance.randint(900, 2700)), ("stand", chance.randint(20, 200))]
    sit = round(chance.lognormvariate(6.6 if weekend else 7.1, 0.8))
    stand = round(chance.lognormvariate(4.2, 1.0))
    walk = round(chance.lognormvariate(4.3 if not weekend else 5.0, 0.9))
    return [("sit", min(sit, 6600)), ("stand", stand), ("walk", walk), ("stand", stand // 2)]
