"""`sitstreak init`: the file `.env` with fresh secrets, what Grafana reads, and the next step."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from typing import Final

import click

from sitstreak import settings as settings_module
from sitstreak.alert_plan import CONTACT_SETTINGS, SMTP
from sitstreak.cli.grafana import write_provisioning
from sitstreak.cli.options import data_dir_option, json_option, print_json, program
from sitstreak.env_file import SECRETS, Filled, fill, fresh_secret, read_text, write_private
from sitstreak.errors import SitstreakError
from sitstreak.settings import Settings
from sitstreak.storage.damaged_rows import UNREADABLE, open_to_look
from sitstreak.storage.database import DATABASE_NAME

_FILE: Final = Path(".env")
_COMPOSE_FILE: Final = Path("docker-compose.yml")
_INFLUX_URL: Final = "http://127.0.0.1:8086"
_GRAFANA_URL: Final = "http://127.0.0.1:3000"


@click.command("init")
@click.option("--force", is_flag=True, help="Fill in what an existing .env lacks; all else stays.")
@click.option("--wearer", metavar="NAME", help="Who wears the sensor (default: found out, or me).")
@click.option("--timezone", metavar="ZONE", help="IANA zone (default: that of this computer).")
@data_dir_option
@json_option
def command(
    wearer: str | None,
    timezone: str | None,
    data_dir: Path | None,
    *,
    force: bool,
    as_json: bool,
) -> None:
    """Write .env with fresh secrets for InfluxDB and Grafana; asks nothing."""
    if _FILE.exists() and not force:
        raise SitstreakError(
            f"{_FILE.absolute()} is there already and was left alone; sitstreak init --force "
            "fills in what it lacks and keeps everything that is set"
        )
    typed = {"wearer": wearer, "timezone": timezone}
    settings = settings_module.load(
        data_dir, **{name: value for name, value in typed.items() if value is not None}
    )
    text = read_text(_FILE)
    filled = fill(text, _wanted(settings, data_dir))
    _refuse_second_opinion(filled, typed)
    if _COMPOSE_FILE.exists():
        write_provisioning(settings, wearer=_wearer(settings))
    write_private(_FILE, filled.text if text else filled.text + _contacts_to_set())
    if as_json:
        print_json(
            {
                "file": str(_FILE.absolute()),
                "made": filled.made,
                "kept": filled.kept,
                "wearer": settings.wearer,
                "timezone": settings.timezone,
            }
        )
    else:
        _tell(settings, filled)


def _wanted(settings: Settings, data_dir: Path | None) -> dict[str, str]:
    """Return what has to be in the file; what is set in the environment counts as set."""
    token = settings.influx_token
    wanted = {
        "SITSTREAK_WEARER": _wearer(settings),
        "SITSTREAK_TIMEZONE": settings.timezone,
        "SITSTREAK_INFLUX_URL": settings.influx_url or _INFLUX_URL,
        "SITSTREAK_GRAFANA_URL": settings.grafana_url or _GRAFANA_URL,
    }
    wanted |= {name: fresh_secret(name) for name in SECRETS}
    if token is not None:
        wanted["SITSTREAK_INFLUX_TOKEN"] = token.get_secret_value()
    if data_dir is not None:
        wanted["SITSTREAK_DATA_DIR"] = str(data_dir.expanduser().absolute())
    return wanted


def _contacts_to_set() -> str:
    """Return what somebody may fill in to be told; a comment each, so that nothing is set yet."""
    names = (*(f"SITSTREAK_{name.upper()}" for name in CONTACT_SETTINGS), *SMTP)
    said = "\n# To be told by alerts; then: sitstreak grafana provisioning (docs/operations.md)\n"
    return said + "".join(f"# {name}=\n" for name in names)


def _wearer(settings: Settings) -> str:
    """Return who is set, else the only one who has data here, else the default."""
    path = settings.data_dir / DATABASE_NAME
    if "wearer" in settings.model_fields_set or not path.exists():
        return settings.wearer
    with suppress(*UNREADABLE, sqlite3.Error), closing(open_to_look(path)) as connection:
        wearers = connection.execute("SELECT DISTINCT wearer FROM device LIMIT 2").fetchall()
        if len(wearers) == 1:
            return str(wearers[0][0])
    return settings.wearer


def _refuse_second_opinion(filled: Filled, typed: dict[str, str | None]) -> None:
    """Nothing that is set is ever replaced, so an option that wants to must not pass in silence."""
    for name, value in typed.items():
        setting = f"SITSTREAK_{name.upper()}"
        if value is not None and setting in filled.kept:
            raise SitstreakError(f"{setting} is set in {_FILE.absolute()} already; change it there")


def _tell(settings: Settings, filled: Filled) -> None:
    n_secrets = sum(name in SECRETS for name in filled.made)
    click.echo(
        f"{_FILE.absolute()}: {n_secrets} fresh secrets, readable by you alone"
        + (f"; kept: {', '.join(filled.kept)}" if filled.kept else "")
    )
    click.echo(f"Time zone {settings.timezone}, wearer {_wearer(settings)}.")
    if _COMPOSE_FILE.exists():
        click.echo("\nNext: docker compose up -d --wait")
        click.echo(f"Then: {program()} run")
    else:
        click.echo("\nNext: put this .env beside docker-compose.yml (it is in the check-out of")
        click.echo("sitstreak) and there: docker compose up -d --wait")
