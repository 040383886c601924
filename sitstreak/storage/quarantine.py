"""What InfluxDB will never take as it is, each with the reason it gave."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from processing.model import NS_PER_S
from sitstreak.storage import outbox, replays
from sitstreak.storage.database import transaction
from sitstreak.storage.lines import series
from sitstreak.storage.outbox import Batch, Deletion

#: No more are kept, so that a bucket that refuses everything does not fill the disk. The oldest go:
#: each can be made again from the results.
MOST: Final = 10_000
_DELETE: Final = re.compile(r"delete (?P<series>.*) from (?P<from_s>-?\d+)", re.DOTALL)
_UNESCAPED_SPACE: Final = re.compile(r"(?<!\\) ")
_UNESCAPED_COMMA: Final = re.compile(r"(?<!\\),")


@dataclass(frozen=True, slots=True)
class Refused:
    """A line (or a deletion) that was set aside."""

    row_id: int
    at_s: int  #: when it was set aside
    line: str
    reason: str

    @property
    def measurement(self) -> str:
        """What it belongs to."""
        return _read_series(self._series)[0]

    @property
    def wearer(self) -> str:
        """Whose it is."""
        return _read_series(self._series)[1].get("wearer", "")

    @property
    def deletion(self) -> Deletion | None:
        """The deletion, if it is one."""
        found = _DELETE.fullmatch(self.line)
        if found is None:
            return None
        measurement, tags = _read_series(found["series"])
        wearer, device_id = tags.get("wearer", ""), tags.get("device", "")
        return Deletion(self.row_id, measurement, wearer, device_id, int(found["from_s"]))

    @property
    def about_s(self) -> int:
        """The second that the line is about."""
        deletion = self.deletion
        return deletion.from_s if deletion else int(self.line.rpartition(" ")[2]) // NS_PER_S

    @property
    def _series(self) -> str:
        found = _DELETE.fullmatch(self.line)
        return found["series"] if found else _series_of(self.line)


def put(connection: sqlite3.Connection, batch: Batch, reason: str) -> None:
    """Set the one line of a batch aside; one of the same place that was set aside is replaced."""
    [line] = batch.lines
    place = f"{_series_of(line)} {line.rpartition(' ')[2]}"
    with transaction(connection):
        _insert(connection, line, place, reason)
        outbox.forget(connection, batch)


def put_deletion(connection: sqlite3.Connection, deletion: Deletion, reason: str) -> None:
    """Set a deletion aside; it stays if it has grown."""
    tags = series(deletion.measurement, deletion.wearer, deletion.device_id)
    with transaction(connection):
        _insert(connection, f"delete {tags} from {deletion.from_s}", f"delete {tags}", reason)
        connection.execute(
            "DELETE FROM outbox_delete WHERE id = ? AND from_s = ?",
            (deletion.row_id, deletion.from_s),
        )


def listed(connection: sqlite3.Connection) -> list[Refused]:
    """Return what was set aside, oldest first."""
    rows = connection.execute("SELECT id, at_s, line, reason FROM quarantine ORDER BY id")
    return [Refused(*row) for row in rows]


def by_measurement(connection: sqlite3.Connection) -> dict[str, int]:
    """Return how many lines of each measurement were set aside."""
    n: dict[str, int] = {}
    for refused in listed(connection):
        n[refused.measurement] = n.get(refused.measurement, 0) + 1
    return n


def drop(connection: sqlite3.Connection, chosen: Sequence[Refused]) -> None:
    """Forget lines for good."""
    with transaction(connection):
        _forget(connection, chosen)


def retry(connection: sqlite3.Connection, chosen: Sequence[Refused], zone: str) -> None:
    """Send again what was set aside, as the results are now; what is refused again comes back.

    The old text is not sent: a newer row of the same place may have been taken since.

    Parameters
    ----------
    zone
        Of a wearer of whom nothing was sent yet.
    """
    with transaction(connection):
        for refused in chosen:
            deletion, until_s = refused.deletion, refused.about_s + 1
            if deletion is not None:
                outbox.put_deletion(connection, deletion)
                until_s = replays.END_S
            replays.put(connection, refused.wearer, zone, refused.about_s, until_s)
        _forget(connection, chosen)


def _insert(connection: sqlite3.Connection, line: str, place: str, reason: str) -> None:
    connection.execute(
        "INSERT OR REPLACE INTO quarantine (at_s, line, reason, place) VALUES (?, ?, ?, ?)",
        (int(time.time()), line, reason, place),
    )
    connection.execute(
        "DELETE FROM quarantine WHERE id <= "
        "(SELECT id FROM quarantine ORDER BY id DESC LIMIT 1 OFFSET ?)",
        (MOST,),
    )


def _forget(connection: sqlite3.Connection, chosen: Sequence[Refused]) -> None:
    connection.executemany(
        "DELETE FROM quarantine WHERE id = ?", [(refused.row_id,) for refused in chosen]
    )


def _series_of(line: str) -> str:
    return _UNESCAPED_SPACE.split(line, maxsplit=1)[0]


def _read_series(text: str) -> tuple[str, dict[str, str]]:
    measurement, *tags = _UNESCAPED_COMMA.split(text)
    read = {}
    for tag in tags:
        name, _, value = tag.partition("=")
        read[name] = re.sub(r"\\([,= ])", r"\1", value)
    return measurement, read
