"""Bouts of months are not laid out in seconds, and are the same as if they were."""

from contextlib import closing

import numpy as np
import pytest

from processing.figures.bouts import find_bouts
from processing.model import CLASSES, CODE, Posture, PostureSeconds
from sitstreak.storage import bout_runs, live_state, merging, results_writing
from sitstreak.storage.database import open_database
from sitstreak.storage.feed import Place
from sitstreak.storage.live_state import Extent, StoredState
from sitstreak.storage.results import Results
from tests.support.storage_kit import QUICK, T0_S

DAY_S = 86_400
KNOWN = [CODE[posture] for posture in (Posture.SIT, Posture.WALK, Posture.LIE)]
ABSENT = [CODE[Posture.UNKNOWN], CODE[Posture.NOT_WORN]]


@pytest.fixture
def connection(tmp_path):
    with closing(open_database(tmp_path)) as connection:
        for key in (1, 2):
            row = (key, f"hip-{key}", "me", "Hip Sensor")
            connection.execute("INSERT INTO device VALUES (?, ?, ?, ?)", row)
        live_state.keep_method(connection, QUICK)
        yield connection


def some_seconds(chance, start_s, n_runs) -> PostureSeconds:
    """Make runs of seconds or minutes; about half of the time the sensor is not on a body."""
    runs = [
        np.full(chance.integers(1, 200), chance.choice(KNOWN if chance.random() < 0.5 else ABSENT))
        for _ in range(n_runs)
    ]
    code = np.concatenate(runs).astype(np.uint8)
    confidence = chance.random(len(code))
    confidence[code == CODE[Posture.NOT_WORN]] = 0.5
    confidence[code == CODE[Posture.UNKNOWN]] = 0.0
    n_steps = np.where(code == CODE[Posture.WALK], 2, 0)
    p = np.full((len(code), len(CLASSES)), 1 / len(CLASSES))
    return PostureSeconds(start_s, code, p, confidence, n_steps)


def store(connection, key, seconds, hole_until_s=None):
    results_writing.write_seconds(connection, key, seconds, lambda start_s, end_s: True)
    span_s = (seconds.start_s, seconds.end_s)
    results_writing.write_bouts(connection, key, span_s, seconds.end_s + 1, QUICK)
    until_s = seconds.end_s
    if hole_until_s is not None:
        results_writing.write_hole(connection, key, until_s, hole_until_s, QUICK)
        until_s = hole_until_s
    extent = Extent(seconds.start_s, until_s, until_s)
    state = StoredState(QUICK.digest, b"", Place(0, 0), 0, extent)
    live_state.save(connection, key, state, QUICK)


def assert_same(found, expected):
    def numbers(bouts):
        return [(b.start_s, b.end_s, b.posture, b.n_steps, b.censored) for b in bouts]

    assert numbers(found) == numbers(expected)
    assert [b.confidence for b in found] == pytest.approx([b.confidence for b in expected])


@pytest.mark.parametrize("piece_s", [40, DAY_S])
@pytest.mark.parametrize("seed", range(8))
def test_bouts_of_two_sensors_are_those_of_their_merged_seconds(
    connection, monkeypatch, seed, piece_s
):
    monkeypatch.setattr(merging, "_PIECE_S", piece_s)
    chance = np.random.default_rng(seed)
    parts = [some_seconds(chance, T0_S + int(chance.integers(0, 900)), 25) for _ in range(2)]
    for key, seconds in enumerate(parts, start=1):
        store(connection, key, seconds)
    results = Results(connection)
    first_s = min(part.start_s for part in parts)
    until_s = max(part.end_s for part in parts)
    everything = find_bouts(results.seconds("me", first_s, until_s))
    assert_same(results.bouts("me", 0, 2**40), everything)
    for start_s in chance.integers(first_s, until_s, 20).tolist():
        end_s = start_s + int(chance.integers(1, 500))
        for expected in (b for b in everything if b.end_s > start_s and b.start_s < end_s):
            [same] = [
                bout
                for bout in results.bouts("me", start_s, end_s)
                if bout.start_s < expected.end_s and bout.end_s > expected.start_s
            ]
            assert same.posture == expected.posture
            # One that goes on outside may be cut there, where one sensor takes over from the other.
            assert max(same.start_s, start_s) == max(expected.start_s, start_s)
            assert min(same.end_s, end_s) == min(expected.end_s, end_s)
            if expected.posture not in merging.ABSENT and start_s <= expected.start_s:
                assert same.censored == expected.censored or expected.end_s > end_s


