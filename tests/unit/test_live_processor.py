"""The live loop: nothing twice, nothing lost, little written, and InfluxDB only when asked for."""

from contextlib import closing
from itertools import chain, pairwise
from zoneinfo import ZoneInfo

import pytest

from processing.method import Method
from processing.model import Posture
from sitstreak import live_device
from sitstreak.errors import DiskFullError
from sitstreak.live import LiveProcessor
from sitstreak.storage import live_state, outbox
from sitstreak.storage.database import open_database
from sitstreak.storage.drain import drain_once
from sitstreak.storage.feed import Feed
from sitstreak.storage.journal import SqliteJournal
from sitstreak.storage.projection import lines_for_span
from sitstreak.storage.results import Results
from tests.support.storage_kit import (
    BERLIN,
    DEVICE,
    QUICK,
    T0_S,
    DictSink,
    block,
    label_advance,
    run_of_blocks,
    settings,
)

QUARTER_HOUR = [0] * 300 + [2] * 90 + [1] * 60 + [0] * 450


@pytest.fixture
def connection(tmp_path):
    with closing(open_database(tmp_path)) as connection:
        yield connection


@pytest.fixture
def journal(connection):
    return SqliteJournal(connection, "me")


@pytest.fixture
def results(connection):
    return Results(connection)


def processor(tmp_path, method=QUICK, advance=label_advance, **more):
    return LiveProcessor(tmp_path, settings(tmp_path, **more), method, advance=advance)


def sent(connection):
    sink = DictSink()
    while drain_once(connection, sink):
        pass
    return sink.lines()


def everything(results, zone=BERLIN) -> list[str]:
    span = lines_for_span(results, "me", T0_S - 10**6, T0_S + 10**6, ZoneInfo(zone))
    return sorted(line.text for line in span)


def test_a_step_without_anything_new_changes_nothing(tmp_path, journal, connection):
    with processor(tmp_path) as live:
        assert not live.step()
        journal.append(run_of_blocks(T0_S, QUARTER_HOUR), [])
        assert live.step()
        before = connection.execute("PRAGMA data_version").fetchone()
        assert not live.step()
        assert connection.execute("PRAGMA data_version").fetchone() == before


def test_seconds_settle_and_the_newest_are_provisional(tmp_path, journal, results):
    journal.append(run_of_blocks(T0_S, [0] * 100), [])
    with processor(tmp_path) as live:
        live.step()
        assert results.latest_second("me") == T0_S + 100
        assert results.settled_until("me") == T0_S + 80
        live.finish(DEVICE)
        assert results.settled_until("me") == T0_S + 100
        assert [bout.end_s for bout in results.bouts("me", 0, 2**40)] == [T0_S + 100]


def test_a_restart_goes_on_where_it_was(tmp_path, journal, results):
    blocks = run_of_blocks(T0_S, QUARTER_HOUR)
    seen = []

    def watching(state, blocks, method, *, final=False):
        seen.append(blocks[0].t0_ns)
        return label_advance(state, blocks, method, final=final)

    journal.append(blocks[:-3], [])
    with processor(tmp_path, advance=watching) as live:
        live.step()
    journal.append(blocks[-3:], [])
    with processor(tmp_path, advance=watching) as live:
        live.step()
    assert results.latest_second("me") == T0_S + 900
    assert seen[1] > blocks[-20].t0_ns


def test_a_long_history_is_read_in_pieces(tmp_path, journal, results, monkeypatch):
    monkeypatch.setattr(live_device, "MAX_SAMPLES", 400)
    sizes = []

    def watching(state, blocks, method, *, final=False):
        sizes.append(sum(len(one.acc_g) for one in blocks))
        return label_advance(state, blocks, method, final=final)

    journal.append(run_of_blocks(T0_S, QUARTER_HOUR * 3), [])
    with processor(tmp_path, advance=watching) as live:
        assert live.step()
    assert results.latest_second("me") == T0_S + 2700
    assert len(sizes) > 20
    assert max(sizes) < 800


def test_stopping_between_two_pieces_loses_nothing(tmp_path, journal, results, monkeypatch):
    monkeypatch.setattr(live_device, "MAX_SAMPLES", 400)
    journal.append(run_of_blocks(T0_S, QUARTER_HOUR), [])
    answers = iter([False, False, True, True])
    with processor(tmp_path) as live:
        assert live.step(lambda: next(answers))
        assert results.latest_second("me") < T0_S + 250
        live.step()
    assert results.latest_second("me") == T0_S + 900


def test_a_second_of_data_writes_a_second_of_results_not_hours(tmp_path, journal):
    blocks = run_of_blocks(T0_S, [0] * 7200, per_block_s=1)
    journal.append(blocks[:-300], [])
    with processor(tmp_path) as live:
        live.step()
        before = live._db.total_changes
        for one in blocks[-300:]:
            journal.append([one], [])
            live.step()
        rows_a_step = (live._db.total_changes - before) / 300
    assert rows_a_step < 6


