"""In the guest: the product's own collector and journal, over Bleak's BlueZ back end."""

from __future__ import annotations

import asyncio
import hashlib
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from ingest.clock.host import HostTime
from ingest.collecting.collector import collect
from ingest.collecting.pairing import Pin
from ingest.collecting.state import CollectorState, Timing
from ingest.drivers.known import HIP_SENSOR
from ingest.model import RawBlock
from ingest.sequencing.actions import LinkRules
from processing.model import Gap
from sitstreak.storage.database import open_database
from sitstreak.storage.journal import SqliteJournal, as_block
from sitstreak.storage.lock import collector_lock

#: In the order in which they were stored.
_BLOCKS: Final = (
    "SELECT block.id, boot_id, seq, t0_ns, fs_hz, lsb_per_g, samples "
    "FROM block JOIN device ON device.id = device WHERE device_id = ? ORDER BY block.id"
)

Tell = Callable[[dict[str, Any]], None]


class ToldJournal(SqliteJournal):
    """The real journal, which says how far it has come after each commit."""

    def __init__(self, connection: sqlite3.Connection, tell: Tell) -> None:
        super().__init__(connection, "me")
        self.tell = tell

    def append(self, blocks: list[RawBlock], gaps: list[Gap]) -> None:
        """Store both, then tell."""
        super().append(blocks, gaps)
        if blocks:
            last = blocks[-1]
            self.tell({"event": "stored", "next_seq": last.seq + 1, "boot_id": last.boot_id})


@dataclass(frozen=True)
class _OnePin:
    """One device that is paired. Implements `ingest.collecting.pairing.Pins`."""

    pin: Pin

    def known(self) -> list[Pin]:
        return [self.pin]

    def add(self, pin: Pin) -> None:
        raise AssertionError(f"{pin} is paired already")


def run(order: dict[str, Any], tell: Tell) -> None:
    """Collect as `order` says, until the sensor is drained; a stream has no end."""
    data_dir = Path(order["data_dir"])
    with collector_lock(data_dir), closing(open_database(data_dir)) as connection:
        journal = ToldJournal(connection, tell)
        tell(asyncio.run(_collect(order, journal)))


async def _collect(order: dict[str, Any], journal: ToldJournal) -> dict[str, Any]:

    def on_state(state: CollectorState) -> None:
        journal.tell({"event": "state"} | asdict(state))

    kind = order.get("kind", HIP_SENSOR.name)
    is_stream = kind != HIP_SENSOR.name
    pin = Pin(order.get("device_id", kind), order.get("address") or "", kind=kind)
    collected = await collect(
        journal,
        stop=asyncio.Event(),
        address=order.get("address"),
        pins=_OnePin(pin) if is_stream else None,
        host=HostTime(patience_s=0) if is_stream else None,
        until_drained=not is_stream,
        on_state=on_state,
        timing=Timing(rules=LinkRules(**order.get("rules", {}))),
    )
    return {"event": "collected"} | asdict(collected)


def journal_of(data_dir: Path, device_id: str) -> dict[str, Any]:
    """Return what the journal holds of a sensor: block numbers, samples as a digest, and gaps."""
    with closing(open_database(data_dir)) as connection:
        rows = connection.execute(_BLOCKS, (device_id,))
        blocks = [as_block(device_id, row) for row in rows]
        gaps = connection.execute("SELECT count(*) FROM gap").fetchone()[0]
    digest = hashlib.sha256()
    for block in blocks:
        digest.update(block.samples.astype("<i2").tobytes())
    return {
        "event": "journal",
        "seqs": [block.seq for block in blocks],
        "sha256": digest.hexdigest(),
        "n_gaps": gaps,
    }
