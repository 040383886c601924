"""`sitstreak validate`: measure the method on labelled recordings and write docs/validation.md."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from sitstreak.cli.options import data_dir_option, json_option, print_json
from sitstreak.cli.progress import progress_bars
from sitstreak.fitting.fit import fit_method
from sitstreak.report.files import check_targets
from sitstreak.validation.folds import Folds
from sitstreak.validation.labelled import SETS, check_folder, read_sets
from sitstreak.validation.output import write_files
from sitstreak.validation.page import PICTURE, page
from sitstreak.validation.picture import reliability_svg
from sitstreak.validation.targets import Target, accuracy_targets, other_targets
from sitstreak.validation.whole import Validation, validate

_N_PROCESSES: Final = 2


@click.command()
@click.argument("folder", metavar="DATA_DIR", type=click.Path(path_type=Path))
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("docs/validation.md"),
    show_default=True,
    metavar="FILE.md",
    help="Where the page goes; its picture goes beside it.",
)
@click.option("--quick", is_flag=True, help="Only the shipped numbers: fit nothing, no days.")
@data_dir_option
@json_option
def command(
    folder: Path,
    out: Path,
    quick: bool,
    data_dir: Path | None,  # noqa: ARG001 - every command takes it; this one stores nothing
    as_json: bool,
) -> None:
    """Measure the method on the labelled recordings in DATA_DIR and write the figures.

    People are judged by numbers that were fitted without them. This takes about ten minutes.
    """
    picture = out.with_name(PICTURE)
    check_folder(folder)
    check_targets([out, picture], inputs=[folder / name for name in SETS.values()])
    sessions = read_sets(folder)
    with progress_bars() as progress:
        done = validate(sessions, Folds(fit_method, _N_PROCESSES, progress), quick=quick)
    first = done.figures[0]
    panels = [("posture", first.posture_bands), ("sedentary", first.sedentary_bands)]
    write_files({out: page(done).encode(), picture: reliability_svg(panels)})
    if as_json:
        print_json(_as_dict(done))
    else:
        for figures in done.figures:
            click.echo(str(figures))
        click.echo(f"written: {out}, {picture}")


def _as_dict(done: Validation) -> dict[str, object]:
    return {
        "method": {"version": done.method.version, "digest": done.method.digest},
        "evaluations": {one.name: _targets(accuracy_targets(one)) for one in done.figures},
        "others": _targets(other_targets(done)),
    }


def _targets(targets: list[Target]) -> list[dict[str, object]]:
    return [
        {
            "figure": one.what,
            "recordings": one.where,
            "measured": None if one.value != one.value else round(one.value, 4),
            "aim": one.aim,
            "met": one.is_met,
        }
        for one in targets
    ]
