"""Samples outlive the pages that lead to them; and what is damaged is said in one line."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from processing.model import NS_PER_S, Gap
from sitstreak.storage.check import check, repair_if_damaged
from sitstreak.storage.checksum import row_crc
from sitstreak.storage.database import DATABASE_NAME, open_database
from sitstreak.storage.journal import SqliteJournal
from sitstreak.storage.leaf_pages import rows_in_leaves
from sitstreak.storage.lock import collector_lock
from tests.support.run_cli import run_cli
from tests.support.storage_kit import DEVICE, T0_S, run_of_blocks, stored_blocks

N_BLOCKS = 900
PAGE = 4096
GARBAGE = bytes(range(7, 256)) * 17


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """A data directory with 900 blocks, closed."""
    data_dir = tmp_path_factory.mktemp("sound")
    with closing(open_database(data_dir)) as connection:
        journal = SqliteJournal(connection, "anna")
        journal.register_device(DEVICE, "anna", "Hip Sensor 1")
        journal.append(run_of_blocks(T0_S, [1] * 7 * N_BLOCKS), [])
    return data_dir


@pytest.fixture
def data_dir(sound, tmp_path):
    shutil.copy(sound / DATABASE_NAME, tmp_path / DATABASE_NAME)
    return tmp_path


def roots(data_dir: Path) -> dict[str, int]:
    with closing(sqlite3.connect(data_dir / DATABASE_NAME)) as connection:
        return dict(connection.execute("SELECT name, rootpage FROM sqlite_master").fetchall())


def spoil(data_dir: Path, page: int, skipped: int = 0) -> None:
    with (data_dir / DATABASE_NAME).open("r+b") as file:
        file.seek((page - 1) * PAGE + skipped)
        file.write(GARBAGE[: PAGE - skipped])


def blocks_in(data_dir: Path) -> dict[int, list[list[int]]]:
    with closing(open_database(data_dir)) as connection:
        return {one.seq: one.samples.tolist() for one in stored_blocks(connection)}


def test_without_the_root_of_their_table_all_blocks_are_still_saved(data_dir):
    before = blocks_in(data_dir)
    spoil(data_dir, roots(data_dir)["block"])
    line = repair_if_damaged(data_dir)
    assert line is not None
    assert f"{N_BLOCKS} blocks of samples were saved, nothing was lost" in line
    assert blocks_in(data_dir) == before
    assert check(data_dir).is_sound


def test_a_spoiled_leaf_beside_the_spoiled_root_costs_its_own_blocks_only(data_dir):
    image = (data_dir / DATABASE_NAME).read_bytes()
    t0_ns = (T0_S + 7 * 450) * NS_PER_S
    leaves = [n for n in range(1, len(image) // PAGE) if image[n * PAGE] == 13]
    [leaf] = [n for n in leaves if t0_ns.to_bytes(8, "big") in image[n * PAGE : (n + 1) * PAGE]]
    spoil(data_dir, leaf + 1)
    spoil(data_dir, roots(data_dir)["block"])
    line = repair_if_damaged(data_dir)
    after = blocks_in(data_dir)
    n_lost = N_BLOCKS - len(after)
    assert 5 < n_lost < 60
    assert line is not None
    assert f"{n_lost} blocks of samples were lost" in line
    with closing(open_database(data_dir)) as connection:
        [n_samples] = connection.execute(
            "SELECT n_lost FROM gap WHERE reason = 'damaged'"
        ).fetchone()
    assert n_samples == 28 * n_lost


def test_without_the_list_of_tables_all_blocks_are_still_saved(data_dir):
    before = blocks_in(data_dir)
    spoil(data_dir, 1, skipped=100)
    line = repair_if_damaged(data_dir, wearer="anna")
    assert line is not None
    assert f"{N_BLOCKS} blocks of samples were saved" in line
    assert "not known how many" in line
    assert "it is anna now" in line
    with closing(open_database(data_dir)) as connection:
        assert connection.execute("SELECT wearer FROM device").fetchall() == [("anna",)]
        found = connection.execute("SELECT seq FROM block ORDER BY id").fetchall()
    assert found == [(seq,) for seq in before]


def test_what_is_only_in_the_log_is_saved_too(data_dir, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    with closing(open_database(data_dir)) as connection:
        columns = "boot_id, seq, t0_ns, fs_hz, lsb_per_g, ticks, samples"
        row = connection.execute(f"SELECT {columns} FROM block WHERE id = 450").fetchone()
        new = bytes(len(row[-1]))
        changed = [*row[:-1], new]
        change = "UPDATE block SET samples = ?, crc = ? WHERE id = 450"
        connection.execute(change, (new, row_crc(*changed)))
        for ending in ("", "-wal"):
            shutil.copy(data_dir / (DATABASE_NAME + ending), other / (DATABASE_NAME + ending))
        page = roots(data_dir)["block"]
    spoil(other, page)
    line = repair_if_damaged(other)
    assert line is not None
    assert f"{N_BLOCKS} blocks of samples were saved, nothing was lost" in line
    assert set(map(tuple, blocks_in(other)[449])) == {(0, 0, 0)}


def test_what_was_deleted_on_purpose_does_not_come_back(data_dir):
    with closing(open_database(data_dir)) as connection:
        [from_ns] = connection.execute("SELECT t0_ns FROM block WHERE id = 501").fetchone()
        connection.execute("DELETE FROM block WHERE id <= 500")
        connection.execute("INSERT INTO raw_kept VALUES (1, ?)", (from_ns,))
    spoil(data_dir, roots(data_dir)["block"])
    assert repair_if_damaged(data_dir) is not None
    assert blocks_in(data_dir).keys() == set(range(500, N_BLOCKS))


def test_a_sensor_whose_row_is_lost_keeps_its_name_and_goes_to_the_wearer_of_the_settings(data_dir):
    spoil(data_dir, roots(data_dir)["device"])
    line = repair_if_damaged(data_dir, wearer="anna")
    assert line is not None
    assert "rows of results and notes (not known how many) were lost" in line
    assert "who wore the sensor was lost: it is anna now" in line
    with closing(open_database(data_dir)) as connection:
        device = connection.execute("SELECT id, device_id, wearer FROM device").fetchall()
        assert device == [(1, DEVICE, "anna")]
        assert SqliteJournal(connection, "anna").next_seq(DEVICE, 1) == N_BLOCKS


def test_a_sensor_of_which_nothing_is_left_is_called_recovered(data_dir):
    places = roots(data_dir)
    spoil(data_dir, places["device"])
    spoil(data_dir, places["sqlite_autoindex_device_1"])
    assert repair_if_damaged(data_dir, wearer="anna") is not None
    with closing(open_database(data_dir)) as connection:
        device = connection.execute("SELECT id, device_id, wearer FROM device").fetchall()
    assert device == [(1, "recovered-1", "anna")]


@pytest.mark.parametrize("page_bytes", [512, 4096, 65536])
def test_rows_of_every_length_are_read_as_sqlite_reads_them(tmp_path, page_bytes):
    path = tmp_path / "any.db"
    whole = [0, 1, -1, 127, -129, 2**15, 2**23, -(2**31), 2**40, 2**63 - 1, -(2**63), None]
    lengths = (0, 30, 400, 478, 4061, 4062, 70_000)  # on both sides of where rows overflow
    values = [(value, length) for value in whole for length in lengths]
    rows = [(n, a, n / 3, "ä" * n, bytes(length)) for n, (a, length) in enumerate(values, 1)]
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(f"PRAGMA page_size = {page_bytes}")
        connection.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, a, b, c, d)")
        connection.executemany("INSERT INTO t VALUES (?, ?, ?, ?, ?)", rows)
    found = [(id_, *row[1:]) for id_, row in rows_in_leaves(path, 5) if row[0] is None]
    assert sorted(row for row in found if isinstance(row[4], bytes)) == rows


@pytest.mark.parametrize("command", ["status", "gait --day 2026-01-01", "calibrate"])
def test_a_command_that_meets_a_damaged_page_says_in_one_line_what_to_do(data_dir, command):
    places = roots(data_dir)
    for table in ("device", "sqlite_autoindex_device_1", "posture_minute", "block"):
        spoil(data_dir, places[table])
    with collector_lock(data_dir):  # calibrate looks only while something is recorded
        line = run_cli(*command.split(), "--data-dir", data_dir).error_line
    assert "sitstreak.db is damaged; stop the collector, then: sitstreak check --repair" in line


def test_an_error_of_the_program_itself_is_not_taken_for_damage(data_dir, monkeypatch):
    def wrong(_):
        with closing(sqlite3.connect(":memory:")) as connection:
            connection.execute("SELECT 1 FROM nowhere")

    monkeypatch.setattr("sitstreak.cli.status.open_results", wrong)
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        run_cli("status", "--data-dir", data_dir)


def test_the_demo_mends_its_own_file_at_the_start(data_dir):
    spoil(data_dir, roots(data_dir)["bout"])
    ran = run_cli("demo", "--days", 0, "--no-serve", "--data-dir", data_dir)
    assert ran.code == 0
    assert "the data file was damaged" in ran.err


def test_a_gap_in_which_nothing_is_missing_is_not_stored(tmp_path):
    with closing(open_database(tmp_path)) as connection:
        journal = SqliteJournal(connection, "anna")
        nothing = Gap(DEVICE, 5, 5, 0, "reboot")
        real = [Gap(DEVICE, 5, 5, 3, "overflow"), Gap(DEVICE, 5, 6, 0, "reboot")]
        journal.append([], [nothing, *real])
        stored = connection.execute("SELECT end_ns, n_lost FROM gap ORDER BY end_ns").fetchall()
    assert stored == [(5, 3), (6, 0)]
