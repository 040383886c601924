"""The file `.env`: what it holds, and how it is written without losing what somebody put there."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Final

from dotenv import dotenv_values
from dotenv.parser import parse_stream

from sitstreak.errors import SitstreakError

#: What docker-compose.yml and the collector beside it need, with a line for people.
ABOUT: Final[Mapping[str, str]] = {
    "SITSTREAK_WEARER": "Pseudonym of the person who wears the sensor.",
    "SITSTREAK_TIMEZONE": "IANA time zone of the wearer: days begin at midnight there.",
    "SITSTREAK_INFLUX_URL": "Where the collector on this machine finds InfluxDB.",
    "SITSTREAK_INFLUX_TOKEN": "Token of InfluxDB; the collector writes with it, Grafana reads.",
    "SITSTREAK_GRAFANA_URL": "Where this machine finds Grafana.",
    "INFLUX_ADMIN_PASSWORD": "Password of the user `sitstreak` in InfluxDB's own web page.",
    "GRAFANA_ADMIN_PASSWORD": "Password of the user `admin` in Grafana.",
    "SITSTREAK_DATA_DIR": "Folder of sitstreak.db.",
}
SECRETS: Final = ("SITSTREAK_INFLUX_TOKEN", "INFLUX_ADMIN_PASSWORD", "GRAFANA_ADMIN_PASSWORD")
_HEADER: Final = "# Made by `sitstreak init`. Holds secrets: keep it to yourself.\n"
#: Docker Compose and python-dotenv read such a value as it stands, without quotes.
_PLAIN: Final = re.compile(r"[\w./:@+~,-]+", re.ASCII)
_BEGINNING: Final = re.compile(r"\s*(?:export\s+)?([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)\b")
_ASSIGNMENT: Final = re.compile(r"\s*(?:export\s+)?(\w+)\s*=")


@dataclass(frozen=True, slots=True)
class Filled:
    """The new text of the file, and what is in it."""

    text: str
    made: tuple[str, ...]  #: names that got a value now
    kept: tuple[str, ...]  #: names that had one


def fresh_secret(name: str) -> str:
    """Return a new secret of letters and digits: nothing in it means anything to a shell.

    A password is also typed on a phone, so it has 24 characters (96 bits); a token has 64.
    """
    return secrets.token_hex(32 if name.endswith("TOKEN") else 12)


def fill(text: str, wanted: Mapping[str, str]) -> Filled:
    """Put values where none are; every line that is there stays as it is.

    Raises
    ------
    SitstreakError
        If a value cannot be written in such a file.
    """
    there = values(text)
    made = tuple(name for name in wanted if not there.get(name))
    lines = text.removesuffix("\n").split("\n") if text else []
    for name in made:
        assignment = f"{name}={quoted(name, wanted[name])}"
        # Where a name is given several times, the last one counts.
        places = [i for i, line in enumerate(lines) if _name(line) == name]
        if places:
            lines[places[-1]] = assignment
        else:
            about = [f"# {ABOUT[name]}"] if name in ABOUT else []
            lines += [*([""] if lines else []), *about, assignment]
    head = "" if text else _HEADER + "\n"
    kept = tuple(name for name in wanted if name not in made)
    return Filled(head + "\n".join(lines) + "\n", made, kept)


def values(text: str) -> dict[str, str | None]:
    """Return name -> value, read exactly as the settings are read."""
    return dotenv_values(stream=StringIO(text))


def broken_lines(text: str) -> list[tuple[int, str | None]]:
    """Return each line that sets nothing and is no comment: number, and name if any."""
    found = []
    for binding in parse_stream(StringIO(text)):
        if binding.error or (binding.key is not None and binding.value is None):
            whole = binding.original.string
            n_empty = whole[: len(whole) - len(whole.lstrip())].count("\n")
            name = _BEGINNING.match(whole)
            found.append((binding.original.line + n_empty, name[1] if name else None))
    return found


def quoted(name: str, value: str) -> str:
    """Return a value as Docker Compose and python-dotenv both read it back."""
    if _PLAIN.fullmatch(value):
        return value
    # python-dotenv fills in `${...}` within quotes too.
    if "\\" in value or "${" in value or not value.isprintable():
        raise SitstreakError(
            f"{name}: {value!r} cannot be kept in .env; use letters, digits and spaces"
        )
    if "'" not in value:
        return f"'{value}'"
    # Compose keeps the backslash of \' within single quotes (compose-go, dotenv/parser.go), and
    # within double ones it fills in $NAME, which python-dotenv leaves alone.
    if '"' in value or "$" in value:
        raise SitstreakError(
            f"{name}: {value!r} cannot be kept in .env; with an apostrophe it can have neither "
            "quotation marks nor dollar signs"
        )
    return f'"{value}"'


def read_text(path: Path) -> str:
    """Return what is in the file; empty if there is none."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError:
        raise SitstreakError(f"{path} is not UTF-8 text; save it as UTF-8") from None
    except OSError as error:
        raise SitstreakError(f"{path} cannot be read: {error.strerror}") from error


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read, whole or not at all.

    Raises
    ------
    SitstreakError
        If it cannot be written; what was there is then still there.
    """
    target = path.resolve()
    draft = target.with_name(f"{target.name}.{secrets.token_hex(4)}.new")
    try:
        with open(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:  # noqa: PTH123
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
    except OSError as error:
        raise SitstreakError(f"{path} cannot be written: {error.strerror}") from error
    finally:
        with contextlib.suppress(OSError):
            draft.unlink()


def _name(line: str) -> str | None:
    found = _ASSIGNMENT.match(line)
    return found[1] if found else None
