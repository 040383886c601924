"""The present: what is said of it, and what is not said when nothing is known."""

import json
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from ingest.model import SensorReading
from processing.method import Method
from sitstreak.views.now import now_view
from sitstreak.views.source import LinkStatus
from sitstreak.views.wearer import UnknownWearerError, choose_wearer
from tests.support.fake_results import FakeResults, stretches

BERLIN = ZoneInfo("Europe/Berlin")
MORNING_S = round(datetime(2026, 11, 22, 8, 0, tzinfo=BERLIN).timestamp())
METHOD = Method()
#: 08:00 walk 5 min, sit 20 min, stand 30 s (too short for a break), sit 10 min
PARTS = (("walk", 300), ("sit", 1200), ("stand", 30), ("sit", 600))


def see(results, *, late_s=3, wearer="me", link=None):
    latest_s = results.latest_second(wearer) or MORNING_S
    return now_view(
        results, wearer, clock_s=latest_s + late_s, zone=BERLIN, method=METHOD, link=link
    )


def wearing(*parts, start_s=MORNING_S, **how):
    return FakeResults({"me": stretches(start_s, *parts, **how)})


def test_the_posture_is_that_of_the_newest_second_since_its_bout_began():
    now = see(wearing(*PARTS))
    assert (now.posture, now.in_posture_s, now.live, now.state) == ("sit", 600, True, "live")
    assert now.since == "2026-11-22T08:25:30+01:00"
    assert now.confidence == pytest.approx(0.9)
    assert now.sureness == "sure"
    assert sum(now.p.values()) == pytest.approx(1, abs=0.01)


def test_a_short_stand_pauses_the_streak_and_does_not_end_it():
    now = see(wearing(*PARTS))
    assert now.streak_s == 1800
    assert now.streak_started == "2026-11-22T08:05:00+01:00"
    assert now.streak.state == "running"


def test_a_paused_streak_says_how_long_to_stay_up():
    now = see(wearing(("walk", 300), ("sit", 1200), ("stand", 20)))
    assert now.streak.state == "paused"
    assert now.streak.ends_in_s == METHOD.min_break_s - 20
    assert now.streak.up_s == 20


def test_a_break_that_counts_leaves_no_streak():
    now = see(wearing(("walk", 300), ("sit", 1200), ("stand", 40), ("walk", 80)))
    assert (now.streak_s, now.streak_started, now.streak.state) == (0, None, "none")
    assert now.streak.up_s == 120


def test_todays_sums_leave_out_what_is_still_to_come():
    now = see(wearing(*PARTS))
    today = now.today
    assert (today.sit_s, today.stand_s, today.walk_s) == (1800, 30, 300)
    assert today.unknown_s == 8 * 3600
    assert now.steps_today == 600
    assert today.wear_s == 2130
    assert now.longest_streak_today_s == 1800


def test_the_debt_is_ten_minutes_an_hour_less_what_was_walked_after():
    now = see(wearing(("sit", 3600), ("walk", 240), ("sit", 60)))
    assert now.debt_s == pytest.approx(600 - 240 + 10, abs=0.2)
    assert now.debt_min_per_hour == 10


def test_the_last_break_is_told():
    now = see(wearing(("sit", 600), ("stand", 60), ("walk", 120), ("sit", 300)))
    assert now.last_break is not None
    assert now.last_break.duration_s == 180
    assert now.last_break.moved_s == 120
    assert now.last_break.end == "2026-11-22T08:13:00+01:00"
    assert now.breaks_today == 1


def test_stale_data_are_not_passed_off_as_the_present():
    now = see(wearing(*PARTS), late_s=180)
    assert (now.posture, now.confidence, now.live) == ("unknown", 0.0, False)
    assert now.state == "sensor silent for 3 min"
    assert (now.since, now.in_posture_s) == (None, 0)
    assert now.last_known is not None
    assert (now.last_known.posture, now.last_known.at) == ("sit", "2026-11-22T08:35:30+01:00")


def test_a_short_silence_pauses_the_streak_and_a_long_one_ends_it():
    assert see(wearing(*PARTS), late_s=180).streak.state == "paused"
    assert see(wearing(*PARTS), late_s=METHOD.max_unknown_s + 60).streak.state == "none"


@pytest.mark.parametrize(("late_s", "live"), [(0, True), (15, True), (16, False)])
def test_data_are_live_for_fifteen_seconds(late_s, live):
    assert see(wearing(*PARTS), late_s=late_s).live is live


def test_a_sensor_that_hands_over_its_log_is_catching_up_and_not_silent():
    link = LinkStatus("catching up", catching_up=True)
    assert see(wearing(*PARTS), late_s=720, link=link).state == "catching up, 12 min behind"


