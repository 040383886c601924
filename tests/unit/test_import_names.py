"""Our flat import names are common words: prove that in this environment nobody else owns them."""

from importlib.metadata import packages_distributions

import pytest

OURS = ("ingest", "processing", "dashboards", "sitstreak")


@pytest.mark.parametrize("name", OURS)
def test_our_import_names_belong_to_us_alone(name: str) -> None:
    # An editable install names no packages, so there a name may have no owner at all.
    owners = set(packages_distributions().get(name, ["sitstreak"]))
    assert owners == {"sitstreak"}


@pytest.mark.parametrize("name", OURS)
def test_our_import_names_come_from_this_checkout(name: str) -> None:
    import importlib
    from pathlib import Path

    origin = importlib.import_module(name).__file__
    assert origin is not None
    assert Path(origin).parent.parent == Path(__file__).parents[2]
