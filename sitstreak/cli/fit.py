"""`sitstreak fit`: make the fitted numbers of the method anew from labelled recordings."""

from __future__ import annotations

from dataclasses import asdict
from itertools import count
from pathlib import Path

import click

from processing.method import Method
from sitstreak.cli.options import data_dir_option, json_option, print_json
from sitstreak.cli.progress import Show, progress_bars
from sitstreak.fitting.choices import CHOICES
from sitstreak.fitting.example import Example
from sitstreak.fitting.fit import fit_method
from sitstreak.fitting.write import module_path, module_text
from sitstreak.report.files import check_targets
from sitstreak.validation.labelled import POSTURE_SETS, SETS, Labelled, check_folder, read_sets
from sitstreak.validation.output import write_files


@click.command()
@click.argument("folder", metavar="DATA_DIR", type=click.Path(path_type=Path))
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FILE.py",
    help="Where the numbers go (default: where this program reads them, if it is a checkout).",
)
@data_dir_option
@json_option
def command(
    folder: Path,
    out: Path | None,
    data_dir: Path | None,  # noqa: ARG001 - every command takes it; this one stores nothing
    as_json: bool,
) -> None:
    """Fit the numbers of the method to the labelled recordings in DATA_DIR.

    This takes about half a minute. The same recordings give the same numbers.
    """
    check_folder(folder, POSTURE_SETS)
    target = module_path() if out is None else out
    check_targets([target], inputs=[folder / SETS[name] for name in POSTURE_SETS])
    sessions = [one for part in read_sets(folder, POSTURE_SETS).values() for one in part]
    with progress_bars() as show:
        fitted = _fit(sessions, show)
    write_files({target: module_text(fitted.posture).encode()})
    n_people, n_s = len({one.person for one in sessions}), sum(len(one.label) for one in sessions)
    if as_json:
        about = {"written": target, "n_people": n_people, "n_seconds": n_s}
        print_json(about | {"method_digest": fitted.digest, "posture": asdict(fitted.posture)})
    else:
        click.echo(f"fitted to {n_people} people, {n_s / 3600:.1f} h; method {fitted.digest}")
        click.echo(f"written: {target}")


def _fit(sessions: list[Labelled], show: Show) -> Method:
    method = Method()
    examples: list[Example] = []
    for session in sessions:
        examples.append(session.example(session.features(method)))
        show("features", len(examples), len(sessions))
    steps = count(1)
    most = CHOICES.max_iterations
    show("fitting", 0, most)
    fitted = fit_method(examples, method, on_step=lambda: show("fitting", next(steps), most))
    show("fitting", most, most)
    return fitted
