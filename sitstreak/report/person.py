"""Who the report is about by name: only when asked for, never stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Person:
    """A name and a birth date for the header of one report."""

    name: str
    born: date | None = None
