"""Time for sensors that only stream: with a clock that cannot be asked, or with none at all."""

from __future__ import annotations

from typing import Final

from ingest.clock.corridor import CorridorLimits, Verdict
from ingest.clock.device import DeviceClock
from ingest.clock.host import HostTime, Stamp
from ingest.clock.rules import ClockRules, DriftPrior
from processing.model import NS_PER_S

#: A clock that leaves the host's two clocks by more from one packet to the next was set. [ns]
_RESET_NS: Final = 5 * NS_PER_S

#: A rate that is only stated: sensors without a crystal are off by per cents, and wander with the
#: temperature. A count that stops being late for five seconds has lost samples: the line moves.
NO_CLOCK: Final = ClockRules(
    limits=CorridorLimits(
        window_s=3.0,
        n_windows=40,
        max_drift_ppm=60_000.0,
        wander_ppm_per_s=10.0,
        wander_ppm=500.0,
        tolerance_ms=60.0,
        late_ms=150.0,
        least_delay_ms=10.0,
        least_delay_spread_ms=40.0,
    ),
    usual_drift_ppm=60_000.0,
    settle_s=5.0,
    past_moves=False,
)


#: How well a rate measured on one link holds for the next one.
_RATE_KEPT_PPM: Final = 2_000.0


class StreamClock:
    """UTC from a sensor's own clock when it cannot be asked: Movesense, Polar.

    Parameters
    ----------
    host
        This computer's time, shared by all sensors.
    drift_prior
        From an earlier connection to the same sensor.
    """

    def __init__(self, host: HostTime, *, drift_prior: DriftPrior | None = None) -> None:
        self._host = host
        self._clock = DeviceClock(host, drift_prior=drift_prior)
        self._last: tuple[int, Stamp] | None = None
        self._goes_on = False
        #: how often the sensor's own clock was seen to be set
        self.n_resets = 0

    @property
    def clock(self) -> DeviceClock:
        """The estimate since the last reset."""
        return self._clock

    @property
    def drift_ppm(self) -> float:
        """How much faster true time runs than the sensor's clock."""
        return self._clock.drift_ppm

    def observe(self, device_ns: int, arrival_utc_ns: int, arrival_monotonic_ns: int) -> None:
        """Take the arrival of a packet whose last sample was at `device_ns`."""
        arrived = Stamp(arrival_monotonic_ns, arrival_utc_ns)
        before, self._goes_on = None if self._goes_on else self._last, False
        if before is not None and self._was_set(*before, device_ns, arrived):
            self._clock = DeviceClock(self._host, drift_prior=self._clock.drift_prior)
            self.n_resets += 1
        self._last = (device_ns, arrived)
        self._clock.observe_arrival(device_ns, arrived)

    def goes_on(self) -> None:
        """Say that the next packet follows the last one, however late: no clock was set."""
        self._goes_on = True

    def utc_ns(self, device_ns: int) -> int:
        """Return the time of a sample. [ns]"""
        return self._clock.utc_ns(device_ns)

    def uncertainty_ms(self, device_ns: int) -> float:
        """Return how far `utc_ns` may be off. [ms]"""
        return self._clock.uncertainty_ms(device_ns)

    @staticmethod
    def _was_set(before_ns: int, before: Stamp, device_ns: int, arrived: Stamp) -> bool:
        passed_ns = device_ns - before_ns
        by_monotonic_ns = arrived.monotonic_ns - before.monotonic_ns
        by_wall_ns = arrived.utc_ns - before.utc_ns
        return (
            abs(passed_ns - by_monotonic_ns) > _RESET_NS and abs(passed_ns - by_wall_ns) > _RESET_NS
        )


class CountClock:
    """UTC for a sensor that says nothing of time: its samples are counted and their rate measured.

    It is an estimate: samples lost on the way cannot be told from a pause, and how long the fastest
    packets take is only assumed. `device_ns` is the count of a link's samples at the stated rate.

    Parameters
    ----------
    host
        This computer's time, shared by all sensors.
    stated_hz
        The rate that the sensor was set to.
    """

    is_estimate: Final = True

    def __init__(
        self, host: HostTime, stated_hz: float, *, drift_prior: DriftPrior | None = None
    ) -> None:
        self._host = host
        self._clock = DeviceClock(host, rules=NO_CLOCK, drift_prior=drift_prior)
        self._stated_hz = stated_hz
        self.n_jumps = 0  #: how often more was missing than packets are late

    @property
    def fs_hz(self) -> float:
        """The measured rate of the samples."""
        return self._stated_hz / (1 + self._clock.drift_ppm * 1e-6)

    @property
    def drift_ppm(self) -> float:
        """How much longer a sample is than stated."""
        return self._clock.drift_ppm

    def next_link(self) -> CountClock:
        """Return the clock for the next link, which counts from 0 and knows the measured rate."""
        is_known = self._clock.drift_uncertainty_ppm <= _RATE_KEPT_PPM
        prior = DriftPrior(self._clock.drift_ppm, _RATE_KEPT_PPM) if is_known else None
        return CountClock(self._host, self._stated_hz, drift_prior=prior)

    def device_ns(self, n_samples: int) -> int:
        """Return the time by the count: what the other methods take. [ns]"""
        return round(n_samples * NS_PER_S / self._stated_hz)

    def observe(
        self, device_ns: int, arrival_utc_ns: int, arrival_monotonic_ns: int
    ) -> Verdict | None:
        """Take the arrival of a packet; `device_ns` counts its last sample too."""
        arrived = Stamp(arrival_monotonic_ns, arrival_utc_ns)
        verdict = self._clock.observe_arrival(device_ns, arrived)
        self.n_jumps += len(self._clock.take_corrections())
        return verdict

    def utc_ns(self, device_ns: int) -> int:
        """Return the time at a count. [ns]"""
        return self._clock.utc_ns(device_ns)

    def uncertainty_ms(self, device_ns: int) -> float:
        """Return how far `utc_ns` may be off. [ms]"""
        return self._clock.uncertainty_ms(device_ns)
