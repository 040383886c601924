"""Options that every command has."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path
from typing import Any

import click

data_dir_option = click.option(
    "--data-dir",
    type=click.Path(file_okay=False, path_type=Path),
    default=None,
    metavar="DIR",
    help="Where sitstreak.db lives (default: the platform's data directory).",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")

unit_option = click.option(
    "--unit",
    type=click.Choice(["g", "mg", "ms2"]),
    default="g",
    show_default=True,
    help="Unit of x, y and z in FILE (ms2: m/s²).",
)


def program() -> str:
    """Return how this program was called, for a line that tells what to type next."""
    called = Path(sys.argv[0])
    return shlex.quote(str(called)) if called.name == "sitstreak" else "sitstreak"


def printable(text: str) -> str:
    """Return text from outside without what a terminal would obey."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)


def print_json(value: Any) -> None:  # noqa: ANN401 - anything json can print
    """Print `value` as one JSON document."""
    click.echo(json.dumps(value, indent=2, default=str, allow_nan=False))
