"""The dashboard Sensor health: gaps, battery, link, losses, drift, and what waits for InfluxDB."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from dashboards.common import (
    BLUE,
    CALM,
    NOW,
    SENSORS,
    SOON,
    TODAY,
    WEEK,
    device_variable,
    frame,
    link,
    marks,
    mine,
    select,
)
from dashboards.datasource import Json
from dashboards.panels import Place, Step, Words, time_series
from dashboards.targets import target

UID: Final = SENSORS
_SILENT_AFTER_MS: Final = 600_000
_NOTHING: Final = "Nothing heard"


@dataclass(frozen=True, slots=True)
class _Field:
    """One field of `sensor` as a panel."""

    name: str
    title: str
    unit: str
    steps: Sequence[Step]
    description: str


_FIELDS: Final = (
    _Field(
        "battery_pct",
        "Battery",
        "percent",
        [Step(None, BLUE), Step(20, NOW)],
        "Charge of the sensor's battery, as it says itself. Below the line at 20 % an alert is "
        "sent.",
    ),
    _Field(
        "rssi_dbm",
        "Signal",
        "dBm",
        [Step(None, BLUE), Step(-90, NOW)],
        "Strength of the signal here. Below the line at -90 packets get lost.",
    ),
    _Field(
        "lost_samples",
        "Lost samples",
        "none",
        [Step(None, BLUE)],
        "Samples lost since midnight UTC, as known when the row was made; it starts anew each day.",
    ),
    _Field(
        "backfilled_samples",
        "Fetched later",
        "none",
        [Step(None, BLUE)],
        "Samples fetched from the sensor's own memory after a gap, since the collector started.",
    ),
    _Field(
        "clock_drift_ppm",
        "Clock drift",
        "ppm",
        # sleep clock accuracy: at worst 500 ppm, Bluetooth Core 5.4, volume 6, part B, 4.2.2
        [Step(None, BLUE), Step(-500, SOON), Step(500, SOON)],
        "How much the sensor's clock is slow (positive) or fast, in millionths; it is allowed for. "
        "Beyond the lines at 500 it is worse than Bluetooth permits.",
    ),
    _Field(
        "outbox_depth",
        "Rows waiting",
        "none",
        [Step(None, BLUE)],
        "Rows that waited for InfluxDB. Back at nothing soon after InfluxDB is back.",
    ),
)


def query(field: str) -> str:
    """Return the raw rows of one field of the chosen sensor."""
    return mine(select(f'"{field}"', "sensor"), only='"device" = ${device:singlequote}')


def sensors(timezone: str = "UTC") -> Json:
    """Return the dashboard; `timezone` is handed on to the others."""
    return frame(
        UID,
        "sensor health",
        "Gaps, battery, signal, losses and clock of one sensor.",
        shown=("now-24h", "now"),
        refresh="1m",
        timezone=timezone,
        variables=[device_variable()],
        links=[link("Today", TODAY), link("Week", WEEK)],
        annotations=[
            marks("Gaps", ["gap"], SOON),
            marks("Switched", ["sensor_on", "sensor_off"], CALM),
        ],
        panels=[_gaps(), *(_panel(place, field) for place, field in enumerate(_FIELDS))],
    )


def _gaps() -> Json:
    words = Words(
        "Gaps",
        "Stretches of a minute and more without data, each at its beginning, and how many minutes "
        "it lasted; of all sensors of the wearer. What is fetched later is no gap any more.",
        "No gap",
    )
    gaps = mine(select('"value" AS "minutes"', "event"), only="\"kind\" = 'gap'")
    return time_series(
        1,
        Place(0, 0, 24, 7),
        words,
        target(gaps, alias="minutes"),
        axis="minutes",
        unit="m",
        steps=[Step(None, SOON)],
        draw="bars",
    )


def _panel(place: int, field: _Field) -> Json:
    return time_series(
        2 + place,
        Place(12 * (place % 2), 7 + 8 * (place // 2), 12, 8),
        Words(field.title, field.description, _NOTHING),
        target(query(field.name), alias=field.title),
        axis="",
        unit=field.unit,
        steps=field.steps,
        silent_after_ms=_SILENT_AFTER_MS,
    )
