"""What `sitstreak log` and `sitstreak diary` share."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import click

from sitstreak.diary.errors import DiaryError
from sitstreak.diary.whose import choose_writer
from sitstreak.settings import Settings, load
from sitstreak.storage.database import open_database
from sitstreak.storage.diary import Diary
from sitstreak.storage.results import Results

wearer_option = click.option(
    "--wearer", metavar="NAME", help="Whose diary (default: the setting `wearer`)."
)
at_option = click.option(
    "--at", metavar="TIME", help="When: 14:30, '2026-11-22 14:30' or ISO with offset."
)
note_option = click.option("--note", default="", metavar="TEXT", help="In your own words.")


@dataclass(frozen=True, slots=True)
class Writer:
    """An open diary, whose it is, and the present."""

    diary: Diary
    wearer: str
    settings: Settings
    now_s: float


@contextmanager
def open_diary(data_dir: Path | None, asked: str | None) -> Iterator[Writer]:
    """Open the diary of a data directory; it is made if it is not there."""
    settings = load(data_dir)
    with closing(open_database(settings.data_dir)) as connection:
        diary = Diary(connection, settings.zone if settings.influx_url else None)
        known = sorted({*Results(connection).wearers(), *diary.wearers()})
        writer = choose_writer(known, settings.wearer, asked)
        if asked is None and writer not in known and len(known) > 1:
            # nobody said who, and a new diary is hardly meant: an entry must not vanish in it
            raise DiaryError(
                f"whose diary? --wearer takes one of {', '.join(known)}, or {writer} for a new one"
            )
        yield Writer(diary, writer, settings, time.time())
