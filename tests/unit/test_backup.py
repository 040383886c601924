"""A copy made beside a collector at work is whole, and the way back deletes nothing."""

import stat
from contextlib import closing

import pytest

from sitstreak.errors import AlreadyRunningError
from sitstreak.storage import backup as backup_module
from sitstreak.storage.backup import BackupError, back_up, restore
from sitstreak.storage.database import DATABASE_NAME, open_database
from sitstreak.storage.journal import SqliteJournal
from sitstreak.storage.lock import collector_lock
from tests.support.run_cli import run_cli
from tests.support.storage_kit import DEVICE, T0_S, block, run_of_blocks, stored_blocks


@pytest.fixture
def data_dir(tmp_path):
    data_dir = tmp_path / "data"
    with closing(open_database(data_dir)) as connection:
        SqliteJournal(connection, "me").append(run_of_blocks(T0_S, [1] * 7000), [])
    return data_dir


def n_blocks(data_dir) -> int:
    with closing(open_database(data_dir)) as connection:
        return len(stored_blocks(connection))


def test_a_copy_made_while_the_collector_writes_ends_and_is_of_one_moment(
    data_dir, tmp_path, monkeypatch
):
    monkeypatch.setattr(backup_module, "_PAGES_A_STEP", 10)
    copy, n_steps = tmp_path / "usb" / "copy.db", 0
    with closing(open_database(data_dir)) as connection:
        journal = SqliteJournal(connection, "me")

        def write_between(done: int, n_pages: int) -> None:
            nonlocal n_steps
            seq = 1000 + n_steps
            journal.append([block(T0_S + 7 * seq, [1] * 7, seq=seq)], [])
            n_steps += 1
            assert n_steps < 100, "a copy that starts over at each write never ends"

        assert back_up(data_dir, copy, progress=write_between) == 1000
        assert n_steps > 5
        assert journal.n_samples(DEVICE) == (1000 + n_steps) * 28  # nobody had to wait
    assert [path.name for path in copy.parent.iterdir()] == ["copy.db"]
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    restored = tmp_path / "restored"
    assert restore(restored, copy) is None
    assert n_blocks(restored) == 1000


def test_a_copy_is_never_written_over_unasked_and_then_in_one_piece(
    data_dir, tmp_path, monkeypatch
):
    copy = tmp_path / "copy.db"
    copy.write_text("last week's")
    with pytest.raises(BackupError, match="exists already"):
        back_up(data_dir, copy)

    def damaged(path):
        raise BackupError(path, "is damaged")

    with monkeypatch.context() as patch:
        patch.setattr(backup_module, "check_copy", damaged)
        with pytest.raises(BackupError, match="is damaged"):
            back_up(data_dir, copy, force=True)
    assert copy.read_text() == "last week's"
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["copy.db"]
    assert back_up(data_dir, copy, force=True) == 1000


def test_the_database_itself_is_no_place_for_a_copy(data_dir):
    for name in (DATABASE_NAME, f"{DATABASE_NAME}-wal", f"{DATABASE_NAME}-shm"):
        with pytest.raises(BackupError, match="the database itself"):
            back_up(data_dir, data_dir / name, force=True)


def test_without_data_nothing_is_made(tmp_path):
    with pytest.raises(BackupError, match="no data to back up"):
        back_up(tmp_path / "none", tmp_path / "copy.db")
    assert list(tmp_path.iterdir()) == []


def test_restoring_sets_aside_what_is_there_and_only_when_asked(data_dir, tmp_path):
    copy = tmp_path / "copy.db"
    back_up(data_dir, copy)
    with closing(open_database(data_dir)) as connection:
        SqliteJournal(connection, "me").append([block(T0_S + 9000, [1], seq=2000)], [])
    with pytest.raises(BackupError, match="--force"):
        restore(data_dir, copy)
    assert n_blocks(data_dir) == 1001
    aside = restore(data_dir, copy, force=True)
    assert n_blocks(data_dir) == 1000
    assert aside is not None
    assert aside.name == "sitstreak.before-restore-1.db"
    assert restore(data_dir, aside, force=True) == aside.with_name("sitstreak.before-restore-2.db")
    assert n_blocks(data_dir) == 1001


def test_nothing_is_restored_under_a_running_collector(data_dir, tmp_path):
    copy = tmp_path / "copy.db"
    back_up(data_dir, copy)
    with collector_lock(data_dir), pytest.raises(AlreadyRunningError):
        restore(data_dir, copy, force=True)


@pytest.mark.parametrize("at", [0.1, 0.5, 0.95])
def test_a_copy_with_one_wrong_byte_is_refused_and_changes_nothing(data_dir, tmp_path, at):
    copy = tmp_path / "copy.db"
    back_up(data_dir, copy)
    with closing(open_database(data_dir)) as connection:
        samples = connection.execute("SELECT samples FROM block LIMIT 1").fetchone()[0]
    image = bytearray(copy.read_bytes())
    place = image.find(samples, round(at * len(image)))
    image[place] ^= 4
    copy.write_bytes(image)
    with pytest.raises(BackupError, match=r"is damaged \(1 blocks\)"):
        restore(data_dir, copy, force=True)
    assert sorted(path.name for path in data_dir.glob("*.db*")) == [DATABASE_NAME]
    assert n_blocks(data_dir) == 1000


@pytest.mark.parametrize("content", [b"", b"shopping list\n" * 500], ids=["empty", "text"])
def test_a_file_that_is_no_copy_is_refused(tmp_path, content):
    (tmp_path / "copy.db").write_bytes(content)
    with pytest.raises(BackupError, match=r"no copy made by|no database of sitstreak"):
        restore(tmp_path / "data", tmp_path / "copy.db")
    assert not (tmp_path / "data" / DATABASE_NAME).exists()


def test_the_commands_say_what_they_did(data_dir, tmp_path):
    copy = tmp_path / "copy.db"
    made = run_cli("backup", copy, "--data-dir", data_dir)
    assert made.code == 0
    assert "1000 blocks of samples, checked" in made.out
    again = run_cli("backup", copy, "--data-dir", data_dir)
    assert again.code == 2
    back = run_cli("restore", copy, "--force", "--data-dir", data_dir)
    assert back.code == 0
    assert "sitstreak.before-restore-1.db" in back.out
