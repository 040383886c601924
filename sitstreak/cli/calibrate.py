"""`sitstreak calibrate`: stand and walk for a moment, so that upright is known."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console

from processing.method import Method
from sitstreak.calibrated import Calibration
from sitstreak.cli.guiding import guided_session
from sitstreak.cli.options import data_dir_option, json_option, print_json
from sitstreak.guided.measuring import calibrate
from sitstreak.settings import load


@click.command("calibrate")
@click.option("--wearer", default=None, metavar="NAME", help="Whose sensor (default: any).")
@data_dir_option
@json_option
def command(wearer: str | None, data_dir: Path | None, *, as_json: bool) -> None:
    """Stand for 20 s and walk for 20 s: the clip's position is remembered."""
    settings = load(data_dir)
    console = Console(stderr=as_json, highlight=False)
    with guided_session(settings.data_dir, wearer, console) as (samples, session):
        calibration = calibrate(samples.connection, samples, session, Method())
    if as_json:
        print_json(_as_dict(samples.device_id, calibration))
    else:
        console.print(_words(calibration), soft_wrap=True)


def _words(calibration: Calibration) -> str:
    guided = calibration.guided
    return (
        f"Remembered. You walked at {guided.cadence_spm:.0f} steps a minute and stand "
        f"{abs(guided.standing_deg):.0f} degrees from how you walk.\n"
        "Sitting and standing are told apart by this from now on; do it again when the clip sits "
        "elsewhere."
    )


def _as_dict(device_id: str, calibration: Calibration) -> dict[str, object]:
    guided = calibration.guided
    return {
        "device": device_id,
        "from_s": calibration.from_s,
        "up": guided.up,
        "forward": guided.forward,
        "standing_deg": round(guided.standing_deg, 2),
        "cadence_spm": guided.cadence_spm,
    }
