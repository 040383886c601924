"""The real processing, live over the journal: the same as offline, whatever happens on the way."""

import random
from contextlib import closing, suppress
from typing import Any

import numpy as np
import pytest

from ingest.model import RawBlock
from processing.chain import classify
from processing.figures.bouts import find_bouts
from processing.method import Method
from processing.model import NS_PER_S
from sitstreak import live
from sitstreak.live import LiveProcessor
from sitstreak.storage.database import open_database
from sitstreak.storage.journal import SqliteJournal
from sitstreak.storage.packing import pack, unpack
from sitstreak.storage.results import Results
from tests.support.plain_signals import START_S, still, walk
from tests.support.storage_kit import DEVICE, Died, MortalConnection, settings

LSB_PER_G = 4096
PER_BLOCK = 25
METHOD = Method()
Tables = dict[str, list[tuple[Any, ...]]]


def morning() -> list[RawBlock]:
    """Sit, walk, stand, sit with the radio out of range, walk; two days later a little more."""
    first = [still(300, 30), walk(120), still(90, 2, seed=1), still(400, 30, seed=2), walk(60)]
    made = in_blocks(START_S, np.concatenate(first))
    del made[1100:1500]
    later = in_blocks(
        START_S + 200_000, np.concatenate([walk(60), still(300, 25)]), first_seq=9_000
    )
    return made + later


def in_blocks(start_s: int, acc_g, first_seq: int = 0) -> list[RawBlock]:
    samples = np.rint(acc_g * LSB_PER_G).astype(np.int16)
    return [
        RawBlock(
            DEVICE,
            1,
            first_seq + at // PER_BLOCK,
            start_s * NS_PER_S + at * 20_000_000,
            50.0,
            LSB_PER_G,
            samples[at : at + PER_BLOCK],
        )
        for at in range(0, len(samples), PER_BLOCK)
    ]


def results_of(blocks, root) -> Tables:
    with closing(open_database(root)) as connection:
        SqliteJournal(connection, "me").append(blocks, [])
        with LiveProcessor(root, settings(root, influx_url=None), METHOD) as processor:
            processor.step()
            processor.finish(DEVICE)
        return tables(connection)


def tables(connection) -> Tables:
    return {
        "posture_minute": connection.execute(
            "SELECT * FROM posture_minute ORDER BY device, minute_s"
        ).fetchall(),
        "bout": connection.execute("SELECT * FROM bout").fetchall(),
        "extent": connection.execute("SELECT first_s, until_s FROM live_state").fetchall(),
    }


def test_live_results_are_those_of_classify(tmp_path):
    blocks = morning()
    stored = results_of(blocks, tmp_path)
    assert stored["extent"] == [(START_S, START_S + 200_360)]
    offline = classify([block.in_g() for block in blocks], METHOD)
    with closing(open_database(tmp_path)) as connection:
        results = Results(connection)
        kept = results.seconds("me", offline.start_s, offline.end_s)
        rounded = unpack(pack(offline))
        assert np.array_equal(kept.code, rounded.code)
        assert np.array_equal(kept.p, rounded.p)
        assert np.array_equal(kept.confidence, rounded.confidence)
        assert np.array_equal(kept.n_steps, rounded.n_steps)
        assert {"sit", "stand", "walk", "unknown"} <= {
            bout.posture.value for bout in results.bouts("me", START_S, offline.end_s)
        }


def test_bouts_are_those_of_the_seconds_and_a_hole_of_days_is_one_of_its_own(tmp_path):
    results_of(morning(), tmp_path)
    hole_end_s = START_S + 200_000
    with closing(open_database(tmp_path)) as connection:
        results = Results(connection)
        found = results.bouts("me", START_S, hole_end_s)
        hole_start_s = START_S + 970
        expected = find_bouts(results.seconds("me", START_S, hole_end_s))
        assert [(b.start_s, b.end_s, b.posture, b.n_steps) for b in found] == [
            (b.start_s, b.end_s, b.posture, b.n_steps) for b in expected
        ]
        assert [b.confidence for b in found] == pytest.approx([b.confidence for b in expected])
        assert (found[-1].start_s, found[-1].end_s) == (hole_start_s, hole_end_s)
        n_minutes = connection.execute("SELECT count(*) FROM posture_minute").fetchone()[0]
        assert n_minutes < 30


@pytest.mark.parametrize("seed", range(6))
def test_killed_at_random_statements_it_ends_with_the_same_results(tmp_path, monkeypatch, seed):
    chance = random.Random(seed)
    blocks = morning()
    expected = results_of(blocks, tmp_path / "undisturbed")

    def mortal(path):
        connection = MortalConnection(path / "sitstreak.db", isolation_level=None)
        connection.lives_left = chance.choice([None, chance.randrange(60)])
        return connection

    with closing(open_database(tmp_path)) as connection, monkeypatch.context() as patch:
        journal = SqliteJournal(connection, "me")
        patch.setattr(live, "open_database", mortal)
        while blocks:
            processor = LiveProcessor(tmp_path, settings(tmp_path), METHOD)
            with suppress(Died), processor:
                for _ in range(chance.randrange(1, 8)):
                    n_now = chance.randrange(1, 200)
                    journal.append(blocks[:n_now], [])
                    del blocks[:n_now]
                    processor.step()
        patch.undo()
        with LiveProcessor(tmp_path, settings(tmp_path), METHOD) as processor:
            processor.finish(DEVICE)
        assert tables(connection) == expected
