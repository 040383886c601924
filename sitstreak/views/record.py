"""The base of all views: a record that is one JSON object."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class View:
    """Holds nothing but what JSON can carry: numbers, text, lists and other views."""

    def as_dict(self) -> dict[str, Any]:
        """Return the same as nested dictionaries."""
        return asdict(self)
