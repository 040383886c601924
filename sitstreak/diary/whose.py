"""Whose diary: as with results, but somebody may write before there are any."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sitstreak.diary.errors import DiaryError
from sitstreak.views.wearer import UnknownWearerError

_LONGEST_NAME: Final = 64


def choose_writer(known: Sequence[str], default: str, asked: str | None) -> str:
    """Return who writes: whoever was asked for, else the usual choice.

    Parameters
    ----------
    known
        Everybody with results or a diary.
    default
        The setting `wearer`.

    Raises
    ------
    UnknownWearerError
        If somebody was asked for who is not known where others are: a name is easily mistyped.
    DiaryError
        If the name cannot be one.
    """
    if asked is None:
        return known[0] if default not in known and len(known) == 1 else default
    if not asked.isprintable() or "\\" in asked or not 0 < len(asked) <= _LONGEST_NAME:
        raise DiaryError(f"{asked!r} cannot be a name: 1 to 64 characters, without a backslash")
    if known and asked not in known and asked != default:
        raise UnknownWearerError(asked, list(known))
    return asked
