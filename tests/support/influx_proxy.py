"""Test-only stand-in for InfluxDB 2.x in front of a real influxd 1.6.

Only the differences that our client meets are mapped: the write path, the token, `/health`.
Everything that decides what is stored or what a query answers stays the real server's work.
"""

from __future__ import annotations

import json
import re
import threading
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

_PASSED_ON = ("Content-Encoding", "Content-Type", "Accept")
#: 1.6 answers 204 to `us`, and stores the points in January 1970.
_PRECISION = {"us": "u"}
#: One condition of a 2.x delete predicate: a name and a quoted text.
_CONDITION = re.compile(r'("?)(\w+)\1\s*=\s*("(?:[^"\\]|\\.)*")')
_V2_CODE = {
    400: "invalid",
    401: "unauthorized",
    404: "not found",
    429: "too many requests",
    503: "unavailable",
}


class InfluxProxy:
    """Listens on a loopback port of its own until `close`; can be told to fail.

    `fail(503)`, `fail(429)`, ... answers writes, queries and `/health` with that status;
    `fail("drop")` cuts the connection after the request was read; `refuse()` stops listening, so
    that connecting fails; `heal()` ends each of these, on the same port.
    """

    def __init__(self, backend: tuple[str, int], *, token: str, lean: bool = False) -> None:
        self.backend, self.token = backend, token
        self.lean = lean  #: for measuring: connections stay open, and no line is kept
        self.failure: int | str | None = None
        self.fail_next = 0  #: how many requests still fail; 0 with a failure set: all of them
        self.retry_after = ""
        self.n_writes = 0  #: write requests that arrived, failed ones too
        self.lines: list[str] = []  #: line protocol of every write the server took with 204
        self._server: ThreadingHTTPServer | None = None
        self._address = ("127.0.0.1", 0)
        self._listen()

    @property
    def url(self) -> str:
        """Where a client finds it."""
        return f"http://127.0.0.1:{self._address[1]}"

    def fail(self, how: int | str, *, times: int = 0, retry_after: str = "") -> None:
        """Fail from now on, or only for the next `times` requests; `retry_after` is a header."""
        self.failure, self.fail_next, self.retry_after = how, times, retry_after

    def refuse(self) -> None:
        """Stop listening; the port is remembered."""
        self.close()

    def heal(self) -> None:
        """Work again."""
        self.failure, self.fail_next, self.retry_after = None, 0, ""
        if self._server is None:
            self._listen()

    def close(self) -> None:
        """Stop listening and wait for the thread."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()
            self._server = None

    def take_failure(self) -> int | str | None:
        """Return how this request is to fail, if at all."""
        failure = self.failure
        if failure is not None and self.fail_next:
            self.fail_next -= 1
            if not self.fail_next:
                self.failure = None
        return failure

    def _listen(self) -> None:
        more = {"protocol_version": "HTTP/1.1"} if self.lean else {}
        handler = type("Handler", (_Handler,), {"proxy": self, **more})
        self._server = ThreadingHTTPServer(self._address, handler)
        self._address = ("127.0.0.1", self._server.server_port)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()


class _Handler(BaseHTTPRequestHandler):
    proxy: InfluxProxy
    link: HTTPConnection | None = None

    def do_GET(self) -> None:
        self._answer()

    def do_HEAD(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def log_message(self, *_: Any) -> None:
        """Tests print what they need."""

    def _answer(self) -> None:
        url, body = urlsplit(self.path), self._body()
        if url.path == "/api/v2/write":
            self.proxy.n_writes += 1
        failure = self.proxy.take_failure()
        if failure == "drop":
            self.close_connection = True
        elif isinstance(failure, int):
            self._refuse(failure, "the test asked for it", self.proxy.retry_after)
        elif url.path == "/ping":
            self._send(204, b"")
        elif url.path == "/health":
            health = {"name": "influxdb", "message": "ready for queries and writes"}
            self._send(200, json.dumps(health | {"status": "pass", "checks": []}).encode())
        elif self.headers.get("Authorization") != f"Token {self.proxy.token}":
            self._refuse(401, "unauthorized access")
        elif url.path == "/query":
            self._send(*self._ask(self.path, body))
        else:
            asked = {name: values[0] for name, values in parse_qs(url.query).items()}
            self._change(url.path, asked, body)

    def _change(self, path: str, asked: dict[str, str], body: bytes) -> None:
        if path not in ("/api/v2/write", "/api/v2/delete"):
            self._refuse(404, f"path not found: {path}")
        elif not asked.get("org"):
            self._refuse(400, "org or orgID must be given")
        elif path.endswith("write"):
            self._write(asked, body)
        else:
            self._delete(asked, json.loads(body))

    def _write(self, asked: dict[str, str], body: bytes) -> None:
        database, _, policy = asked.get("bucket", "").partition("/")
        precision = asked.get("precision", "ns")
        mapped = {"db": database, "precision": _PRECISION.get(precision, precision)}
        if policy:
            mapped["rp"] = policy
        status, answer = self._ask(f"/write?{urlencode(mapped)}", body)
        if status == 204 and not self.proxy.lean:
            self.proxy.lines += body.decode(errors="replace").splitlines()
        self._send(status, answer)

    def _delete(self, asked: dict[str, str], wanted: dict[str, str]) -> None:
        """Delete by tags and time, both ends included: 2.x takes JSON, 1.6 a statement."""
        equal = {
            name: json.loads(text) for _, name, text in _CONDITION.findall(wanted["predicate"])
        }
        conditions = [f"time >= '{wanted['start']}'", f"time <= '{wanted['stop']}'"]
        source = f'"{equal.pop("_measurement")}"' if "_measurement" in equal else "/.*/"
        for name, text in equal.items():
            escaped = text.replace("\\", "\\\\").replace("'", "\\'")
            conditions.append(f"\"{name}\" = '{escaped}'")
        statement = f"DELETE FROM {source} WHERE {' AND '.join(conditions)}"
        database = asked.get("bucket", "").partition("/")[0]
        status, answer = self._ask(f"/query?{urlencode({'db': database, 'q': statement})}", b"")
        error = json.loads(answer)["results"][0].get("error") if status == 200 else answer.decode()
        if error:
            self._refuse(404 if "not found" in error else 400, error)
        else:
            self._send(204, b"")

    def _ask(self, path: str, body: bytes) -> tuple[int, bytes]:
        headers = {name: self.headers[name] for name in _PASSED_ON if name in self.headers}
        link = self.link or HTTPConnection(*self.proxy.backend, timeout=30)
        try:
            link.request(self.command, path, body or None, headers)
            answer = link.getresponse()
            return answer.status, answer.read()
        finally:
            if self.proxy.lean:
                self.link = link
            else:
                link.close()

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def _refuse(self, status: int, message: str, retry_after: str = "") -> None:
        error = {"code": _V2_CODE.get(status, "internal error"), "message": message}
        self._send(status, json.dumps(error).encode(), retry_after)

    def _send(self, status: int, body: bytes, retry_after: str = "") -> None:
        self.send_response(status)
        if retry_after:
            self.send_header("Retry-After", retry_after)
        self.send_header("X-Influxdb-Version", "v2.7-stand-in")
        if status != 204:
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if status != 204 and self.command != "HEAD":
            self.wfile.write(body)
