"""Pushing alerts: whole, idempotent, and nothing of the user's own is touched."""

import copy

import pytest

from dashboards.alerts import Plan
from dashboards.contact import email, ntfy, telegram
from dashboards.errors import PushRefusedError
from dashboards.push import Grafana, InfluxSource, push
from dashboards.quiet import QUIET
from sitstreak.grafana_alerts_look import look_at_alerts
from tests.support.fake_grafana import FakeGrafana

SOURCE = InfluxSource("http://influxdb:8086", "influx-secret", "wear")
TOLD = (ntfy("https://ntfy.sh/t", "tk"), telegram("1:secret", "-7"))
PLAN = Plan(contacts=TOLD)
THEIRS = {"uid": "abc", "name": "my-mail", "type": "email", "settings": {"addresses": "me@x.org"}}


@pytest.fixture
def grafana():
    fake = FakeGrafana(token="grafana-secret")
    fake.alerting.points["abc"] = dict(THEIRS)
    fake.alerting.timings["my-weekend"] = {"name": "my-weekend", "time_intervals": []}
    fake.alerting.groups["my-rules"] = {"title": "my-rules", "rules": []}
    yield fake
    fake.close()


def pushed(fake, plan=PLAN):
    return push(Grafana(fake.url, "grafana-secret"), SOURCE, [], plan)


def kept(fake):
    alerting = fake.alerting
    return copy.deepcopy((alerting.points, alerting.timings, alerting.groups))


def looked(fake, plan=PLAN):
    parts = look_at_alerts(Grafana(fake.url, "grafana-secret"), plan)
    return {(part.kind, part.name): (part.stands.value, part.where) for part in parts}


def test_a_push_brings_rules_contacts_and_quiet_hours(grafana):
    pushed(grafana)
    points, timings, groups = kept(grafana)
    assert points.keys() == {"abc", "sitstreak-ntfy", "sitstreak-telegram"}
    assert QUIET in timings
    assert len(groups["sitstreak"]["rules"]) == 4
    assert grafana.alerting.used() == {"sitstreak", QUIET}


def test_a_second_push_changes_nothing(grafana):
    pushed(grafana)
    before = kept(grafana)
    pushed(grafana)
    assert kept(grafana) == before


def test_what_is_the_users_own_stays(grafana):
    """Policies are not even asked for; another contact, timing and group stay as they are."""
    for plan in (PLAN, Plan(quiet=None)):
        pushed(grafana, plan)
    points, timings, groups = kept(grafana)
    assert points == {"abc": THEIRS}
    assert timings.keys() == {"my-weekend"}
    assert groups["my-rules"] == {"title": "my-rules", "rules": []}
    assert not any("policies" in path for _, path in grafana.requests)


def test_who_is_no_longer_to_be_told_is_taken_away(grafana):
    pushed(grafana)
    done = pushed(grafana, Plan(contacts=(email("a@b.c"),)))
    assert kept(grafana)[0].keys() == {"abc", "sitstreak-email"}
    assert "contact point ntfy: taken away" in done


def test_without_alerts_in_the_push_nothing_of_them_is_asked_for(grafana):
    pushed(grafana, None)
    assert not any(path.startswith("/v1/provisioning") for _, path in grafana.requests)


def test_what_a_file_of_grafana_provisions_is_refused_in_its_own_words(grafana):
    grafana.decline["PUT /v1/provisioning/folder/sitstreak/rule-groups/sitstreak"] = (
        409,
        "cannot update with provided provenance 'api', needs 'file'",
    )
    with pytest.raises(PushRefusedError, match=r"saving the alert rules.*needs 'file'"):
        pushed(grafana)


def test_before_a_push_all_is_missing_and_after_it_all_is_there(grafana):
    assert {stands for stands, _ in looked(grafana).values()} == {"missing"}
    pushed(grafana)
    assert {stands for stands, _ in looked(grafana).values()} == {"same"}
    assert len(looked(grafana)) == 4


def test_a_limit_that_somebody_changed_there_is_named_with_its_place(grafana):
    pushed(grafana)
    grafana.alerting.groups["sitstreak"]["rules"][0]["for"] = "1h"
    assert looked(grafana)["alert rules", "sitstreak"] == ("differs", "rules[0].for")


def test_what_is_not_set_any_more_is_named(grafana):
    pushed(grafana)
    left = looked(grafana, Plan(quiet=None))
    assert left["contact point", "ntfy"][0] == left["mute timing", QUIET][0] == "differs"


def test_secrets_of_contacts_are_not_said(grafana):
    assert not any("secret" in line or "tk" in line for line in pushed(grafana))