def test_a_sensor_clock_that_is_ahead_is_told():
    now = see(wearing(*PARTS), late_s=-180)
    assert now.state == "live; the sensor's clock is 3 min ahead of this computer's"


def test_data_from_a_clock_set_far_ahead_are_no_present():
    now = see(wearing(*PARTS, ("unknown", 86_400), ("stand", 180)), late_s=-86_400 - 180 + 3)
    assert (now.live, now.posture, now.date, now.streak_s) == (True, "sit", "2026-11-22", 1800)
    assert now.state == (
        "live; left out: data of a sensor's clock 24 h 2 min ahead of this computer's"
    )
    assert now.data_until == "2026-11-22T08:35:30+01:00"
    assert now.sensor.last_seen == now.settled_until == now.data_until


def test_with_no_other_data_the_present_is_not_known_and_the_clock_is_blamed():
    now = see(wearing(*PARTS), late_s=-7200)
    assert (now.live, now.posture, now.last_known) == (False, "unknown", None)
    assert now.state == "the sensor's clock is 2 h ahead of this computer's"
    assert (now.date, now.data_until) == ("2026-11-22", None)


@pytest.mark.parametrize(("ahead_s", "live"), [(3600, True), (3601, False)])
def test_data_up_to_an_hour_ahead_are_of_the_present(ahead_s, live):
    results = wearing(("unknown", 7200), ("sit", 1))
    results.known["me"] = stretches(MORNING_S + 7200, ("sit", 1))
    assert see(results, late_s=-ahead_s).live is live


def test_before_the_first_data_there_is_no_posture():
    now = see(FakeResults())
    assert (now.state, now.posture, now.live) == ("no data yet", "unknown", False)
    assert (now.data_until, now.last_known, now.sensor.name) == (None, None, None)


def test_data_of_somebody_else_are_named_and_not_shown():
    others = FakeResults({"ann": stretches(MORNING_S, ("sit", 60))})
    assert see(others).state == "no data yet of me, only of ann"


def test_a_streak_from_before_midnight_is_counted_whole():
    evening_s = round(datetime(2026, 11, 21, 20, 0, tzinfo=BERLIN).timestamp())
    now = see(wearing(("walk", 600), ("sit", 5 * 3600), start_s=evening_s))
    assert now.streak_s == 5 * 3600
    assert now.streak_started == "2026-11-21T20:10:00+01:00"
    assert now.today.sit_s == 70 * 60


def test_a_streak_within_today_reads_no_more_than_today():
    results = wearing(*PARTS)
    see(results)
    assert results.n_seconds_read <= 9 * 3600


def test_the_sensor_line_has_name_battery_and_last_sample():
    results = wearing(*PARTS)
    results.readings["me"] = SensorReading("hip-1", 0, 83, -60, 0, 0)
    assert see(results).sensor.name == "hip-1"
    sensor = see(results, link=LinkStatus("connected", "Hip sensor")).sensor
    assert (sensor.name, sensor.battery_pct, sensor.link) == ("Hip sensor", 83, "connected")
    assert sensor.last_seen == "2026-11-22T08:35:30+01:00"


def test_demo_data_are_called_simulated_for_ever():
    results = wearing(*PARTS)
    assert not see(results).simulated
    assert see(results, link=LinkStatus("connected", simulated=True)).simulated
    results.device_id = "demo-hip"
    assert see(results).simulated


@pytest.mark.parametrize("parts", [PARTS, (("unknown", 5),), (("not_worn", 900), ("lie", 40))])
def test_the_view_is_json(parts):
    now = see(wearing(*parts)).as_dict()
    assert json.loads(json.dumps(now, allow_nan=False)) == now
    assert now["method"] == {"version": METHOD.version, "digest": METHOD.digest}


def test_the_wearer_is_the_one_of_the_settings_or_the_only_one_there_is():
    day = stretches(0, ("sit", 60))
    assert choose_wearer(FakeResults({"me": day, "ann": day}), "me") == "me"
    assert choose_wearer(FakeResults({"ann": day}), "me") == "ann"
    assert choose_wearer(FakeResults({"ann": day, "bob": day}), "me") == "me"
    assert choose_wearer(FakeResults({"ann": day, "bob": day}), "me", "bob") == "bob"


def test_asking_for_somebody_who_is_not_there_says_who_is():
    with pytest.raises(UnknownWearerError, match=r"no data of wearer 'eve'; there are data of ann"):
        choose_wearer(FakeResults({"ann": stretches(0, ("sit", 60))}), "me", "eve")
