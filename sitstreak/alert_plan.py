"""What the settings say about alerts: limits, quiet hours, and whom to tell."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from pydantic import SecretStr

from dashboards import contact
from dashboards.alerts import Limits, Plan
from dashboards.contact import Contact
from dashboards.quiet import QuietHours
from sitstreak.errors import SettingError
from sitstreak.settings import Settings

#: What Grafana itself reads to send e-mail.
SMTP: Final = (
    "GF_SMTP_ENABLED",
    "GF_SMTP_HOST",
    "GF_SMTP_USER",
    "GF_SMTP_PASSWORD",
    "GF_SMTP_FROM_ADDRESS",
)
#: What the files of `plan_by_name` may refer to.
CONTACT_SETTINGS: Final = (
    "alert_email",
    "ntfy_url",
    "ntfy_token",
    "webhook_url",
    "telegram_token",
    "telegram_chat",
)


def plan_with_values(settings: Settings) -> Plan:
    """Return the plan as it is pushed: with addresses and tokens in it.

    Raises
    ------
    SettingError
        If one half of a contact is set and the other is not.
    """
    return _plan(settings, lambda name: _value(settings, name))


def plan_by_name(settings: Settings) -> Plan:
    """Return the plan as it is written to files: `${SITSTREAK_…}` in place of what is set.

    Grafana fills it in from its environment (grafana/grafana, `pkg/services/provisioning/values`),
    so no secret leaves `.env`.

    Raises
    ------
    SettingError
        If one half of a contact is set and the other is not.
    """
    return _plan(
        settings, lambda name: f"${{SITSTREAK_{name.upper()}}}" if _value(settings, name) else ""
    )


def _plan(settings: Settings, value: Callable[[str], str]) -> Plan:
    limits = Limits(settings.alert_streak_min, settings.alert_debt_min, settings.alert_repeat_min)
    return Plan(limits, _quiet(settings), tuple(_contacts(value)))


def _quiet(settings: Settings) -> QuietHours | None:
    if settings.quiet_hours == "none":
        return None
    start, end = settings.quiet_hours.split("-")
    return QuietHours(start, end, settings.timezone)


def _contacts(value: Callable[[str], str]) -> list[Contact]:
    found = []
    if value("alert_email"):
        found.append(contact.email(value("alert_email")))
    if _whole(value, "ntfy_url", "ntfy_token", optional=True):
        found.append(contact.ntfy(value("ntfy_url"), value("ntfy_token")))
    if value("webhook_url"):
        found.append(contact.webhook(value("webhook_url")))
    if _whole(value, "telegram_token", "telegram_chat"):
        found.append(contact.telegram(value("telegram_token"), value("telegram_chat")))
    return found


def _whole(value: Callable[[str], str], first: str, second: str, *, optional: bool = False) -> bool:
    """Whether both are set (or the second is not needed); half of a contact is an error."""
    for one, other in ((first, second), (second, first)):
        if value(one) and not value(other) and not (optional and one == first):
            name = f"SITSTREAK_{other.upper()}"
            raise SettingError(name, f"is empty, and SITSTREAK_{one.upper()} is set; set both")
    return bool(value(first))


def _value(settings: Settings, name: str) -> str:
    value = getattr(settings, name)
    return value.get_secret_value() if isinstance(value, SecretStr) else value or ""
