"""Who is told, when, and how often: settings reach every rule, and no secret reaches a file."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.alert_files import alerting_files
from dashboards.alerts import Limits, Plan, duration, provisioned, rules
from dashboards.contact import KINDS
from dashboards.datasource import UID
from dashboards.quiet import QUIET, QuietHours, mute_timing
from processing.model import CODE, Posture
from sitstreak.alert_plan import plan_by_name, plan_with_values
from sitstreak.errors import SettingError
from sitstreak.settings import Settings, load

EVERYBODY = {
    "alert_email": "ada@example.org",
    "ntfy_url": "https://ntfy.sh/secret-topic",
    "ntfy_token": "tk_secret",
    "webhook_url": "https://hook.example.org/x?key=secret",
    "telegram_token": "123:secret",
    "telegram_chat": "-1001",
}


def settings(**values):
    return Settings(_env_file=None, **({"timezone": "Europe/Berlin"} | values))


def minute_of(text):
    return int(text[:2]) * 60 + int(text[3:])


def files(**values):
    return alerting_files(plan_by_name(settings(**values)))


def test_the_limits_of_the_settings_are_those_of_the_rules():
    plan = plan_with_values(settings(alert_streak_min=30, alert_debt_min=5))
    limits = {rule.uid: rule.limit for rule in rules(plan.limits)}
    assert (limits["sitstreak-streak"], limits["sitstreak-debt"]) == (1_800, 300)


def test_a_streak_is_told_again_while_it_lasts():
    plan = plan_with_values(settings(alert_repeat_min=10, **EVERYBODY))
    [streak, *_] = [provisioned(rule, plan) for rule in rules(plan.limits)]
    assert streak["notification_settings"]["repeat_interval"] == "10m"
    assert streak["notification_settings"]["group_wait"] == "0s"


def test_quiet_hours_are_attached_to_every_rule_and_are_in_the_wearers_zone():
    made = files(**EVERYBODY)
    [group] = made["rules.json"]["groups"]
    assert all(r["notification_settings"]["mute_time_intervals"] == [QUIET] for r in group["rules"])
    [timing] = made["quiet-hours.json"]["muteTimes"]
    assert timing["name"] == QUIET
    assert timing["time_intervals"][0]["location"] == "Europe/Berlin"


def test_without_quiet_hours_nothing_names_them():
    made = files(quiet_hours="none", **EVERYBODY)
    assert QUIET not in json.dumps(made)


@pytest.mark.parametrize("wrong", ["22:00", "24:00-07:00", "7-8", "07:00-07:00", "22:00 - 07:00"])
def test_hours_that_are_none_are_one_line_that_names_the_setting(monkeypatch, wrong):
    monkeypatch.setenv("SITSTREAK_QUIET_HOURS", wrong)
    with pytest.raises(SettingError, match=r"SITSTREAK_QUIET_HOURS.*22:00-07:00"):
        load()


@given(st.integers(0, 1439), st.integers(0, 1439))
def test_each_minute_is_quiet_if_and_only_if_it_lies_in_the_span(start, end):
    def clock(minute):
        return f"{minute // 60:02}:{minute % 60:02}"

    if start == end:
        with pytest.raises(ValueError, match="begin and end"):
            QuietHours(clock(start), clock(end))
        return
    [interval] = mute_timing(QuietHours(clock(start), clock(end)))["time_intervals"]
    spans = [(minute_of(t["start_time"]), minute_of(t["end_time"])) for t in interval["times"]]
    assert all(first < last for first, last in spans)  # Grafana refuses an empty one
    quiet = {minute for first, last in spans for minute in range(first, last)}
    assert quiet == {(start + i) % 1440 for i in range((end - start) % 1440)}


@given(st.integers(1, 5_000))
def test_durations_say_what_they_mean(minutes):
    worth = {"d": 1440, "h": 60, "m": 1}
    parts = re.findall(r"(\d+)([dhm])", duration(minutes))
    assert sum(int(count) * worth[unit] for count, unit in parts) == minutes
    assert all(int(count) for count, _ in parts)


def test_a_file_names_secrets_and_addresses_and_holds_none():
    text = json.dumps(files(**EVERYBODY))
    for name, value in EVERYBODY.items():
        assert value not in text
        assert f"${{SITSTREAK_{name.upper()}}}" in text


def test_nothing_else_in_a_file_looks_like_a_variable_to_grafana():
    """It fills in every `$NAME`, but in a query (`values.go` and `rules_types.go`)."""
    made = files(**EVERYBODY)
    for group in made["rules.json"]["groups"]:
        for rule in group["rules"]:
            rule.pop("data")
    found = set(re.findall(r"\$\{?(\w*)", json.dumps(made)))
    assert found == {f"SITSTREAK_{name.upper()}" for name in EVERYBODY}


@pytest.mark.parametrize("kind", KINDS)
def test_only_who_is_set_is_told_and_the_others_are_taken_away(kind):
    names = {"email": ["alert_email"], "ntfy": ["ntfy_url"], "webhook": ["webhook_url"]}
    of_kind = names.get(kind, ["telegram_token", "telegram_chat"])
    made = files(**{name: EVERYBODY[name] for name in of_kind})["contact-points.json"]
    [point] = made["contactPoints"]
    assert [receiver["uid"] for receiver in point["receivers"]] == [f"sitstreak-{kind}"]
    gone = {one["uid"] for one in made["deleteContactPoints"]}
    assert gone == {f"sitstreak-{other}" for other in KINDS} - {f"sitstreak-{kind}"}


def test_with_nobody_to_tell_grafana_still_starts_and_its_own_policies_decide():
    made = files()
    assert made["contact-points.json"] == {"apiVersion": 1}
    assert "notification_settings" not in json.dumps(made)


def test_nobody_is_told_that_a_streak_ended():
    [point] = files(**EVERYBODY)["contact-points.json"]["contactPoints"]
    assert all(receiver["disableResolveMessage"] for receiver in point["receivers"])
    assert not any("Alerts.Resolved" in json.dumps(receiver) for receiver in point["receivers"])


def test_no_setting_of_a_contact_is_empty():
    """An empty one in a file keeps Grafana from starting."""
    for plan in (plan_by_name(settings(**EVERYBODY)), plan_with_values(settings(**EVERYBODY))):
        for contact in plan.contacts:
            assert all(contact.settings.values())


def test_ntfy_gets_a_title_and_a_message_from_what_grafana_posts():
    [contact] = plan_with_values(settings(ntfy_url="https://ntfy.sh/t")).contacts
    assert contact.settings["url"] == (
        "https://ntfy.sh/t?tpl=1&t=%7B%7B.title%7D%7D&m=%7B%7B.message%7D%7D"
    )
    assert {"title", "message"} <= contact.settings.keys()
    assert "authorization_scheme" not in contact.settings


@pytest.mark.parametrize("half", ["telegram_token", "telegram_chat", "ntfy_token"])
def test_half_a_contact_is_one_line_that_names_the_other_half(half):
    with pytest.raises(SettingError, match=r"SITSTREAK_\w+ is set; set both"):
        plan_by_name(settings(**{half: EVERYBODY[half]}))


@pytest.mark.parametrize("url", ["ntfy.sh/topic", "https://ntfy.sh", "https://ntfy.sh/t?x=1"])
def test_what_is_no_topic_is_refused(monkeypatch, url):
    monkeypatch.setenv("SITSTREAK_NTFY_URL", url)
    with pytest.raises(SettingError, match="SITSTREAK_NTFY_URL"):
        load()


def test_a_sensor_put_away_is_not_missed():
    """Silent is an alert only if the last known posture was another than not worn."""
    [silent] = [r for r in rules() if r.uid == "sitstreak-silent"]
    condition = provisioned(silent, Plan(Limits()))["data"][-1]["model"]
    said = condition["expression"].replace("&&", "and").replace("$B", "{b}").replace("$E", "{e}")

    def goes_off(n_heard, posture):
        return eval(said.format(b=n_heard, e=CODE[posture]))

    assert goes_off(0, Posture.SIT)
    assert not goes_off(0, Posture.NOT_WORN)
    assert not goes_off(3, Posture.SIT)


def test_a_night_is_longer_than_a_sensor_is_expected():
    """Switched off at the beginning of the quiet hours: forgotten when they end."""
    [silent] = [r for r in rules() if r.uid == "sitstreak-silent"]
    quiet = Plan().quiet
    assert quiet is not None
    night_min = (minute_of(quiet.end) - minute_of(quiet.start)) % 1440
    assert silent.look_back_s < night_min * 60


def test_each_rule_has_its_own_uid_and_ends_in_its_condition():
    [group] = files()["rules.json"]["groups"]
    made = group["rules"]
    assert len({rule["uid"] for rule in made}) == len(made) == 4
    for rule in made:
        asked = [part for part in rule["data"] if part["datasourceUid"] == UID]
        rest = [part for part in rule["data"] if part not in asked]
        assert {part["datasourceUid"] for part in rest} == {"__expr__"}
        assert [part["model"]["type"] for part in rest[:-1]] == ["reduce"] * len(asked)
        assert rule["condition"] == rest[-1]["refId"]
        known = {part["refId"] for part in rule["data"]}
        named = set(re.findall(r"\$(\w)", rest[-1]["model"]["expression"]))
        assert named | {part["model"]["expression"] for part in rest[:-1]} <= known


def test_a_sensor_that_is_off_is_not_sitting():
    [group] = files()["rules.json"]["groups"]
    assert {rule["noDataState"] for rule in group["rules"]} == {"OK"}


def test_all_files_are_strict_json():
    json.dumps(files(**EVERYBODY), allow_nan=False)
