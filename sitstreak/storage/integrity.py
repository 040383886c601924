"""What SQLite itself finds wrong in a file."""

from __future__ import annotations

import sqlite3
from typing import Final

#: SQLite 3.40.0 to 3.41.0 says this, wrongly, of tables without ids whose key is in another order
#: than their columns, such as that of gaps; and a NULL is no damage of the file either way.
_NO_DAMAGE: Final = ("ok", "NULL value in ")
_ALL: Final = 100_000


def damage(connection: sqlite3.Connection, table: str | None = None) -> str:
    """Return the first thing that is wrong; empty if nothing is.

    Parameters
    ----------
    table
        Look at this table alone, without its indexes; None for all of the file, which takes long.
    """
    question = f"quick_check('{table}')" if table else f"integrity_check({_ALL})"
    rows = connection.execute(f"PRAGMA {question}").fetchall()
    return next((str(text) for (text,) in rows if not str(text).startswith(_NO_DAMAGE)), "")
