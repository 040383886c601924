"""What the tests of the diary share: a clock, and entries in few words."""

from __future__ import annotations

import sqlite3
from typing import Any, Final
from zoneinfo import ZoneInfo

from processing.figures.diary import DiaryEntry, DiaryKind
from sitstreak.storage.diary import Diary
from tests.support.storage_kit import BERLIN, T0_S

ZONE: Final = ZoneInfo(BERLIN)
NOW_S: Final = T0_S + 10 * 86_400


def diary_at(connection: sqlite3.Connection, now_s: float = NOW_S, *, sent: bool = False) -> Diary:
    """Return a diary whose clock stands still."""
    return Diary(connection, ZONE if sent else None, lambda: now_s)


def entry(kind: str, at_s: int, **says: Any) -> DiaryEntry:
    """Return an entry as it is before it is written down."""
    return DiaryEntry(id=0, at_s=at_s, kind=DiaryKind(kind), **says)


def not_worn(start_s: int, end_s: int) -> DiaryEntry:
    """Return a stretch that was not worn."""
    return entry("not_worn", start_s, until_s=end_s)
