"""InfluxDB: one request at a time; each error says whether to try again or to set rows aside."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Final, Protocol, Self

from influxdb_client.client.exceptions import InfluxDBError
from influxdb_client.client.influxdb_client import InfluxDBClient
from influxdb_client.domain.write_precision import WritePrecision
from influxdb_client.service.delete_service import DeleteService
from influxdb_client.service.write_service import WriteService
from urllib3.exceptions import HTTPError

from sitstreak.errors import SitstreakError
from sitstreak.settings import Settings
from sitstreak.storage.outbox import Deletion

#: To connect, and to wait for an answer.
_TIMEOUTS_MS: Final = (5_000, 30_000)
#: InfluxDB's delete takes a span; this is past every time stamp.
_END_OF_TIME: Final = datetime(2200, 1, 1, tzinfo=UTC)
#: Answers that the same rows will get for ever, if it is InfluxDB itself that gives them.
_TERMINAL: Final = frozenset({400, 422})
_TOO_LARGE: Final = 413
#: How InfluxDB 2 calls errors that lie in the rows.
_CODES: Final = frozenset({"invalid", "unprocessable entity", "empty value"})
_QUOTED: Final = re.compile(r"'.*'|\".*\"", re.DOTALL)
_SETTINGS: Final = re.compile(r"\b(?:org(?:ID|ani[sz]ation)?|bucket)s?\b", re.IGNORECASE)
#: Whatever a server asks for, it is tried again within the hour.
_LONGEST_RETRY_AFTER_S: Final = 3_600.0
_CANNOT_DELETE: Final = frozenset({404, 405, 501})


class SinkUnavailableError(SitstreakError):
    """Transient, or wrongly set up: keep everything, back off, send the same again."""

    def __init__(self, message: str, *, retry_after_s: float = 0.0) -> None:
        self.retry_after_s = retry_after_s  #: InfluxDB asks to be left alone for so long
        super().__init__(message)


class RowsRejectedError(SitstreakError):
    """Terminal: at least one of these rows can never be stored."""


class Sink(Protocol):
    """Where the outbox goes."""

    def write(self, lines: Sequence[str]) -> None:
        """Store all lines, or raise one of the two errors of this module."""

    def delete(self, deletion: Deletion) -> None:
        """Remove rows, or raise one of the two errors of this module."""


class InfluxSink:
    """A bucket of InfluxDB 2.

    The client's own write API is not used: its batching mode loses rows without a word, and its
    synchronous mode takes any answer from 200 to 299 for stored, which a login page in between
    gives as well. Only 204 is. Time stamps are integers in nanoseconds, because the client's
    milliseconds come out one wrong in an eighth of all cases.
    """

    def __init__(self, url: str, token: str, org: str, bucket: str) -> None:
        self._url, self._org, self._bucket = url, org, bucket
        # No hidden retries: the outbox keeps the rows and does the waiting.
        self._client: Any = InfluxDBClient(
            url=url, token=token, org=org, timeout=_TIMEOUTS_MS, retries=False
        )
        api: Any = self._client.api_client
        self._writes: Any = WriteService(api)  # type: ignore[no-untyped-call]
        self._deletes: Any = DeleteService(api)  # type: ignore[no-untyped-call]

    @classmethod
    def from_settings(cls, settings: Settings) -> Self | None:
        """Return the bucket of the settings; None when no address is set: nothing is sent."""
        if not settings.influx_url:
            return None
        token = settings.influx_token.get_secret_value() if settings.influx_token else ""
        return cls(settings.influx_url, token, settings.influx_org, settings.influx_bucket)

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
        """Close the connections."""
        self._client.close()

    def write(self, lines: Sequence[str]) -> None:
        """Store lines in one request; returns once InfluxDB has confirmed all of them.

        Raises
        ------
        SinkUnavailableError
            If it cannot be reached, is busy or failing, or refuses token, bucket or organisation.
        RowsRejectedError
            If it will never take these lines as they are. Some of them may be stored.
        """
        self._check_names()
        try:
            _, status, _ = self._writes.post_write_with_http_info(
                self._org,
                self._bucket,
                "\n".join(lines).encode(),
                precision=WritePrecision.NS,
                _return_http_data_only=False,
            )
        except (InfluxDBError, HTTPError, OSError, ValueError) as error:
            raise self._explained(error) from error
        self._check_204(status)

    def delete(self, deletion: Deletion) -> None:
        """Remove the rows of one measurement and its tags from a moment on; errors as `write`.

        A server that has the bucket and no way to delete (InfluxDB 1 and 3) gives
        `RowsRejectedError`.
        """
        self._check_names()
        tags = {"_measurement": deletion.measurement, "wearer": deletion.wearer}
        if deletion.device_id:
            tags["device"] = deletion.device_id
        request = {
            "start": _rfc3339(datetime.fromtimestamp(deletion.from_s, UTC)),
            "stop": _rfc3339(_END_OF_TIME),
            "predicate": " AND ".join(f"{name}={_quoted(value)}" for name, value in tags.items()),
        }
        try:
            _, status, _ = self._deletes.post_delete_with_http_info(
                request, org=self._org, bucket=self._bucket, _return_http_data_only=False
            )
        except (InfluxDBError, HTTPError, OSError, ValueError) as error:
            if getattr(error, "status", None) in _CANNOT_DELETE:
                self._refuse_if_bucket_is_there()
            raise self._explained(error) from error
        self._check_204(status)

    def _refuse_if_bucket_is_there(self) -> None:
        """Tell "no such bucket" from "cannot delete": both are answered with 404."""
        # InfluxDB 2 rejects an empty request to a bucket it knows, others take it.
        with contextlib.suppress(RowsRejectedError):
            self.write([])
        raise RowsRejectedError("this server cannot delete rows; outdated ones stay in the bucket")

    def _check_names(self) -> None:
        for setting, value in (("ORG", self._org), ("BUCKET", self._bucket)):
            if not value.strip():
                raise SinkUnavailableError(
                    f"SITSTREAK_INFLUX_{setting} is empty; InfluxDB needs both an organisation "
                    "and a bucket"
                )

    def _check_204(self, status: int) -> None:
        if status != 204:
            raise SinkUnavailableError(
                f"{self._url} answers {status} where InfluxDB answers 204; "
                "is SITSTREAK_INFLUX_URL the address of InfluxDB itself?"
            )

    def _explained(self, error: Exception) -> SitstreakError:
        status = getattr(error, "status", None)
        if not isinstance(status, int):
            return SinkUnavailableError(
                f"InfluxDB at {self._url} cannot be reached: {_cause(error)}"
            )
        said = _one_line(getattr(error, "message", None))
        # A proxy in between has its own limit; rows are sent by fewer and fewer then.
        if status == _TOO_LARGE:
            return RowsRejectedError(f"{status}: {said}")
        if status in _TERMINAL:
            reason = _own_reason(getattr(error, "body", None))
            if reason is not None and not _is_about_settings(reason):
                return RowsRejectedError(f"{status}: {_one_line(reason)}")
            why = (
                f"answers {status}, and not as InfluxDB does; is SITSTREAK_INFLUX_URL the address "
                "of InfluxDB itself, with http or https as it should be?"
                if reason is None
                else f"answers {status}; check SITSTREAK_INFLUX_BUCKET and SITSTREAK_INFLUX_ORG"
            )
        elif status in (401, 403):
            why = "refuses the token; check SITSTREAK_INFLUX_TOKEN and that it may write the bucket"
        elif status == 404:
            why = (
                f"does not know bucket {self._bucket!r} of organisation {self._org!r}; "
                "check SITSTREAK_INFLUX_BUCKET and SITSTREAK_INFLUX_ORG"
            )
        else:
            why = f"answers {status}"
        return SinkUnavailableError(
            f"InfluxDB at {self._url} {why} ({said})",
            retry_after_s=_retry_after_s(getattr(error, "retry_after", None)),
        )


def _retry_after_s(header: object) -> float:
    """Read the header Retry-After (RFC 9110, 10.2.3) where it is a number of seconds."""
    # Its other form is a date, by a clock that may not be ours; InfluxDB sends seconds.
    if isinstance(header, str) and header.strip().isascii() and header.strip().isdigit():
        return min(float(header), _LONGEST_RETRY_AFTER_S)
    return 0.0


def _own_reason(body: object) -> str | None:
    """Return what InfluxDB says of the rows; None if the answer is not one of its own.

    InfluxDB 2 has `code` and `message`, InfluxDB 1 and 3 have `error`.
    """
    if not isinstance(body, str | bytes):
        return None
    try:
        answer = json.loads(body)
    except ValueError:
        return None
    if not isinstance(answer, dict):
        return None
    if answer.keys() <= {"error", "data"}:
        reason = answer.get("error")
    else:
        reason = answer.get("message") if str(answer.get("code")) in _CODES else None
    return reason if isinstance(reason, str) else None


def _is_about_settings(reason: str) -> bool:
    """Tell whether organisation or bucket is refused; quoted are the rows, and they may say so."""
    return _SETTINGS.search(_QUOTED.sub("", reason)) is not None


def _cause(error: BaseException) -> str:
    """Return the innermost reason: urllib3 wraps the system's words in its own."""
    while error.__cause__ is not None:
        error = error.__cause__
    return _one_line(str(error) or type(error).__name__)


def _one_line(said: object) -> str:
    text = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
    return " ".join(text.split())[:300]


def _rfc3339(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _quoted(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)
