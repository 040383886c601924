"""The words of the report in one language: `texts/<language>.toml`, and how it writes numbers."""

from __future__ import annotations

import string
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from importlib import resources
from typing import Any, Final
from zoneinfo import ZoneInfo

from sitstreak.errors import SitstreakError

#: What stands where nothing can be said; never a 0.
NOTHING: Final = "–"


class CatalogueError(SitstreakError):
    """A language is not there, or lacks a text."""


class Catalogue:
    """Texts by dotted key, and numbers and dates as the language writes them.

    A text may hold `{name}` for a value, `{name:1}` for a number with one decimal and `{name:%}`
    for a share of 0..1 as a percentage.
    """

    def __init__(self, texts: Mapping[str, Any]) -> None:
        self._texts = dict(_flat(texts))
        self._format = _Format(self)
        self.language = self._texts["language"]
        self._decimal_sign = self._texts["numbers.decimal_sign"]
        self._thousands = self._texts["numbers.thousands"]

    @property
    def keys(self) -> frozenset[str]:
        """Every key there is."""
        return frozenset(self._texts)

    def has(self, key: str) -> bool:
        """Return whether there is such a text."""
        return key in self._texts

    def text(self, key: str, /, **values: object) -> str:
        """Return the text of a key with values put in.

        Raises
        ------
        CatalogueError
            If there is no such text, or it asks for a value that is not given.
        """
        try:
            return self._format.vformat(self._texts[key], (), values)
        except KeyError as error:
            raise CatalogueError(
                f"the texts in {self._texts.get('language', '?')!r} lack {error} for {key!r}"
            ) from None

    def number(self, value: float | None, decimals: int = 0) -> str:
        """Return a number with so many decimals; a dash for None."""
        if value is None:
            return NOTHING
        plain = f"{value:,.{decimals}f}"
        if not plain.strip("-0.,"):
            plain = plain.lstrip("-")  # no minus zero
        signs = {",": self._thousands, ".": self._decimal_sign, "-": "−"}
        return "".join(signs.get(char, char) for char in plain)

    def short(self, value: float | None) -> str:
        """Return a number with one decimal only where it has one: 4, 4.5."""
        whole = value is None or round(value, 1) == round(value)
        return self.number(value, 0 if whole else 1)

    def percent(self, share: float | None) -> str:
        """Return a share of 0..1 as a percentage."""
        if share is None:
            return NOTHING
        return self.text("numbers.percent", number=self.number(100 * share))

    def weekday(self, day: date) -> str:
        """Return the short name of its weekday."""
        return self._texts[f"weekdays.{day.weekday()}"]

    def day(self, day: date) -> str:
        """Return a date of which the year is plain: Mon 9 Nov."""
        month = self._texts[f"months.{day.month}"]
        return self.text("dates.day", weekday=self.weekday(day), day=str(day.day), month=month)

    def span(self, first: date, last: date) -> str:
        """Return the first and the last day of a week, with the year."""
        days = {"first": self.day(first), "last": self.day(last), "year": str(last.year)}
        return self.text("dates.span", **days)

    def clock(self, at_s: float, zone: ZoneInfo) -> str:
        """Return the time of day on the clock of `zone`. [s, Unix time]"""
        return datetime.fromtimestamp(at_s, zone).strftime("%H:%M")

    def listed(self, parts: Sequence[str]) -> str:
        """Return parts in one line."""
        return self._texts["lists.between"].join(parts)


class _Format(string.Formatter):
    """`str.format` with the numbers of a language; values are only put in, never looked into."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def get_field(
        self,
        field_name: str,
        args: Sequence[Any],  # noqa: ARG002 - the signature of string.Formatter
        kwargs: Mapping[str, Any],
    ) -> tuple[Any, str]:
        return kwargs[field_name], field_name

    def format_field(self, value: Any, format_spec: str) -> str:  # noqa: ANN401 - any value
        if isinstance(value, str):
            return value
        if format_spec == "%":
            return self._catalogue.percent(value)
        if format_spec == "short":
            return self._catalogue.short(value)
        return self._catalogue.number(value, int(format_spec or 0))


def _flat(texts: Mapping[str, Any], before: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in texts.items():
        if isinstance(value, Mapping):
            found |= _flat(value, f"{before}{key}.")
        else:
            found[f"{before}{key}"] = str(value)
    return found


@cache
def catalogue(language: str = "en") -> Catalogue:
    """Return the words in a language.

    Raises
    ------
    CatalogueError
        If there is no file for it.
    """
    folder = resources.files("sitstreak.report.printed") / "texts"
    there = sorted(one.name[:-5] for one in folder.iterdir() if one.name.endswith(".toml"))
    if language not in there:
        raise CatalogueError(f"no report in {language!r}; there is {', '.join(there)}")
    text = (folder / f"{language}.toml").read_text(encoding="utf-8")
    return Catalogue(tomllib.loads(text))
