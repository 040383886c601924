"""One question to a server: whatever comes back, or does not, is an answer and never a crash."""

import socket
import threading
import time
from contextlib import contextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sitstreak.doctor import http
from sitstreak.doctor.http import Answer, NoAnswer, ask


@contextmanager
def server(reply):
    """Answer one connection with these bytes; None: accept it and stay silent."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        done = threading.Event()

        def serve():
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                if reply is None:
                    done.wait(10)
                else:
                    connection.sendall(reply)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            done.set()
            thread.join()


def answer(*headers, body=b"{}", status="200 OK"):
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def test_status_json_and_the_servers_clock_come_back(monkeypatch):
    monkeypatch.setattr(http, "_now_s", lambda: 1_790_003_601.0)
    reply = answer("Date: Mon, 21 Sep 2026 14:13:20 GMT", body=b'{"message": "no\\n such"}')
    with server(reply) as url:
        got = ask(url, "/x")
    assert isinstance(got, Answer)
    assert got.message == "no such"
    assert got.date_s == 1_790_000_000.0
    assert got.clock_ahead_s == 3601.0


@pytest.mark.parametrize("date", [None, "Date: yesterday", "Date: ", "Date: Mon, 99 Foo 2026"])
def test_a_server_without_a_clock_is_not_compared_with(date):
    with server(answer(*([date] if date else []))) as url:
        got = ask(url, "/")
    assert isinstance(got, Answer)
    assert got.clock_ahead_s is None


def test_a_server_that_never_answers_costs_a_few_seconds_only(monkeypatch):
    monkeypatch.setattr(http, "TIMEOUT_S", 0.05)
    with server(None) as url:
        began_s = time.monotonic()
        got = ask(url, "/")
    assert isinstance(got, NoAnswer)
    assert "no answer within" in got.why
    assert time.monotonic() - began_s < 5


@pytest.mark.parametrize(
    "url", ["", "influxdb", "127.0.0.1:8086", "ftp://x", "http://", "http://x:port", "http://[::"]
)
def test_what_is_no_address_is_said(url):
    got = ask(url, "/")
    assert isinstance(got, NoAnswer)
    assert got.is_address_wrong


def test_https_where_there_is_none_is_a_wrong_address_and_silence_is_not():
    with server(answer()) as url:
        got = ask(url.replace("http:", "https:"), "/")
    assert isinstance(got, NoAnswer)
    assert got.is_address_wrong
    assert "http://" in got.why
    assert ask(url, "/") == NoAnswer("Connection refused", is_address_wrong=False)


@settings(max_examples=40)
@given(st.binary(max_size=60), st.booleans())
def test_any_bytes_are_an_answer_or_none(reply, is_http):
    with server((b"HTTP/1.1 " if is_http else b"") + reply) as url:
        assert isinstance(ask(url, "/"), Answer | NoAnswer)
