"""`sitstreak pair`: make a sensor ours."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path

import click

from ingest.collecting.introduction import driver_of, introduce
from ingest.collecting.pairing import Pin
from ingest.link import Backend, Found, listening
from sitstreak.cli.options import data_dir_option, json_option, print_json, printable
from sitstreak.cli.scan import simulated_devices
from sitstreak.errors import SitstreakError
from sitstreak.settings import Settings, load
from sitstreak.storage.database import open_database
from sitstreak.storage.journal import SqliteJournal
from sitstreak.storage.lock import collector_lock
from sitstreak.storage.pins import StoredPins


class PairingError(SitstreakError):
    """It is not clear which sensor is meant, or there is none."""


@click.command("pair")
@click.argument("address", required=False)
@click.option(
    "--wearer", metavar="NAME", help="Who wears it (default: the wearer in the settings)."
)
@click.option("--replace", is_flag=True, help="Take the place of a paired sensor of the same name.")
@click.option(
    "--seconds",
    type=click.FloatRange(0.5, 120),
    default=8.0,
    show_default=True,
    help="How long to listen.",
)
@click.option("--simulated", is_flag=True, help="Try it without hardware: simulated devices.")
@data_dir_option
@json_option
def command(
    address: str | None,
    wearer: str | None,
    replace: bool,
    seconds: float,
    simulated: bool,
    data_dir: Path | None,
    as_json: bool,
) -> None:
    """Make a sensor yours: only paired sensors are read from then on."""
    settings = load(data_dir)
    worn_by = settings.wearer if wearer is None else load(data_dir, wearer=wearer).wearer
    with collector_lock(settings.data_dir), opened_pins(settings) as pins:
        ours = {pin.address.lower(): pin for pin in pins.known()}
        pin = asyncio.run(_introduce(address, set(ours), seconds, simulated=simulated))
        _refuse_namesake(pin, list(ours.values()), replace=replace)
        pins.pair(pin, worn_by)
    if as_json:
        print_json({"device_id": pin.device_id, "address": pin.address, "kind": pin.kind})
        return
    click.echo(f"paired: {printable(pin.name)} ({pin.address}), worn by {printable(worn_by)}")
    click.echo(f"in the data it is called {pin.device_id}")
    if pin.kind == "hip_sensor":
        click.echo("it blinks for five seconds: see that it is the right one")


def _refuse_namesake(pin: Pin, ours: list[Pin], *, replace: bool) -> None:
    """Raise PairingError if another sensor goes by the same name in the data already."""
    for one in ours:
        is_other = one.device_id == pin.device_id and one.address.lower() != pin.address.lower()
        if is_other and not replace:
            raise PairingError(
                f"{one.address} is paired under the same serial number, {pin.device_id}; if this "
                f"one takes its place: sitstreak pair {pin.address} --replace"
            )


@contextlib.contextmanager
def opened_pins(settings: Settings) -> Iterator[StoredPins]:
    """Open the database and give the sensors that are ours."""
    with closing(open_database(settings.data_dir)) as connection:
        journal = SqliteJournal(connection, settings.wearer)
        yield StoredPins(connection, journal, settings.wearer)


async def _introduce(
    address: str | None, ours: set[str], seconds: float, *, simulated: bool
) -> Pin:
    async with _air(simulated=simulated) as backend:
        heard = await _listen(seconds, backend)
        return await introduce(_chosen(heard, address, ours), backend)


@contextlib.asynccontextmanager
async def _air(*, simulated: bool) -> AsyncIterator[Backend | None]:
    if not simulated:
        yield None
        return
    async with simulated_devices() as backend:
        yield backend


async def _listen(seconds: float, backend: Backend | None) -> dict[str, Found]:
    heard: dict[str, Found] = {}

    def on_found(found: Found) -> None:
        before = heard.get(found.address.lower())
        if before is None or driver_of(before) is None:
            heard[found.address.lower()] = found

    async with listening(on_found, backend, services=()):
        await asyncio.sleep(seconds)
    return {address: found for address, found in heard.items() if driver_of(found) is not None}


def _chosen(heard: dict[str, Found], address: str | None, ours: set[str]) -> Found:
    if address is not None:
        if address.lower() in heard:
            return heard[address.lower()]
        raise PairingError(
            f"no sensor at {printable(address)} was heard; wake it, bring it near, and see "
            "`sitstreak scan`"
        )
    new = [found for key, found in heard.items() if key not in ours]
    if len(new) == 1:
        return new[0]
    if not new:
        raise PairingError("no new sensor was heard; wake it, bring it near, and try again")
    names = ", ".join(f"{printable(one.name)} ({one.address})" for one in new)
    raise PairingError(
        f"more than one sensor was heard: {names}; say which: sitstreak pair ADDRESS"
    )
