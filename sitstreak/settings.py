"""Settings, read once at start from `SITSTREAK_*` and from `.env` in the working directory."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import platformdirs
import tzlocal
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from sitstreak.errors import SettingError, SitstreakError

#: Six bytes; on macOS, which hides them, a UUID.
_ADDRESS: Final = re.compile(
    r"(?:[0-9a-f]{2}:){5}[0-9a-f]{2}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE
)

_HOURS: Final = re.compile(r"((?:[01]\d|2[0-3]):[0-5]\d)-((?:[01]\d|2[0-3]):[0-5]\d)")


def is_address(text: str) -> bool:
    """Return whether a text can be the address of a Bluetooth device on this computer."""
    return _ADDRESS.fullmatch(text) is not None


class Settings(BaseSettings):
    """Every setting, with its default. docs/settings.md describes each; a test holds it to that."""

    model_config = SettingsConfigDict(
        env_prefix="SITSTREAK_",
        env_file=".env",
        env_ignore_empty=True,
        frozen=True,
        extra="ignore",
    )

    data_dir: Path = Field(
        default_factory=lambda: Path(platformdirs.user_data_dir("sitstreak", appauthor=False)),
        description="Holds sitstreak.db, the one file of data.",
    )
    wearer: str = Field("me", min_length=1, max_length=64, description="Pseudonym of the wearer.")
    timezone: str = Field(
        default_factory=lambda: tzlocal.get_localzone_name() or "UTC",
        description="IANA zone of the wearer; decides where a day begins.",
    )
    sensor: str | None = Field(None, description="Address of the sensor; empty: the first found.")
    port: int = Field(8765, ge=1, le=65535, description="Port of the local page on 127.0.0.1.")
    keep_raw_days: int | None = Field(
        None, ge=7, description="Days for which raw samples are kept; empty: for ever."
    )
    influx_url: str | None = Field(None, description="InfluxDB address; empty: nothing is sent.")
    influx_token: SecretStr | None = Field(None, description="InfluxDB token; never logged.")
    influx_org: str = Field("sitstreak", description="InfluxDB organisation.")
    influx_bucket: str = Field("wear", description="InfluxDB bucket.")
    outbox_rows: int = Field(
        200_000, ge=1_000, description="Rows kept for InfluxDB; above, they are made again later."
    )
    grafana_url: str | None = Field(None, description="Grafana address, to push and to check.")
    grafana_token: SecretStr | None = Field(
        None, description="Token of a Grafana service account; never logged."
    )
    grafana_influx_url: str | None = Field(
        None, description="InfluxDB as the Grafana server reaches it; empty: as this computer does."
    )
    grafana_influx_token: SecretStr | None = Field(
        None, description="InfluxDB token for Grafana, read only; empty: the collector's."
    )
    alert_streak_min: float = Field(
        60, ge=5, le=600, description="Minutes of sitting without a break from which one is told."
    )
    alert_debt_min: float = Field(
        20, ge=1, le=600, description="Minutes of movement owed from which one is told."
    )
    alert_repeat_min: int = Field(
        15, ge=1, le=1440, description="Minutes after which one is told again, while it lasts."
    )
    quiet_hours: str = Field("22:00-07:00", description="When no alert is sent; none: never.")
    alert_email: str | None = Field(None, description="E-mail addresses that alerts go to.")
    ntfy_url: str | None = Field(None, description="Topic of ntfy that alerts go to.")
    ntfy_token: SecretStr | None = Field(None, description="Token of ntfy; never logged.")
    webhook_url: str | None = Field(None, description="Address that alerts are posted to.")
    telegram_token: SecretStr | None = Field(
        None, description="Token of the Telegram bot that sends alerts; never logged."
    )
    telegram_chat: str | None = Field(None, description="Telegram chat that alerts go to.")

    @field_validator("data_dir")
    @classmethod
    def _home_is_home(cls, path: Path) -> Path:
        return path.expanduser()

    @field_validator("wearer")
    @classmethod
    def _is_name(cls, name: str) -> str:
        if not name.strip() or not name.isprintable() or "\\" in name:
            raise ValueError(f"{name!r} is no name; letters, digits, spaces, but no backslash")
        return name

    @field_validator("sensor")
    @classmethod
    def _is_address(cls, address: str | None) -> str | None:
        if address is not None and not is_address(address):
            raise ValueError(f"{address!r} is no Bluetooth address, as `sitstreak scan` shows them")
        return address

    @field_validator("quiet_hours")
    @classmethod
    def _are_hours(cls, text: str) -> str:
        hours = _HOURS.fullmatch(text)
        if text != "none" and (hours is None or hours[1] == hours[2]):
            raise ValueError(f"{text!r} is neither a span such as 22:00-07:00 nor none")
        return text

    @field_validator("ntfy_url", "webhook_url")
    @classmethod
    def _is_url(cls, url: str | None) -> str | None:
        if url is not None and not re.fullmatch(r"https?://[^\s/]+\S*", url):
            raise ValueError("an address begins with https:// or http:// and has no spaces")
        return url

    @field_validator("ntfy_url")
    @classmethod
    def _is_topic(cls, url: str | None) -> str | None:
        if url is not None and not re.fullmatch(r"https?://[^/]+/[\w/-]*\w", url, re.ASCII):
            raise ValueError("it is no topic, such as https://ntfy.sh/a-name-nobody-guesses")
        return url

    @field_validator("timezone")
    @classmethod
    def _zone_exists(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError(f"{name!r} is no IANA time zone (such as Europe/Berlin)") from error
        return name

    @property
    def zone(self) -> ZoneInfo:
        """The wearer's time zone."""
        return ZoneInfo(self.timezone)


def load(data_dir: Path | None = None, **instead: str) -> Settings:
    """Read the settings; `data_dir` from the command line wins. A wrong one is one clear line.

    Parameters
    ----------
    instead
        Values that are taken whatever is set, for who must go on although a setting is wrong.
    """
    try:
        settings = Settings(**instead)  # type: ignore[arg-type]  # checked as it is made
    except UnicodeDecodeError:
        raise SitstreakError(".env is not UTF-8 text; save it as UTF-8") from None
    except ValidationError as error:
        first = error.errors()[0]
        name = "SITSTREAK_" + "_".join(str(part) for part in first["loc"]).upper()
        cause = first["msg"].removeprefix("Value error, ")
        raise SettingError(name, cause) from None
    if data_dir is None:
        return settings
    return settings.model_copy(update={"data_dir": data_dir.expanduser()})
