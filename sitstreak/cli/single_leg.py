"""`sitstreak single-leg`: hold the hips up on one leg, and compare with earlier times."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import click
from rich.console import Console
from rich.table import Table

from processing.gait.single_leg import Side
from processing.method import Method
from sitstreak.cli.guiding import guided_session
from sitstreak.cli.options import data_dir_option, json_option, print_json
from sitstreak.guided.measuring import bridge_phase, measure_hold
from sitstreak.settings import load
from sitstreak.storage.guided import StoredHold, earlier_holds

_N_SHOWN: Final = 6
_COLUMNS: Final = ("when", "held", "lift", "sank", "tipped", "sway", "path")


@click.command("single-leg")
@click.option(
    "--side",
    type=click.Choice([side.value for side in Side]),
    required=True,
    help="The leg that carries the hips.",
)
@click.option(
    "--hold",
    type=click.IntRange(5, 120),
    default=30,
    show_default=True,
    metavar="SECONDS",
    help="How long to hold at most.",
)
@click.option("--wearer", default=None, metavar="NAME", help="Whose sensor (default: any).")
@data_dir_option
@json_option
def command(
    side: str, hold: int, wearer: str | None, data_dir: Path | None, *, as_json: bool
) -> None:
    """Lie down, lift your hips on one leg and hold: how long, how level, how steady."""
    settings = load(data_dir)
    leg = Side(side)
    console = Console(stderr=as_json, highlight=False)
    with guided_session(settings.data_dir, wearer, console) as (samples, session):
        phase = bridge_phase(leg, hold)
        measure_hold(samples.connection, samples, session, Method(), phase, leg)
        holds = earlier_holds(samples.connection, samples.device_id, leg, _N_SHOWN)
    if as_json:
        print_json({"side": leg, "result": _as_dict(holds[0]), "earlier": _dicts(holds[1:])})
    else:
        console.print(_table(holds, leg, settings.zone))
        console.print("Compare yourself with yourself: these numbers are no diagnosis.")


def _table(holds: list[StoredHold], side: Side, zone: ZoneInfo) -> Table:
    table = Table(*_COLUMNS, title=f"On the {side.value} leg, newest first", title_justify="left")
    for stored in holds:
        hold = stored.hold
        table.add_row(
            f"{datetime.fromtimestamp(stored.at_s, zone):%Y-%m-%d %H:%M}",
            f"{hold.hold_s:.1f} s" + ("+" if hold.is_cut else ""),
            f"{hold.lift_deg:.0f}°",
            f"{hold.sag_deg:.1f}°",
            "not known" if hold.drop_deg is None else f"{hold.drop_deg:.1f}°",
            f"{1000 * hold.sway_g:.0f} mg",
            f"{1000 * hold.path_g_s:.0f} mg/s",
        )
    return table


def _dicts(holds: list[StoredHold]) -> list[dict[str, object]]:
    return [_as_dict(stored) for stored in holds]


def _as_dict(stored: StoredHold) -> dict[str, object]:
    hold = stored.hold
    return {
        "at_s": stored.at_s,
        "hold_s": round(hold.hold_s, 2),
        "is_cut": hold.is_cut,
        "lift_deg": round(hold.lift_deg, 2),
        "sag_deg": round(hold.sag_deg, 2),
        "drop_deg": None if hold.drop_deg is None else round(hold.drop_deg, 2),
        "sway_g": round(hold.sway_g, 5),
        "path_g_s": round(hold.path_g_s, 5),
    }
