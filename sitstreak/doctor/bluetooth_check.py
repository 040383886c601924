"""Whether this computer can listen to sensors, and whether yours is heard."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum
from typing import Final

from sitstreak.doctor.finding import Finding, ok, unused, wrong
from sitstreak.views.words import duration

ADAPTER: Final = "Bluetooth"
SENSOR: Final = "sensor"
#: A linked sensor sends each second; a hip sensor out of reach is fetched from its log later.
LATELY_S: Final = 600


class Radio(Enum):
    """What came of listening."""

    LISTENED = "listened"
    NOT_ASKED = "not asked"
    NO_ADAPTER = "no adapter"
    OFF = "off"
    NO_SERVICE = "no service"
    NO_PERMISSION = "no permission"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class RadioFacts:
    """What came of listening for a few seconds."""

    radio: Radio
    heard: frozenset[str] = frozenset()  #: addresses, in small letters
    why: str = ""  #: the system's own words


_WRONG: Final = {
    Radio.NO_ADAPTER: (
        "this computer has no Bluetooth adapter that can be used",
        "plug in a Bluetooth 4.0 (or newer) adapter, then: sitstreak doctor",
    ),
    Radio.OFF: ("Bluetooth is switched off", "switch it on: bluetoothctl power on"),
    Radio.NO_SERVICE: (
        "the system's Bluetooth service does not answer",
        "start it: sudo systemctl enable --now bluetooth",
    ),
    Radio.NO_PERMISSION: (
        "this user may not use Bluetooth (D-Bus refuses)",
        "join the group and log in again: sudo usermod -aG bluetooth $USER",
    ),
    Radio.OTHER: ("listening failed", "restart the service: sudo systemctl restart bluetooth"),
}


def check_adapter(facts: RadioFacts) -> Finding:
    """Say whether sensors can be listened to."""
    if facts.radio is Radio.NOT_ASKED:
        return unused(ADAPTER, "left alone, as asked")
    if facts.radio is Radio.LISTENED:
        n = len(facts.heard)
        return ok(ADAPTER, f"works; {n} {'device is' if n == 1 else 'devices are'} heard")
    found, todo = _WRONG[facts.radio]
    why = f" ({facts.why})" if facts.radio is Radio.OTHER and facts.why else ""
    return wrong(ADAPTER, found + why, todo)


def check_sensor(
    facts: RadioFacts,
    *,
    paired: Collection[str],
    data_until_s: float | None,
    now_s: float,
    is_running: bool,
) -> Finding:
    """Say whether a sensor is yours, and whether it has been heard lately.

    Parameters
    ----------
    paired
        Addresses of the sensors that are yours, in small letters.
    data_until_s
        Up to when there are samples. [s]
    """
    if not paired and facts.radio is Radio.NOT_ASKED:
        return unused(SENSOR, "none is yours here")
    if not paired:
        return wrong(SENSOR, "none is yours yet", "wake it, then: sitstreak pair")
    if data_until_s is not None and now_s - data_until_s <= LATELY_S:
        return ok(SENSOR, f"last samples {duration(max(now_s - data_until_s, 0))} ago")
    last = (
        "it has not sent anything yet"
        if data_until_s is None
        else f"last samples {duration(now_s - data_until_s)} ago"
    )
    if not is_running:
        return wrong(SENSOR, f"{last}; no collector is at work", "start it: sitstreak run")
    if facts.radio is not Radio.LISTENED:
        return wrong(SENSOR, last, "wake it and bring it near this computer")
    if facts.heard.isdisjoint(paired):
        return wrong(
            SENSOR,
            f"{last}, and it is not heard now",
            "charge it (or change its battery), wake it and bring it near this computer",
        )
    return wrong(
        SENSOR,
        f"{last}, though it is heard now",
        "close other apps that hold a link to it, then stop the collector and: sitstreak run",
    )
