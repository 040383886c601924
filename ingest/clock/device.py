"""A sensor's ticks become UTC: one estimate for each start of each sensor.

Feed a `DeviceClock` what is seen of the sensor's clock (answers to *Ask time*, arrivals of live
packets), and ask it for the time of any tick: now, in the log of the last hours, before the first
link. How it works, what it promises and what was measured is written in docs/clock.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ingest.clock.anchors import Anchor, Anchors, on_line
from ingest.clock.corridor import Corridor, Verdict
from ingest.clock.host import HostTime, Stamp
from ingest.clock.rules import SENSOR_CLOCK, ClockRules, Correction, DriftPrior
from processing.model import NS_PER_S

_PPM: Final = 1_000.0  #: one part per million, in nanoseconds per second
_STRETCH_S: Final = 60.0  #: without any observation, after which the link counts as gone
_LIVE_S: Final = 120.0  #: the line of now is used so far back; before it the anchors are
_ANCHOR_EVERY_S: Final = 60.0
_MOST_CORRECTIONS: Final = 16  #: that nobody has taken yet
_NOTABLE_NS: Final = 100_000_000  #: smaller corrections are not worth a sentence


class DeviceClock:
    """What is known of one sensor's clock since its start.

    Parameters
    ----------
    host
        This computer's time, shared by all sensors.
    rules
        What kind of clock it is.
    drift_prior
        From an earlier start of the same sensor, if there was one.
    """

    def __init__(
        self,
        host: HostTime,
        *,
        rules: ClockRules = SENSOR_CLOCK,
        drift_prior: DriftPrior | None = None,
    ) -> None:
        self._host = host
        self._rules = rules
        self._prior = drift_prior
        self._base_device_ns = 0
        self._base_offset_ns = 0
        self._corridor = self._new_corridor()
        self._rival: Corridor | None = None
        self._anchors = Anchors()
        self._stretch_s = 0.0  #: when the present link began, in device time
        self._n_corrections = host.n_corrections
        self._corrections: list[Correction] = []
        self._is_asked = False  #: a question was answered

    # What was seen -----------------------------------------------------------------------------

    def observe_exchange(self, sent: Stamp, device_ns: int, arrived: Stamp) -> Verdict | None:
        """Take the answer to a question: the sensor read its clock between two stamps.

        Parameters
        ----------
        sent
            Read before the question was written, however long before.
        device_ns
            The sensor's ticks in its answer. [ns at the nominal rate]
        arrived
            Read after the answer was there, however long after.

        Returns
        -------
        verdict
            How it lies to what was known; None when it says nothing: the computer's clock is not
            set, or it was stepped or asleep between the stamps.
        """
        monotonic_ns = arrived.monotonic_ns - sent.monotonic_ns
        wall_ns = arrived.utc_ns - sent.utc_ns
        if monotonic_ns < 0 or abs(wall_ns - monotonic_ns) > _NOTABLE_NS or not sent.is_plausible:
            return None
        verdict = self._observe(device_ns, sent, arrived)
        self._is_asked = self._is_asked or verdict is Verdict.FITS
        return verdict

    def observe_arrival(self, device_ns: int, arrived: Stamp) -> Verdict | None:
        """Take the arrival of something live: it cannot be older than that.

        Parameters
        ----------
        device_ns
            The sensor's clock at the newest thing the packet holds. [ns at the nominal rate]
        arrived
            Read after the packet was there. Packets of a replay say nothing: leave them out.
        """
        return self._observe(device_ns, None, arrived)

    # What is known -----------------------------------------------------------------------------

    @property
    def is_anchored(self) -> bool:
        """Whether times can be told at all; before that nothing must be stored."""
        return self._corridor.first_s is not None

    @property
    def is_asked(self) -> bool:
        """Whether a question was answered: without, times are late by the fastest packet's way."""
        return self._is_asked

    @property
    def drift_ppm(self) -> float:
        """How much faster true time runs than the sensor's; positive: its clock is slow."""
        return self._drift()[0]

    @property
    def drift_uncertainty_ppm(self) -> float:
        """How far the drift may be off."""
        return self._drift()[1]

    @property
    def drift_prior(self) -> DriftPrior:
        """What the next start of this sensor should know of its crystal."""
        drift_ppm, half_ppm = self._drift()
        wander_ppm = self._rules.limits.wander_ppm
        return DriftPrior(drift_ppm, min(half_ppm + wander_ppm, self._rules.usual_drift_ppm))

    def utc_ns(self, device_ns: int) -> int:
        """Return the time of a tick; later ticks never have earlier times. [ns]

        Raises
        ------
        ValueError
            If there is no anchor yet.
        """
        if not self.is_anchored:
            raise ValueError("the sensor's clock has not been compared with this computer's yet")
        t_s = (device_ns - self._base_device_ns) / NS_PER_S
        return device_ns + self._base_offset_ns + round(self._offset_ns(t_s))

    def uncertainty_ms(self, device_ns: int) -> float:
        """Return how far `utc_ns` may be off, if the host's own clock is right. [ms]"""
        t_s = (device_ns - self._base_device_ns) / NS_PER_S
        return self._half_ns(t_s) / 1e6

    def take_corrections(self) -> list[Correction]:
        """Return the corrections since this was called last."""
        taken, self._corrections = self._corrections, []
        return taken

    # To be kept over a restart -----------------------------------------------------------------

    def state(self) -> dict[str, Any]:
        """Return what a new process needs, as numbers, lists and dicts; at most some 10 kB."""
        prior = self._prior
        return {
            "version": 1,
            "base_device_ns": self._base_device_ns,
            "base_offset_ns": self._base_offset_ns,
            "is_asked": self._is_asked,
            "stretch_s": self._stretch_s,
            "prior": None if prior is None else [prior.drift_ppm, prior.half_ppm],
            "anchors": [[a.t_s, a.offset_ns, a.half_ns] for a in self._anchors.all],
            "bounds": self._corridor.as_lists(),
            "n_seen": self._corridor.n_seen,
            "drift": [self._corridor.drift_ppm, self._corridor.drift_half_ppm],
        }

    @classmethod
    def from_state(
        cls, host: HostTime, state: Mapping[str, Any], *, rules: ClockRules = SENSOR_CLOCK
    ) -> DeviceClock:
        """Go on from a state; an old one is never wrong, it is only less sure.

        Raises
        ------
        ValueError
            If the state is of another version.
        """
        if state.get("version") != 1:
            raise ValueError(f"clock state of version {state.get('version')}, expected 1")
        prior = None if state["prior"] is None else DriftPrior(*state["prior"])
        clock = cls(host, rules=rules, drift_prior=prior)
        clock._base_device_ns = state["base_device_ns"]
        clock._base_offset_ns = state["base_offset_ns"]
        clock._is_asked = state["is_asked"]
        clock._stretch_s = state["stretch_s"]
        clock._anchors.all = [Anchor(*row) for row in state["anchors"]]
        clock._corridor.take_lists(state["bounds"])
        clock._corridor.n_seen = state["n_seen"]
        clock._corridor.know_drift(*state["drift"])
        return clock

    # Inside ------------------------------------------------------------------------------------

    def _new_corridor(self) -> Corridor:
        corridor = Corridor(self._rules.limits)
        if self._prior is not None:
            corridor.know_drift(self._prior.drift_ppm, self._prior.half_ppm)
        return corridor

    def _observe(self, device_ns: int, sent: Stamp | None, arrived: Stamp) -> Verdict | None:
        if not arrived.is_plausible:
            return None
        self._host.observe(arrived)
        if not self._host.is_known:
            return None
        upper_ns = self._host.utc_ns(arrived) - device_ns
        if not self.is_anchored:
            self._base_device_ns, self._base_offset_ns = device_ns, upper_ns
        t_s = (device_ns - self._base_device_ns) / NS_PER_S
        bounds = self._bounds(device_ns, sent, arrived)
        if not self.is_anchored:
            self._take(t_s, *bounds)
            return Verdict.FITS
        self._follow_host(t_s, bounds)
        verdict = self._corridor.judge(t_s, *bounds)
        if verdict is not Verdict.FITS and self._wall_fits(device_ns, t_s, sent, arrived):
            self._host.confirm()
            self._n_corrections = self._host.n_corrections
            bounds, verdict = self._bounds(device_ns, sent, arrived), Verdict.FITS
        if verdict is Verdict.FITS:
            self._take(t_s, *bounds)
        self._weigh_rival(t_s, bounds, verdict)
        return verdict

    def _bounds(
        self, device_ns: int, sent: Stamp | None, arrived: Stamp
    ) -> tuple[float | None, float]:
        origin_ns = device_ns + self._base_offset_ns
        lower_ns = None if sent is None else float(self._host.utc_ns(sent) - origin_ns)
        return lower_ns, float(self._host.utc_ns(arrived) - origin_ns)

    def _wall_fits(self, device_ns: int, t_s: float, sent: Stamp | None, arrived: Stamp) -> bool:
        """Whether the sensor's clock speaks for the wall clock that the host does not believe."""
        if not self._host.is_doubtful:
            return False
        origin_ns = device_ns + self._base_offset_ns
        lower_ns = None if sent is None else float(sent.utc_ns - origin_ns)
        upper_ns = float(arrived.utc_ns - origin_ns)
        return self._corridor.judge(t_s, lower_ns, upper_ns) is Verdict.FITS

    def _follow_host(self, t_s: float, bounds: tuple[float | None, float]) -> None:
        """Move with the host's line when that was corrected, unless the sensor knew better."""
        if self._n_corrections == self._host.n_corrections:
            return
        self._n_corrections = self._host.n_corrections
        by_ns = float(self._host.last_correction_ns)
        lower_ns, upper_ns = bounds
        before = (None if lower_ns is None else lower_ns - by_ns, upper_ns - by_ns)
        knew_better = (
            self._corridor.judge(t_s, *bounds) is Verdict.FITS
            and self._corridor.judge(t_s, *before) is not Verdict.FITS
        )
        if not knew_better:
            self._corridor.shift(by_ns)
            self._move_past(t_s, by_ns)

    def _take(self, t_s: float, lower_ns: float | None, upper_ns: float) -> None:
        """Let bounds narrow the corridor, and drop an anchor where it is settled by now."""
        corridor = self._corridor
        is_new = corridor.first_s is None
        if not is_new and t_s - corridor.last_s > _STRETCH_S:
            self._drop_anchor(corridor.last_s)
            self._stretch_s = t_s
        elif is_new:
            self._stretch_s = t_s
        corridor.add(t_s, lower_ns, upper_ns)
        live_s = self._live_s()
        last_s = self._anchors.all[-1].t_s if self._anchors.all else self._stretch_s
        if live_s > self._stretch_s and live_s - last_s >= _ANCHOR_EVERY_S:
            self._drop_anchor(live_s)
            self._learn_drift()

    def _weigh_rival(
        self, t_s: float, bounds: tuple[float | None, float], verdict: Verdict
    ) -> None:
        """Follow another time line beside ours, until one of the two is seen to be wrong."""
        rival = self._rival
        if rival is not None and rival.judge(t_s, *bounds) in {Verdict.AHEAD, Verdict.BEHIND}:
            rival = self._rival = None
        if rival is None and verdict is not Verdict.FITS:
            rival = self._rival = self._new_corridor()
            rival.know_drift(self._corridor.drift_ppm, self._corridor.drift_half_ppm)
        if rival is None:
            return
        rival.add(t_s, *bounds)
        assert rival.first_s is not None
        if rival.last_s - rival.first_s >= self._rules.settle_s:
            self._believe(rival, t_s)

    def _believe(self, rival: Corridor, t_s: float) -> None:
        by_ns = rival.line().value_ns(t_s) - self._corridor.line().value_ns(t_s)
        if not self._rules.past_moves:
            self._drop_anchor(self._corridor.last_s)
            assert rival.first_s is not None
            self._stretch_s = rival.first_s
        self._corridor, self._rival = rival, None
        self._move_past(t_s, by_ns)

    def _move_past(self, t_s: float, by_ns: float) -> None:
        if self._rules.past_moves:
            self._anchors.shift(by_ns)
        self._rival = None
        if abs(by_ns) >= _NOTABLE_NS:
            offset_ns = self._base_offset_ns + round(self._corridor.line().value_ns(t_s))
            at_utc_ns = self._base_device_ns + round(t_s * NS_PER_S) + offset_ns
            self._corrections.append(Correction(at_utc_ns, round(by_ns)))
            del self._corrections[:-_MOST_CORRECTIONS]

    def _live_s(self) -> float:
        return max(self._stretch_s, self._corridor.last_s - _LIVE_S)

    def _newest(self) -> Anchor:
        """Return the place from which on the line of now is used."""
        return self._anchor_at(self._live_s())

    def _anchor_at(self, t_s: float) -> Anchor:
        offset_ns = self._corridor.line().value_ns(t_s)
        return Anchor(t_s, offset_ns, self._corridor.line().half_ns)

    def _drop_anchor(self, t_s: float) -> None:
        if self._corridor.is_settled:
            self._anchors.push(self._anchor_at(t_s))

    def _drift(self) -> tuple[float, float]:
        if not self.is_anchored:
            prior = self._prior or DriftPrior(0.0, self._rules.usual_drift_ppm)
            return prior.drift_ppm, prior.half_ppm
        known = self._anchors.drift(self._newest())
        if known is not None:
            return known
        # minutes tell little of the drift: what crystals are like is worth more at first
        line, usual = self._corridor.line(), self._rules.usual_drift_ppm
        if self._prior is not None or line.drift_half_ppm <= self._rules.limits.wander_ppm:
            return line.drift_ppm, line.drift_half_ppm
        share = usual**2 / (usual**2 + line.drift_half_ppm**2)
        return share * line.drift_ppm, min(line.drift_half_ppm, usual)

    def _learn_drift(self) -> None:
        known = self._anchors.drift(self._newest())
        if known is not None:
            drift_ppm, half_ppm = known
            self._corridor.know_drift(drift_ppm, half_ppm + self._rules.limits.wander_ppm)

    def _offset_ns(self, t_s: float) -> float:
        newest = self._newest()
        if t_s >= newest.t_s:
            return self._corridor.line().value_ns(t_s)
        first = self._anchors.all[0] if self._anchors.all else newest
        if t_s <= first.t_s:
            return first.offset_ns + self._drift()[0] * _PPM * (t_s - first.t_s)
        before, after = self._anchors.between(t_s, newest)
        return on_line(before, after, t_s)

    def _half_ns(self, t_s: float) -> float:
        newest = self._newest()
        if t_s >= newest.t_s:
            return self._corridor.half_ns(t_s)
        first = self._anchors.all[0] if self._anchors.all else newest
        wander_ppm = self._rules.limits.wander_ppm
        if t_s <= first.t_s:
            half_ppm = self._drift()[1] + wander_ppm
            return first.half_ns + half_ppm * _PPM * (first.t_s - t_s)
        before, after = self._anchors.between(t_s, newest)
        away_s = min(t_s - before.t_s, after.t_s - t_s)
        bow_ppm = min(self._rules.limits.wander_ppm_per_s * away_s / 2, wander_ppm)
        return max(before.half_ns, after.half_ns) + bow_ppm * _PPM * away_s
