"""Live processing: whatever is new in the journal becomes results, for every device."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from processing.live import advance
from processing.method import Method
from sitstreak.calibrated import Advance
from sitstreak.live_device import DeviceProcessor
from sitstreak.settings import Settings
from sitstreak.storage.database import open_database
from sitstreak.storage.enqueue import enqueue
from sitstreak.storage.retention import forget_raw

#: How often, in the wearer's time, rows are handed to the outbox.
_ENQUEUE_EVERY_S: Final = 30


class LiveProcessor:
    """Follows the journal with a cursor per device. For one thread at a time.

    Everything that belongs to one step (seconds, bouts, state, cursor) is one transaction: killed
    anywhere, the next start goes on as if nothing had happened.
    """

    def __init__(
        self, data_dir: Path, settings: Settings, method: Method, *, advance: Advance = advance
    ) -> None:
        self._db = open_database(data_dir)
        self._settings, self._method, self._advance = settings, method, advance
        self._devices: dict[str, DeviceProcessor] = {}
        self._enqueued_at: dict[str, list[tuple[int, int]]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the database."""
        self._db.close()

    def step(self, should_stop: Callable[[], bool] = lambda: False) -> bool:
        """Process whatever is new in the journal, of all devices.

        Parameters
        ----------
        should_stop
            Asked between pieces of work of about a second each; what is left is done next time.

        Returns
        -------
        changed
            Whether anything was new.
        """
        changed = False
        devices = self._known_devices()
        for device in devices:
            while not should_stop() and device.step():
                changed = True
        if self._settings.influx_url and not should_stop():
            for wearer in {device.wearer: None for device in devices}:
                self._enqueue(wearer)
        return changed

    def finish(self, device_id: str) -> None:
        """Settle everything of a device whose data have ended. New data later undo that."""
        for device in self._known_devices():
            if device.device_id == device_id:
                while device.step(is_last=True):
                    pass
                device.finish()
                if self._settings.influx_url:
                    self._queue(device.wearer)

    def forget_raw(self, now_ns: int) -> bool:
        """Delete a piece of the raw samples that are older than the settings keep.

        Returns
        -------
        more
            Whether there may be more to delete: call again soon, else in an hour.
        """
        return forget_raw(self._db, self._settings.keep_raw_days, now_ns, self._method) > 0

    def _enqueue(self, wearer: str) -> None:
        """Queue what is new; nothing is lost between two calls, the cursors are in the database."""
        at = [
            (device.until_s // _ENQUEUE_EVERY_S, device.n_returns)
            for device in self._devices.values()
            if device.wearer == wearer
        ]
        if self._enqueued_at.get(wearer) != at:
            self._queue(wearer)
            self._enqueued_at[wearer] = at

    def _queue(self, wearer: str) -> None:
        most_rows = self._settings.outbox_rows
        enqueue(self._db, wearer, self._settings.zone, self._method, most_rows=most_rows)

    def _known_devices(self) -> list[DeviceProcessor]:
        for key, device_id, wearer in self._db.execute("SELECT id, device_id, wearer FROM device"):
            known = self._devices.get(device_id)
            if known is None or known.wearer != wearer:
                self._devices[device_id] = DeviceProcessor(
                    self._db, key, device_id, wearer, self._method, self._advance
                )
        return list(self._devices.values())
