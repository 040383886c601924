"""What a sequencer says is to be done, how patient it is, and what it has counted."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ingest.hip_sensor.control import Control
from ingest.model import RawBlock
from processing.model import Gap


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRules:
    """How patient the collector is, and how much it asks for at once."""

    #: blocks asked for by one replay; from 96 on an unpaced burst overflows the receive buffer of
    #: bluetoothd 5.66 (docs/bluez.md)
    window_blocks: int = 64
    retry_s: float = 2.0  #: without a new block, after which a replay is asked for again
    silence_s: float = (
        8.0  #: without anything, after which a link is given up; status comes each 2 s
    )
    max_fruitless: int = 10  #: replays in a row that bring nothing, after which a link is given up
    #: live blocks of this time share one commit while somebody looks [s]
    store_every_s: float = 1.0
    #: and while nobody does: commits wear the disk out (docs/journal.md), and what is not stored
    #: yet is in the sensor's log [s]
    store_rarely_s: float = 10.0


@dataclass(frozen=True, slots=True)
class Store:
    """Put these into the journal, durably, then call `Sequencer.stored`."""

    boot_id: int
    next_seq: int  #: the first block that is not in here
    blocks: list[RawBlock]
    gaps: list[Gap]
    n_backfilled: int  #: samples that came from the log


@dataclass(frozen=True, slots=True)
class Send:
    """Write this to the sensor."""

    message: Control


@dataclass(frozen=True, slots=True)
class Reconnect:
    """The link is of no use any more: drop it and connect anew."""

    why: str


Action = Store | Send | Reconnect


class Phase(StrEnum):
    """Where a sequencer stands."""

    DOWN = "down"
    BACKFILL = "backfill"  #: what the sensor recorded while nobody listened comes in
    LIVE = "live"


@dataclass(slots=True)
class Counters:
    """What went by since the sequencer was made."""

    n_duplicates: int = 0  #: packets that had been there before
    n_strangers: int = 0  #: packets of another boot, or too far ahead
    n_malformed: int = 0  #: notifications that were no packet of the profile
    n_unreadable: int = 0  #: blocks that the sensor could not read from its log any more
    n_replays: int = 0  #: ranges asked for
    n_backfilled: int = 0  #: samples that came from the log
    n_overflowed: int = 0  #: packets dropped here because nobody fetched them in time
    n_clipped: int = 0  #: values of a stream beyond what can be stored, cut to it
    n_repeated: int = 0  #: samples of a stream that had been there before
    n_refused: int = 0  #: commands that the device refused, or streams that it ended by itself


@dataclass(slots=True)
class AskedRange:
    """A replay that was asked for and has not been answered in full."""

    token: int
    boot_id: int
    stop: int
    progress_s: float  #: when it was asked for, or when it last brought a new block
