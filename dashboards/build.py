"""Write the dashboards as JSON files: `python -m dashboards.build`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from dashboards.datasource import Json
from dashboards.today import today

JSON_DIR: Final = Path(__file__).parent / "json"


def dashboard_files() -> dict[str, Json]:
    """Return file name -> dashboard, for all of them."""
    return {"today.json": today()}


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


if __name__ == "__main__":
    write()
