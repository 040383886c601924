"""Line protocol: every value keeps its type, every name its characters."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from processing.figures.days import summarise_day
from processing.method import Method
from processing.model import Bout, Posture
from sitstreak.storage import lines
from tests.support.storage_kit import T0_S, seconds_of


def test_a_bout_is_one_line_with_typed_fields():
    bout = Bout(T0_S, T0_S + 90, Posture.WALK, 120, 0.5, censored=True)
    assert lines.bout_line("me", "hip-1", bout).text == (
        'bout,device=hip-1,wearer=me posture="walk",duration_s=90.0,'
        f"end_ms={(T0_S + 90) * 1000}i,n_steps=120i,confidence=0.5,censored=true {T0_S}000000000"
    )


def test_a_minute_always_adds_up_to_sixty():
    seconds = seconds_of(T0_S, (Posture.SIT, 20), (Posture.WALK, 5))
    assert lines.minute_line("me", "hip-1", seconds).fields == (
        "sit_s=20.0,stand_s=0.0,walk_s=5.0,lie_s=0.0,move_s=0.0,unknown_s=35.0,not_worn_s=0.0,"
        "n_steps=0.0"
    )


def test_minutes_made_together_are_those_made_one_by_one():
    minute_s = T0_S - T0_S % 60
    spans = [(Posture.SIT, 50), (Posture.WALK, 25), (Posture.NOT_WORN, 120), (Posture.MOVE, 7)]
    seconds = seconds_of(minute_s, *spans)
    n_steps = np.arange(len(seconds)) % 3
    seconds = replace(seconds, n_steps=n_steps)
    together = lines.minute_lines("me", "hip-1", seconds, range(minute_s, minute_s + 240, 60))
    one_by_one = [
        lines.minute_line("me", "hip-1", seconds.between(at_s, at_s + 60))
        for at_s in range(minute_s, minute_s + 240, 60)
    ]
    assert list(together) == one_by_one
    values = [
        [float(field.split("=")[1]) for field in line.fields.split(",")] for line in one_by_one
    ]
    assert values[0][:3] == [50.0, 0.0, 10.0]
    assert [sum(row[:-1]) for row in values] == [60.0] * 4
    assert [row[-1] for row in values] == [n_steps[at : at + 60].sum() for at in range(0, 240, 60)]
    assert values[1][2] == 15.0  # 50 s of the first minute were sitting, so 15 of 25 s walking


@pytest.mark.parametrize(
    ("streak_s", "debt_s"), [(math.nan, 0.0), (0, math.inf), (math.inf, -math.inf)]
)
def test_a_streak_that_is_no_number_is_refused(streak_s, debt_s):
    with pytest.raises(ValueError, match="not a number"):
        lines.streak_line("me", T0_S, streak_s, debt_s)


@given(st.integers(0, 10**6), st.floats(0, 1e6))
def test_a_streak_is_written_as_any_fields_are(streak_s, debt_s):
    written = lines.streak_line("me", T0_S, streak_s, debt_s).fields
    assert written == lines.fields({"streak_s": float(streak_s), "debt_s": debt_s})


def test_a_day_has_every_number_as_a_float_and_its_validity():
    seconds = seconds_of(T0_S, (Posture.SIT, 3600))
    day = lines.day_line("me", summarise_day(seconds, T0_S, T0_S + 82_800, Method()))
    values = dict(field.split("=") for field in day.fields.split(","))
    assert day.at_s == T0_S
    assert values["sit_s"] == values["wear_s"] == values["sedentary_s"] == "3600.0"
    assert values["debt_s"].startswith("600.0") or values["debt_s"].startswith("599.99")
    assert values["valid"] == "0i"
    assert values["end_ms"] == f"{(T0_S + 82_800) * 1000}i"  # a day of 23 hours
    assert "start_s" not in values
    assert "end_s" not in values


def test_times_are_whole_nanoseconds():
    assert lines.streak_line("me", T0_S, 5, 2).text.endswith(f" {T0_S * 10**9}")


@pytest.mark.parametrize(
    ("name", "written"),
    [
        pytest.param("Ann B", r"Ann\ B", id="space"),
        pytest.param("a,b", r"a\,b", id="comma"),
        pytest.param("a=b", r"a\=b", id="equals"),
        pytest.param('"Zoë"', '"Zoë"', id="quotes and unicode stay"),
    ],
)
def test_tags_are_escaped(name, written):
    assert lines.series("streak", name) == f"streak,wearer={written}"


@pytest.mark.parametrize("name", ["a\nb", "a\r", "a\\", "a\\b", "\0"])
def test_a_tag_that_cannot_be_written_is_refused(name):
    with pytest.raises(ValueError, match="cannot be a tag"):
        lines.series("streak", name)


@given(st.text())
def test_any_text_is_one_line_or_refused(text):
    try:
        written = lines.fields({"kind": text})
    except ValueError:
        assert "\n" in text or "\r" in text
    else:
        body = written.removeprefix('kind="').removesuffix('"')
        unescaped = body.replace('\\"', "\0QUOTE").replace("\\\\", "\\").replace("\0QUOTE", '"')
        assert "\n" not in written
        if "\0" not in text:
            assert unescaped.count('"') == text.count('"')
            assert len(written) == len('kind=""') + len(text) + text.count('"') + text.count("\\")


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_refused(value):
    with pytest.raises(ValueError, match="not a number"):
        lines.fields({"x": value})


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_is_written_as_a_float_and_comes_back_exactly(value):
    written = lines.fields({"x": value}).removeprefix("x=")
    assert float(written) == value
    assert not written.endswith("i")
    assert set(written) & set(".e")
