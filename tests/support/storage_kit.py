"""What the tests of storage share: blocks with a known label a second, a stand-in for processing
that can be worked out by hand, a connection that dies, and an InfluxDB in a dictionary.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from ingest.model import RawBlock
from processing.live import LiveState, LiveStep
from processing.method import Method
from processing.model import CLASSES, CODE, NS_PER_S, Posture, PostureSeconds, SampleBlock
from sitstreak.settings import Settings
from sitstreak.storage.journal import as_block
from sitstreak.storage.outbox import Deletion

T0_S = 1_789_942_267  #: 11 minutes into a day in Berlin; neither a minute nor a multiple of 30 s
DEVICE = "hip-1"
BERLIN = "Europe/Berlin"
FS_HZ = 4.0
LOOK_AHEAD_S = 20
#: A short method, so that streaks and sleep come and go within minutes; T0_S is at night.
QUICK = Method(min_break_s=10, max_unknown_s=30, sleep_min_s=30, sleep_interruption_s=12)


class ShortRepr(RawBlock):
    """A block that Hypothesis prints in one line."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"{self.boot_id}/{self.seq} at {self.t0_ns // NS_PER_S} n={len(self.samples)}"


def block(
    start_s: int,
    labels: Sequence[int],
    *,
    boot_id: int = 1,
    seq: int = 0,
    device: str = DEVICE,
    ticks: int | None = None,
) -> RawBlock:
    """Return a block that begins at a whole second and says one label a second."""
    x = np.repeat(np.asarray(labels, np.int16), int(FS_HZ))
    samples = np.stack([x, np.zeros_like(x), np.zeros_like(x)], axis=1)
    return ShortRepr(device, boot_id, seq, start_s * NS_PER_S, FS_HZ, 1, samples, ticks)


def run_of_blocks(
    start_s: int,
    labels: Sequence[int],
    *,
    per_block_s: int = 7,
    boot_id: int = 1,
    first_seq: int = 0,
) -> list[RawBlock]:
    """Return consecutive blocks of one start of the sensor."""
    return [
        block(start_s + at, labels[at : at + per_block_s], boot_id=boot_id, seq=first_seq + seq)
        for seq, at in enumerate(range(0, len(labels), per_block_s))
    ]


def label_advance(
    state: LiveState, blocks: Sequence[SampleBlock], method: Method, *, final: bool = False
) -> LiveStep:
    """Stand in for `processing.live.advance`, with the same promises.

    A second's posture is its label, plus the label `LOOK_AHEAD_S` / 2 later, so provisional seconds
    change, plus a tenth of how many labels were not zero before it, so that all of the past counts.
    A second without samples is unknown.
    """
    if not blocks:
        at_s = state.emit_from_s or 0
        return LiveStep(state, PostureSeconds.unknown(at_s, at_s), at_s, state.resume_ns)
    labels: dict[int, int] = {}
    for one in blocks:
        for index, x in enumerate(one.acc_g[:: int(FS_HZ), 0]):
            labels.setdefault(one.t0_ns // NS_PER_S + index, int(x))
    start_s = min(labels) if state.emit_from_s is None else state.emit_from_s
    now_s = max(max(labels) + 1, start_s)
    settled_s = now_s if final else max(start_s, now_s - LOOK_AHEAD_S)
    seconds = PostureSeconds.unknown(start_s, now_s)
    code, confidence, n_steps = (
        seconds.code.copy(),
        seconds.confidence.copy(),
        seconds.n_steps.copy(),
    )
    n_before = state.carried_at_s
    n_at_settled = n_before
    for second in range(start_s, now_s):
        if second in labels:
            later = labels.get(second + LOOK_AHEAD_S // 2, 0)
            code[second - start_s] = (labels[second] + later + n_before // 10) % 7
            n_before += labels[second] > 0
            confidence[second - start_s] = (labels[second] * 37 % 100) / 100
            n_steps[second - start_s] = labels[second]
        if second < settled_s:
            n_at_settled = n_before
    seconds = PostureSeconds(start_s, code, seconds.p, confidence, n_steps)
    resume_ns = (settled_s - LOOK_AHEAD_S) * NS_PER_S
    after = replace(state, emit_from_s=settled_s, resume_ns=resume_ns, carried_at_s=n_at_settled)
    return LiveStep(after, seconds, settled_s, resume_ns)


def settings(data_dir: Path, *, influx_url: str | None = "http://influx", **more: Any) -> Settings:
    """Return settings that ignore this machine's environment."""
    values = {"data_dir": data_dir, "wearer": "me", "timezone": BERLIN, "influx_url": influx_url}
    return Settings.model_validate(values | more)


def seconds_of(start_s: int, *spans: tuple[Posture, int]) -> PostureSeconds:
    """Return seconds made of stretches `(posture, length)`."""
    code = np.repeat([CODE[posture] for posture, _ in spans], [n for _, n in spans])
    n = len(code)
    known = code != CODE[Posture.UNKNOWN]
    p = np.full((n, len(CLASSES)), 1 / len(CLASSES))
    return PostureSeconds(
        start_s, code.astype(np.uint8), p, np.where(known, 0.75, 0.0), np.zeros(n, np.int64)
    )


def stored_blocks(connection: sqlite3.Connection, device_id: str = DEVICE) -> list[RawBlock]:
    """Return all blocks of a device in order of time."""
    rows = connection.execute(
        "SELECT block.id, boot_id, seq, t0_ns, fs_hz, lsb_per_g, samples, ticks "
        "FROM block JOIN device ON device.id = device WHERE device_id = ? ORDER BY t0_ns, block.id",
        (device_id,),
    )
    return [replace(as_block(device_id, row), ticks=row[7]) for row in rows.fetchall()]


class Died(BaseException):
    """The process ended here. No `except Exception` may catch it."""


class MortalConnection(sqlite3.Connection):
    """Dies at the n-th statement; what was not committed by then is gone."""

    lives_left: int | None = None

    def execute(self, *args: Any) -> sqlite3.Cursor:
        self._live()
        return super().execute(*args)

    def executemany(self, *args: Any) -> sqlite3.Cursor:
        self._live()
        return super().executemany(*args)

    def _live(self) -> None:
        if self.lives_left is None:
            return
        if self.lives_left == 0:
            if self.in_transaction:
                super().execute("ROLLBACK")
            self.lives_left = None
            raise Died
        self.lives_left -= 1


class DictSink:
    """An InfluxDB that is a dictionary: key is series and time, the last write wins."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, int], str] = {}
        self.n_writes = 0

    def write(self, lines: Sequence[str]) -> None:
        self.n_writes += 1
        for line in lines:
            key, fields, at_ns = split(line)
            self.rows[key, at_ns] = fields

    def delete(self, deletion: Deletion) -> None:
        wanted = {f"wearer={deletion.wearer}"}
        if deletion.device_id:
            wanted.add(f"device={deletion.device_id}")
        self.rows = {
            (series, at_ns): fields
            for (series, at_ns), fields in self.rows.items()
            if not (
                series.split(",")[0] == deletion.measurement
                and wanted == set(series.split(",")[1:])
                and at_ns >= deletion.from_s * NS_PER_S
            )
        }

    def lines(self) -> list[str]:
        return sorted(f"{series} {fields} {at}" for (series, at), fields in self.rows.items())


def split(line: str) -> tuple[str, str, int]:
    """Split a line of plain names: series, fields, time."""
    series, _, rest = line.partition(" ")
    fields, _, at_ns = rest.rpartition(" ")
    return series, fields, int(at_ns)
