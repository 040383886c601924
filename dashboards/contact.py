"""Where alerts go: e-mail, ntfy, a webhook, Telegram, as integrations of one contact point.

Names and forms of the settings: grafana/alerting, `receivers/*/config.go`. Grafana takes no contact
point with an empty setting: one in a file keeps it from starting (grafana/grafana,
`pkg/services/provisioning/alerting/contact_point_types.go`). So only what is set is ever made.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from dashboards.datasource import Json

NAME: Final = "sitstreak"
KINDS: Final = ("email", "ntfy", "webhook", "telegram")
_TITLE: Final = "{{ .CommonLabels.alertname }}"
_MESSAGE: Final = "{{ range .Alerts.Firing }}{{ .Annotations.summary }}\n{{ end }}"
#: ntfy 2.10 and newer fills `t` and `m` from the JSON that a webhook posts. The braces are escaped,
#: because Grafana reads braces in an address as a template of its own.
_NTFY_QUERY: Final = "?tpl=1&t=%7B%7B.title%7D%7D&m=%7B%7B.message%7D%7D"


@dataclass(frozen=True, slots=True)
class Contact:
    """One way to reach somebody."""

    kind: str  #: one of `KINDS`
    type: str  #: what Grafana calls it
    settings: Json


def uid(kind: str) -> str:
    """Return the uid that Grafana knows a kind of contact by."""
    return f"sitstreak-{kind}"


def email(addresses: str) -> Contact:
    """Return e-mail to addresses that a comma or semicolon parts; Grafana's SMTP sends it."""
    return Contact(
        "email", "email", {"addresses": addresses, "subject": _TITLE, "message": _MESSAGE}
    )


def ntfy(topic_url: str, token: str = "") -> Contact:
    """Return a topic of ntfy, such as `https://ntfy.sh/a-name-nobody-guesses`."""
    return Contact("ntfy", "webhook", _hook(topic_url + _NTFY_QUERY, token))


def webhook(url: str) -> Contact:
    """Return an address that gets Grafana's JSON posted."""
    return Contact("webhook", "webhook", _hook(url))


def telegram(bot_token: str, chat: str) -> Contact:
    """Return a chat of Telegram and the bot that writes to it."""
    # A wearer's name may hold what HTML, the default, would stumble over.
    settings = {"bottoken": bot_token, "chatid": chat, "message": _MESSAGE, "parse_mode": "None"}
    return Contact("telegram", "telegram", settings)


def integration(contact: Contact) -> Json:
    """Return it as Grafana stores it. Nobody is told that a streak ended: they just stood up."""
    return {
        "uid": uid(contact.kind),
        "type": contact.type,
        "settings": contact.settings,
        "disableResolveMessage": True,
    }


def _hook(url: str, token: str = "") -> Json:
    settings = {"url": url, "httpMethod": "POST", "title": _TITLE, "message": _MESSAGE}
    if token:
        settings |= {"authorization_scheme": "Bearer", "authorization_credentials": token}
    return settings
