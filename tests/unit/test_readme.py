"""The README says what is: its figures are the measured ones and its links lead somewhere."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
SETS = {"hapt": "20, scripted", "harth": "10, free living", "har70": "11 aged 70"}


@pytest.mark.parametrize("name", SETS)
def test_the_accuracy_in_the_readme_is_the_measured_one(name):
    row = next(
        line
        for line in (ROOT / "docs" / "validation.md").read_text().splitlines()
        if line.startswith(f"| {name} |")
    )
    sedentary = row.split("|")[5].strip()
    assert re.search(rf"\| {SETS[name]}[^|]*\| {re.escape(sedentary)} \|", README)


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\]\(([^)#]+)\)", README))))
def test_every_link_of_the_readme_leads_somewhere(target):
    assert (ROOT / target).exists()


def test_the_two_commands_come_before_everything_else():
    first_screen = README.split("---")[0]
    assert "make demo" in first_screen
    assert "make test" in first_screen
