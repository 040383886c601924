"""Cells of the CSV files mean what they say, in any program that opens them."""

from decimal import Decimal
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as st_np

from sitstreak.report.exports.cells import local, safe_text, share, shares, truth, utc


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        pytest.param("=1+1", "'=1+1", id="equals"),
        pytest.param("+SUM(A1)", "'+SUM(A1)", id="plus"),
        pytest.param("-2+3", "'-2+3", id="minus"),
        pytest.param("@cmd", "'@cmd", id="at"),
        pytest.param("\t=1", "'\t=1", id="tab"),
        pytest.param("-3.5", "-3.5", id="a-number-is-no-formula"),
        pytest.param("anna", "anna", id="name"),
        pytest.param("a=b", "a=b", id="equals-inside"),
        pytest.param("", "", id="empty"),
    ],
)
def test_no_name_becomes_a_formula(text, cell):
    assert safe_text(text) == cell


@given(
    st_np.arrays(
        float, st.tuples(st.integers(1, 8), st.just(5)), elements=st.floats(1e-9, 1)
    )
)  # fmt: skip
def test_written_probabilities_sum_to_exactly_one_and_stay_close(raw):
    p = raw / raw.sum(axis=1, keepdims=True)
    written = [[Decimal(cell) for cell in row] for row in shares(p)]
    assert all(sum(row) == 1 for row in written)
    assert all(0 <= cell <= 1 for row in written for cell in row)
    assert np.abs(np.array(written, float) - p).max() <= 1e-4 + 1e-9


def test_equal_probabilities_are_written_as_such():
    assert shares(np.full((1, 5), 0.2)) == [["0.2000"] * 5]


def test_times_shares_and_truth_values():
    assert utc(1_794_211_200) == "2026-11-09T08:00:00Z"
    assert share(0.98765) == "0.9877"
    assert (truth(True), truth(False)) == ("true", "false")


def test_local_times_carry_the_offset_of_their_moment():
    berlin = ZoneInfo("Europe/Berlin")
    change_s = 1_792_890_000  # 2026-10-25T01:00Z: 03:00 becomes 02:00
    stamps = [local(change_s + s, berlin) for s in (-1, 0, 3599)]
    assert stamps == [
        "2026-10-25T02:59:59+02:00", "2026-10-25T02:00:00+01:00", "2026-10-25T02:59:59+01:00"
    ]  # fmt: skip
    assert utc(change_s) == "2026-10-25T01:00:00Z"
