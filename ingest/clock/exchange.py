"""When to ask a sensor for its time, and which answer belongs to which question."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Final

from ingest.clock.host import Stamp
from processing.model import NS_PER_S

_FIRST_ASKED: Final = 8  #: questions right after a link is made
_FIRST_EVERY_NS: Final = 80_000_000
_EVERY_NS: Final = 15 * NS_PER_S
_PATIENCE_NS: Final = 2 * NS_PER_S  #: an answer that has not come by then is not waited for
_ENOUGH_ANSWERS: Final = 4
#: The longest connection interval that Linux asks for (0x28 x 1.25 ms; net/bluetooth/hci_core.c).
_INTERVAL_NS: Final = 50_000_000
_GOLDEN: Final = (sqrt(5) - 1) / 2


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and its answer."""

    sent: Stamp
    device_ns: int
    arrived: Stamp


class TimeAsker:
    """Asks at moments spread over the connection interval, so that some way there is short.

    A question waits for the next connection event. Asked in step with the events it would always
    wait as long; so the moments are shifted by the golden ratio of an interval each time, which
    fills it evenly. [1]_

    References
    ----------
    .. [1] D. E. Knuth, The Art of Computer Programming, vol. 3, 6.4 (Fibonacci hashing).
    """

    def __init__(self) -> None:
        self._due_ns: int | None = None
        self._link_ns = 0
        self._token = 0
        self._n_asked = 0
        self._n_answers = 0
        self._pending: tuple[int, Stamp] | None = None

    def link_up(self, monotonic_ns: int) -> None:
        """Begin anew with a link; nothing of the last one will be answered."""
        self._due_ns = self._link_ns = monotonic_ns
        self._n_asked = self._n_answers = 0
        self._pending = None

    def is_ready(self, monotonic_ns: int) -> bool:
        """Whether enough was answered to begin storing, or no more is to be waited for."""
        has_waited = monotonic_ns - self._link_ns > _PATIENCE_NS
        return self._n_answers >= _ENOUGH_ANSWERS or (has_waited and self._n_answers > 0)

    @property
    def due_ns(self) -> int | None:
        """When the next question is due, by the monotonic clock; None without a link. [ns]

        Wait exactly so long. To ask whenever a packet has just arrived is to ask right after a
        connection event each time, and to wait a whole interval for the next one: every lower
        bound is then an interval too low.
        """
        if self._due_ns is None or self._pending is None:
            return self._due_ns
        return max(self._due_ns, self._pending[1].monotonic_ns + _PATIENCE_NS)

    def ask(self, stamp: Stamp) -> int | None:
        """Return the token of a question to be written at once, or None if none is due.

        Parameters
        ----------
        stamp
            Read right before; what passes until the question is written only loosens the answer.
        """
        now_ns = stamp.monotonic_ns
        due_ns = self.due_ns
        if due_ns is None or now_ns < due_ns:
            return None
        self._token = self._token % 255 + 1
        self._pending = (self._token, stamp)
        self._n_asked += 1
        every_ns = _FIRST_EVERY_NS if self._n_asked < _FIRST_ASKED else _EVERY_NS
        self._due_ns = now_ns + every_ns + round(self._n_asked * _GOLDEN % 1 * _INTERVAL_NS)
        return self._token

    def answer(self, token: int, device_ns: int, arrived: Stamp) -> Exchange | None:
        """Return the exchange that an answer completes; None for one that was not waited for."""
        if self._pending is None or self._pending[0] != token:
            return None
        sent = self._pending[1]
        self._pending = None
        self._n_answers += 1
        return Exchange(sent, device_ns, arrived)
