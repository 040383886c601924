"""Whether this computer's clock and a server's agree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sitstreak.doctor.finding import Finding, ok, unused, wrong
from sitstreak.views.words import duration

NAME: Final = "clock"
#: From here on results are drawn in another minute than they happened. The header `Date` has whole
#: seconds, and the way there and back takes a few more at most.
MOST_OFF_S: Final = 60.0
_HOUR_S: Final = 3600
_NEAR_S: Final = 120


def check_clock(ahead_s: Mapping[str, float]) -> Finding:
    """Compare the clocks.

    Parameters
    ----------
    ahead_s
        Server -> how far this computer's clock is ahead of the server's. [s]
    """
    if not ahead_s:
        return unused(NAME, "there is no server to compare this computer's clock with")
    server, worst_s = max(ahead_s.items(), key=lambda one: abs(one[1]))
    if abs(worst_s) <= MOST_OFF_S:
        return ok(NAME, f"this computer and {' and '.join(ahead_s)} agree to a minute")
    way = "ahead of" if worst_s > 0 else "behind"
    whole = round(worst_s / _HOUR_S)
    hint = ""
    if whole and abs(worst_s - whole * _HOUR_S) <= _NEAR_S:
        worst_s = whole * _HOUR_S
        hint = " (whole hours: somebody set the clock instead of the time zone)"
    return wrong(
        NAME,
        f"this computer's clock is {duration(abs(worst_s))} {way} that of {server}{hint}",
        f"let the network set the clock: sudo timedatectl set-ntp true, here and on {server}",
    )
