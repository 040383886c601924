"""Write dashboards and alert rules as JSON files: `python -m dashboards.build`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from dashboards.alerts import quiet_hours, rule_groups
from dashboards.datasource import Json
from dashboards.sensors import sensors
from dashboards.today import today
from dashboards.trends import trends
from dashboards.week import week

JSON_DIR: Final = Path(__file__).parent / "json"
ALERTING_DIR: Final = Path(__file__).parent / "provisioning" / "alerting"


def dashboard_files() -> dict[str, Json]:
    """Return file name -> dashboard, for all of them."""
    return {
        "today.json": today(),
        "week.json": week(),
        "trends.json": trends(),
        "sensors.json": sensors(),
    }


def alerting_files() -> dict[str, Json]:
    """Return file name -> what Grafana provisions its alerting from."""
    return {"rules.json": rule_groups(), "quiet-hours.json": quiet_hours()}


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


def write_alerting(directory: Path = ALERTING_DIR) -> None:
    """Write the files of alerting into `directory`."""
    directory.mkdir(parents=True, exist_ok=True)
    for name, content in alerting_files().items():
        (directory / name).write_text(as_text(content), encoding="utf-8")


if __name__ == "__main__":
    write()
    write_alerting()
