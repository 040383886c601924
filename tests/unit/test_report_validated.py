"""What a report says of the method's accuracy is what the validation page says."""

from dataclasses import replace
from pathlib import Path

import pytest

from processing.method import Method
from sitstreak.report.content.validated import VALIDATED_DIGEST, validated_accuracy
from sitstreak.report.printed.catalogue import catalogue

PAGE = (Path(__file__).parents[2] / "docs" / "validation.md").read_text(encoding="utf-8")
_, LEFT_OUT = PAGE.split("leave one subject out\n", 1)


def row_of(name: str) -> list[str]:
    return next(line for line in LEFT_OUT.splitlines() if line.startswith(f"| {name} ")).split("|")


@pytest.mark.skipif(
    Method().digest != VALIDATED_DIGEST, reason="this method was not validated: nothing is said"
)
def test_the_figures_are_those_of_the_page():
    assert f"digest `{VALIDATED_DIGEST}`" in PAGE
    found = validated_accuracy(Method())
    for name in ("hapt", "harth", "har70"):
        assert found[name] == float(row_of(name)[5])
    worst = [row_of(name)[8].split()[0] for name in ("hapt", "harth", "har70")]
    assert found["worst"] == min(map(float, worst))


def test_of_another_method_nothing_is_said():
    assert validated_accuracy(replace(Method(), min_break_s=61)) == {}


def test_every_figure_has_its_words():
    for key, value in validated_accuracy(Method()).items():
        assert "%" in catalogue().text(f"validated.{key}", share=value)
