"""The sensors that are ours, kept in the one file of data."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Final

from ingest.collecting.pairing import Pin
from sitstreak.storage.database import DATABASE_NAME, open_database, transaction
from sitstreak.storage.journal import SqliteJournal

_NAME: Final = "pin"  #: of the state that holds a pin; see `sensor_state`
_FIELDS: Final = frozenset(field.name for field in fields(Pin))


@dataclass(frozen=True, slots=True, eq=False)
class StoredPins:
    """Pins in the journal's database. Implements `ingest.collecting.pairing.Pins`.

    Parameters
    ----------
    connection
        Open database.
    journal
        On the same connection.
    wearer
        Who wears a sensor that is paired by being heard first.
    """

    connection: sqlite3.Connection
    journal: SqliteJournal
    wearer: str

    def known(self) -> list[Pin]:
        """Return the sensors that are ours, in the order of their pairing."""
        return [pin for pin, _wearer in self.with_wearers()]

    def with_wearers(self) -> list[tuple[Pin, str]]:
        """Return the sensors that are ours, each with who wears it."""
        rows = self.connection.execute(
            "SELECT json, wearer FROM sensor_state JOIN device ON device.id = device "
            "WHERE sensor_state.name = ? ORDER BY device.id",
            (_NAME,),
        )
        return [(_pin(text), wearer) for text, wearer in rows]

    def add(self, pin: Pin) -> None:
        """Keep a sensor as ours, worn by `wearer`."""
        self.pair(pin, self.wearer)

    def pair(self, pin: Pin, wearer: str) -> None:
        """Keep a sensor as ours, in place of one of the same name in the journal.

        Raises
        ------
        SitstreakError
            If there are samples of it already that somebody else wore it for.
        """
        self.journal.register_device(pin.device_id, wearer, pin.device_id)
        self.journal.save_state(pin.device_id, _NAME, asdict(pin))

    def remove(self, device_id: str) -> bool:
        """Let go of a sensor; what it has brought stays. Return whether it was ours."""
        with transaction(self.connection):
            removed = self.connection.execute(
                "DELETE FROM sensor_state WHERE name = ? AND device IN "
                "(SELECT id FROM device WHERE device_id = ?)",
                (_NAME, device_id),
            )
        return removed.rowcount > 0


def paired_addresses(data_dir: Path) -> set[str]:
    """Return the addresses of the sensors that are ours, in small letters; makes no database."""
    if not (data_dir / DATABASE_NAME).exists():
        return set()
    with closing(open_database(data_dir)) as connection:
        rows = connection.execute("SELECT json FROM sensor_state WHERE name = ?", (_NAME,))
        return {_pin(text).address.lower() for (text,) in rows}


def _pin(text: str) -> Pin:
    return Pin(**{name: value for name, value in json.loads(text).items() if name in _FIELDS})
