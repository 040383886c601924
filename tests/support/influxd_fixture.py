"""The fixture `influx`: a real influxd of this machine behind the test-only proxy."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

if TYPE_CHECKING:  # pytest puts tests/support on the path; mypy knows one name for a file
    from tests.support.influx_proxy import InfluxProxy
else:
    from tests.support.influx_proxy import InfluxProxy

START_DEADLINE_S = 30.0
_LISTENING = re.compile(rb'"Listening on HTTP".*addr=127\.0\.0\.1:(\d+)')
_CONFIG = """
reporting-disabled = true
bind-address = "127.0.0.1:0"
[meta]
  dir = "{root}/meta"
[data]
  dir = "{root}/data"
  wal-dir = "{root}/wal"
[monitor]
  store-enabled = false
[http]
  bind-address = "127.0.0.1:0"
  log-enabled = false
"""


@dataclass(frozen=True)
class Influx:
    """An empty database `wear`, reached the way the product reaches InfluxDB 2.x."""

    proxy: InfluxProxy
    port: int  #: of influxd itself
    org: str = "sitstreak"
    bucket: str = "wear"

    @property
    def url(self) -> str:
        """Address for the setting influx_url."""
        return self.proxy.url

    @property
    def token(self) -> str:
        """The only token that is let in."""
        return self.proxy.token

    def write(self, lines: str, *, precision: str = "ns", token: str | None = None) -> int:
        """Send line protocol through the proxy and return the HTTP status."""
        asked = urlencode({"org": self.org, "bucket": self.bucket, "precision": precision})
        return _request(
            self.proxy.url, "POST", f"/api/v2/write?{asked}", lines, token or self.token
        )[0]

    def answer(self, influxql: str, epoch: str = "ns") -> list[dict[str, Any]]:
        """Return the series of the first statement: name, tags, columns, values."""
        asked = urlencode({"db": self.bucket, "epoch": epoch, "q": influxql})
        status, body = _request(self.proxy.url, "GET", f"/query?{asked}", None, self.token)
        result = json.loads(body)
        error = result.get("error") or result["results"][0].get("error")
        if status != 200 or error:
            raise ValueError(f"{influxql}: {status} {error}")
        series: list[dict[str, Any]] = result["results"][0].get("series", [])
        return series

    def query(self, influxql: str, epoch: str = "ns") -> list[dict[str, Any]]:
        """Return the rows of all series, tags of GROUP BY included, as dicts."""
        return [
            series.get("tags", {}) | dict(zip(series["columns"], values, strict=True))
            for series in self.answer(influxql, epoch)
            for values in series["values"]
        ]

    def reset(self) -> None:
        """Forget everything stored."""
        for statement in (f"DROP DATABASE {self.bucket}", f"CREATE DATABASE {self.bucket}"):
            url = f"http://127.0.0.1:{self.port}"
            status, body = _request(url, "POST", f"/query?{urlencode({'q': statement})}", None, "")
            assert status == 200, body


@pytest.fixture(scope="session")
def influxd_port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Start influxd on a free port once for the session; its data vanish with pytest's."""
    binary = shutil.which("influxd")
    if binary is None:
        why = "influxd is not installed (Debian and Ubuntu: apt install influxdb)"
        if os.environ.get("CI") == "true":
            pytest.fail(why)
        pytest.skip(why)
    with started_influxd(tmp_path_factory.mktemp("influxd")) as (_, port):
        yield port


@contextlib.contextmanager
def started_influxd(root: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """Start influxd on a free port with its data in `root`; started again there, it goes on."""
    binary = shutil.which("influxd")
    assert binary is not None
    config = root / "influxd.toml"
    config.write_text(_CONFIG.format(root=root), encoding="utf-8")
    with subprocess.Popen(
        [binary, "run", "-config", str(config)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env={"PATH": os.environ["PATH"], "HOME": str(root)},
    ) as process:
        try:
            yield process, _port_from_log(process, root / "influxd.log")
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()


@pytest.fixture
def influx(influxd_port: int) -> Iterator[Influx]:
    """Give an empty database `wear` behind a proxy of this test's own."""
    proxy = InfluxProxy(("127.0.0.1", influxd_port), token="test-token")
    influx = Influx(proxy, influxd_port)
    try:
        influx.reset()
        yield influx
    finally:
        proxy.close()


def _port_from_log(process: subprocess.Popen[bytes], log: Path) -> int:
    """Wait for the line that says where influxd listens: no polling, and no port to race for."""
    found: queue.Queue[int | None] = queue.Queue()
    assert process.stderr is not None
    threading.Thread(target=_drain, args=(process.stderr, log, found), daemon=True).start()
    try:
        port = found.get(timeout=START_DEADLINE_S)
    except queue.Empty:
        port = None
    if port is None:
        pytest.fail(f"influxd did not start; its log:\n{log.read_text(errors='replace')}")
    return port


def _drain(stream: IO[bytes], log: Path, found: queue.Queue[int | None]) -> None:
    """Copy the log to a file for ever: a full pipe would stop the server."""
    # At the end `Popen` closes the pipe, now and then while a line is being waited for.
    with log.open("wb", buffering=0) as out, contextlib.suppress(ValueError):
        for line in stream:
            out.write(line)
            if match := _LISTENING.search(line):
                found.put(int(match[1]))
    found.put(None)


def _request(url: str, verb: str, path: str, body: str | None, token: str) -> tuple[int, bytes]:
    connection = HTTPConnection(url.removeprefix("http://"), timeout=30)
    try:
        connection.request(verb, path, body, {"Authorization": f"Token {token}"})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()
