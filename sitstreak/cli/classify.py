"""`sitstreak classify`: a recording file in, posture seconds and bouts out."""

from __future__ import annotations

import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ingest.recordings.recording import RecordedSession, Unit, read_recording
from processing.method import Method
from processing.model import NS_PER_S, POSTURES
from sitstreak.classified import ClassifiedSession, bouts_table, classify_session, seconds_table
from sitstreak.cli.options import data_dir_option, json_option, print_json, printable, unit_option
from sitstreak.report import files
from sitstreak.sensor_check import as_json, sensor_error, sentence

_STDOUT: Final = Path("-")
_MANY_SESSIONS: Final = 30
#: Below that a sensor is as good as sensors are. [g]
_FAR_OFF_G: Final = 0.05


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--seconds",
    type=click.Path(path_type=Path),
    metavar="S.csv",
    help="Write one row for each second; - is the standard output.",
)
@click.option(
    "--bouts",
    type=click.Path(path_type=Path),
    metavar="B.csv",
    help="Write one row for each bout; - is the standard output.",
)
@unit_option
@data_dir_option
@json_option
def command(
    file: Path,
    seconds: Path | None,
    bouts: Path | None,
    unit: Unit,
    data_dir: Path | None,  # noqa: ARG001 - every command takes it; this one stores nothing
    as_json: bool,
) -> None:
    """Classify the recording FILE (CSV or parquet with columns t, x, y, z).

    Without --seconds, --bouts and --json, a summary is printed. What FILE may look like is
    described in docs/recordings.md.
    """
    to_stdout = [path for path in (seconds, bouts) if path == _STDOUT]
    if len(to_stdout) + as_json > 1:
        raise files.OutputError(_STDOUT, "only one thing can go to the standard output")
    targets = [path for path in (seconds, bouts) if path is not None and path != _STDOUT]
    files.check_targets(targets, inputs=[file])
    sessions = read_recording(file, unit=unit)
    _warn_of_repeats(file, sessions)
    method = Method()
    classified = [classify_session(session, method) for session in sessions]
    _write(classified, seconds, bouts)
    if as_json:
        print_json(_summary(file, classified, method))
    elif seconds is None and bouts is None:
        _print_summary(classified, method)


def _warn_of_repeats(file: Path, sessions: list[RecordedSession]) -> None:
    repeats = [session.label for session in sessions if session.repeat > 1]
    if repeats:
        click.echo(
            f"sitstreak: {file}: some names stand for more than one recording; "
            f"the later ones are called {', '.join(repeats)}",
            err=True,
        )


def _write(classified: list[ClassifiedSession], seconds: Path | None, bouts: Path | None) -> None:
    tables: dict[Path, files.Table] = {}
    if seconds is not None:
        tables[seconds] = seconds_table(classified)
    if bouts is not None:
        tables[bouts] = bouts_table(classified)
    for_stdout = tables.pop(_STDOUT, None)
    files.write_tables(tables)
    if for_stdout is not None:
        files.write_rows(sys.stdout, for_stdout)


def _summary(file: Path, classified: list[ClassifiedSession], method: Method) -> dict[str, Any]:
    return {
        "file": str(file),
        "method": {"version": method.version, "digest": method.digest},
        "posture_s": _totals(classified),
        "n_steps": sum(one.n_steps for one in classified),
        "sessions": [
            {
                "subject": one.session.subject,
                "session": one.session.session,
                "start": _start(one.session),
                "fs_hz": one.session.fs_hz,
                "n_samples": len(one.session.t_s),
                "n_seconds": len(one.seconds),
                "n_bouts": len(one.bouts),
                "n_steps": one.n_steps,
                "posture_s": one.posture_s,
                "sensor_error": as_json(sensor_error(one.session, method)),
            }
            for one in classified
        ],
    }


def _start(session: RecordedSession) -> str | None:
    if session.start_ns is None:
        return None
    return datetime.fromtimestamp(session.start_ns / NS_PER_S, UTC).isoformat()


def _totals(classified: list[ClassifiedSession]) -> dict[str, int]:
    total: Counter[str] = Counter({posture.value: 0 for posture in POSTURES})
    for one in classified:
        total.update(one.posture_s)
    return dict(total)


def _print_summary(classified: list[ClassifiedSession], method: Method) -> None:
    table = Table(title="Minutes of each posture", caption=f"method {method.version}")
    for name in ("subject", "session"):
        table.add_column(name)
    for name in (*(posture.value for posture in POSTURES), "steps"):
        table.add_column(name.replace("_", " "), justify="right")
    for one in classified[:_MANY_SESSIONS]:
        names = (Text(printable(name)) for name in (one.session.subject, one.session.session))
        table.add_row(*names, *_minutes(one.posture_s), f"{one.n_steps}")
    n_more = len(classified) - _MANY_SESSIONS
    if n_more > 0:
        table.add_row("…", f"{n_more} more")
    if len(classified) > 1:
        n_steps = sum(one.n_steps for one in classified)
        table.add_section()
        table.add_row("all", "", *_minutes(_totals(classified)), f"{n_steps}")
    Console().print(table)
    for one in classified[:_MANY_SESSIONS]:
        error = sensor_error(one.session, method)
        if error is not None and error.residual_before_g > _FAR_OFF_G:
            click.echo(f"{printable(one.session.label)}: {sentence(error)}")


def _minutes(posture_s: dict[str, int]) -> list[str]:
    return [f"{seconds / 60:.1f}" if seconds else "" for seconds in posture_s.values()]
