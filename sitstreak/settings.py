"""Settings, read once at start from `SITSTREAK_*` and from `.env` in the working directory."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import platformdirs
import tzlocal
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from sitstreak.errors import SitstreakError


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

    @field_validator("data_dir")
    @classmethod
    def _home_is_home(cls, path: Path) -> Path:
        return path.expanduser()

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


def load(data_dir: Path | None = None) -> Settings:
    """Read the settings; `data_dir` from the command line wins. A wrong one is one clear line."""
    try:
        settings = Settings()
    except UnicodeDecodeError:
        raise SitstreakError(".env is not UTF-8 text; save it as UTF-8") from None
    except ValidationError as error:
        first = error.errors()[0]
        name = "SITSTREAK_" + "_".join(str(part) for part in first["loc"]).upper()
        cause = first["msg"].removeprefix("Value error, ")
        raise SitstreakError(f"setting {name}: {cause}") from None
    if data_dir is None:
        return settings
    return settings.model_copy(update={"data_dir": data_dir.expanduser()})
