"""What InfluxDB holds and what it should hold, in one notation."""

from __future__ import annotations

import sqlite3
from typing import Any, Final
from zoneinfo import ZoneInfo

from processing.model import NS_PER_S
from sitstreak.storage.projection import lines_for_span
from sitstreak.storage.results import Results
from sitstreak.storage.sensor_rows import sensor_lines
from tests.support.influxd_fixture import Influx

MEASUREMENTS: Final = ("posture", "posture_minute", "streak", "bout", "day", "event", "sensor")
_DAY_S: Final = 86_400


def local_rows(connection: sqlite3.Connection, wearer: str, zone: ZoneInfo) -> set[Any]:
    """Make every row of a wearer from the local results."""
    results = Results(connection)
    first_s, latest_s = results.first_second(wearer), results.latest_second(wearer)
    assert first_s is not None
    assert latest_s is not None
    span_s = (first_s - _DAY_S, latest_s + _DAY_S)
    lines = list(lines_for_span(results, wearer, *span_s, zone))
    for device in results.devices(wearer):
        lines += sensor_lines(connection, wearer, device, *span_s)
    return {
        (
            line.series.split(",")[0],
            line.at_s * NS_PER_S + line.more_ns,
            frozenset(line.fields.split(",")),
        )
        for line in lines
    }


def server_rows(influx: Influx, wearer: str, device: str) -> set[Any]:
    """Return everything influxd holds, written the way our lines are."""
    rows = set()
    for measurement in MEASUREMENTS:
        types = {
            row["fieldKey"]: row["fieldType"]
            for row in influx.query(f'SHOW FIELD KEYS FROM "{measurement}"')
        }
        for row in influx.query(f'SELECT * FROM "{measurement}"'):
            assert row["wearer"] == wearer
            assert row.get("device", device) == device
            written = {
                f"{name}={_as_field(row[name], types[name])}"
                for name in types
                if row[name] is not None
            }
            rows.add((measurement, row["time"], frozenset(written)))
    return rows


def _as_field(value: Any, kind: str) -> str:
    match kind:
        case "float":
            return repr(float(value))
        case "integer":
            return f"{value}i"
        case "boolean":
            return str(value).lower()
    return f'"{value}"'
