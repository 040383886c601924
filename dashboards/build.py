"""Write dashboards as JSON files: `python -m dashboards.build`; alerts as each user wants them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from dashboards import alert_files
from dashboards.alerts import Plan
from dashboards.datasource import Json
from dashboards.sensors import sensors
from dashboards.today import today
from dashboards.trends import trends
from dashboards.week import week

JSON_DIR: Final = Path(__file__).parent / "json"
#: Grafana reads what is written as a user of its own, whatever the umask is; no file has secrets.
_FOR_ALL: Final = 0o644


def dashboard_files(timezone: str = "UTC") -> dict[str, Json]:
    """Return file name -> dashboard, for all of them and a wearer in this IANA zone."""
    return {
        "today.json": today(timezone),
        "week.json": week(timezone),
        "trends.json": trends(timezone),
        "sensors.json": sensors(timezone),
    }


def alerting_files(plan: Plan | None = None) -> dict[str, Json]:
    """Return file name -> what Grafana provisions its alerting from."""
    return alert_files.alerting_files(plan)


def as_text(dashboard: Json) -> str:
    """Return the JSON as it is committed."""
    return json.dumps(dashboard, indent=2, ensure_ascii=False) + "\n"


def write(directory: Path = JSON_DIR) -> list[Path]:
    """Write every dashboard into `directory` and return the files."""
    directory.mkdir(parents=True, exist_ok=True)
    written = []
    for name, dashboard in dashboard_files().items():
        path = directory / name
        path.write_text(as_text(dashboard), encoding="utf-8")
        written.append(path)
    return written


def write_own(directory: Path, timezone: str, wearer: str) -> list[Path]:
    """Write every dashboard as one wearer in this IANA zone wants it, and return the files."""
    return _write(
        directory,
        {name: chosen_for(one, wearer) for name, one in dashboard_files(timezone).items()},
    )


def chosen_for(dashboard: Json, wearer: str) -> Json:
    """Return the dashboard with a wearer to begin with; Grafana takes another if there is none."""
    variables = [
        one | {"current": {"text": wearer, "value": wearer}} if one["name"] == "wearer" else one
        for one in dashboard["templating"]["list"]
    ]
    return dashboard | {"templating": {"list": variables}}


def write_alerting(directory: Path, plan: Plan | None = None) -> list[Path]:
    """Write the files of alerting into `directory` and return them; they hold no secrets."""
    return _write(directory, alerting_files(plan))


def _write(directory: Path, files: Mapping[str, Json]) -> list[Path]:
    directory.mkdir(parents=True, exist_ok=True)
    written = []
    for name, content in files.items():
        path = directory / name
        path.write_text(as_text(content), encoding="utf-8")
        path.chmod(_FOR_ALL)
        written.append(path)
    return written


if __name__ == "__main__":
    write()
