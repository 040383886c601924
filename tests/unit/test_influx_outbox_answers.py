"""Which answers set rows aside for ever: only those in which InfluxDB itself speaks of the rows."""

import json
import threading
from collections.abc import Callable
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from sitstreak.storage import outbox, quarantine
from sitstreak.storage.database import open_database, transaction
from sitstreak.storage.drain import drain_all, drain_once
from sitstreak.storage.influx import InfluxSink, SinkUnavailableError
from sitstreak.storage.lines import Line
from tests.support.storage_kit import DEVICE, T0_S

HTML = "<html><body>Bad Request</body></html>"


class _Server(ThreadingHTTPServer):
    answer: Callable[[bytes], tuple[int, bytes]]


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_POST(self) -> None:
        sent = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        status, body = self.server.answer(sent)
        self.send_response(status)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_) -> None:
        """Tests print what they need."""


@pytest.fixture
def server():
    """Answer every request by `server.answer(body) -> (status, body)`."""
    with _Server(("127.0.0.1", 0), _Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def sink(server):
    with InfluxSink(f"http://127.0.0.1:{server.server_port}", "t", "o", "b") as sink:
        yield sink


@pytest.fixture
def connection(tmp_path):
    with closing(open_database(tmp_path)) as connection:
        yield connection


def put(connection, n: int) -> None:
    with transaction(connection):
        outbox.put(
            connection,
            [Line("streak,wearer=me", T0_S + 30 * i, f"streak_s={i}.0") for i in range(n)],
        )


def counts(connection) -> tuple[int, int]:
    status = outbox.status(connection)
    return status.n_waiting, status.n_quarantined


def v2(code: object, message: str) -> str:
    return json.dumps({"code": code, "message": message})


@pytest.mark.parametrize("status", [400, 422])
@pytest.mark.parametrize(
    "body",
    [
        pytest.param("Client sent an HTTP request to an HTTPS server.\n", id="plain http to tls"),
        pytest.param(HTML, id="a proxy"),
        pytest.param("", id="nothing"),
        pytest.param("[]", id="a list"),
        pytest.param('{"detail": "Bad Request"}', id="another service"),
        pytest.param('{"status": 400, "error": "Bad Request", "path": "/"}', id="a third one"),
        pytest.param('{"error": {"reason": "no"}}', id="a fourth one"),
        pytest.param(v2(400, "bad request"), id="a number for a code"),
        pytest.param(v2(["invalid"], "bad request"), id="a list for a code"),
    ],
)
def test_an_answer_that_is_not_of_influxdb_sets_nothing_aside(
    server, sink, connection, status, body
):
    server.answer = lambda _: (status, body.encode())
    put(connection, 3)
    with pytest.raises(SinkUnavailableError, match="SITSTREAK_INFLUX_URL the address") as error:
        drain_once(connection, sink)
    assert "\n" not in str(error.value)
    assert counts(connection) == (3, 0)


def test_a_deletion_is_kept_when_the_answer_is_not_of_influxdb(server, sink, connection):
    server.answer = lambda _: (400, HTML.encode())
    with transaction(connection):
        outbox.put_deletions(connection, "me", DEVICE, T0_S)
    with pytest.raises(SinkUnavailableError):
        drain_once(connection, sink)
    assert counts(connection) == (6, 0)


@pytest.mark.parametrize(
    "message",
    [
        "Please provide either orgID or org",
        'organization name "o" not found',
        'bucket "b" not found',
        "invalid bucket name",
    ],
)
def test_a_refused_organisation_or_bucket_sets_nothing_aside(server, sink, connection, message):
    server.answer = lambda _: (400, v2("invalid", message).encode())
    put(connection, 3)
    with pytest.raises(SinkUnavailableError, match="check SITSTREAK_INFLUX_BUCKET"):
        drain_once(connection, sink)
    assert counts(connection) == (3, 0)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        pytest.param(400, v2("invalid", "unable to parse 'x': missing fields"), id="2, malformed"),
        pytest.param(
            422,
            v2(
                "unprocessable entity",
                "failure writing points to database: partial write: field type conflict",
            ),
            id="2, conflict",
        ),
        pytest.param(
            400,
            v2("invalid", "unable to parse 'streak,wearer=my\\ bucket': missing fields"),
            id="2, a wearer called bucket",
        ),
        pytest.param(400, '{"error": "partial write: field type conflict"}\n', id="1"),
        pytest.param(
            400, '{"error": "partial write of line protocol occurred", "data": []}', id="3"
        ),
    ],
)
def test_a_row_that_influxdb_refuses_is_set_aside_and_the_others_arrive(
    server, sink, connection, status, body
):
    stored = []

    def answer(sent: bytes) -> tuple[int, bytes]:
        if b"streak_s=2.0" in sent:
            return status, body.encode()
        stored.extend(sent.splitlines())
        return 204, b""

    server.answer = answer
    put(connection, 5)
    drain_all(connection, sink)
    assert counts(connection) == (0, 1)
    assert len(stored) == 4
    [(line, reason)] = set_aside(connection)
    assert "streak_s=2.0" in line
    assert reason.startswith(f"{status}: ")
    assert "{" not in reason


def test_rows_that_are_too_many_for_a_proxy_go_in_smaller_requests(server, sink, connection):
    stored = []

    def answer(sent: bytes) -> tuple[int, bytes]:
        if len(sent) > 200:
            return 413, HTML.encode()
        stored.extend(sent.splitlines())
        return 204, b""

    server.answer = answer
    put(connection, 50)
    assert drain_all(connection, sink) == 50
    assert counts(connection) == (0, 0)
    assert len(set(stored)) == len(stored) == 50


def test_one_row_that_is_too_large_by_itself_is_set_aside(server, sink, connection):
    server.answer = lambda sent: (413, HTML.encode()) if b"=1.0" in sent else (204, b"")
    put(connection, 3)
    drain_all(connection, sink)
    assert counts(connection) == (0, 1)


@pytest.mark.parametrize(("org", "bucket", "named"), [("", "b", "ORG"), ("o", " ", "BUCKET")])
def test_an_empty_organisation_or_bucket_is_said_plainly(server, connection, org, bucket, named):
    server.answer = lambda _: (204, b"")
    put(connection, 3)
    with (
        InfluxSink(f"http://127.0.0.1:{server.server_port}", "t", org, bucket) as sink,
        pytest.raises(SinkUnavailableError, match=f"SITSTREAK_INFLUX_{named} is empty"),
    ):
        drain_once(connection, sink)
    assert counts(connection) == (3, 0)


def set_aside(connection):
    return [(refused.line, refused.reason) for refused in quarantine.listed(connection)]
