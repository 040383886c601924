"""Reads results: what each second of a wearer was, the bouts, and how far they reach."""

from __future__ import annotations

import sqlite3
from typing import Any, Final

import numpy as np

from ingest.collecting.readings import COUNTERS
from ingest.model import SensorReading
from processing.figures.diary import DiaryEntry
from processing.figures.diary_figures import with_not_worn
from processing.figures.sleep import Span
from processing.method import Method
from processing.model import CODE, NS_PER_S, Bout, Gap, IntArray, Posture, PostureSeconds
from sitstreak.storage import diary_rows, sensor_state
from sitstreak.storage.journal import LONGEST_BLOCK_NS
from sitstreak.storage.merging import ABSENT, merge_bouts, merge_devices
from sitstreak.storage.packing import SECONDS_PER_ROW, MinuteRow, from_rows, unpack
from sitstreak.storage.told import bouts_as_told, reach

_BOUTS: Final = "SELECT start_s, end_s, posture, n_steps, confidence, censored FROM bout"
_WORN: Final = "FROM bout WHERE device = ? AND posture NOT IN ('unknown', 'not_worn')"
_NEVER_S: Final = 2**62


class Results:
    """The results in one database; every answer is of the moment it is asked for.

    What a wearer's diary says was not worn is `not_worn` in seconds and bouts, whatever is stored:
    it is put over them here alone, so it is the same everywhere, and gone when the entry goes.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def wearers(self) -> list[str]:
        """Return everybody who has results, by name."""
        return [
            row[0]
            for row in self._db.execute(
                "SELECT DISTINCT wearer FROM device JOIN live_state ON device = device.id "
                "WHERE until_s IS NOT NULL ORDER BY wearer"
            )
        ]

    def devices(self, wearer: str) -> list[str]:
        """Return the ids of the wearer's devices that have results, the first known first."""
        return list(self._devices(wearer).values())

    def seconds(self, wearer: str, start_s: int, end_s: int) -> PostureSeconds:
        """Return every second of the span; `unknown` where there are no data.

        Where two devices of a wearer overlap, the one that was worn and is surer wins.
        """
        parts = [self._device_seconds(key, start_s, end_s) for key in self._devices(wearer)]
        return merge_devices(parts) if parts else PostureSeconds.unknown(start_s, end_s)

    def device_seconds(self, device_id: str, start_s: int, end_s: int) -> PostureSeconds:
        """Return every second of one device; `unknown` where there are no data."""
        return self._device_seconds(self._key(device_id), start_s, end_s)

    def stored_minutes(self, wearer: str, start_s: int, end_s: int) -> IntArray:
        """Return the starts of the minutes of the span in which any device took samples."""
        rows = self._db.execute(
            "SELECT DISTINCT minute_s FROM posture_minute JOIN device ON device.id = device "
            "WHERE wearer = ? AND minute_s >= ? AND minute_s < ? ORDER BY minute_s",
            (wearer, start_s, end_s),
        )
        return np.array([row[0] for row in rows], np.int64)

    def next_minute(self, wearer: str, from_s: int) -> int | None:
        """Return the first minute from `from_s` on in which any device took samples."""
        row: tuple[int | None] = self._db.execute(
            "SELECT min((SELECT min(minute_s) FROM posture_minute "
            "WHERE device = device.id AND minute_s >= ?)) FROM device WHERE wearer = ?",
            (from_s, wearer),
        ).fetchone()
        return row[0]

    def device_minutes(self, device_id: str, start_s: int, end_s: int) -> IntArray:
        """Return the starts of the minutes of the span in which the device took samples."""
        rows = self._db.execute(
            "SELECT minute_s FROM posture_minute WHERE device = ? AND minute_s >= ? "
            "AND minute_s < ? ORDER BY minute_s",
            (self._key(device_id), start_s, end_s),
        )
        return np.array([row[0] for row in rows], np.int64)

    def bouts(self, wearer: str, start_s: int, end_s: int) -> list[Bout]:
        """Return the bouts that overlap the span, uncut, in order."""
        keys = list(self._devices(wearer))
        if len(keys) < 2:
            return self._device_bouts(keys[0], start_s, end_s) if keys else []
        first_s, until_s = (at or 0 for at in self._extent(wearer))
        start_s, end_s = max(start_s, first_s), min(end_s, until_s)
        if end_s <= start_s:
            return []
        return self._merged_bouts(wearer, keys, (start_s, end_s), (first_s, until_s))

    def told_sleep(self, wearer: str, start_s: int, end_s: int) -> list[Span]:
        """Return what the diary says was slept and has a part in a span, uncut, in order. [s]"""
        told = diary_rows.told_sleep(self._db, wearer)
        return [span for span in told if span[0] < end_s and span[1] > start_s]

    def diary(self, wearer: str, start_s: int, end_s: int) -> list[DiaryEntry]:
        """Return what the wearer wrote down of a span, in order of time. [s]"""
        return diary_rows.entries(self._db, wearer, start_s, end_s)

    def device_bouts(
        self, device_id: str, start_s: int, end_s: int, *, settled_only: bool = False
    ) -> list[Bout]:
        """Return the bouts of one device that overlap the span."""
        return self._device_bouts(self._key(device_id), start_s, end_s, settled_only=settled_only)

    def first_second(self, wearer: str) -> int | None:
        """Return the first second with data."""
        return self._extent(wearer)[0]

    def latest_second(self, wearer: str, before_s: int | None = None) -> int | None:
        """Return one past the last second with data, or with data before `before_s`.

        Bounded by `before_s`, it may come out up to a minute late where the posture is unknown.
        """
        first_s, latest_s = self._extent(wearer)
        if before_s is None or latest_s is None or latest_s <= before_s:
            return latest_s
        if first_s is None or first_s >= before_s:
            return None
        row: tuple[int | None] = self._db.execute(
            "SELECT max((SELECT max(minute_s) FROM posture_minute "
            "WHERE device = device.id AND minute_s < ?)) FROM device WHERE wearer = ?",
            (before_s, wearer),
        ).fetchone()
        if row[0] is None:
            return None
        end_s = min(row[0] + SECONDS_PER_ROW, before_s)
        code = self.seconds(wearer, row[0], end_s).code
        known = np.flatnonzero(code != CODE[Posture.UNKNOWN])
        return row[0] + int(known[-1]) + 1 if len(known) else end_s

    def settled_until(self, wearer: str) -> int | None:
        """Return the second before which nothing changes any more, of the newest data."""
        row = self._db.execute(
            "SELECT settled_until_s FROM live_state JOIN device ON device.id = device "
            "WHERE wearer = ? AND until_s IS NOT NULL ORDER BY until_s DESC LIMIT 1",
            (wearer,),
        ).fetchone()
        return None if row is None else row[0]

    def device_settled_until(self, device_id: str) -> int | None:
        """Return the second before which nothing of this device changes any more."""
        row = self._db.execute(
            "SELECT settled_until_s FROM live_state WHERE device = ?", (self._key(device_id),)
        ).fetchone()
        return None if row is None else row[0]

    def method(self, wearer: str) -> Method | None:
        """Return the numbers behind the newest results; None if there are none, or if an older
        sitstreak made them and they are about to be made again.
        """
        row = self._db.execute(
            "SELECT json FROM method JOIN live_state ON method_digest = digest "
            "JOIN device ON device.id = device WHERE wearer = ? ORDER BY until_s DESC LIMIT 1",
            (wearer,),
        ).fetchone()
        if row is None:
            return None
        try:
            return Method.from_json(row[0])
        except ValueError:
            return None

    def sensor(self, wearer: str) -> SensorReading | None:
        """Return the newest thing the wearer's sensor said of itself."""
        row = self._db.execute(
            "SELECT device_id, at_ns, battery_pct, rssi_dbm, n_malformed, n_backfilled "
            "FROM sensor_reading JOIN device ON device.id = device WHERE wearer = ? "
            "ORDER BY at_ns DESC LIMIT 1",
            (wearer,),
        ).fetchone()
        return None if row is None else SensorReading(*row)

    def last_sample_ns(self, wearer: str) -> int | None:
        """Return when the wearer's newest stored samples end. [ns]"""
        # A long block may lie under the one that began last.
        ends = [
            t0_ns + round(n * NS_PER_S / fs_hz)
            for (key,) in self._db.execute("SELECT id FROM device WHERE wearer = ?", (wearer,))
            for t0_ns, n, fs_hz in self._db.execute(
                "SELECT t0_ns, n, fs_hz FROM block WHERE device = ?1 AND t0_ns >= "
                "(SELECT max(t0_ns) FROM block WHERE device = ?1) - ?2",
                (key, LONGEST_BLOCK_NS),
            )
        ]
        return max(ends, default=None)

    def gaps(self, wearer: str, start_ns: int, end_ns: int) -> list[Gap]:
        """Return the gaps of the wearer's devices that overlap the span, in order."""
        rows = self._db.execute(
            "SELECT device_id, start_ns, end_ns, n_lost, reason "
            "FROM gap JOIN device ON device.id = device "
            "WHERE wearer = ? AND end_ns > ? AND start_ns < ? ORDER BY start_ns, device_id",
            (wearer, start_ns, end_ns),
        )
        return [Gap(*row) for row in rows]

    def gaps_since(self, wearer: str, start_ns: int) -> list[Gap]:
        """Return the gaps of the wearer's devices that end after a moment, in order."""
        # gaps of a device follow each other: of those that begin before, only the last can reach it
        rows = self._db.execute(
            "SELECT device_id, start_ns, end_ns, n_lost, reason "
            "FROM device JOIN gap ON device = device.id AND start_ns >= "
            "coalesce((SELECT max(start_ns) FROM gap WHERE device = device.id AND start_ns < ?2), "
            "?2) WHERE wearer = ?1 AND end_ns > ?2 ORDER BY start_ns, device_id",
            (wearer, start_ns),
        )
        return [Gap(*row) for row in rows]

    def sensor_counters(self, wearer: str) -> dict[str, Any]:
        """Return what went by over the links of the sensor that `sensor` tells of, by name."""
        reading = self.sensor(wearer)
        if reading is None:
            return {}
        return sensor_state.load(self._db, reading.device_id, None, COUNTERS) or {}

    def _devices(self, wearer: str) -> dict[int, str]:
        return dict(
            self._db.execute(
                "SELECT device.id, device_id FROM device JOIN live_state ON device = device.id "
                "WHERE wearer = ? AND until_s IS NOT NULL ORDER BY device.id",
                (wearer,),
            ).fetchall()
        )

    def _key(self, device_id: str) -> int:
        row = self._db.execute("SELECT id FROM device WHERE device_id = ?", (device_id,)).fetchone()
        if row is None:
            raise KeyError(device_id)
        key: int = row[0]
        return key

    def _extent(self, wearer: str) -> tuple[int | None, int | None]:
        row: tuple[int | None, int | None] = self._db.execute(
            "SELECT min(first_s), max(until_s) FROM live_state JOIN device ON device.id = device "
            "WHERE wearer = ?",
            (wearer,),
        ).fetchone()
        return row

    def _device_seconds(self, key: int, start_s: int, end_s: int) -> PostureSeconds:
        stored = self._stored_seconds(key, start_s, end_s)
        return with_not_worn(stored, self._not_worn(key))

    def _stored_seconds(self, key: int, start_s: int, end_s: int) -> PostureSeconds:
        return unpack(from_rows(minute_rows(self._db, key, start_s, end_s), start_s, end_s))

    def _not_worn(self, key: int) -> tuple[Span, ...]:
        row = self._db.execute("SELECT wearer FROM device WHERE id = ?", (key,)).fetchone()
        return diary_rows.told_not_worn(self._db, row[0])

    def _device_bouts(
        self, key: int, start_s: int, end_s: int, *, settled_only: bool = False
    ) -> list[Bout]:
        stored = self._stored_bouts(key, start_s, end_s, settled_only=settled_only)
        told = self._not_worn(key)
        if not told or not stored:
            return stored

        def read(a_s: int, b_s: int) -> list[Bout]:
            return self._stored_bouts(key, a_s, b_s)

        def seconds(a_s: int, b_s: int) -> PostureSeconds:
            return self._stored_seconds(key, a_s, b_s)

        if not settled_only:
            return bouts_as_told(read, seconds, told, start_s, end_s)
        # A stored bout is settled at once with all that telling makes of it, even far before.
        span_s = (stored[0].start_s, stored[-1].end_s)
        query = "SELECT min(start_s) FROM bout WHERE device = ? AND start_s >= ? AND settled = 0"
        open_s = self._number(query, key, span_s[0], _NEVER_S)
        found = bouts_as_told(read, seconds, told, *span_s)
        return [bout for bout in found if bout.end_s <= open_s]

    def _stored_bouts(
        self, key: int, start_s: int, end_s: int, *, settled_only: bool = False
    ) -> list[Bout]:
        rows = self._db.execute(
            f"{_BOUTS} WHERE device = ? AND end_s > ? AND start_s < ? AND settled >= ? "
            "ORDER BY start_s",
            (key, start_s, end_s, settled_only),
        )
        return [as_bout(row) for row in rows]

    def _merged_bouts(
        self, wearer: str, keys: list[int], asked_s: Span, extent_s: Span
    ) -> list[Bout]:
        start_s, end_s = self._with_told(wearer, keys, asked_s, extent_s)
        while True:
            # One second more on either side: the bout there tells whether one is censored.
            span_s = (
                max(self._uncut_start(keys, start_s) - 1, extent_s[0]),
                min(self._uncut_end(keys, end_s) + 1, extent_s[1]),
            )
            found = [self._device_bouts(key, *span_s) for key in keys]
            merged = merge_bouts(found, span_s, lambda a, b: self.seconds(wearer, a, b))
            whole = [one for one in merged if one.end_s > asked_s[0] and one.start_s < asked_s[1]]
            # One device may hand over to another within a posture.
            if whole[0].start_s == span_s[0] > extent_s[0]:
                start_s = span_s[0]
            elif whole[-1].end_s == span_s[1] < extent_s[1]:
                end_s = span_s[1]
            else:
                return whole

    def _with_told(self, wearer: str, keys: list[int], span_s: Span, extent_s: Span) -> Span:
        """Return the span with what was told not worn beside it, which joins what was not worn."""
        told, before_s = diary_rows.told_not_worn(self._db, wearer), None
        while told and before_s != span_s:
            before_s = span_s
            start_s, end_s = reach(*span_s, told)
            start_s, end_s = self._uncut_start(keys, start_s), self._uncut_end(keys, end_s)
            span_s = (max(start_s, extent_s[0]), min(end_s, extent_s[1]))
        return span_s

    def _uncut_start(self, keys: list[int], at_s: int) -> int:
        """Return where the worn bouts at a second begin, or else since when none was worn."""
        worn = self._worn_at(keys, at_s)
        return min((bout.start_s for bout in worn), default=None) or max(
            self._number(f"SELECT max(end_s) {_WORN} AND end_s <= ?", key, at_s) for key in keys
        )

    def _uncut_end(self, keys: list[int], at_s: int) -> int:
        """Return where the worn bouts just before a second end, or else until when none is worn."""
        worn = self._worn_at(keys, at_s - 1)
        return max((bout.end_s for bout in worn), default=None) or min(
            self._number(f"SELECT min(start_s) {_WORN} AND start_s >= ?", key, at_s, _NEVER_S)
            for key in keys
        )

    def _worn_at(self, keys: list[int], at_s: int) -> list[Bout]:
        rows = (
            self._db.execute(
                f"{_BOUTS} WHERE device = ? AND start_s <= ? ORDER BY start_s DESC LIMIT 1",
                (key, at_s),
            ).fetchone()
            for key in keys
        )
        bouts = [as_bout(row) for row in rows if row is not None]
        return [bout for bout in bouts if bout.end_s > at_s and bout.posture not in ABSENT]

    def _number(self, query: str, key: int, at_s: int, default: int = 0) -> int:
        row: tuple[int | None] = self._db.execute(query, (key, at_s)).fetchone()
        return default if row[0] is None else row[0]


def minute_rows(
    connection: sqlite3.Connection, key: int, start_s: int, end_s: int
) -> list[MinuteRow]:
    """Return the stored minutes that overlap the span, in order."""
    rows = connection.execute(
        "SELECT minute_s, code, p, confidence, n_steps FROM posture_minute "
        "WHERE device = ? AND minute_s > ? AND minute_s < ? ORDER BY minute_s",
        (key, start_s - SECONDS_PER_ROW, end_s),
    )
    return [MinuteRow(*row) for row in rows]


def as_bout(row: tuple[Any, ...]) -> Bout:
    """Make a bout of a row `start_s, end_s, posture, n_steps, confidence, censored`."""
    start_s, end_s, posture, n_steps, confidence, censored = row
    return Bout(start_s, end_s, Posture(posture), n_steps, confidence, bool(censored))
