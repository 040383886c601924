"""Fixtures that every test may use."""

import os
from pathlib import Path

import pytest

pytest_plugins = [
    "tests.support.influxd_fixture",
    "tests.support.one_worker",
    "tests.support.seeded_influx",
]

_BESIDE_THE_CHECKOUT = Path(__file__).parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def recordings_dir() -> Path:
    """The labelled recordings, which cannot be part of this repository; without them: a skip."""
    place = Path(os.environ.get("SITSTREAK_RECORDINGS") or _BESIDE_THE_CHECKOUT)
    if not place.is_dir():
        pytest.skip(f"no labelled recordings at {place}; set SITSTREAK_RECORDINGS to their folder")
    return place
