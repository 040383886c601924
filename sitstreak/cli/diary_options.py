"""What `sitstreak log` and `sitstreak diary` share."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click

from sitstreak.diary.errors import DiaryError
from sitstreak.diary.whose import choose_writer
from sitstreak.settings import Settings, load
from sitstreak.storage.database import DATABASE_NAME, empty_database, open_database
from sitstreak.storage.diary import Diary
from sitstreak.storage.results import Results

_SCORES: Final = tuple(str(score) for score in range(11))


def read_score(ctx: click.Context | None, param: click.Parameter, typed: str | None) -> int | None:
    """Return the score that was typed; a callback of click."""
    if typed is None:
        return None
    if typed not in _SCORES:
        why = f"{typed!r}: a whole number from 0, none, to 10, worst imaginable"
        raise click.BadParameter(why, ctx, param)
    return int(typed)


class ScoreCommand(click.Command):
    """A command that begins with a score: there `-1` is a wrong score, not an unknown option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read what was typed after the command."""
        if args and args[0][:1] == "-" and args[0][1:2].isdecimal():
            read_score(ctx, self.params[0], args[0])
        return super().parse_args(ctx, args)


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
def open_diary(
    data_dir: Path | None, asked: str | None, *, makes: bool = False
) -> Iterator[Writer]:
    """Open the diary of a data directory.

    Parameters
    ----------
    makes
        Make one where none is; without it that is an empty diary, and nothing is written.
    """
    settings = load(data_dir)
    is_there = (settings.data_dir / DATABASE_NAME).exists()
    opened = open_database(settings.data_dir) if makes or is_there else empty_database()
    with closing(opened) as connection:
        now_s = time.time()
        diary = Diary(connection, settings.zone if settings.influx_url else None, lambda: now_s)
        known = sorted({*Results(connection).wearers(), *diary.wearers()})
        writer = choose_writer(known, settings.wearer, asked)
        if asked is None and writer not in known and len(known) > 1:
            # nobody said who, and a new diary is hardly meant: an entry must not vanish in it
            raise DiaryError(
                f"whose diary? --wearer takes one of {', '.join(known)}, or {writer} for a new one"
            )
        yield Writer(diary, writer, settings, now_s)
