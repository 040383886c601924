"""A small stand-in for Grafana's HTTP API: it remembers what was put into it and asked of it."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.support.fake_alerting import FakeAlerting

_PROVISIONING = "/v1/provisioning"


class FakeGrafana:
    """Answers on a loopback port until `close`.

    `decline` maps "VERB /path" to the status and message of a refusal.
    """

    def __init__(self, *, token: str, prefix: str = "") -> None:
        self.token, self.prefix = token, prefix
        self.stored: dict[str, dict[str, Any]] = {}  #: path of one thing -> the thing
        self.alerting = FakeAlerting()
        self.requests: list[tuple[str, str]] = []
        self.decline: dict[str, tuple[int, str]] = {}
        self.page: str | None = None  #: HTML that answers everything, as some other server would
        self.clock_ahead_s = 0.0  #: of its header `Date`
        self.source_health = {"status": "OK", "message": "1 measurement found"}
        handler = type("Handler", (_Handler,), {"grafana": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    @property
    def url(self) -> str:
        """Where a client finds it."""
        return f"http://127.0.0.1:{self._server.server_port}{self.prefix}"

    def close(self) -> None:
        """Stop listening and wait for the thread."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(
        self, verb: str, path: str, token: str | None, body: dict[str, Any]
    ) -> tuple[int, Any]:
        """Return status and JSON of one request to `/api` + path."""
        self.requests.append((verb, path))
        if path == "/health":
            return 200, {"database": "ok", "version": "12.3.3"}
        if token != f"Bearer {self.token}":
            return 401, {"message": "Invalid API key"}
        if f"{verb} {path}" in self.decline:
            status, message = self.decline[f"{verb} {path}"]
            return status, {"message": message}
        if path.startswith(_PROVISIONING):
            return self.alerting.answer(verb, path.removeprefix(_PROVISIONING), body)
        return self._stored(verb, path, body)

    def _stored(self, verb: str, path: str, body: dict[str, Any]) -> tuple[int, Any]:
        if verb == "GET":
            if path.startswith("/datasources/uid/") and path.endswith("/health"):
                return 200 if self.source_health["status"] == "OK" else 400, self.source_health
            found = self.stored.get(path)
            if found and path.startswith("/dashboards/uid/"):
                # as Grafana has it: numbered, and beside what it knows of it
                numbered = found | {"id": 7, "version": 3}
                return 200, {"dashboard": numbered, "meta": {"folderUid": "sitstreak"}}
            return (200, found) if found else (404, {"message": "not found"})
        thing = body.get("dashboard", body)
        if "dashboard" in body and f"/folders/{body['folderUid']}" not in self.stored:
            return 400, {"message": "folder not found"}
        if path == "/dashboards/db" and not body["overwrite"]:
            return 412, {"message": "a dashboard with the same uid already exists"}
        if verb == "PUT":
            self.stored[path] = thing
        else:
            plural = {"/dashboards/db": "/dashboards"}.get(path, path)
            one = (
                f"{plural}/{thing['uid']}" if path == "/folders" else f"{plural}/uid/{thing['uid']}"
            )
            self.stored[one] = thing
        return 200, {"status": "success"}


class _Handler(BaseHTTPRequestHandler):
    grafana: FakeGrafana

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def do_PUT(self) -> None:
        self._answer()

    def do_DELETE(self) -> None:
        self._answer()

    def log_message(self, *_: Any) -> None:
        """Tests print what they need."""

    def date_time_string(self, timestamp: float | None = None) -> str:
        now_s = time.time() if timestamp is None else timestamp
        return super().date_time_string(now_s + self.grafana.clock_ahead_s)

    def _answer(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        body = json.loads(self.rfile.read(length) or b"{}")
        base = f"{self.grafana.prefix}/api"
        if self.grafana.page is not None:
            self._send(200, "text/html", self.grafana.page.encode())
        elif not self.path.startswith(base):
            self._send(404, "application/json", b'{"message": "not here"}')
        else:
            token = self.headers.get("Authorization")
            path = self.path.removeprefix(base)
            status, answer = self.grafana.answer(self.command, path, token, body)
            said = b"" if status == 204 else json.dumps(answer).encode()
            self._send(status, "application/json", said)

    def _send(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
