"""`sitstreak`: the group of commands; a known error becomes one line and exit code 2."""

from __future__ import annotations

import importlib
import sqlite3
import sys
from io import TextIOWrapper
from typing import Final

import click

from ingest.errors import IngestError
from sitstreak import __version__
from sitstreak.errors import SitstreakError
from sitstreak.storage.database import why_unusable

#: A command is the module of its name in this package, loaded when called: --help is quick.
COMMANDS: Final = (
    "classify",
    "replay",
    "demo",
    "run",
    "scan",
    "pair",
    "unpair",
    "status",
    "report",
    "log",
    "diary",
    "gait",
    "calibrate",
    "single-leg",
    "fit",
    "validate",
    "build-day",
    "backup",
    "restore",
    "check",
    "erase",
    "export",
    "init",
    "doctor",
    "grafana",
    "influx",
    "outbox",
)


class _Commands(click.Group):
    """Imports a command's module only when that command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        command = importlib.import_module(f"sitstreak.cli.{cmd_name.replace('-', '_')}").command
        assert isinstance(command, click.Command)
        return command


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="sitstreak")
def group() -> None:
    """Measure sitting with one accelerometer clipped to the hip."""


def main() -> None:
    """Run a command; a known error is one line on stderr and exit code 2."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")  # files are UTF-8, so what is piped is too
    try:
        # Without standalone mode click returns the code of ctx.exit() instead of exiting with it.
        exit_code = group(standalone_mode=False)
        sys.exit(exit_code if isinstance(exit_code, int) else 0)
    except click.Abort:
        click.echo("stopped", err=True)
        sys.exit(130)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()  # nothing was asked for: the whole help is the answer
        sys.exit(error.exit_code)
    except click.ClickException as error:
        click.echo(f"sitstreak: {_one_line(error)}", err=True)
        sys.exit(2)
    except (SitstreakError, IngestError) as error:
        click.echo(f"sitstreak: {' '.join(str(error).split())}", err=True)
        sys.exit(2)
    except sqlite3.DatabaseError as error:
        # Reading goes on page by page: a damaged one may turn up anywhere, in any command.
        if (why := why_unusable(error)) is None:
            raise
        click.echo(f"sitstreak: {why}", err=True)
        sys.exit(2)
    except OSError as error:
        # Whoever deals with files says which; what is left is what the command prints.
        click.echo(f"sitstreak: cannot go on: {error.strerror or error}", err=True)
        sys.exit(2)


def _one_line(error: click.ClickException) -> str:
    """Return what is wrong with the call, and where to read how it goes."""
    why = " ".join(error.format_message().split())
    context = getattr(error, "ctx", None)
    return why if context is None else f"{why} (see {context.command_path} --help)"
