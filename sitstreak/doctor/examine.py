"""Gathers the facts and lets every check judge them."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from zoneinfo import available_timezones

import tzlocal
from dotenv import dotenv_values

from sitstreak.doctor.bluetooth_check import RadioFacts, check_adapter, check_sensor
from sitstreak.doctor.clock_check import check_clock
from sitstreak.doctor.database_check import check_damage, check_schema
from sitstreak.doctor.disk_check import check_disk
from sitstreak.doctor.finding import Finding, State
from sitstreak.doctor.grafana_check import GrafanaReplies, ask_grafana, check_grafana
from sitstreak.doctor.http import Answer
from sitstreak.doctor.influx_check import Influx, InfluxReplies, ask_influx, check_influx
from sitstreak.doctor.look_at_file import DataFacts, free_bytes, look_at_file
from sitstreak.doctor.outbox_check import check_outbox
from sitstreak.doctor.settings_check import check_settings_file
from sitstreak.doctor.zone_check import check_zone
from sitstreak.env_file import read_text
from sitstreak.settings import Settings

ZONE_SETTING: Final = "SITSTREAK_TIMEZONE"
_ENV_FILE: Final = Path(".env")


@dataclass(frozen=True, slots=True)
class Facts:
    """All that is looked at, as of one moment."""

    settings: Settings
    now_s: float
    settings_text: str | None  #: of .env; None: there is none
    zone_chosen: str | None
    zone_of_system: str | None
    free_bytes: int
    data: DataFacts
    radio: RadioFacts
    influx: InfluxReplies | None
    grafana: GrafanaReplies | None


def gather(settings: Settings, radio: RadioFacts) -> Facts:
    """Look at everything but the radio, which has been listened to; changes nothing."""
    influx, grafana_url = influx_of(settings), settings.grafana_url
    return Facts(
        settings=settings,
        now_s=time.time(),
        settings_text=read_text(_ENV_FILE) if _ENV_FILE.exists() else None,
        zone_chosen=zone_as_typed(),
        zone_of_system=tzlocal.get_localzone_name(),
        free_bytes=free_bytes(settings.data_dir),
        data=look_at_file(settings.data_dir),
        radio=radio,
        influx=ask_influx(influx) if influx else None,
        grafana=ask_grafana(grafana_url, grafana_token(settings)) if grafana_url else None,
    )


def judge(facts: Facts) -> list[Finding]:
    """Let every check speak, in the order in which things rest on each other."""
    settings, data = facts.settings, facts.data
    paired = set(data.paired)
    if settings.sensor:
        paired.add(settings.sensor.lower())
    now = datetime.fromtimestamp(facts.now_s, UTC)
    return [
        check_settings_file(str(_ENV_FILE.absolute()), facts.settings_text),
        check_zone(facts.zone_chosen, facts.zone_of_system, available_timezones(), now),
        check_clock(_clocks_ahead_s(facts)),
        check_disk(facts.free_bytes, str(settings.data_dir)),
        check_schema(data.file),
        check_damage(data.file),
        check_adapter(facts.radio),
        check_sensor(
            facts.radio,
            paired=paired,
            data_until_s=data.data_until_s,
            now_s=facts.now_s,
            is_running=data.file.is_running,
        ),
        check_outbox(
            data.outbox,
            now_s=facts.now_s,
            is_sending=settings.influx_url is not None,
            is_running=data.file.is_running,
        ),
        *check_influx(influx_of(settings), facts.influx),
        *check_grafana(settings.grafana_url, settings.influx_bucket, facts.grafana),
    ]


def is_well(findings: list[Finding]) -> bool:
    """Whether nothing is wrong; notes do not count."""
    return all(finding.state is not State.WRONG for finding in findings)


def influx_of(settings: Settings) -> Influx | None:
    """Return the InfluxDB of the settings; None: nothing is sent."""
    if not settings.influx_url:
        return None
    token = settings.influx_token.get_secret_value() if settings.influx_token else ""
    return Influx(settings.influx_url, token, settings.influx_org, settings.influx_bucket)


def grafana_token(settings: Settings) -> str:
    """Return the token of the service account; empty without one."""
    return settings.grafana_token.get_secret_value() if settings.grafana_token else ""


def zone_as_typed(env_file: Path = _ENV_FILE) -> str | None:
    """Return the zone as it is set, right or wrong; None if it is not. The environment wins."""
    return os.environ.get(ZONE_SETTING) or dotenv_values(env_file).get(ZONE_SETTING) or None


def _clocks_ahead_s(facts: Facts) -> dict[str, float]:
    replies = {
        "InfluxDB": facts.influx.health if facts.influx else None,
        "Grafana": facts.grafana.health if facts.grafana else None,
    }
    return {
        server: reply.clock_ahead_s
        for server, reply in replies.items()
        if isinstance(reply, Answer) and reply.clock_ahead_s is not None
    }
