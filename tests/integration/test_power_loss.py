"""Acknowledged means on the disk: killed, cut off or with its log torn, the journal keeps its word.

SQLite says of `synchronous = FULL` in WAL mode that the log is synced after each commit
(sqlite.org/pragma.html#pragma_synchronous); the first test looks whether it does here.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sitstreak.storage.check import check
from sitstreak.storage.database import DATABASE_NAME, open_database
from sitstreak.storage.journal import SqliteJournal
from tests.support.storage_kit import T0_S, block, stored_blocks

ROOT = Path(__file__).parents[2]
SPY = ROOT / "tests" / "support" / "sync_spy.c"
WAL = f"{DATABASE_NAME}-wal"

#: Appends batches and says after each which number is acknowledged from here on.
COLLECT = """
import os, sys
from pathlib import Path
from sitstreak.storage.database import open_database
from sitstreak.storage.journal import SqliteJournal
from tests.support.storage_kit import DEVICE, T0_S, block
journal = SqliteJournal(open_database(Path(sys.argv[1])), "me")
seq = journal.next_seq(DEVICE, 1)
out = os.open(sys.argv[2], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
for _ in range(int(sys.argv[3])):
    n = 1 + seq % 7
    journal.append([block(T0_S + 5 * s, [1] * 5, seq=s) for s in range(seq, seq + n)], [])
    seq += n
    os.write(out, b"%s\\n" % (b"A" if len(sys.argv) > 4 else b"%d" % seq))
"""


def collector(*arguments: object, **environment: str) -> subprocess.Popen[bytes]:
    call = [sys.executable, "-c", COLLECT, *map(str, arguments)]
    return subprocess.Popen(call, cwd=ROOT, env=os.environ | environment)


def test_the_log_is_synced_between_its_last_byte_and_the_acknowledgement(tmp_path):
    compiler = shutil.which("cc")
    if compiler is None or not sys.platform.startswith("linux"):
        pytest.skip("needs a C compiler and Linux, to look on as SQLite calls the system")
    spy, story = tmp_path / "spy.so", tmp_path / "story"
    flags = ["-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o", os.fspath(spy), os.fspath(SPY)]
    subprocess.run([compiler, *flags, "-ldl"], check=True)
    with collector(
        tmp_path, story, 50, "spied", LD_PRELOAD=os.fspath(spy), SYNC_SPY=os.fspath(story)
    ) as process:
        assert process.wait(timeout=60) == 0
    events = "".join(story.read_text().split())
    assert events.count("A") == 50
    for before in events.split("A")[:50]:
        assert "W" in before, "the spy saw nothing written: it would not have seen a sync either"
        assert before.endswith("S"), f"acknowledged after {before[-20:]}: not synced"


def test_killed_at_any_moment_all_that_was_acknowledged_is_there_once(tmp_path):
    moments = random.Random(4)
    n_seen = 0
    for _ in range(12):
        told = tmp_path / "told"
        with collector(tmp_path, told, 100_000) as process:
            # Some way into the work, as far as the collector itself tells, and then at once.
            wanted = len(told.read_bytes().split()) + moments.randrange(1, 60) if n_seen else 1
            while not told.exists() or len(told.read_bytes().split()) < wanted:
                assert process.poll() is None
                os.sched_yield()
            process.send_signal(signal.SIGKILL)
            process.wait()
        acknowledged = int(told.read_bytes().split()[-1])
        with closing(open_database(tmp_path)) as connection:
            numbers = [one.seq for one in stored_blocks(connection)]
        assert numbers == list(range(len(numbers)))  # each once, without a hole
        assert acknowledged <= len(numbers) <= acknowledged + 7  # at most the commit under way
        n_seen = acknowledged
    assert check(tmp_path).is_sound


@pytest.fixture(scope="module")
def cut_off(tmp_path_factory):
    """The files of a collector that is at work: eight commits, all still in the log."""
    data_dir, copy = tmp_path_factory.mktemp("at-work"), tmp_path_factory.mktemp("cut-off")
    ends = []
    with closing(open_database(data_dir)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        journal = SqliteJournal(connection, "me")
        for seq in range(8):
            journal.append([block(T0_S + 5 * seq, [seq] * 5, seq=seq)], [])
            ends.append((data_dir / WAL).stat().st_size)
        for name in (DATABASE_NAME, WAL):
            shutil.copy(data_dir / name, copy / name)
    return copy, ends


@settings(max_examples=120, deadline=None)
@given(cut=st.floats(0, 1), garbage=st.binary(max_size=64))
def test_a_torn_log_costs_no_commit_that_lies_before_the_tear(
    cut_off, tmp_path_factory, cut, garbage
):
    copy, ends = cut_off
    data_dir = tmp_path_factory.mktemp("torn")
    shutil.copy(copy / DATABASE_NAME, data_dir)
    log = (copy / WAL).read_bytes()
    at = round(cut * len(log))
    (data_dir / WAL).write_bytes(log[:at] + garbage + log[at + len(garbage) : at + 5000])
    n_whole = sum(end <= at for end in ends)
    with closing(open_database(data_dir)) as connection:
        numbers = [one.seq for one in stored_blocks(connection)]
        assert numbers[:n_whole] == list(range(n_whole))
        assert numbers == list(range(len(numbers)))
        SqliteJournal(connection, "me").append([block(T0_S + 500, [1], seq=500)], [])
    assert check(data_dir).is_sound
    shutil.rmtree(data_dir)