def test_a_late_block_is_not_lost(tmp_path, journal, results, connection):
    sink = DictSink()
    journal.append(run_of_blocks(T0_S, [0] * 100 + [2] * 100), [])
    with processor(tmp_path) as live:
        live.step()
        drain_once(connection, sink)
        journal.append([block(T0_S - 50, [3] * 20, boot_id=2)], [])
        assert live.step()
        live.finish(DEVICE)
    bouts = results.bouts("me", 0, 2**40)
    assert bouts[0].start_s == T0_S - 50
    assert bouts[-1].end_s == T0_S + 200
    assert all(a.end_s == b.start_s for a, b in pairwise(bouts))
    drain_once(connection, sink)
    assert sink.lines() == everything(results)


def test_a_late_block_after_a_restart_leaves_nothing_of_the_wrong_results(
    tmp_path, journal, results, connection, monkeypatch
):
    monkeypatch.setattr(live_device, "SAVE_EVERY_NS", 10**12)
    sink = DictSink()
    with processor(tmp_path) as live:
        journal.append(run_of_blocks(T0_S, [0] * 20), [])
        live.step()
        journal.append(run_of_blocks(T0_S + 50, [0] * 30 + [2] * 100, boot_id=2), [])
        live.step()
        drain_once(connection, sink)
    journal.append([block(T0_S + 25, [3] * 20, boot_id=3)], [])
    with processor(tmp_path) as live:
        live.step()
        live.finish(DEVICE)
    drain_once(connection, sink)
    assert sink.lines() == everything(results)
    spans = [(one.start_s - T0_S, one.end_s - T0_S) for one in results.bouts("me", 0, 2**40)]
    assert (25, 35) in spans
    assert (20, 50) not in spans


def test_a_second_late_block_does_not_go_back_to_a_state_that_missed_the_first(
    tmp_path, journal, results, monkeypatch
):
    monkeypatch.setattr(live_device, "SAVE_EVERY_NS", 0)
    monkeypatch.setattr(live_state, "CHECKPOINT_EVERY_NS", 0)
    arrivals = [
        run_of_blocks(T0_S, [1] * 100),
        run_of_blocks(T0_S + 200, [1] * 100, boot_id=2),
        run_of_blocks(T0_S + 300, [1] * 100, boot_id=3),
        run_of_blocks(T0_S + 120, [1] * 50, boot_id=4),
        run_of_blocks(T0_S + 350, [1] * 10, boot_id=5),
    ]
    with processor(tmp_path) as live:
        for blocks in arrivals:
            journal.append(blocks, [])
            live.step()
        live.finish(DEVICE)
    at_once = tmp_path / "at_once"
    with closing(open_database(at_once)) as connection, processor(at_once) as live:
        SqliteJournal(connection, "me").append(list(chain.from_iterable(arrivals)), [])
        live.step()
        live.finish(DEVICE)
        expected = Results(connection).bouts("me", 0, 2**40)
    assert results.bouts("me", 0, 2**40) == expected


def test_a_clock_that_is_behind_does_not_make_every_block_redo_what_is_there(
    tmp_path, journal, results, connection
):
    history = run_of_blocks(T0_S, QUARTER_HOUR)
    behind = run_of_blocks(T0_S - 300, [2, 1] * 100, per_block_s=1, boot_id=2)
    with processor(tmp_path) as live:
        journal.append(history, [])
        live.step()
        [device] = live._devices.values()
        for one in behind:
            journal.append([one], [])
            live.step()
        assert 3 <= device.n_returns <= 5
        live.finish(DEVICE)
        assert sent(connection) == everything(results)
    at_once = tmp_path / "at_once"
    with closing(open_database(at_once)) as other, processor(at_once) as live:
        SqliteJournal(other, "me").append([*history, *behind], [])
        live.step()
        live.finish(DEVICE)
        for table in ("posture_minute", "bout"):
            query = f"SELECT * FROM {table}"
            assert connection.execute(query).fetchall() == other.execute(query).fetchall()


@pytest.mark.parametrize("is_restarted", [False, True])
def test_a_late_block_after_which_nothing_comes_does_not_wait_for_ever(
    tmp_path, journal, results, is_restarted
):
    with processor(tmp_path) as live:
        journal.append(run_of_blocks(T0_S, QUARTER_HOUR), [])
        live.step()
        journal.append([block(T0_S - 50, [3] * 5, boot_id=2)], [])
        live.step()
        assert results.first_second("me") == T0_S - 50
        journal.append([block(T0_S - 90, [3] * 5, boot_id=2, seq=1)], [])
        journal.append(run_of_blocks(T0_S + 900, [0] * 7, first_seq=500), [])
        live.step()
        assert results.latest_second("me") == T0_S + 907
        assert results.first_second("me") == T0_S - 50
        for _ in range(0 if is_restarted else 100):
            live.step()
    if is_restarted:
        with processor(tmp_path) as live:
            live.step()
    assert results.first_second("me") == T0_S - 90


