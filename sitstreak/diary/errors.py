"""What is wrong with something that a wearer wrote down, and what to do."""

from __future__ import annotations

from collections.abc import Sequence

from sitstreak.errors import SitstreakError


class DiaryError(SitstreakError):
    """An entry cannot be written as it is; nothing was changed."""


class TimeError(DiaryError):
    """A time cannot be read, is not there, or lies ahead."""

    def __init__(self, typed: str, why: str) -> None:
        self.typed = typed
        super().__init__(f"time {typed!r}: {why}")


class UnknownNameError(DiaryError):
    """There is no exercise, stretch or test of this name."""

    def __init__(self, kind: str, typed: str, close: str | None, known: Sequence[str]) -> None:
        self.kind, self.typed, self.close, self.known = kind, typed, close, tuple(known)
        meant = f"did you mean {close}? " if close else ""
        super().__init__(f"no {kind} {typed!r}; {meant}there are: {', '.join(known)}")


class NoEntryError(DiaryError):
    """A wearer has no such entry."""

    def __init__(self, wearer: str, entry_id: int) -> None:
        self.wearer, self.entry_id = wearer, entry_id
        super().__init__(f"{wearer} has no diary entry {entry_id}; see: sitstreak diary list")
