"""One question to a server: status, headers and JSON, or why there is no answer."""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection, InvalidURL
from typing import Any, Final
from urllib.parse import urlsplit

TIMEOUT_S: Final = 5.0
_MOST_BYTES: Final = 2**24  #: a large dashboard has a few hundred kB


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said."""

    status: int
    body: Any  #: decoded JSON; None: it was none
    date_s: float | None  #: the server's clock when it answered, UTC [s]
    at_s: float  #: this computer's clock at that moment [s]

    @property
    def message(self) -> str:
        """The server's own words, if it has any."""
        said = self.body if isinstance(self.body, dict) else {}
        return " ".join(str(said.get("message") or said.get("error") or "").split())[:200]

    @property
    def clock_ahead_s(self) -> float | None:
        """How far this computer's clock is ahead of the server's. [s]"""
        return None if self.date_s is None else self.at_s - self.date_s


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """Nothing came back."""

    why: str
    is_address_wrong: bool = False  #: no server that is started can answer there


Reply = Answer | NoAnswer


def ask(
    url: str, path: str, headers: Mapping[str, str] | None = None, *, post: bytes | None = None
) -> Reply:
    """Send one GET, or one POST with a body, and wait a few seconds at most.

    Proxies and redirects are left alone: the answer is that of the address as it is set.
    """
    try:
        parts = urlsplit(url)
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        if parts.scheme not in ("http", "https") or not parts.hostname:
            return NoAnswer("it is no address such as http://127.0.0.1:8086", is_address_wrong=True)
        connection = kind(parts.hostname, parts.port, timeout=TIMEOUT_S)
        with contextlib.closing(connection):
            target = parts.path.rstrip("/") + path
            connection.request("GET" if post is None else "POST", target, post, dict(headers or {}))
            answer = connection.getresponse()
            body = answer.read(_MOST_BYTES)
            return Answer(answer.status, _json(body), _date_s(answer.getheader("Date")), _now_s())
    except TimeoutError:
        return NoAnswer(f"no answer within {TIMEOUT_S:g} s")
    except ssl.SSLCertVerificationError as error:
        why = f"its certificate is not trusted here: {error.verify_message}"
        return NoAnswer(why, is_address_wrong=True)
    except ssl.SSLError as error:
        why = f"no TLS there: {error.reason}; is it http:// and not https://?"
        return NoAnswer(why, is_address_wrong=True)
    except (OSError, HTTPException, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error) or type(error).__name__
        return NoAnswer(why, isinstance(error, (socket.gaierror, InvalidURL, ValueError)))


def _json(body: bytes) -> Any:  # noqa: ANN401 - whatever JSON holds
    try:
        return json.loads(body)
    except ValueError:
        return None


def _date_s(text: str | None) -> float | None:
    try:
        date = parsedate_to_datetime(text or "")
    except (TypeError, ValueError):
        return None
    return (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp()


def _now_s() -> float:
    return time.time()
