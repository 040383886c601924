"""Whether every line of the file of settings can be read."""

from __future__ import annotations

from typing import Final

from sitstreak.doctor.finding import Finding, ok, wrong
from sitstreak.env_file import broken_lines

NAME: Final = "settings file"


def check_settings_file(path: str, text: str | None) -> Finding:
    """Name the lines that say nothing to any reader; never what is in them: it may be a secret.

    Parameters
    ----------
    path
        Where the file is, for people.
    text
        What is in it; None: there is none.
    """
    if text is None:
        return ok(NAME, "there is no .env in this folder, and none is needed")
    broken = broken_lines(text)
    if not broken:
        return ok(NAME, f"{path}: every line can be read")
    number, name = broken[0]
    more = ", ".join(str(other) for other, _ in broken[1:])
    too = f"; nor do these lines: {more}" if more else ""
    return wrong(
        NAME,
        f"{path}, line {number} is not NAME=value and sets nothing{too}",
        f"write line {number} as {name or 'NAME'}=value, with '...' around a value that has spaces "
        "and both quotes in place; or put # before it",
    )
