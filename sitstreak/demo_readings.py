"""What the demo's sensor said of itself in the past: made up, like all of the sensor `demo-hip`."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from itertools import groupby
from typing import Final

import numpy as np

from processing.model import NS_PER_S
from sitstreak.storage.database import transaction

#: Often enough that a picture of the past has no holes: those are drawn after ten minutes.
EVERY_S: Final = 300
_DAY_S: Final = 86_400
_SLOTS: Final = _DAY_S // EVERY_S
#: Charged every so many days, before it is empty.
_DAYS_PER_CHARGE: Final = 8
_PCT_PER_DAY: Final = 10.5
#: Across a room, with a body in between now and then; and from two rooms away.
_RSSI_DBM, _SWAY_DBM, _NOISE_DBM, _FAR_DBM = -62.0, 5.0, 3.0, -20.0
_WEAKEST_DBM, _STRONGEST_DBM = -94, -45
_FAR_SHARE: Final = 0.06
#: A watch crystal of 20 ppm, slow, that follows the warmth of the season a little.
_DRIFT_PPM, _SEASON_PPM, _SEASON_DAYS = 18.0, 2.0, 90.0
#: Samples that were fetched later each time the sensor was far away.
_FETCHED: Final = 150

#: minute, battery, signal, fetched samples, drift
_Reading = tuple[int, int, int, int, float]


def fill_readings(
    connection: sqlite3.Connection, device_id: str, until_s: int, *, seed: int
) -> None:
    """Write a reading for every five minutes with samples before `until_s` that have none.

    Battery, signal, clock drift and samples fetched later; the same for the same seed and moment.
    """
    row = connection.execute("SELECT id FROM device WHERE device_id = ?", (device_id,)).fetchone()
    if row is None:
        return
    with transaction(connection):
        moments = connection.execute(
            "SELECT DISTINCT t0_ns / ?1 * ?2 AS at_s FROM block WHERE device = ?3 AND t0_ns < ?4 "
            "AND at_s NOT IN (SELECT minute_s FROM sensor_reading WHERE device = ?3) "
            "ORDER BY at_s",
            (EVERY_S * NS_PER_S, EVERY_S, row[0], until_s * NS_PER_S),
        ).fetchall()
        for at_s, battery_pct, rssi_dbm, n_fetched, drift_ppm in _readings(
            [moment[0] for moment in moments], seed
        ):
            connection.execute(
                "INSERT INTO sensor_reading VALUES (?, ?, ?, ?, ?, 0, ?)",
                (row[0], at_s, at_s * NS_PER_S, battery_pct, rssi_dbm, n_fetched),
            )
            connection.execute(
                "INSERT OR REPLACE INTO sensor_beside VALUES (?, ?, 0, ?, 0)",
                (row[0], at_s, drift_ppm),
            )


def _readings(moments_s: list[int], seed: int) -> Iterator[_Reading]:
    """Yield what was said at moments in order; a day is drawn as a whole, whichever are asked."""
    for day, of_day in groupby(moments_s, lambda at_s: at_s // _DAY_S):
        random = np.random.default_rng((seed, day))
        phase = random.uniform(0, 2 * np.pi)
        is_far = random.random(_SLOTS) < _FAR_SHARE
        sway_dbm = _SWAY_DBM * np.sin(2 * np.pi * np.arange(_SLOTS) / 18 + phase)
        noise_dbm = random.normal(0, _NOISE_DBM, _SLOTS)
        rssi_dbm = _RSSI_DBM + sway_dbm + noise_dbm + _FAR_DBM * is_far
        rssi_dbm = np.clip(np.rint(rssi_dbm), _WEAKEST_DBM, _STRONGEST_DBM)
        n_fetched = np.cumsum(is_far) * _FETCHED
        season = np.sin(2 * np.pi * day / _SEASON_DAYS)
        drift_ppm = _DRIFT_PPM + _SEASON_PPM * season + random.normal(0, 0.3)
        for at_s in of_day:
            slot = at_s % _DAY_S // EVERY_S
            since_charge = day % _DAYS_PER_CHARGE + slot / _SLOTS
            battery_pct = round(100 - _PCT_PER_DAY * since_charge)
            drifted_ppm = round(float(drift_ppm), 2)
            yield at_s, battery_pct, int(rssi_dbm[slot]), int(n_fetched[slot]), drifted_ppm
