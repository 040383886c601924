"""A collector that writes, and other programs that look: nobody pulls the log from under it."""

import os
import subprocess
import sys
from contextlib import closing

from sitstreak.storage.database import open_database

LOOK = """
import sys
from contextlib import closing
from pathlib import Path
from sitstreak.storage.database import open_database
with closing(open_database(Path(sys.argv[1]))) as connection:
    connection.execute("SELECT count(*) FROM block").fetchone()
"""


def test_whoever_looks_leaves_the_collectors_log_where_it_is(tmp_path):
    with closing(open_database(tmp_path)) as writer:
        writer.execute("CREATE TABLE proof (n INTEGER)")
        open_database(tmp_path).close()  # a second connection of the collector itself
        log = tmp_path / "sitstreak.db-wal"
        before = log.stat().st_ino
        for n in range(3):
            subprocess.run([sys.executable, "-c", LOOK, os.fspath(tmp_path)], check=True)
            writer.execute("INSERT INTO proof VALUES (?)", (n,))
            assert log.stat().st_ino == before
        with closing(open_database(tmp_path)) as reader:
            assert reader.execute("SELECT count(*) FROM proof").fetchone() == (3,)
