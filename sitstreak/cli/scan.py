"""`sitstreak scan`: what sensors are around, and which of them sitstreak can use."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ingest.drivers.base import StreamDriver
from ingest.drivers.known import HIP_SENSOR
from ingest.drivers.scan import Heard, scan
from sitstreak.cli.options import data_dir_option, json_option, print_json, printable
from sitstreak.errors import SitstreakError
from sitstreak.settings import load
from sitstreak.storage.pins import paired_addresses

if TYPE_CHECKING:
    from ingest.link import Backend


@click.command("scan")
@click.option(
    "--seconds",
    type=click.FloatRange(0.5, 120),
    default=8.0,
    show_default=True,
    help="How long to listen.",
)
@click.option("--all", "show_all", is_flag=True, help="Show devices that are no sensor we know.")
@click.option("--simulated", is_flag=True, help="Try it without hardware: simulated devices.")
@data_dir_option
@json_option
def command(
    seconds: float, show_all: bool, simulated: bool, data_dir: Path | None, as_json: bool
) -> None:
    """List the sensors that can be heard, and what each of them is."""
    settings = load(data_dir)
    heard = asyncio.run(_scan(seconds, simulated=simulated))
    ours = paired_addresses(settings.data_dir) | {(settings.sensor or "").lower()}
    rows = [_row(one, ours) for one in heard if show_all or one.driver is not None]
    if as_json:
        print_json({"seconds": seconds, "simulated": simulated, "devices": rows})
        return
    for line in _lines(rows, n_other=len(heard) - len(rows)):
        click.echo(line)


async def _scan(seconds: float, *, simulated: bool) -> list[Heard]:
    if not simulated:
        return await scan(seconds)
    async with simulated_devices() as backend:
        return await scan(seconds, backend)


@contextlib.asynccontextmanager
async def simulated_devices() -> AsyncIterator[Backend]:
    """Run one simulated device of each kind, and an adapter that can hear them."""
    try:
        from ingest.simulation.peripherals.crowd import simulated_crowd  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise SitstreakError(
            f"simulated devices need the virtual radio ({error.name} is not installed): "
            "pip install 'sitstreak[sim]'"
        ) from None
    async with simulated_crowd() as backend:
        yield backend


def _row(heard: Heard, ours: set[str]) -> dict[str, Any]:
    driver = heard.driver
    return {
        "name": printable(heard.name),
        "address": heard.address,
        "rssi_dbm": heard.rssi_dbm,
        "driver": driver and driver.name,
        "title": driver and driver.title,
        "keeps_log": driver is HIP_SENSOR,
        "time": driver.time_words if isinstance(driver, StreamDriver) else None,
        "notes": driver and driver.notes,
        "paired": heard.address.lower() in ours,
    }


def _lines(rows: list[dict[str, Any]], n_other: int) -> list[str]:
    lines = [_line(row) for row in rows]
    if not rows:
        lines.append(
            "no sensor heard; wake it (most sleep until they are moved, worn or pressed), bring it "
            "near, close other apps that hold a link to it, and scan again"
        )
    if n_other:
        what = "1 other device" if n_other == 1 else f"{n_other} other devices"
        lines.append(f"and {what} that sitstreak does not know (--all lists them)")
    return lines


def _line(row: dict[str, Any]) -> str:
    what = f"{row['title']}: {row['notes']}" if row["driver"] else "not known, not supported"
    paired = " (yours)" if row["paired"] else ""
    return f"{row['address']:<17}  {row['rssi_dbm']:>4} dBm  {row['name']:<24}  {what}{paired}"
