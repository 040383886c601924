"""Output files are there whole, or not at all."""

import os
from pathlib import Path

import pytest

from sitstreak.report.files import OutputError, check_targets, write_tables

ROWS = [("a", "b"), (1, "x,y")]
TEXT = 'a,b\n1,"x,y"\n'


def failing():
    yield ("a", "b")
    raise OSError(28, "No space left on device")


def test_tables_are_written_as_csv(tmp_path):
    write_tables({tmp_path / "a.csv": ROWS, tmp_path / "b.csv": iter(ROWS)})
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes() == TEXT.encode()


def test_a_failure_leaves_the_old_files_and_no_drafts(tmp_path):
    (tmp_path / "a.csv").write_text("old")
    with pytest.raises(OutputError, match=r"b\.csv: cannot be written: No space left"):
        write_tables({tmp_path / "a.csv": ROWS, tmp_path / "b.csv": failing()})
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"a.csv": "old"}


def test_a_bug_while_writing_leaves_no_drafts_either(tmp_path):
    def broken():
        yield ("a",)
        raise KeyError("bug")

    with pytest.raises(KeyError):
        write_tables({tmp_path / "a.csv": broken()})
    assert list(tmp_path.iterdir()) == []


def test_a_replaced_file_keeps_its_permissions_and_its_link(tmp_path):
    real = tmp_path / "real.csv"
    real.write_text("old")
    real.chmod(0o600)
    (tmp_path / "link.csv").symlink_to(real)
    write_tables({tmp_path / "link.csv": ROWS})
    assert real.read_text() == TEXT
    assert real.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "link.csv").is_symlink()


def test_private_files_are_for_their_user_alone_and_never_open_meanwhile(tmp_path, monkeypatch):
    modes = []

    def synced(descriptor):
        modes.append(os.fstat(descriptor).st_mode & 0o777)

    monkeypatch.setattr(os, "fsync", synced)
    before = os.umask(0o022)
    try:
        write_tables({tmp_path / "private.csv": ROWS}, private=True)
        write_tables({tmp_path / "usual.csv": ROWS})
    finally:
        os.umask(before)
    assert modes == [0o600, 0o644]
    assert (tmp_path / "private.csv").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "usual.csv").stat().st_mode & 0o777 == 0o644


def test_a_device_is_written_to_and_not_replaced():
    write_tables({Path(os.devnull): ROWS})
    assert Path(os.devnull).is_char_device()


@pytest.mark.parametrize(
    ("names", "words"),
    [
        pytest.param(["."], "is a directory", id="directory"),
        pytest.param(["none/a.csv"], "there is no directory", id="no-directory"),
        pytest.param(["a.csv", "./a.csv"], "named for two outputs", id="twice"),
        pytest.param(["in.csv"], "is the input file", id="the-input"),
        pytest.param(["in.csv/a.csv"], "there is no directory", id="file-as-directory"),
    ],
)
def test_targets_that_cannot_work_are_refused_before_any_work(tmp_path, names, words):
    (tmp_path / "in.csv").write_text("")
    with pytest.raises(OutputError, match=words):
        check_targets([tmp_path / name for name in names], inputs=[tmp_path / "in.csv"])


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_directory_without_permission_is_refused(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(OutputError, match="cannot be written to"):
        check_targets([tmp_path / "a.csv"])


def test_dev_null_may_be_named_twice():
    check_targets([Path(os.devnull), Path(os.devnull)])
