"""Whose results are shown."""

from __future__ import annotations

from sitstreak.errors import SitstreakError
from sitstreak.views.source import ResultsReader


class UnknownWearerError(SitstreakError):
    """Somebody was asked for by name who has no results."""

    def __init__(self, wearer: str, known: list[str]) -> None:
        self.wearer, self.known = wearer, known
        there = f"there are data of {', '.join(known)}" if known else "there are no data yet"
        super().__init__(f"no data of wearer {wearer!r}; {there}")


def choose_wearer(results: ResultsReader, default: str, asked: str | None = None) -> str:
    """Return whose results to show.

    Whoever was `asked` for, else the `default` (from the settings) if there are data of them, else
    the only wearer there is, else the default all the same.

    Raises
    ------
    UnknownWearerError
        If somebody was asked for who has no results.
    """
    known = results.wearers()
    if asked is not None:
        if asked not in known:
            raise UnknownWearerError(asked, known)
        return asked
    return known[0] if default not in known and len(known) == 1 else default
