"""`sitstreak grafana`: dashboards and alerts, in a Grafana that is there or as files for one."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Final

import click

from dashboards.build import write_alerting, write_own
from dashboards.errors import PushError
from dashboards.push import Grafana, InfluxSource, push
from sitstreak import settings as settings_module
from sitstreak.alert_plan import plan_by_name, plan_with_values
from sitstreak.cli.options import data_dir_option, json_option, print_json
from sitstreak.errors import SitstreakError
from sitstreak.grafana_alerts_look import look_at_alerts
from sitstreak.grafana_look import Part, Stands, dashboards_for, look
from sitstreak.settings import Settings

#: Mounted into Grafana by docker-compose.yml.
ALERTING_DIR: Final = Path("dashboards/provisioning/alerting")
#: Mounted beside it.
OWN_DIR: Final = Path("dashboards/own")
_MOUNTED: Final = (Path("dashboards/json"), OWN_DIR, Path("dashboards/provisioning"))
_WORDS: Final = {
    Stands.SAME: "there",
    Stands.DIFFERS: "differs",
    Stands.MISSING: "missing",
}


@click.group("grafana")
def command() -> None:
    """Bring dashboards and alerts to an existing Grafana, say what is there, or write files."""


@command.command("push")
@data_dir_option
@json_option
def push_command(data_dir: Path | None, *, as_json: bool) -> None:
    """Create or replace folder, data source, dashboards and alerts; all else stays."""
    settings = settings_module.load(data_dir)
    done = _explained_push(settings)
    if as_json:
        print_json({"grafana": settings.grafana_url, "done": done})
        return
    for line in done:
        click.echo(line)
    click.echo(f"Open {settings.grafana_url}")


@command.command("status")
@data_dir_option
@json_option
def status_command(data_dir: Path | None, *, as_json: bool) -> int:
    """Say what is there, what differs and what is missing; exit code 1 unless all is there."""
    settings = settings_module.load(data_dir)
    grafana = _grafana(settings)
    parts = look(grafana, _source(settings), dashboards_for(settings.timezone))
    parts += look_at_alerts(grafana, plan_with_values(settings))
    complete = all(part.stands is Stands.SAME for part in parts)
    if as_json:
        print_json({"complete": complete, "parts": [part.as_dict() for part in parts]})
    else:
        for part in parts:
            click.echo(_line(part))
        click.echo("\nAll is there." if complete else "\nBring it: sitstreak grafana push")
    return 0 if complete else 1


@command.command("provisioning")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=ALERTING_DIR,
    show_default=True,
    help="Folder for the alerts; dashboards are written with the default only.",
)
@data_dir_option
@json_option
def provisioning_command(out: Path, data_dir: Path | None, *, as_json: bool) -> None:
    """Write files that the Grafana of docker-compose.yml reads at its start.

    Alerts, and dashboards that begin with your wearer and your time zone.
    """
    written = write_provisioning(settings_module.load(data_dir), out)
    if as_json:
        print_json({"files": [str(path) for path in written]})
        return
    for path in written:
        click.echo(path)
    click.echo("\nNext: docker compose up -d --wait --force-recreate grafana")


def write_provisioning(
    settings: Settings, out: Path = ALERTING_DIR, *, wearer: str | None = None
) -> list[Path]:
    """Write the files; secrets stay in .env, the files name them.

    Parameters
    ----------
    wearer
        With whom the dashboards begin; that of the settings by default.

    Raises
    ------
    SitstreakError
        If they cannot be written, or a setting is half a contact.
    """
    plan = plan_by_name(settings)
    try:
        written = write_alerting(out, plan)
        if out == ALERTING_DIR:
            written += write_own(OWN_DIR, settings.timezone, wearer or settings.wearer)
            _open_to_grafana()
    except OSError as error:
        place = error.filename or out
        raise SitstreakError(f"{place} cannot be written: {error.strerror}") from error
    return written


def _open_to_grafana() -> None:
    """Let everybody read what is mounted, which holds no secrets.

    Grafana is a user of its own in its container, and a check-out made with a strict umask is
    readable by its owner alone.
    """
    for place in _MOUNTED:
        for path in (place, *place.rglob("*")):
            if path.exists():
                mode = stat.S_IMODE(path.stat().st_mode)
                wanted = mode | (0o055 if path.is_dir() else 0o044)
                if mode != wanted:
                    path.chmod(wanted)


def _line(part: Part) -> str:
    where = f" ({part.where})" if part.where else ""
    return f"{_WORDS[part.stands]:<10}{part.kind:<14}{part.name}{where}"


def _explained_push(settings: Settings) -> list[str]:
    try:
        return push(
            _grafana(settings),
            _source(settings),
            dashboards_for(settings.timezone),
            plan_with_values(settings),
        )
    except PushError as error:
        raise SitstreakError(str(error)) from error


def _grafana(settings: Settings) -> Grafana:
    if not settings.grafana_url:
        raise SitstreakError("set SITSTREAK_GRAFANA_URL in .env to the address of Grafana")
    if settings.grafana_token is None:
        raise SitstreakError(
            "set SITSTREAK_GRAFANA_TOKEN in .env to a token of a Grafana service account with the "
            "role Admin (Administration, Users and access, Service accounts)"
        )
    return Grafana(settings.grafana_url, settings.grafana_token.get_secret_value())


def _source(settings: Settings) -> InfluxSource:
    url = settings.grafana_influx_url or settings.influx_url
    if not url:
        raise SitstreakError(
            "set SITSTREAK_GRAFANA_INFLUX_URL in .env to the address of InfluxDB as the Grafana "
            "server reaches it"
        )
    token = settings.grafana_influx_token or settings.influx_token
    if token is None:
        raise SitstreakError(
            "set SITSTREAK_GRAFANA_INFLUX_TOKEN in .env to an InfluxDB token that may read "
            f"the bucket {settings.influx_bucket}"
        )
    return InfluxSource(url, token.get_secret_value(), settings.influx_bucket)