def test_a_year_in_a_drawer_beside_a_sensor_in_use_is_never_laid_out(connection, monkeypatch):
    chance = np.random.default_rng(0)
    used = some_seconds(chance, T0_S + 200 * DAY_S, 30)
    store(connection, 1, some_seconds(chance, T0_S, 10), hole_until_s=T0_S + 400 * DAY_S)
    store(connection, 2, used)
    results, read = Results(connection), []
    inner = results.seconds

    def watching(wearer, start_s, end_s):
        read.append(end_s - start_s)
        return inner(wearer, start_s, end_s)

    monkeypatch.setattr(results, "seconds", watching)
    found = results.bouts("me", used.start_s - 3600, used.end_s + 3600)
    assert sum(read) < 2 * DAY_S
    assert found[0].posture is found[-1].posture is Posture.UNKNOWN
    assert found[0].duration_s > 199 * DAY_S
    assert found[-1].end_s == T0_S + 400 * DAY_S
    assert sum(bout.n_steps for bout in found) == used.n_steps.sum()


@pytest.mark.parametrize("seed", range(8))
def test_bouts_do_not_depend_on_how_often_they_were_looked_at(connection, monkeypatch, seed):
    monkeypatch.setattr(bout_runs, "_PIECE_S", 70)
    chance = np.random.default_rng(seed)
    seconds = some_seconds(chance, T0_S, 25)
    known, settled_s, until_s = None, T0_S, T0_S
    while until_s < seconds.end_s:
        settled_s = int(chance.integers(settled_s, until_s + 1))
        until_s = min(until_s + int(chance.integers(1, 90)), seconds.end_s)
        shown = seconds.between(settled_s, until_s)
        wrong = some_seconds(chance, settled_s, 200).between(settled_s, until_s)
        for provisional in (wrong, shown):
            results_writing.write_seconds(connection, 1, provisional, lambda start_s, end_s: True)
            known = results_writing.write_bouts(
                connection, 1, (T0_S, until_s), settled_s, QUICK, known
            )
    bouts = connection.execute("SELECT * FROM bout").fetchall()
    connection.execute("DELETE FROM bout")
    results_writing.write_bouts(connection, 1, (T0_S, until_s), settled_s, QUICK)
    assert connection.execute("SELECT * FROM bout").fetchall() == bouts
    extent = Extent(T0_S, until_s, settled_s)
    state = StoredState(QUICK.digest, b"", Place(0, 0), 0, extent)
    live_state.save(connection, 1, state, QUICK)
    results = Results(connection)
    stored = results.device_seconds("hip-1", T0_S, until_s)
    assert_same(results.device_bouts("hip-1", T0_S, until_s), find_bouts(stored))


def test_of_a_bout_without_an_end_only_what_is_new_is_read(connection):
    code = np.full(20_000, CODE[Posture.NOT_WORN], np.uint8)
    p = np.full((len(code), len(CLASSES)), 1 / len(CLASSES))
    seconds = PostureSeconds(T0_S, code, p, np.full(len(code), 0.5), np.zeros(len(code), np.int64))
    results_writing.write_seconds(connection, 1, seconds, lambda start_s, end_s: True)
    span_s = (T0_S, seconds.end_s)
    known = results_writing.write_bouts(connection, 1, span_s, seconds.end_s - 100, QUICK)
    queries: list[str] = []
    connection.set_trace_callback(queries.append)
    results_writing.write_bouts(connection, 1, span_s, seconds.end_s - 100, QUICK, known)
    connection.set_trace_callback(None)
    [reading] = [query for query in queries if "FROM posture_minute" in query]
    assert f"minute_s > {seconds.end_s - 160}" in reading
