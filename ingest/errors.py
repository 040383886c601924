"""Errors of ingest: types that carry data; `str()` is one line that says what to do."""

from __future__ import annotations

from pathlib import Path

from processing.gap_reasons import GapReason


class IngestError(Exception):
    """Base of everything ingest refuses."""


class RecordingError(IngestError):
    """A recording file cannot be used: which file, which data row (the first is 1), why."""

    def __init__(
        self, path: Path, cause: str, *, row: int | None = None, line: int | None = None
    ) -> None:
        self.path, self.cause, self.row, self.line = path, cause, row, line
        where = f"{path}" if row is None else f"{path}, row {row}"
        where += "" if line is None else f" (line {line})"
        super().__init__(f"{where}: {cause}")


class MalformedPacketError(IngestError):
    """Bytes from a sensor that are no packet of its profile; counted and dropped."""


class LinkLostError(IngestError):
    """The radio link is gone; the collector goes on when the sensor is back."""


class CommandRefusedError(LinkLostError):
    """The sensor answers that it will not do what it was told; the link is of no use then."""


class NoAdapterError(IngestError):
    """This machine has no usable Bluetooth adapter."""


class JournalUnavailableError(IngestError):
    """The journal can take nothing just now; nothing of what was handed over is stored.

    Keep it, acknowledge nothing to the sensor, say why, and hand it over again after `retry_s`.
    """

    retry_s: float = 5.0  #: after which another try makes sense [s]
    #: it is mostly over within this: until then nothing is said, and a program that ends waits [s]
    brief_s: float = 0.0
    #: of the gap that it leaves, when it lasts longer than what comes in can be kept
    gap_reason: GapReason = GapReason.NOT_STORED
