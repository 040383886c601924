"""Damage is found at the start; what can be read goes on, and the damaged file is kept."""

import random
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processing.method import Method
from processing.model import NS_PER_S, Gap
from sitstreak.errors import DataDirError
from sitstreak.live import LiveProcessor
from sitstreak.storage.check import check, look_quickly, repair_if_damaged
from sitstreak.storage.database import DATABASE_NAME, open_database
from sitstreak.storage.journal import SqliteJournal
from sitstreak.storage.lock import collector_lock
from sitstreak.storage.results import Results
from tests.support.run_cli import run_cli
from tests.support.storage_kit import (
    DEVICE,
    T0_S,
    label_advance,
    run_of_blocks,
    stored_blocks,
)
from tests.support.storage_kit import settings as settings_of

N_BLOCKS = 1500
PAGE = 4096


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """A data directory with 1500 blocks and their results, closed."""
    data_dir = tmp_path_factory.mktemp("sound")
    with closing(open_database(data_dir)) as connection:
        journal = SqliteJournal(connection, "me")
        journal.register_device(DEVICE, "me", "Hip Sensor 1")
        labels = [1 + s // 60 % 5 for s in range(7 * N_BLOCKS)]
        journal.append(run_of_blocks(T0_S, labels), [])
        journal.save_state(DEVICE, "clock", {"drift_ppm": 5}, boot_id=1)
    process(data_dir)
    return data_dir


def process(data_dir) -> None:
    config = settings_of(data_dir, influx_url=None)
    with LiveProcessor(data_dir, config, Method(), advance=label_advance) as processor:
        while processor.step():
            pass


@pytest.fixture
def data_dir(sound, tmp_path):
    shutil.copy(sound / DATABASE_NAME, tmp_path / DATABASE_NAME)
    return tmp_path


def page_of(data_dir: Path, blocks: slice) -> int:
    """Return the number of the page that holds a block, from the file itself."""
    with closing(sqlite3.connect(data_dir / DATABASE_NAME)) as connection:
        t0_ns = connection.execute("SELECT t0_ns FROM block ORDER BY id").fetchall()[blocks][0][0]
    image = (data_dir / DATABASE_NAME).read_bytes()
    places = []
    at = image.find(t0_ns.to_bytes(8, "big"))
    while at >= 0:
        places.append(at // PAGE)
        at = image.find(t0_ns.to_bytes(8, "big"), at + 1)
    # Table and index both hold it; leaves of the table carry the type 13 in their first byte.
    [page] = [page for page in places if image[page * PAGE] == 13]
    return page


def spoil(data_dir: Path, at: int, garbage: bytes) -> None:
    with (data_dir / DATABASE_NAME).open("r+b") as file:
        file.seek(at)
        file.write(garbage)


def all_blocks(data_dir: Path) -> dict[int, tuple[int, list[list[int]]]]:
    with closing(open_database(data_dir)) as connection:
        blocks = stored_blocks(connection)
    return {one.seq: (one.t0_ns, one.samples.tolist()) for one in blocks}


def test_a_sound_file_is_left_alone(data_dir):
    before = (data_dir / DATABASE_NAME).read_bytes()
    assert look_quickly(data_dir).n_checked == N_BLOCKS
    assert repair_if_damaged(data_dir) is None
    assert (data_dir / DATABASE_NAME).read_bytes() == before
    assert [path.name for path in data_dir.iterdir()] == [DATABASE_NAME]


def test_no_file_and_a_new_file_are_sound(tmp_path):
    assert repair_if_damaged(tmp_path) is None
    (tmp_path / DATABASE_NAME).touch()
    assert repair_if_damaged(tmp_path) is None


def test_a_look_at_the_start_takes_no_longer_than_it_may(data_dir, monkeypatch):
    monkeypatch.setattr("sitstreak.storage.check._BLOCKS_A_STEP", 100)
    now_s = iter(range(1000))
    health = look_quickly(data_dir, budget_s=3, clock_s=lambda: float(next(now_s)))
    assert (health.is_sound, health.n_checked) == (True, 300)  # the newest of 1500


def test_a_damaged_page_costs_its_own_blocks_and_is_noted_as_a_gap(data_dir):
    before = all_blocks(data_dir)
    page = page_of(data_dir, slice(N_BLOCKS // 2, None))
    spoil(data_dir, page * PAGE, b"\xff" * PAGE)
    line = repair_if_damaged(data_dir)
    after = all_blocks(data_dir)
    lost = sorted(before.keys() - after.keys())
    assert 5 < len(lost) < 60
    assert lost == list(range(lost[0], lost[-1] + 1))
    assert all(before[seq] == after[seq] for seq in after)
    aside = data_dir / "sitstreak.damaged-1.db"
    assert line == (
        f"the data file was damaged: {N_BLOCKS - len(lost)} blocks of samples were saved, "
        f"{len(lost)} blocks of samples were lost; the damaged file is kept as {aside}"
    )
    assert aside.read_bytes()[page * PAGE : page * PAGE + 9] == b"\xff" * 9
    with closing(open_database(data_dir)) as connection:
        start_ns, end_ns = ((T0_S + 7 * s) * NS_PER_S for s in (lost[0], lost[-1] + 1))
        gap = Gap(DEVICE, start_ns, end_ns, 28 * len(lost), "damaged")
        assert Results(connection).gaps("me", 0, 2**62) == [gap]
        journal = SqliteJournal(connection, "me")
        assert journal.next_seq(DEVICE, 1) == N_BLOCKS
        assert journal.load_state(DEVICE, "clock", 1) == {"drift_ppm": 5}
        assert connection.execute("SELECT count(*) FROM live_state").fetchone() == (1,)
    assert repair_if_damaged(data_dir, thorough=True) is None


def test_a_turned_bit_that_sqlite_does_not_see_is_found_by_the_checksum(data_dir):
    with closing(open_database(data_dir)) as connection:
        connection.execute(
            "UPDATE block SET samples = zeroblob(length(samples)) WHERE id IN (7, 1400)"
        )
    assert not check(data_dir).damage
    line = repair_if_damaged(data_dir)
    assert line is not None
    assert "1498 blocks of samples were saved, 2 blocks of samples were lost" in line
    assert all_blocks(data_dir).keys() == set(range(N_BLOCKS)) - {6, 1399}


def test_numbers_given_once_are_not_given_again_though_the_newest_blocks_are_lost(data_dir):
    with closing(open_database(data_dir)) as connection:
        connection.execute("UPDATE block SET crc = 0 WHERE id > 1490")
    assert repair_if_damaged(data_dir) is not None
    with closing(open_database(data_dir)) as connection:
        more = run_of_blocks(T0_S + 20_000, [1] * 7, boot_id=2)
        SqliteJournal(connection, "me").append(more, [])
        newest = connection.execute("SELECT id FROM block WHERE boot_id = 2").fetchone()
    assert newest == (N_BLOCKS + 1,)


def test_lost_results_are_made_again_from_the_samples(data_dir):
    with closing(open_database(data_dir)) as connection:
        before = connection.execute("SELECT * FROM posture_minute ORDER BY minute_s").fetchall()
        root = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'bout'"
        ).fetchone()[0]
    spoil(data_dir, (root - 1) * PAGE, b"\xff" * PAGE)
    line = repair_if_damaged(data_dir)
    assert line is not None
    assert "rows of results and notes were lost" in line
    process(data_dir)
    with closing(open_database(data_dir)) as connection:
        after = connection.execute("SELECT * FROM posture_minute ORDER BY minute_s").fetchall()
        assert connection.execute("SELECT count(*) FROM bout").fetchone()[0] > 0
    assert after == before


def test_a_file_that_was_cut_short_gives_what_is_left(data_dir):
    n_pages = (data_dir / DATABASE_NAME).stat().st_size // PAGE
    with (data_dir / DATABASE_NAME).open("r+b") as file:
        file.truncate(n_pages // 2 * PAGE)
    line = repair_if_damaged(data_dir)
    assert line is not None
    assert check(data_dir).is_sound


def test_what_is_no_database_is_refused_and_left_alone(tmp_path):
    (tmp_path / DATABASE_NAME).write_text("shopping list\n" * 500)
    with pytest.raises(DataDirError, match="is not a sitstreak database"):
        repair_if_damaged(tmp_path)
    assert (tmp_path / DATABASE_NAME).read_text().startswith("shopping list")


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32), n_places=st.integers(1, 4), length=st.integers(1, 9000))
def test_whatever_bytes_are_spoiled_no_block_is_changed_and_the_result_is_sound(
    sound, tmp_path_factory, seed, n_places, length
):
    before = all_blocks(sound)
    data_dir = tmp_path_factory.mktemp("spoiled")
    shutil.copy(sound / DATABASE_NAME, data_dir)
    chance = random.Random(seed)
    size = (data_dir / DATABASE_NAME).stat().st_size
    for _ in range(n_places):  # not the header: with that it is no database any more
        at = chance.randrange(PAGE, size - length)
        spoil(data_dir, at, chance.randbytes(length))
    is_sound = check(data_dir).is_sound
    line = repair_if_damaged(data_dir, thorough=True)
    assert (line is None) == is_sound
    after = all_blocks(data_dir)
    assert all(before[seq] == block for seq, block in after.items())
    assert check(data_dir).is_sound
    assert len(list(data_dir.glob("*.damaged-1.db"))) == (line is not None)
    shutil.rmtree(data_dir)


def test_the_command_says_that_all_is_well_or_mends(data_dir):
    fine = run_cli("check", "--data-dir", data_dir)
    assert (fine.code, fine.out) == (0, f"{data_dir}: 1500 blocks of samples, all sound\n")
    with closing(open_database(data_dir)) as connection:
        connection.execute("UPDATE block SET crc = 0 WHERE id = 9")
    assert "sitstreak check --repair" in run_cli("check", "--data-dir", data_dir).error_line
    with collector_lock(data_dir):
        refused = run_cli("check", "--repair", "--data-dir", data_dir)
    assert "stop it first" in refused.error_line
    mended = run_cli("check", "--repair", "--data-dir", data_dir)
    assert "1499 blocks of samples were saved" in mended.out
    assert run_cli("check", "--data-dir", data_dir).code == 0
