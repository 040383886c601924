"""Whether results find their way to InfluxDB."""

from __future__ import annotations

from typing import Final

from sitstreak.doctor.finding import Finding, ok, unused, wrong
from sitstreak.storage.outbox import OutboxStatus
from sitstreak.views.words import duration

NAME: Final = "outbox"
#: The longest pause between two tries is 5 minutes (storage/drain.py).
PATIENCE_S: Final = 600


def check_outbox(
    status: OutboxStatus | None, *, now_s: float, is_sending: bool, is_running: bool
) -> Finding:
    """Say whether rows wait for too long.

    Parameters
    ----------
    status
        None: there is no data file, or it cannot be read.
    is_sending
        An InfluxDB is set.
    is_running
        A collector, which is who sends, is at work.
    """
    if status is None or not is_sending:
        return unused(NAME, "nothing is to be sent")
    is_waiting = status.n_waiting > 0 or status.n_spans > 0
    waiting = f"{status.n_waiting} rows wait"
    if status.n_spans:
        waiting += ", and days that are to be sent again"
    if status.error is not None and is_waiting:
        return wrong(
            NAME,
            f"stuck, {waiting} and none is lost; InfluxDB or the way to it: {status.error}",
            "put right what stands at InfluxDB below; sending then goes on by itself",
        )
    if status.n_quarantined:
        return wrong(
            NAME,
            f"InfluxDB refused {status.n_quarantined} rows for good; they are set aside",
            "read why: sitstreak outbox list",
        )
    ago_s = None if status.sent_at_s is None else now_s - status.sent_at_s
    if is_waiting and (ago_s is None or ago_s > PATIENCE_S):
        since = "nothing was ever sent" if ago_s is None else f"last sent {duration(ago_s)} ago"
        todo = "stop the collector and start it again" if is_running else "start the collector"
        return wrong(NAME, f"stuck, {waiting}; {since}", f"{todo}: sitstreak run")
    return ok(NAME, waiting if is_waiting else "empty: InfluxDB has confirmed everything")
