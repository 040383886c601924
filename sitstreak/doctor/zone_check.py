"""Whether days begin at the wearer's midnight."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from sitstreak.doctor.finding import Finding, note, ok, wrong

NAME: Final = "time zone"
_NO_PLACE: Final = frozenset({"UTC", "Etc/UTC", "Etc/UCT", "Etc/Universal", "Etc/Zulu", "GMT"})


def check_zone(
    chosen: str | None, system: str | None, known: Collection[str], now: datetime
) -> Finding:
    """Say whether the zone exists, and whether it is that of this computer.

    Parameters
    ----------
    chosen
        The setting as it was typed; None: not set, then the system's counts.
    system
        What this computer is set to, if that can be told.
    known
        The IANA names.
    now
        The zones of two names are the same when their clocks agree now.
    """
    here = system if system in known else None
    example = here if here and here not in _NO_PLACE else "Europe/Berlin"
    if chosen is None:
        return _of_the_system(here, example)
    if chosen not in known:
        return wrong(
            NAME,
            f"{chosen!r} is no IANA time zone",
            f"set SITSTREAK_TIMEZONE={example} in .env, with the name of where you live",
        )
    if here is None or here in _NO_PLACE or _same_clock(chosen, here, now):
        return ok(NAME, f"{chosen}: days begin at midnight there")
    return note(
        NAME,
        f"days begin at midnight in {chosen}, and this computer is set to {here}",
        f"if you live in {here}, set SITSTREAK_TIMEZONE={here} in .env",
    )


def _of_the_system(here: str | None, example: str) -> Finding:
    if here is None or here in _NO_PLACE:
        return note(
            NAME,
            "not set, and this computer is set to UTC: days begin at midnight UTC",
            f"set SITSTREAK_TIMEZONE={example} in .env, with the name of where you live",
        )
    return ok(NAME, f"{here}, as this computer is set: days begin at midnight there")


def _same_clock(one: str, other: str, now: datetime) -> bool:
    return now.astimezone(ZoneInfo(one)).utcoffset() == now.astimezone(ZoneInfo(other)).utcoffset()
