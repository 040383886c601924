"""What can happen to notifications between a sensor and its collector."""

from __future__ import annotations

from typing import Final

#: Of one turn's notifications. "late" is for the caller: they come with the next ones.
FAULTS: Final = [
    "lose all",
    "lose first",
    "lose last",
    "lose every other",
    "repeat",
    "reverse",
    "cut short",
    "noise",
    "late",
]


class StatusBytes(bytes):
    """A notification of *Status*; other bytes are one of *Data*."""


def spoiled(fault: str, sent: list[bytes]) -> list[bytes]:
    """Return what arrives of what was sent in one turn."""
    match fault:
        case "lose all":
            return []
        case "lose first":
            return sent[1:]
        case "lose last":
            return sent[:-1]
        case "lose every other":
            return sent[::2]
        case "repeat":
            return [one for one in sent for _ in range(2)]
        case "reverse":
            return sent[::-1]
        case "cut short":
            return [type(one)(one[:-1] if len(one) != 24 else one[:20]) for one in sent]
        case "noise":
            return [*(type(one)([255, *one[1:]]) for one in sent), b"", b"\x01"]
        case _:
            raise ValueError(fault)
