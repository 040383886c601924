"""What one check says."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class State(StrEnum):
    """How it stands."""

    OK = "ok"
    NOTE = "note"  #: may be meant; no reason for exit code 1
    WRONG = "wrong"
    UNUSED = "not used"  #: not set up, or cannot be told because of what stands above it


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the table."""

    name: str  #: what was looked at
    state: State
    found: str  #: in plain words
    todo: str = ""  #: the one thing to do; empty exactly when nothing is to be done

    def as_dict(self) -> dict[str, Any]:
        """Return what JSON shows."""
        return asdict(self)


def ok(name: str, found: str) -> Finding:
    """All is well."""
    return Finding(name, State.OK, found)


def note(name: str, found: str, todo: str) -> Finding:
    """Something that may be meant as it is."""
    return Finding(name, State.NOTE, found, todo)


def wrong(name: str, found: str, todo: str) -> Finding:
    """Something to put right."""
    return Finding(name, State.WRONG, found, todo)


def unused(name: str, found: str) -> Finding:
    """Nothing to look at."""
    return Finding(name, State.UNUSED, found)
