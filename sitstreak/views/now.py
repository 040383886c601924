"""What the wearer is doing now, and how today has gone so far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from processing.figures.days import margin_s, summarise_day
from processing.figures.sleep import asleep
from processing.figures.streaks import breaks
from processing.method import Method
from processing.model import CLASSES, NS_PER_S, POSTURES, Break, Posture, PostureSeconds
from sitstreak.local_day import day_span, hours_over, iso, iso_or_none, local_date
from sitstreak.views import words
from sitstreak.views.newest import Newest
from sitstreak.views.record import View
from sitstreak.views.sensor import SensorView, sensor_view
from sitstreak.views.source import DEMO_DEVICE_PREFIX, LinkStatus, ResultsReader
from sitstreak.views.streak_now import StreakView, up_to_now
from sitstreak.views.totals import Totals

#: The state of a store that holds nobody's results.
NO_DATA: Final = "no data yet"


@dataclass(frozen=True, slots=True)
class LastKnown(View):
    """The last thing that was known before the sensor fell silent."""

    posture: str
    at: str


@dataclass(frozen=True, slots=True)
class BreakView(View):
    """The last break that counted."""

    start: str
    end: str
    duration_s: int
    moved_s: int

    @classmethod
    def of(cls, found: Break, zone: ZoneInfo) -> BreakView:
        """Describe a break."""
        return cls(
            start=iso(found.start_s, zone),
            end=iso(found.end_s, zone),
            duration_s=found.end_s - found.start_s,
            moved_s=found.moved_s,
        )


@dataclass(frozen=True, slots=True)
class MethodView(View):
    """Which numbers made the results."""

    version: str
    digest: str


@dataclass(frozen=True, slots=True)
class NowView(View):
    """The answer of `/api/now` and of `sitstreak status --json`."""

    wearer: str
    timezone: str
    at: str
    date: str  #: today on the wearer's calendar
    state: str  #: in plain words
    live: bool
    simulated: bool
    posture: str  #: `unknown` unless live
    confidence: float
    sureness: str
    p: dict[str, float]
    asleep: bool  #: lying, and it is a night's rest by now: not counted as sitting
    since: str | None  #: start of the current bout
    in_posture_s: int
    last_known: LastKnown | None  #: only when not live
    streak_s: int
    streak_started: str | None
    streak: StreakView
    debt_s: float
    debt_min_per_hour: float  #: the wearer's own target
    last_break: BreakView | None
    steps_today: int
    breaks_today: int
    longest_streak_today_s: int
    today: Totals
    data_until: str | None
    settled_until: str | None
    sensor: SensorView
    method: MethodView


def now_view(
    results: ResultsReader,
    wearer: str,
    *,
    clock_s: float,
    zone: ZoneInfo,
    method: Method,
    link: LinkStatus | None = None,
) -> NowView:
    """Describe the present of one wearer.

    Parameters
    ----------
    clock_s
        This computer's Unix time. [s]
    link
        What the collector says, if it runs in this process.

    Returns
    -------
    view
        When the newest data are older than `newest.STALE_AFTER_S` the posture is `unknown`, `state`
        says why, and what was known last stands apart in `last_known`. Data from more than
        `newest.FAR_AHEAD_S` after `clock_s` are left out, and `state` says so.
    """
    clock = int(clock_s)
    newest = Newest.of(results, wearer, clock)
    latest_s, live = newest.end_s, newest.live
    at_s = latest_s if live and latest_s is not None else clock
    today = local_date(at_s, zone)
    midnight_s, day_end_s = day_span(today, zone)
    from_s = midnight_s - margin_s(method)
    so_far = up_to_now(results, wearer, (from_s, at_s), zone, method)
    seconds, sleep = so_far.seconds, so_far.sleep
    hours = hours_over(midnight_s, day_end_s, zone, latest_s)
    day = summarise_day(seconds, midnight_s, day_end_s, method, sleep=sleep, hours=hours)
    totals = Totals.of(day, to_come_s=day_end_s - max(at_s, midnight_s))
    current = _Current.of(seconds, live=live)
    streak_view = StreakView.of(so_far, method, zone)
    found = breaks(seconds, method, sleep)
    made_by = results.method(wearer) or method
    return NowView(
        wearer=wearer,
        timezone=zone.key,
        at=iso(clock_s, zone),
        date=today.isoformat(),
        state=newest.state(link) or _no_data(results, wearer),
        live=live,
        simulated=_simulated(results, wearer, link),
        posture=current.posture,
        confidence=current.confidence,
        sureness=words.sureness(current.confidence),
        p=current.p,
        asleep=live and bool(asleep(seconds.between(at_s - 1, at_s), sleep).any()),
        since=iso_or_none(current.since_s, zone),
        in_posture_s=0 if current.since_s is None else seconds.end_s - current.since_s,
        last_known=None if live else _last_known(results, wearer, latest_s, zone),
        streak_s=streak_view.duration_s,
        streak_started=streak_view.started,
        streak=streak_view,
        debt_s=totals.debt_s,
        debt_min_per_hour=round(method.debt_ratio * 60, 2),
        last_break=BreakView.of(found[-1], zone) if found else None,
        steps_today=totals.n_steps,
        breaks_today=totals.n_breaks,
        longest_streak_today_s=totals.longest_streak_s,
        today=totals,
        data_until=iso_or_none(latest_s, zone),
        settled_until=iso_or_none(_settled_until(results, wearer, latest_s), zone),
        sensor=sensor_view(
            results,
            wearer,
            link=link,
            last_seen=_last_seen(results, wearer, newest, zone),
            today_s=(midnight_s, max(at_s, midnight_s)),
        ),
        method=MethodView(made_by.version, made_by.digest),
    )


@dataclass(frozen=True, slots=True)
class _Current:
    """The last second and the bout it belongs to."""

    posture: Posture
    confidence: float
    p: dict[str, float]
    since_s: int | None

    @classmethod
    def of(cls, seconds: PostureSeconds, *, live: bool) -> _Current:
        if not live or not len(seconds):
            equal = round(1 / len(CLASSES), 3)
            return cls(Posture.UNKNOWN, 0.0, {c.value: equal for c in CLASSES}, None)
        changes = np.flatnonzero(seconds.code != seconds.code[-1])
        since_s = seconds.start_s + (int(changes[-1]) + 1 if len(changes) else 0)
        p = {c.value: round(float(v), 3) for c, v in zip(CLASSES, seconds.p[-1], strict=True)}
        return cls(POSTURES[seconds.code[-1]], round(float(seconds.confidence[-1]), 3), p, since_s)


def _no_data(results: ResultsReader, wearer: str) -> str:
    others = [name for name in results.wearers() if name != wearer]
    return f"no data yet of {wearer}, only of {', '.join(others)}" if others else NO_DATA


def _simulated(results: ResultsReader, wearer: str, link: LinkStatus | None) -> bool:
    demo = any(device.startswith(DEMO_DEVICE_PREFIX) for device in results.devices(wearer))
    return demo or (link is not None and link.simulated)


def _last_known(
    results: ResultsReader, wearer: str, latest_s: int | None, zone: ZoneInfo
) -> LastKnown | None:
    if latest_s is None:
        return None
    last = results.seconds(wearer, latest_s - 1, latest_s)
    return LastKnown(POSTURES[last.code[-1]].value, iso(latest_s, zone))


def _settled_until(results: ResultsReader, wearer: str, latest_s: int | None) -> int | None:
    settled_s = results.settled_until(wearer)
    return None if settled_s is None or latest_s is None else min(settled_s, latest_s)


def _last_seen(results: ResultsReader, wearer: str, newest: Newest, zone: ZoneInfo) -> str | None:
    last_ns = results.last_sample_ns(wearer)
    if newest.left_out_s:
        return iso_or_none(newest.end_s, zone)
    return None if last_ns is None else iso(last_ns / NS_PER_S, zone)
