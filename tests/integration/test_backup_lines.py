"""The back-up and restore lines of docs/operations.md, run as they stand where that can be."""

import os
import re
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from sitstreak.storage.database import DATABASE_NAME, open_database
from sitstreak.storage.journal import SqliteJournal
from tests.support.storage_kit import DEVICE, T0_S, run_of_blocks, stored_blocks

TEXT = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")


def inside(service, redirection):
    """Return what a line has run in the container of a service, as a shell's script."""
    [line] = [
        line
        for line in TEXT.splitlines()
        if f" {service} " in line and redirection in line and line.startswith("docker compose")
    ]
    words = line.partition(redirection)[0]
    if found := re.search(r" sh (?:\w+ )?-c '(.+)' $", words):
        return found[1]
    return "tar " + words.partition(f"--entrypoint tar {service} ")[2]


def run(script, place, target, stdin=b""):
    """Run it with the container's folder moved to another place."""
    environment = os.environ | {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "SITSTREAK_DATA_DIR": str(place),
    }
    moved = re.sub(rf"{target}\b", str(place), script)
    assert moved != script
    ran = subprocess.run(["sh", "-c", moved], input=stdin, capture_output=True, env=environment)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_a_volume_comes_back_as_it_was_saved(tmp_path):
    old, new = tmp_path / "old", tmp_path / "new"
    (old / "plugins").mkdir(parents=True)
    (old / "grafana.db").write_bytes(bytes(range(256)) * 100)
    (old / "plugins" / "x").write_text("x")
    new.mkdir()
    (new / "grafana.db").write_text("the empty one of a first start")
    (new / "stray").touch()
    saved = run(inside("grafana", "> backup/grafana-data"), old, "/var/lib/grafana")
    run(inside("grafana", "< backup/grafana-data"), new, "/var/lib/grafana", saved)
    files = {path.relative_to(new): path.read_bytes() for path in new.rglob("*") if path.is_file()}
    assert files == {
        path.relative_to(old): path.read_bytes() for path in old.rglob("*") if path.is_file()
    }


@pytest.fixture
def recorded(tmp_path):
    """A data directory with an hour of samples."""
    place = tmp_path / "old"
    with closing(open_database(place)) as connection:
        journal = SqliteJournal(connection, "me")
        journal.append(run_of_blocks(T0_S, [1 + s // 60 % 5 for s in range(3600)]), [])
    return place


def test_a_collector_in_a_container_comes_back_with_every_sample(recorded, tmp_path):
    new = tmp_path / "new"
    new.mkdir()
    with closing(open_database(new)) as connection:
        SqliteJournal(connection, "me").append(run_of_blocks(T0_S, [1] * 7), [])
    saved = run(inside("collector", "> backup/collector-data"), recorded, "/data")
    run(inside("collector", "< backup/collector-data"), new, "/data", saved)
    with (
        closing(open_database(recorded)) as before,
        closing(open_database(new)) as after,
    ):
        assert len(stored_blocks(before)) == 515
        assert [one.t0_ns for one in stored_blocks(after, DEVICE)] == [
            one.t0_ns for one in stored_blocks(before, DEVICE)
        ]
    assert not (new / "copy.db").exists()
    assert not (recorded / "copy.db").exists()
    assert (new / DATABASE_NAME).exists()
