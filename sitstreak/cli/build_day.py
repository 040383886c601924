"""`sitstreak build-day`: a whole day spliced from a labelled recording, with its truth."""

from __future__ import annotations

from pathlib import Path

import click
import numpy as np

from sitstreak.cli.options import data_dir_option, json_option, print_json
from sitstreak.report.files import check_targets
from sitstreak.validation.day_builder import DAY_SETS, HOURS, build_day
from sitstreak.validation.day_file import day_as_parquet, session_of
from sitstreak.validation.labelled import SETS, read_sets
from sitstreak.validation.output import write_files


@click.command()
@click.argument("folder", metavar="DATA_DIR", type=click.Path(path_type=Path))
@click.argument("out", metavar="OUT.parquet", type=click.Path(path_type=Path))
@click.option(
    "--set",
    "set_name",
    type=click.Choice(DAY_SETS),
    default=DAY_SETS[0],
    show_default=True,
    help="Which labelled recordings to take a person from.",
)
@click.option("--subject", metavar="NAME", help="Which person (default: the first one).")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, metavar="N")
@click.option("--plain", is_flag=True, help="No drift, slip, table, gap or lost packets.")
@data_dir_option
@json_option
def command(
    folder: Path,
    out: Path,
    set_name: str,
    subject: str | None,
    seed: int,
    plain: bool,
    data_dir: Path | None,  # noqa: ARG001 - every command takes it; this one stores nothing
    as_json: bool,
) -> None:
    """Splice a day of 16 hours from the labelled recordings in DATA_DIR.

    Nobody lived that day: docs/validation.md says how it is made. OUT.parquet can be classified
    and replayed like any recording.
    """
    check_targets([out], inputs=[folder / SETS[set_name]])
    session = session_of(read_sets(folder, (set_name,))[set_name], subject)
    day = build_day(session, seed=seed, with_troubles=not plain)
    write_files({out: day_as_parquet(day)})
    words, counts = np.unique(day.truth, return_counts=True)
    posture_s = dict(zip(words.tolist(), counts.tolist(), strict=True))
    if as_json:
        print_json({"file": str(out), "subject": day.subject, "posture_s": posture_s})
    else:
        minutes = ", ".join(f"{word} {n / 60:.0f} min" for word, n in posture_s.items())
        click.echo(f"{out}: {HOURS} h spliced from {day.subject}: {minutes}")
