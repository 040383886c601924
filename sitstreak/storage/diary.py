"""The diary of the wearers in one database. Nothing that was written is ever lost by a change."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import date
from typing import Any, cast
from zoneinfo import ZoneInfo

from processing.figures.diary import DiaryEntry, DiaryKind
from sitstreak.diary.checking import checked
from sitstreak.diary.errors import DiaryError, NoEntryError
from sitstreak.diary.plan import DEFAULT_PLAN, Planned, of_day, plan_from_json, plan_json
from sitstreak.storage import diary_rows
from sitstreak.storage.database import transaction
from sitstreak.storage.diary_changes import changing
from sitstreak.storage.diary_rows import SAYS
from sitstreak.storage.enqueue import resend_told

_COLUMNS = ", ".join(SAYS)
_MARKS = ", ".join("?" * len(SAYS))


class Diary:
    """Reads and writes entries and the plan; every change is one transaction.

    Parameters
    ----------
    zone
        The wearer's, if InfluxDB is in use: then also what is told before any data goes there.
    clock
        Unix time. [s]
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        zone: ZoneInfo | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._db, self._zone, self._clock = connection, zone, clock

    def entries(
        self,
        wearer: str,
        start_s: int,
        end_s: int,
        kinds: Collection[DiaryKind] | None = None,
    ) -> list[DiaryEntry]:
        """Return the entries of `[start_s, end_s)` in order of time, then of id. [s]

        A stretch belongs to every span that it overlaps.
        """
        return diary_rows.entries(self._db, wearer, start_s, end_s, kinds)

    def entry(self, wearer: str, entry_id: int, *, deleted: bool = False) -> DiaryEntry:
        """Return one entry, or one that was deleted.

        Raises
        ------
        NoEntryError
            If the wearer has none of that number.
        """
        found = diary_rows.entry(self._db, wearer, entry_id, deleted=deleted)
        if found is None:
            raise NoEntryError(wearer, entry_id)
        return found

    def wearers(self) -> list[str]:
        """Return everybody who wrote something or has a plan."""
        rows = self._db.execute(
            "SELECT wearer FROM diary UNION SELECT wearer FROM exercise_plan ORDER BY 1"
        )
        return [row[0] for row in rows]

    def add(self, wearer: str, entry: DiaryEntry) -> DiaryEntry:
        """Write an entry down; return it with its number.

        Raises
        ------
        DiaryError
            If it says what cannot be.
        """
        entry = checked(entry, self._clock())
        with self._change(wearer, None, entry):
            cursor = self._db.execute(
                f"INSERT INTO diary (wearer, {_COLUMNS}, version) VALUES (?, {_MARKS}, 1)",  # noqa: S608 - names of fields
                (wearer, *_says(entry)),
            )
        assert cursor.lastrowid is not None
        return replace(entry, id=cursor.lastrowid, is_edited=False)

    def edit(self, wearer: str, entry_id: int, **changes: object) -> DiaryEntry:
        """Change fields of an entry; what it said before is kept. Nothing new changes nothing.

        Raises
        ------
        NoEntryError, DiaryError
            If there is none, or it would say what cannot be.
        """
        with transaction(self._db):
            before = self.entry(wearer, entry_id)
            if "kind" in changes and changes["kind"] is not before.kind:
                raise DiaryError("the kind of an entry stays; delete it and write a new one")
            after = checked(replace(before, **cast("Any", changes)), self._clock())
            if after == before:
                return before
            with self._change(wearer, before, after):
                self._db.execute(
                    f"INSERT INTO diary_history (id, version, changed_at_s, wearer, {_COLUMNS}) "  # noqa: S608 - names of fields
                    f"SELECT id, version, ?, wearer, {_COLUMNS} FROM diary WHERE id = ?",
                    (int(self._clock()), entry_id),
                )
                self._db.execute(
                    f"UPDATE diary SET ({_COLUMNS}) = ({_MARKS}), version = version + 1 "  # noqa: S608 - names of fields
                    "WHERE id = ?",
                    (*_says(after), entry_id),
                )
            return replace(after, is_edited=True)

    def delete(self, wearer: str, entry_id: int) -> DiaryEntry:
        """Take an entry out of everything that reads the diary; `restore` brings it back.

        Raises
        ------
        NoEntryError
            If there is none.
        """
        with transaction(self._db):
            before = self.entry(wearer, entry_id)
            with self._change(wearer, before, None):
                self._db.execute(
                    "UPDATE diary SET deleted_at_s = ? WHERE id = ?",
                    (int(self._clock()), entry_id),
                )
        return before

    def restore(self, wearer: str, entry_id: int) -> DiaryEntry:
        """Bring back an entry that was deleted.

        Raises
        ------
        NoEntryError
            If none of that number was deleted.
        """
        with transaction(self._db):
            entry = self.entry(wearer, entry_id, deleted=True)
            with self._change(wearer, None, entry):
                self._db.execute("UPDATE diary SET deleted_at_s = NULL WHERE id = ?", (entry_id,))
        return entry

    def earlier(self, wearer: str, entry_id: int) -> list[DiaryEntry]:
        """Return what an entry said before each change, the first version first."""
        rows = self._db.execute(
            f"SELECT id, version, {_COLUMNS} FROM diary_history "  # noqa: S608 - names of fields
            "WHERE wearer = ? AND id = ? ORDER BY version",
            (wearer, entry_id),
        )
        return [diary_rows.as_entry(row) for row in rows]

    def plan(self, wearer: str, day: date) -> list[Planned]:
        """Return what was planned for a local day."""
        return of_day(self.whole_plan(wearer, day), day)

    def agreed_plan(self, wearer: str, day: date, end_s: int) -> list[Planned]:
        """Return what the wearer had agreed to for a local day, which ends at `end_s`.

        Nobody agrees to a plan by never opening the diary: sitstreak's own holds from the day on
        which the first exercise was written down; one that was set, from the day it was set for.
        """
        is_set, has_begun = self._db.execute(
            "SELECT EXISTS (SELECT 1 FROM exercise_plan WHERE wearer = ?1 AND from_day <= ?2), "
            "EXISTS (SELECT 1 FROM diary WHERE wearer = ?1 AND kind IN ('exercise', 'stretch') "
            "AND deleted_at_s IS NULL AND at_s < ?3)",
            (wearer, day.isoformat(), end_s),
        ).fetchone()
        return self.plan(wearer, day) if is_set or has_begun else []

    def whole_plan(self, wearer: str, day: date) -> list[Planned]:
        """Return the plan in force on a local day, of all days of the week."""
        row = self._db.execute(
            "SELECT json FROM exercise_plan WHERE wearer = ? AND from_day <= ? "
            "ORDER BY from_day DESC LIMIT 1",
            (wearer, day.isoformat()),
        ).fetchone()
        return list(DEFAULT_PLAN) if row is None else plan_from_json(row[0])

    def set_plan(self, wearer: str, from_day: date, plan: Sequence[Planned]) -> None:
        """Set the plan from a local day on; what was planned for days before it stays."""
        with transaction(self._db):
            self._db.execute(
                "INSERT OR REPLACE INTO exercise_plan VALUES (?, ?, ?)",
                (wearer, from_day.isoformat(), plan_json(plan)),
            )

    @contextmanager
    def _change(
        self, wearer: str, before: DiaryEntry | None, after: DiaryEntry | None
    ) -> Iterator[None]:
        """Change the store inside of this context, and have InfluxDB follow; one transaction."""
        told = [one for one in (before, after) if one is not None]
        at_s = min(one.at_s for one in told)
        with ExitStack() as stack:
            stack.enter_context(transaction(self._db))
            if any(one.until_s is not None for one in told):
                stack.enter_context(changing(self._db, wearer, at_s))
            yield
            if self._zone is not None or self._is_sent(wearer):
                zone = self._zone or ZoneInfo("UTC")  # what is queued already has its own
                resend_told(self._db, wearer, zone, at_s, removed=before is not None)

    def _is_sent(self, wearer: str) -> bool:
        row = self._db.execute("SELECT 1 FROM projection WHERE wearer = ?", (wearer,)).fetchone()
        return row is not None


def _says(entry: DiaryEntry) -> list[object]:
    values = [getattr(entry, name) for name in SAYS]
    return [value.value if isinstance(value, DiaryKind) else value for value in values]
