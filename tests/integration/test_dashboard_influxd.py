"""Queries of Today, run by a real influxd over rows that can be checked by hand.

The wearer lives in Berlin, where 25 October 2026 has 25 hours. On the 24th 10 seconds of each
minute are sat, on the 25th 20 and on the 26th 30: 4 h, 8 h 20 min and 12 h.
"""

from datetime import UTC, datetime
from itertools import groupby

import pytest

from dashboards.common import WEARERS
from dashboards.postures import POSTURES
from dashboards.queries import TimeSpan, fill_in
from dashboards.today import DEBT, SITTING_PER_HOUR, STREAK

pytestmark = pytest.mark.influxd

BERLIN = {"wearer": "me", "timezone": "Europe/Berlin"}


def at(text):
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


MIDNIGHTS = [at(f"2026-10-{day}") for day in ("23T22:00", "24T22:00", "25T23:00", "26T23:00")]
SAT_PER_MINUTE = [10, 20, 30]
SAT_HOURS = [4.0, 25 * 20 / 60, 12.0]
ALL_DAYS = TimeSpan(MIDNIGHTS[0] * 1000, MIDNIGHTS[-1] * 1000 - 1)

#: From 9 to 12 UTC on the 25th; the stand is one minute long.
BOUTS = [
    ("sit", at("2026-10-25T09:00:03"), at("2026-10-25T10:00:20")),
    ("stand", at("2026-10-25T10:00:20"), at("2026-10-25T10:01:20")),
    ("sit", at("2026-10-25T10:01:20"), at("2026-10-25T11:59:00")),
    ("walk", at("2026-10-25T11:59:00"), at("2026-10-25T12:00:00")),
]


def posture_lines():
    for state, start_s, end_s in BOUTS:
        heartbeats = range(-(-start_s // 300) * 300, end_s, 300)
        for second in sorted({start_s, *heartbeats}):
            yield f'posture,wearer=me,device=clip state="{state}",code=0i,confidence=0.9 {second}'


def minute_lines():
    for start_s, end_s, sat in zip(MIDNIGHTS, MIDNIGHTS[1:], SAT_PER_MINUTE, strict=False):
        for minute in range(start_s, end_s, 60):
            yield f"posture_minute,wearer=me,device=clip sit_s={sat} {minute}"
            yield f"posture_minute,wearer=other,device=clip2 sit_s=60 {minute}"


def streak_lines():
    start_s = at("2026-10-25T12:00")
    for step, streak_s in enumerate([1800, 1830, 0, 0, 30, 60]):
        second = start_s + 30 * step
        yield f"streak,wearer=me streak_s={streak_s},debt_s={300 + step} {second}"
        yield rf"streak,wearer=O'Brien streak_s=7,debt_s=8 {second}"


@pytest.fixture
def stored(influx):
    lines = [*posture_lines(), *minute_lines(), *streak_lines()]
    assert influx.write("\n".join(lines), precision="s") == 204
    return influx


def ask(influx, query, variables=BERLIN, span=ALL_DAYS):
    return influx.query(fill_in(query, variables, span), epoch="s")


def test_every_wearer_can_be_chosen(stored):
    assert [row["value"] for row in stored.query(WEARERS)] == ["O'Brien", "me"]


def test_a_wearer_with_a_quote_in_the_name_sees_their_own_streak(stored):
    rows = ask(stored, STREAK, {"wearer": "O'Brien"})
    assert {row["streak_s"] for row in rows} == {7}


def test_the_streak_is_the_last_one_and_shows_the_break_before(stored):
    rows = ask(stored, STREAK)
    assert [row["streak_s"] for row in rows] == [1800, 1830, 0, 0, 30, 60]
    assert ask(stored, DEBT)[-1]["debt_s"] == 305


def test_a_silent_sensor_gives_no_streak_rather_than_the_old_one(stored):
    later = at("2026-10-25T12:20") * 1000
    assert ask(stored, STREAK, span=TimeSpan(later - 600_000, later)) == []


def test_every_posture_is_shown_from_its_first_second_to_its_last(stored):
    rows = ask(stored, POSTURES)
    assert {row["device"] for row in rows} == {"clip"}
    starts = [
        (state, next(run)["time"]) for state, run in groupby(rows, key=lambda row: row["state"])
    ]
    assert starts == [(state, start_s) for state, start_s, _ in BOUTS]


def test_buckets_of_time_would_lose_the_one_minute_stand(stored):
    """Why the timeline reads raw rows: the promise above would break with the usual query."""
    usual = POSTURES.replace('"state"', 'last("state")').replace('"device"', "time(15m)")
    assert "stand" not in {row["last"] for row in ask(stored, usual)}


def test_a_window_that_starts_inside_a_bout_knows_the_posture_within_five_minutes(stored):
    start = at("2026-10-25T09:31:00")
    [first, *_] = ask(stored, POSTURES, span=TimeSpan(start * 1000, (start + 3600) * 1000))
    assert first["state"] == "sit"
    assert first["time"] - start <= 300


def test_minutes_add_up_to_the_same_days_across_the_change_of_the_clocks(stored):
    per_day = SITTING_PER_HOUR.replace("time(1h)", "time(1d)")
    rows = ask(stored, per_day)
    assert [row["time"] for row in rows] == MIDNIGHTS[:-1]
    assert [row["minutes"] / 60 for row in rows] == pytest.approx(SAT_HOURS)


def test_sitting_per_hour_shows_all_25_hours_of_the_long_day(stored):
    rows = ask(stored, SITTING_PER_HOUR)
    assert [row["time"] for row in rows] == list(range(MIDNIGHTS[0], MIDNIGHTS[-1], 3600))
    assert [row["minutes"] for row in rows] == [10] * 24 + [20] * 25 + [30] * 24


def test_hours_begin_at_the_half_hour_where_the_zone_does(stored):
    rows = ask(stored, SITTING_PER_HOUR, BERLIN | {"timezone": "Asia/Kolkata"})
    assert {row["time"] % 3600 for row in rows} == {1800}


def test_of_two_sensors_of_one_wearer_the_one_with_more_sitting_counts(stored):
    minute = MIDNIGHTS[0]  # in which the other says 10 s
    stored.write(f"posture_minute,wearer=me,device=spare sit_s=50 {minute}", precision="s")
    assert ask(stored, SITTING_PER_HOUR)[0]["minutes"] == pytest.approx(10 + 40 / 60)


def test_a_corrected_minute_replaces_the_old_one(stored):
    minute = MIDNIGHTS[0]
    for _ in range(2):
        stored.write(f"posture_minute,wearer=me,device=clip sit_s=40 {minute}", precision="s")
    assert ask(stored, SITTING_PER_HOUR)[0]["minutes"] == pytest.approx(10 + 30 / 60)
