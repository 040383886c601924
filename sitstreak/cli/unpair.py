"""`sitstreak unpair`: let go of a sensor."""

from __future__ import annotations

from pathlib import Path

import click

from sitstreak.cli.options import data_dir_option, json_option, print_json, printable
from sitstreak.cli.pair import PairingError, opened_pins
from sitstreak.settings import load
from sitstreak.storage.lock import collector_lock


@click.command("unpair")
@click.argument("device_id", metavar="SENSOR")
@data_dir_option
@json_option
def command(device_id: str, data_dir: Path | None, as_json: bool) -> None:
    """Let go of a sensor; what it has recorded stays."""
    settings = load(data_dir)
    with collector_lock(settings.data_dir), opened_pins(settings) as pins:
        known = pins.known()
        named = [
            one
            for one in known
            if device_id.lower() in {one.device_id.lower(), one.address.lower()}
        ]
        if not named:
            ours = ", ".join(one.device_id for one in known) or "none is"
            raise PairingError(f"{printable(device_id)} is not paired; paired: {ours}")
        for one in named:
            pins.remove(one.device_id)
    if as_json:
        print_json({"unpaired": [one.device_id for one in named]})
    else:
        click.echo("\n".join(f"no longer paired: {one.device_id}" for one in named))
