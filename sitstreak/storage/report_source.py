"""Results as a report reads them: with what made them, and what was recovered."""

from __future__ import annotations

import json
from itertools import pairwise

import numpy as np

from processing.method import Method
from processing.model import CLASSES, CODE, Posture, PostureSeconds
from sitstreak.report.content.sources import UsedMethod
from sitstreak.storage.packing import SECONDS_PER_ROW
from sitstreak.storage.results import Results


class StoredReportSource(Results):
    """Implements `sitstreak.report.content.sources.ReportReader` over one database."""

    def postures(self, wearer: str, start_s: int, end_s: int) -> PostureSeconds:
        """Return the seconds of the span, without their probabilities and confidences.

        A trend reads a dozen weeks; what it does not need is ten of twelve stored bytes. Of several
        sensors the surer one wins, so then all is read.
        """
        keys = list(self._devices(wearer))
        if len(keys) != 1 or end_s <= start_s:
            return self.seconds(wearer, start_s, end_s)
        rows = self._db.execute(
            "SELECT minute_s, code, n_steps FROM posture_minute "
            "WHERE device = ? AND minute_s > ? AND minute_s < ? ORDER BY minute_s",
            (keys[0], start_s - SECONDS_PER_ROW, end_s),
        ).fetchall()
        n = end_s - start_s
        code, n_steps = np.full(n, CODE[Posture.UNKNOWN], np.uint8), np.zeros(n, np.int64)
        if rows:
            minutes = np.array([row[0] for row in rows])
            at = (minutes[:, None] + np.arange(SECONDS_PER_ROW)).ravel() - start_s
            inside = (at >= 0) & (at < n)
            code[at[inside]] = np.frombuffer(b"".join(row[1] for row in rows), "u1")[inside]
            n_steps[at[inside]] = np.frombuffer(b"".join(row[2] for row in rows), "u1")[inside]
        p = np.broadcast_to(np.full(len(CLASSES), 1 / len(CLASSES)), (n, len(CLASSES)))
        return PostureSeconds(start_s, code, p, np.broadcast_to(np.float64(0), n), n_steps)

    def device_names(self, wearer: str, start_s: int, end_s: int) -> list[str]:
        """Return the names of the sensors that have anything but `unknown` in the span."""
        rows = self._db.execute(
            "SELECT name FROM device WHERE wearer = ? AND EXISTS (SELECT 1 FROM bout "
            "WHERE device = device.id AND end_s > ? AND start_s < ? AND posture != 'unknown') "
            "ORDER BY id",
            (wearer, start_s, end_s),
        )
        return [row[0] for row in rows]

    def methods(self, wearer: str, start_s: int, end_s: int) -> list[UsedMethod]:
        """Return the methods that made the results of the span, the most used first."""
        rows = self._db.execute(
            "SELECT digest, json FROM bout JOIN device ON device.id = device "
            "JOIN method ON digest = method_digest "
            "WHERE wearer = ?1 AND end_s > ?2 AND start_s < ?3 AND posture != 'unknown' "
            "GROUP BY digest ORDER BY sum(min(end_s, ?3) - max(start_s, ?2)) DESC, digest",
            (wearer, start_s, end_s),
        )
        return [UsedMethod(digest, _version(text)) for digest, text in rows]

    def method_by(self, digest: str) -> Method | None:
        """Return a method by its digest; None if it is not stored, or of another sitstreak."""
        row = self._db.execute("SELECT json FROM method WHERE digest = ?", (digest,)).fetchone()
        if row is None:
            return None
        try:
            method = Method.from_json(row[0])
        except ValueError:
            return None
        # what an older sitstreak did not know yet would be filled in with today's number
        return method if method.digest == digest else None

    def n_recovered(self, wearer: str, start_s: int, end_s: int) -> int:
        """Return how many samples came from a sensor's memory while the span lasted.

        Sensors' readings count up from each start of the collector.
        """
        n_recovered = 0
        for (key,) in self._db.execute("SELECT id FROM device WHERE wearer = ?", (wearer,)):
            rows = self._db.execute(
                "SELECT n_backfilled FROM sensor_reading WHERE device = ?1 AND minute_s < ?3 "
                "AND minute_s >= ifnull((SELECT max(minute_s) FROM sensor_reading "
                "WHERE device = ?1 AND minute_s < ?2), ?2) ORDER BY minute_s",
                (key, start_s, end_s),
            ).fetchall()
            counts = [row[0] for row in rows]
            n_recovered += sum(
                after - before if after >= before else after for before, after in pairwise(counts)
            )
        return n_recovered


def _version(text: str) -> str:
    version = json.loads(text).get("version", "")
    return version if isinstance(version, str) else ""
