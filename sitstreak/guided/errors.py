"""Why a guided measurement ended without a result. Nothing is stored then."""

from __future__ import annotations

from sitstreak.errors import SitstreakError
from sitstreak.views.words import duration


class NotCollectingError(SitstreakError):
    """No collector fills the journal."""

    def __init__(self) -> None:
        super().__init__(
            "nothing is being recorded; start `sitstreak run` (or `sitstreak demo`) in another "
            "terminal, with the same --data-dir, and try again"
        )


class NoSensorError(SitstreakError):
    """The collector has not heard a sensor yet."""

    def __init__(self, wearer: str | None) -> None:
        whose = "" if wearer is None else f" of wearer {wearer!r}"
        super().__init__(f"no sensor{whose} has sent anything yet; switch it on and come near")


class SensorSilentError(SitstreakError):
    """Samples stopped coming, or come from the past."""

    def __init__(self, device_id: str, silent_s: float) -> None:
        self.device_id, self.silent_s = device_id, silent_s
        super().__init__(
            f"sensor {device_id} has been silent for {duration(silent_s)}: come nearer to this "
            "computer, check the battery, and try again; nothing was stored"
        )


class CatchingUpError(SitstreakError):
    """The samples that come in now were taken long ago."""

    def __init__(self, device_id: str, behind_s: float) -> None:
        super().__init__(
            f"sensor {device_id} is handing over what it recorded {duration(behind_s)} ago; wait "
            "until it is live, and try again"
        )


class GuidedRefusedError(SitstreakError):
    """The wearer did something else than was asked for."""

    def __init__(self, why: str) -> None:
        super().__init__(f"{why}; nothing was stored, try again")


class NotCalibratedError(SitstreakError):
    """A test needs to know how the clip sits."""

    def __init__(self) -> None:
        super().__init__("it is not known yet how the clip sits: do `sitstreak calibrate` first")
