"""Reads results for the page: one thread, one connection, one question at a time."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import TypeVar

from sitstreak.errors import DataDirError
from sitstreak.storage.database import DATABASE_NAME, explained, open_database
from sitstreak.storage.results import Results
from sitstreak.views.source import ResultsReader

T = TypeVar("T")
OpenResults = Callable[[Path], AbstractContextManager[ResultsReader]]


@contextmanager
def open_results(data_dir: Path) -> Iterator[ResultsReader]:
    """Open the database of `data_dir` for as long as the context lasts."""
    connection = open_database(data_dir)
    try:
        yield Results(connection)
    finally:
        connection.close()


class Reader:
    """Owns a thread with an open database; SQLite connections stay in the thread that made them."""

    def __init__(self, data_dir: Path, opener: OpenResults = open_results) -> None:
        self._data_dir = data_dir
        self._opener = opener
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="page-reader")
        self._stack = ExitStack()
        self._results: ResultsReader | None = None

    async def ask(self, question: Callable[[ResultsReader], T]) -> T:
        """Return `question(results)`, asked in the reader's thread.

        Raises
        ------
        SitstreakError
            If the database cannot be opened or read; the next question opens it anew.
        """
        return await asyncio.get_running_loop().run_in_executor(
            self._thread, self._answer, question
        )

    async def close(self) -> None:
        """Close the database and end the thread."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._forget)
        self._thread.shutdown()

    def _answer(self, question: Callable[[ResultsReader], T]) -> T:
        try:
            with explained(self._data_dir / DATABASE_NAME):
                if self._results is None:
                    self._results = self._stack.enter_context(self._opener(self._data_dir))
                return question(self._results)
        except DataDirError:
            self._forget()
            raise
        except sqlite3.Error as error:
            self._forget()
            raise DataDirError(self._data_dir, f"the database cannot be read ({error})") from error

    def _forget(self) -> None:
        self._results = None
        self._stack.close()
