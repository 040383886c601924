"""One collector at a time, and whoever comes second learns who the first is."""

import os
import subprocess
import sys

import pytest

from sitstreak.errors import AlreadyRunningError, DataDirError
from sitstreak.storage.lock import collector_lock

HOLD = """
import sys
from pathlib import Path
from sitstreak.storage.lock import collector_lock
with collector_lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_collector_is_refused_and_told_the_process(tmp_path):
    second = collector_lock(tmp_path)
    with collector_lock(tmp_path), pytest.raises(AlreadyRunningError) as error, second:
        pass
    assert f"process {os.getpid()}" in str(error.value)


def test_the_lock_is_free_again_after_the_end(tmp_path):
    for _ in range(2):
        with collector_lock(tmp_path):
            pass


def test_a_killed_collector_does_not_keep_the_lock(tmp_path):
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(AlreadyRunningError) as error, collector_lock(tmp_path):
            pass
        assert f"process {holder.pid}" in str(error.value)
        holder.kill()
        holder.wait(10)
        with collector_lock(tmp_path):
            pass


def test_a_place_that_cannot_be_locked_is_said_plainly(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(DataDirError, match="cannot be locked"), collector_lock(tmp_path / "file"):
        pass
