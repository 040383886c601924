"""The dashboard Sensor health: battery, link, losses, drift and what waits for InfluxDB."""

from __future__ import annotations

from typing import Final

from dashboards.common import (
    BLUE,
    device_variable,
    frame,
    link,
    mine,
    select,
    timezone_variable,
    wearer_variable,
)
from dashboards.datasource import Json
from dashboards.panels import Place, Step, Words, time_series
from dashboards.today import UID as TODAY_UID

UID: Final = "sitstreak-sensors"

#: Field, title, unit, description.
_FIELDS: Final = (
    ("battery_pct", "Battery", "percent", "Charge of the sensor's battery, as it says itself."),
    ("rssi_dbm", "Signal", "dBm", "Strength of the signal here. Below about -90 packets get lost."),
    (
        "lost_samples",
        "Lost samples",
        "none",
        "Samples lost since midnight UTC, as known when the row was made; it starts anew each day.",
    ),
    (
        "backfilled_samples",
        "Fetched later",
        "none",
        "Samples fetched from the sensor's own memory after a gap, since the collector started.",
    ),
    (
        "clock_drift_ppm",
        "Clock drift",
        "ppm",
        "How much the sensor's clock is slow (positive) or fast, in millionths.",
    ),
    (
        "outbox_depth",
        "Rows waiting",
        "none",
        "Rows that waited for InfluxDB. Back at nothing soon after InfluxDB is back.",
    ),
)


def query(field: str) -> str:
    """Return the raw rows of one field of the chosen sensor."""
    return mine(select(f'"{field}"', "sensor")).replace(
        "$timeFilter", "\"device\" = '$device' AND $timeFilter"
    )


def sensors(timezone: str = "UTC") -> Json:
    """Return the dashboard; `timezone` is handed on to the others."""
    return frame(
        UID,
        "sensor health",
        "Battery, signal, losses and clock of one sensor.",
        start="now-24h",
        refresh="1m",
        variables=[wearer_variable(), device_variable(), timezone_variable(timezone)],
        links=[link("Today", TODAY_UID)],
        panels=[
            time_series(
                1 + place,
                Place(12 * (place % 2), 8 * (place // 2), 12, 8),
                Words(title, description, "Nothing heard"),
                query(field),
                unit=unit,
                alias=title,
                steps=[Step(None, BLUE)],
            )
            for place, (field, title, unit, description) in enumerate(_FIELDS)
        ],
    )
