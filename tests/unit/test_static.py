"""How long a posture has stood, counted by hand."""

import numpy as np
import pytest

from processing.features.columns import COLUMNS, Features
from processing.method import Method
from processing.posture.orientation import pose
from processing.posture.static import breaks_of_stretches, static_ages, stretch_length_s
from tests.support.plain_signals import tilted

METHOD = Method(static_past_s=6, static_future_s=3)
BROKEN = np.array([0, 0, 1, 0, 0, 0, 0, 1, 1, 0], np.bool_)
STILL = np.full(len(BROKEN), -9.0)


def test_ages_count_from_the_break_or_from_what_was_before() -> None:
    assert static_ages(BROKEN, 0, METHOD).tolist() == [1, 2, 0, 1, 2, 3, 4, 0, 0, 1]
    assert static_ages(BROKEN, 3, METHOD).tolist() == [4, 5, 0, 1, 2, 3, 4, 0, 0, 1]


def test_the_past_of_a_stretch_counts_only_so_far() -> None:
    none = np.zeros(9, np.bool_)
    assert static_ages(none, 0, METHOD).tolist() == [1, 2, 3, 4, 5, 6, 6, 6, 6]
    assert static_ages(none, 100, METHOD).tolist() == [6] * 9


def test_its_future_counts_only_so_far() -> None:
    none = np.zeros(9, np.bool_)
    length = stretch_length_s(static_ages(none, 0, METHOD), none, np.full(9, -9.0), METHOD)
    assert length.tolist() == [4, 5, 6, 7, 8, 9, 9, 8, 7]


def test_lengths_by_hand() -> None:
    ages = static_ages(BROKEN, 0, METHOD)
    length = stretch_length_s(ages, BROKEN, STILL, METHOD)
    # age and what is to come both count the second itself
    assert length.tolist() == [3, 3, 0, 4, 5, 5, 5, 0, 0, 2]


def test_stepping_seconds_have_no_length() -> None:
    stepping = STILL.copy()
    stepping[4] = 1.0
    ages = static_ages(BROKEN, 0, METHOD)
    assert stretch_length_s(ages, BROKEN, stepping, METHOD)[4] == 0


@pytest.mark.parametrize("cut", [1, 3, 8])
def test_a_carried_age_goes_on(cut: int) -> None:
    broken = np.random.default_rng(0).random(60) < 0.1
    whole = static_ages(broken, 2, METHOD)
    rest = static_ages(broken[cut:], int(whole[cut - 1]), METHOD)
    np.testing.assert_array_equal(rest, whole[cut:])


def _breaks(pitch_deg: list[float], **columns: float) -> list[int]:
    """Return the breaks of still seconds; the named columns are set in the eleventh one."""
    n = len(pitch_deg)
    up = np.array([tilted(one) for one in pitch_deg])
    table = np.zeros((n, len(COLUMNS)))
    table[:, :3] = table[:, 3:6] = up
    table[:, -1] = 1
    for name, value in columns.items():
        table[10, COLUMNS.index(name)] = value
    upright, forward = np.tile(tilted(0), (n, 1)), np.tile(tilted(90), (n, 1))
    found = breaks_of_stretches(
        Features(0, table), np.full(n, -9.0), pose(up, up, up, upright, forward), Method()
    )
    return np.flatnonzero(found).tolist()


def test_keeping_still_breaks_nothing() -> None:
    assert _breaks([20.0] * 20) == []


def test_a_turn_breaks_for_as_long_as_it_is_compared_with_before() -> None:
    assert _breaks([20.0] * 10 + [30.0] * 10) == [10, 11, 12]
    assert _breaks([20.0] * 10 + [25.0] * 10) == []


@pytest.mark.parametrize("column", ["rise_m_s", "fall_m_s"])
def test_getting_up_or_down_breaks(column: str) -> None:
    assert _breaks([20.0] * 20, **{column: 0.3}) == [10]
    assert _breaks([20.0] * 20, **{column: 0.2}) == []


def test_missing_data_break() -> None:
    assert _breaks([20.0] * 20, valid=0.4) == [10]
    assert _breaks([20.0] * 20, valid=0.6) == []