def test_a_long_block_under_a_short_one_is_not_overlooked(connection, journal, results):
    journal.append([block(T0_S, [0] * 500), block(T0_S + 9, [0], boot_id=2)], [])
    [(key,)] = connection.execute("SELECT id FROM device").fetchall()
    feed = Feed(connection, key, DEVICE)
    assert feed.has_data(T0_S + 440, T0_S + 500)
    assert not feed.has_data(T0_S + 500, T0_S + 560)
    assert not feed.has_data(T0_S - 60, T0_S)
    assert results.last_sample_ns("me") == (T0_S + 500) * 10**9


def test_data_after_the_end_undo_the_end(tmp_path, journal, results):
    with processor(tmp_path) as live:
        journal.append(run_of_blocks(T0_S, [0] * 100), [])
        live.step()
        live.finish(DEVICE)
        journal.append(run_of_blocks(T0_S + 100, [0] * 100, first_seq=50), [])
        live.step()
        live.finish(DEVICE)
    [bout] = results.bouts("me", 0, 2**40)
    assert (bout.start_s, bout.end_s, bout.posture) == (T0_S, T0_S + 200, Posture.SIT)


def test_other_numbers_make_all_results_again(tmp_path, journal, results, connection):
    journal.append(run_of_blocks(T0_S, QUARTER_HOUR), [])
    other = Method(min_break_s=11, max_unknown_s=30)
    for method in (QUICK, other):
        with processor(tmp_path, method=method) as live:
            live.step()
            live.finish(DEVICE)
        assert results.method("me") == method
        assert sent(connection)
    digests = connection.execute("SELECT DISTINCT method_digest FROM bout").fetchall()
    assert digests == [(other.digest,)]


def test_the_real_method_comes_back_as_it_was_stored(tmp_path, journal, results):
    journal.append(run_of_blocks(T0_S, [0] * 60), [])
    with processor(tmp_path, method=Method()) as live:
        live.step()
    assert results.method("me") == Method()
    assert results.method("nobody") is None


def test_nothing_piles_up_while_influxdb_is_off_and_all_is_sent_once_it_is_on(
    tmp_path, journal, results, connection
):
    blocks = run_of_blocks(T0_S, QUARTER_HOUR)
    journal.append(blocks[:60], [])
    with processor(tmp_path, influx_url=None) as live:
        live.step()
        assert outbox.status(connection).n_waiting == 0
    journal.append(blocks[60:], [])
    with processor(tmp_path) as live:
        live.step()
        live.finish(DEVICE)
        assert sent(connection) == everything(results)
        live.step()
        assert outbox.status(connection).n_waiting == 0


def test_a_move_to_another_time_zone_leaves_no_day_of_the_old_one(
    tmp_path, journal, results, connection
):
    sink = DictSink()
    journal.append(run_of_blocks(T0_S, QUARTER_HOUR), [])
    for zone in (BERLIN, "America/New_York"):
        with processor(tmp_path, timezone=zone) as live:
            live.step()
            live.finish(DEVICE)
        while drain_once(connection, sink):
            pass
        assert sink.lines() == everything(results, zone)


def test_a_full_disk_stops_the_step_and_the_next_one_makes_up_for_it(tmp_path, journal, results):
    journal.append(run_of_blocks(T0_S, QUARTER_HOUR), [])
    with processor(tmp_path) as live:
        pages = live._db.execute("PRAGMA page_count").fetchone()[0]
        live._db.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(DiskFullError):
            live.step()
        assert results.latest_second("me") is None
        live._db.execute(f"PRAGMA max_page_count = {pages + 1000}")
        assert live.step()
    assert results.latest_second("me") == T0_S + 900


def test_two_sensors_of_one_wearer_are_one_result(tmp_path, journal, results, connection):
    journal.append(run_of_blocks(T0_S, [0] * 120), [])
    journal.append([block(T0_S + 60 + at, [3] * 60, seq=at, device="hip-2") for at in (0, 60)], [])
    with processor(tmp_path) as live:
        live.step()
        live.finish(DEVICE)
        live.finish("hip-2")
    assert results.devices("me") == [DEVICE, "hip-2"]
    assert results.latest_second("me") == T0_S + 180
    assert len(results.seconds("me", T0_S, T0_S + 180)) == 180
    bouts = results.bouts("me", T0_S, T0_S + 180)
    assert (bouts[0].start_s, bouts[-1].end_s) == (T0_S, T0_S + 180)
    assert sent(connection) == everything(results)
