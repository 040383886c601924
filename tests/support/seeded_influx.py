"""The fixture `seeded`: a real influxd that holds the seeded weeks, and where they came from."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from sitstreak.storage.database import open_database

if TYPE_CHECKING:  # pytest puts tests/support on the path; mypy knows one name for a file
    from tests.support.dashboard_truth import Local
    from tests.support.influxd_fixture import Influx


@dataclass(frozen=True)
class Seeded:
    """An influxd that nobody may write to, and each wearer's local store."""

    influx: Influx
    stores: dict[str, Local]


@pytest.fixture(scope="session")
def seeded(influxd_port: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seeded]:
    """Seed one store with every week and send all of it through the outbox; once a session."""
    from tests.support.dashboard_truth import Local
    from tests.support.influx_proxy import InfluxProxy
    from tests.support.influxd_fixture import Influx
    from tests.support.seeded_weeks import WEEKS, seed, send

    proxy = InfluxProxy(("127.0.0.1", influxd_port), token="test-token")
    influx = Influx(proxy, influxd_port, bucket="seeded")
    try:
        influx.reset()
        with closing(open_database(tmp_path_factory.mktemp("seeded"))) as connection:
            for week in WEEKS:
                seed(connection, week)
                send(connection, week, influx)
            yield Seeded(influx, {week.wearer: Local(connection, week) for week in WEEKS})
    finally:
        proxy.close()
