"""Captured packets, which cannot be part of this repository; without them the tests are skipped."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

_BESIDE_THE_CHECKOUT = Path(__file__).parents[3] / "shared" / "devicefiles"


def device_file(name: str) -> Path:
    """Return the path of a captured file; skips the test when it is not there."""
    folder = Path(os.environ.get("SITSTREAK_DEVICEFILES") or _BESIDE_THE_CHECKOUT)
    if not (folder / name).is_file():
        pytest.skip(f"no {name} in {folder}; set SITSTREAK_DEVICEFILES to the captured packets")
    return folder / name


def device_json(name: str) -> Any:
    """Return the content of a captured JSON file."""
    return json.loads(device_file(name).read_text())
