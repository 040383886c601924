"""Rows a second into a real influxd: our sink, and what influxdb-client offers for the same rows.

Prints JSON. Each way writes the same day of `streak` rows, and the count is asked for at the end:
a way that loses some is not fast. The server is influxd behind a test's stand-in for the addresses
of InfluxDB 2, in a process of its own; both are the same for all ways.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, Final

import pandas as pd
from influxdb_client.client.influxdb_client import InfluxDBClient
from influxdb_client.client.write.point import Point
from influxdb_client.client.write_api import WriteOptions
from influxdb_client.domain.write_precision import WritePrecision

from processing.model import NS_PER_S
from sitstreak.storage import outbox
from sitstreak.storage.database import open_database, transaction
from sitstreak.storage.drain import BATCH, drain_until
from sitstreak.storage.influx import InfluxSink
from sitstreak.storage.lines import Line, streak_lines
from tests.support.influx_proxy import InfluxProxy
from tests.support.influxd_fixture import Influx, started_influxd

N_ROWS: Final = 50_000
_ROUNDS: Final = 3
#: About as many rows as a day of one wearer has.
_A_DAY: Final = 5_000
_T0_S: Final = 1_789_942_260
_ROWS: Final = [(_T0_S + 30 * index, 30 * index, index / 6) for index in range(N_ROWS)]


def main() -> None:
    """Measure each way several times, in turns; the median counts."""
    if shutil.which("influxd") is None:
        print(json.dumps({"absent": "influxd is not installed", "rows": []}))
        return
    rates: dict[str, list[float]] = {name: [] for name in _WAYS}
    cpu_us: dict[str, list[float]] = {name: [] for name in _WAYS}
    with (
        TemporaryDirectory() as name,
        started_influxd(Path(name)) as (_, port),
        _proxy_process(port) as influx,
        _opened(influx) as bench,
    ):
        for _ in range(_ROUNDS):
            for way, write in _WAYS.items():
                influx.reset()
                started_s, started_cpu_s = time.perf_counter(), time.process_time()
                write(bench)
                rates[way].append(N_ROWS / (time.perf_counter() - started_s))
                cpu_us[way].append((time.process_time() - started_cpu_s) / N_ROWS * 1e6)
                _check(influx, way)
    rows = [
        {"way": way, "per_s": median(rates[way]), "cpu_us": median(cpu_us[way])} for way in _WAYS
    ]
    print(json.dumps({"absent": "", "n_rows": N_ROWS, "rows": rows}))


@contextmanager
def _proxy_process(influxd_port: int) -> Iterator[Influx]:
    """Run the stand-in elsewhere: here it would share Python's lock with what is measured."""
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(influxd_port, theirs), daemon=True)
    process.start()
    try:
        yield Influx(ours.recv(), influxd_port)
    finally:
        ours.send(None)
        process.join(10)


@dataclass(frozen=True)
class _Address:
    url: str
    token: str


def _serve(influxd_port: int, pipe: Connection) -> None:
    proxy = InfluxProxy(("127.0.0.1", influxd_port), token="bench", lean=True)
    pipe.send(_Address(proxy.url, proxy.token))
    pipe.recv()
    proxy.close()


@dataclass(frozen=True)
class _Bench:
    influx: Influx
    data_dir: Path
    connection: sqlite3.Connection
    sink: InfluxSink


@contextmanager
def _opened(influx: Influx) -> Iterator[_Bench]:
    """Open database and sink once, as the collector does."""
    with (
        TemporaryDirectory() as name,
        closing(open_database(Path(name))) as connection,
        InfluxSink(influx.url, influx.token, influx.org, influx.bucket) as sink,
    ):
        yield _Bench(influx, Path(name), connection, sink)


def _check(influx: Influx, way: str) -> None:
    [row] = influx.query("SELECT count(streak_s) FROM streak")
    if row["count"] != N_ROWS:
        print(f"{way}: {row['count']} of {N_ROWS} rows are there", file=sys.stderr)


def _ours(bench: _Bench) -> None:
    """From numbers to lines, a day's rows at a time into the outbox on disk, sent and confirmed."""
    _through_the_outbox(bench, n_at_once=_A_DAY)


def _ours_in_few(bench: _Bench) -> None:
    """The same for rows as they come from live processing, where newer ones can replace them."""
    _through_the_outbox(bench, n_at_once=250)


def _through_the_outbox(bench: _Bench, *, n_at_once: int) -> None:
    """Queue here and send in a thread, as the collector does; the peers send in a thread too."""
    news, is_queued = threading.Event(), threading.Event()

    def wait(pause_s: float) -> bool:
        if pause_s and not is_queued.is_set():
            news.wait()
            news.clear()
        return is_queued.is_set() and not outbox.n_rows(bench.connection)

    sender = threading.Thread(
        target=drain_until,
        args=(bench.data_dir, bench.sink, threading.Event()),
        kwargs={"wait": wait},
    )
    sender.start()
    for at in range(0, N_ROWS, n_at_once):
        lines = list(_lines(_ROWS[at : at + n_at_once]))
        with transaction(bench.connection):
            outbox.put(bench.connection, lines)
        news.set()
    is_queued.set()
    news.set()
    sender.join()


def _ours_without_disk(bench: _Bench) -> None:
    lines = [line.text for line in _lines(_ROWS)]
    for at in range(0, N_ROWS, BATCH):
        bench.sink.write(lines[at : at + BATCH])


def _lines(rows: Sequence[tuple[int, int, float]]) -> Iterator[Line]:
    return streak_lines("me", rows)


def _batching(bench: _Bench) -> None:
    influx = bench.influx
    with _client(influx) as client, client.write_api(_options()) as api:
        for at_s, streak_s, debt_s in _ROWS:
            point = Point("streak").tag("wearer", "me").field("streak_s", float(streak_s))
            point.field("debt_s", float(debt_s)).time(at_s * NS_PER_S, WritePrecision.NS)
            api.write(influx.bucket, influx.org, point)


def _data_frame(bench: _Bench) -> None:
    influx = bench.influx
    frame = pd.DataFrame(_ROWS, columns=["at_s", "streak_s", "debt_s"])
    frame.index = pd.to_datetime(frame.pop("at_s"), unit="s", utc=True)
    frame = frame.astype("float64").assign(wearer="me")
    with _client(influx) as client, client.write_api(_options()) as api:
        api.write(
            influx.bucket,
            influx.org,
            frame,
            data_frame_measurement_name="streak",
            data_frame_tag_columns=["wearer"],
        )


def _client(influx: Influx) -> Any:
    return InfluxDBClient(influx.url, influx.token, org=influx.org, timeout=60_000)


def _options() -> Any:
    return WriteOptions(batch_size=BATCH, flush_interval=1_000)


_WAYS: Final[dict[str, Callable[[_Bench], None]]] = {
    "sitstreak, through the outbox on disk": _ours,
    "sitstreak, through the outbox in steps of 250 rows": _ours_in_few,
    "sitstreak, lines sent at once": _ours_without_disk,
    "influxdb-client, batching Point objects": _batching,
    "influxdb-client, batching a DataFrame": _data_frame,
}

if __name__ == "__main__":
    main()
