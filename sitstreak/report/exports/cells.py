"""How values stand in CSV cells."""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from processing.model import CLASSES, POSTURES, CodeArray, FloatArray, IntArray

#: Columns of the probabilities, in the order of `PostureSeconds.p`.
P_COLUMNS: Final = tuple(f"p_{posture}" for posture in CLASSES)

_UTC: Final = ZoneInfo("UTC")
_DECIMALS: Final = 4
_UNITS: Final = 10**_DECIMALS
#: Every share that can be written, by how many ten-thousandths it is.
_SHARES: Final = np.array([f"{unit / _UNITS:.{_DECIMALS}f}" for unit in range(_UNITS + 1)])
#: A spreadsheet takes a cell that begins like this for a formula, or may once it has dropped the
#: first character: OWASP ASVS 5.0, requirement 1.2.10.
_FORMULA: Final = re.compile(r"[=+\-@\t\r\n\x00]")
_PLAIN_NUMBER: Final = re.compile(r"[+-]?\d+(\.\d+)?")


def safe_text(text: str) -> str:
    """Return text from outside so that no spreadsheet runs it: `=…` becomes `'=…`."""
    if _FORMULA.match(text) and not _PLAIN_NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def share(value: float) -> str:
    """Return a number of 0..1 with four decimals."""
    return f"{value:.{_DECIMALS}f}"


def truth(value: object) -> str:
    """Return `true` or `false`."""
    return "true" if value else "false"


def utc(at_s: int) -> str:
    """Return a moment in Unix time as ISO 8601 in UTC. [s]"""
    return f"{local(at_s, _UTC)[:19]}Z"


def local(at_s: int, zone: ZoneInfo) -> str:
    """Return a moment in Unix time as ISO 8601 with the zone's offset. [s]"""
    minute, second = divmod(at_s, 60)
    before, after = _local_minute(minute, zone)
    return f"{before}{second:02d}{after}"


@lru_cache(maxsize=8)
def _local_minute(minute: int, zone: ZoneInfo) -> tuple[str, str]:
    """Return what stands before and after the seconds: no clock changes within a minute."""
    text = datetime.fromtimestamp(minute * 60, zone).isoformat()
    return text[:17], text[19:]


def shares(p: FloatArray) -> list[list[str]]:
    """Return rows of probabilities with four decimals that still sum to exactly 1.

    Parameters
    ----------
    p : shape (n, k)
        Rows sum to 1.
    """
    cells: list[list[str]] = _SHARES[_share_units(p)].tolist()
    return cells


def share_values(p: FloatArray) -> FloatArray:
    """Return the numbers that `shares` writes; same shape as `p`."""
    return _share_units(p) / _UNITS


def _share_units(p: FloatArray) -> IntArray:
    """Return shares in ten-thousandths.

    Largest remainders: what rounding down leaves over goes to the cells that lost most.
    """
    exact = p * _UNITS
    units = np.floor(exact).astype(np.int64)
    n_left = np.clip(_UNITS - units.sum(axis=1), 0, p.shape[1])
    rank = np.argsort(np.argsort(units - exact, axis=1, kind="stable"), axis=1)
    units += rank < n_left[:, None]
    return units


def posture_names(code: CodeArray) -> list[str]:
    """Return postures by name."""
    names = [posture.value for posture in POSTURES]
    return [names[c] for c in code.tolist()]
