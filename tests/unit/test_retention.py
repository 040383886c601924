"""Old raw samples go when asked to, piece by piece; results, gaps and what is new stay."""

import shutil
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest

from processing.method import Method
from processing.model import NS_PER_S
from sitstreak.live import LiveProcessor
from sitstreak.storage import retention
from sitstreak.storage.database import DATABASE_NAME, open_database
from sitstreak.storage.journal import SqliteJournal
from tests.support.storage_kit import (
    DEVICE,
    T0_S,
    label_advance,
    run_of_blocks,
    settings,
    stored_blocks,
)

DAY_S = 86_400
PIECE_S = 600
METHOD = Method()


def at_s(day: int) -> int:
    return T0_S + day * DAY_S


@pytest.fixture(scope="module")
def processed(tmp_path_factory):
    """Twelve days with ten minutes of samples each, all processed."""
    data_dir = tmp_path_factory.mktemp("processed")
    with closing(open_database(data_dir)) as connection:
        journal = SqliteJournal(connection, "me")
        for day in range(12):
            blocks = run_of_blocks(at_s(day), [1 + day % 5] * PIECE_S, boot_id=day + 1)
            journal.append(blocks, [])
    process(data_dir)
    return data_dir


@pytest.fixture
def data_dir(processed, tmp_path):
    shutil.copy(processed / DATABASE_NAME, tmp_path)
    return tmp_path


def process(data_dir, *, method=METHOD, **more) -> None:
    config = settings(data_dir, influx_url=None, **more)
    with LiveProcessor(data_dir, config, method, advance=label_advance) as processor:
        while processor.step():
            pass


def forget(data_dir, *, keep_raw_days, now_day, method=METHOD) -> int:
    """Delete all that may be deleted; return in how many pieces."""
    config = settings(data_dir, influx_url=None, keep_raw_days=keep_raw_days)
    n_pieces = 0
    with LiveProcessor(data_dir, config, method, advance=label_advance) as processor:
        while processor.forget_raw(at_s(now_day) * NS_PER_S):
            n_pieces += 1
    return n_pieces


def days_with_samples(data_dir) -> list[int]:
    with closing(open_database(data_dir)) as connection:
        return sorted({(b.t0_ns // NS_PER_S - T0_S) // DAY_S for b in stored_blocks(connection)})


def results(data_dir) -> dict[str, list[tuple[Any, ...]]]:
    with closing(open_database(data_dir)) as connection:
        return {
            "minutes": connection.execute(
                "SELECT minute_s, code, n_steps FROM posture_minute ORDER BY minute_s"
            ).fetchall(),
            "bouts": connection.execute(
                "SELECT start_s, end_s, posture FROM bout ORDER BY start_s"
            ).fetchall(),
        }


def test_unasked_nothing_is_ever_deleted(data_dir):
    assert forget(data_dir, keep_raw_days=None, now_day=10_000) == 0
    assert days_with_samples(data_dir) == list(range(12))


def test_only_what_is_older_than_asked_goes_and_results_stay(data_dir):
    before = results(data_dir)
    assert forget(data_dir, keep_raw_days=7, now_day=12) > 0
    assert days_with_samples(data_dir) == list(range(5, 12))
    process(data_dir)
    assert results(data_dir) == before


def test_each_step_deletes_no_more_than_a_bounded_piece(data_dir, monkeypatch):
    monkeypatch.setattr(retention, "N_A_STEP", 50)
    n_blocks = 5 * -(-PIECE_S // 7)
    assert forget(data_dir, keep_raw_days=7, now_day=12) == -(-n_blocks // 50)


def test_the_last_day_is_kept_however_old_it_is(data_dir):
    forget(data_dir, keep_raw_days=7, now_day=1000)
    assert days_with_samples(data_dir) == [10, 11]
    with closing(open_database(data_dir)) as connection:
        journal = SqliteJournal(connection, "me")
        assert journal.next_seq(DEVICE, 12) == 86
        journal.append(run_of_blocks(at_s(13), [3] * PIECE_S, boot_id=13), [])
        assert connection.execute("SELECT max(id) FROM block").fetchone() == (13 * 86,)
    process(data_dir)
    assert results(data_dir)["bouts"][-1][1] == at_s(13) + PIECE_S


def test_what_another_method_has_not_seen_yet_is_kept(data_dir):
    other = replace(METHOD, min_break_s=METHOD.min_break_s + 1)
    assert forget(data_dir, keep_raw_days=7, now_day=12, method=other) == 0
    assert days_with_samples(data_dir) == list(range(12))


def test_another_method_makes_again_what_it_can_and_leaves_the_rest(data_dir):
    before = results(data_dir)
    forget(data_dir, keep_raw_days=7, now_day=12)
    process(data_dir, method=replace(METHOD, min_break_s=METHOD.min_break_s + 1))
    after = results(data_dir)
    edge_s = at_s(4) + DAY_S // 2
    for kind, column in (("minutes", 0), ("bouts", 1)):
        old = [row for row in before[kind] if row[column] <= edge_s]
        assert old
        assert [row for row in after[kind] if row[column] <= edge_s] == old
    assert max(row[1] for row in after["bouts"]) == at_s(11) + PIECE_S


def test_a_block_that_comes_after_its_time_was_deleted_changes_no_result(data_dir):
    before = results(data_dir)
    forget(data_dir, keep_raw_days=7, now_day=12)
    with closing(open_database(data_dir)) as connection:
        late = run_of_blocks(at_s(2) + 30_000, [4] * 70, boot_id=99)
        SqliteJournal(connection, "me").append(late, [])
    process(data_dir)
    assert results(data_dir) == before


def test_freed_room_is_used_again(data_dir):
    forget(data_dir, keep_raw_days=7, now_day=12)
    with closing(open_database(data_dir)) as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()
        blocks = run_of_blocks(at_s(12), [1] * 4 * PIECE_S, boot_id=50)
        SqliteJournal(connection, "me").append(blocks, [])
        assert connection.execute("PRAGMA page_count").fetchone() == pages
