"""The simulated world, if its extra is installed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING

from ingest.simulation.source import SampleSource
from sitstreak.errors import SitstreakError

if TYPE_CHECKING:
    from ingest.simulation.radio import Outage
    from ingest.simulation.sensor import Clock
    from ingest.simulation.world import World


def simulated(
    source: SampleSource,
    *,
    speed: float | None = 1.0,
    clock: Clock | None = None,
    outages_seed: int | None = None,
) -> AbstractAsyncContextManager[World]:
    """Return a simulated world around a source; see `ingest.simulation.world.simulated_world`.

    Parameters
    ----------
    outages_seed
        Have the wearer walk out of range now and then; None: never.

    Raises
    ------
    SitstreakError
        If the virtual radio is not installed.
    """
    try:
        from ingest.simulation.radio import outages  # noqa: PLC0415 - an extra
        from ingest.simulation.world import simulated_world  # noqa: PLC0415
    except ImportError as error:
        raise SitstreakError(
            f"the simulated sensor needs the virtual radio ({error.name} is not installed): "
            "pip install 'sitstreak[sim]', or use make demo"
        ) from None
    schedule: Iterator[Outage] | None = None
    if outages_seed is not None:
        schedule = outages(outages_seed, every_s=_IN_RANGE_S, lasting_s=_OUT_OF_RANGE_S)
    return simulated_world(source, speed=speed, clock=clock, schedule=schedule)


#: Mean times in the demo; the sensor's log bridges what the radio misses. [s]
_IN_RANGE_S = 150.0
_OUT_OF_RANGE_S = 6.0
