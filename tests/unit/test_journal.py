"""What the collector hands over is on disk once, in order, and can be read back."""

from contextlib import closing
from dataclasses import replace

import numpy as np
import pytest

from ingest.model import RawBlock, SensorReading
from processing.model import NS_PER_S, Gap
from sitstreak.errors import DiskFullError, SitstreakError
from sitstreak.storage.database import open_database
from sitstreak.storage.journal import SqliteJournal
from sitstreak.storage.results import Results
from tests.support.storage_kit import DEVICE, T0_S, block, run_of_blocks, stored_blocks


@pytest.fixture
def connection(tmp_path):
    with closing(open_database(tmp_path)) as connection:
        yield connection


@pytest.fixture
def journal(connection):
    return SqliteJournal(connection, "me")


def test_a_block_comes_back_bit_for_bit(journal, connection):
    samples = np.array([[-32768, 0, 32767], [1, -1, 2]], np.int16)
    journal.append(
        [
            RawBlock(
                DEVICE, 2**32 - 1, 2**32 - 1, T0_S * NS_PER_S + 1, 12.5, 4096, samples, 2**48 - 1
            )
        ],
        [],
    )
    [back] = stored_blocks(connection)
    assert (back.device_id, back.boot_id, back.seq) == (DEVICE, 2**32 - 1, 2**32 - 1)
    assert (back.t0_ns, back.fs_hz, back.lsb_per_g) == (T0_S * NS_PER_S + 1, 12.5, 4096)
    assert back.ticks == 2**48 - 1
    assert back.samples.dtype == np.int16
    assert back.samples.tolist() == samples.tolist()


def test_a_block_that_comes_again_is_stored_once(journal):
    blocks = run_of_blocks(T0_S, [0] * 21)
    journal.append(blocks, [])
    journal.append(blocks, [])
    assert journal.n_samples(DEVICE) == 21 * 4
    assert journal.next_seq(DEVICE, 1) == 3


def test_sequence_numbers_start_again_with_the_sensor(journal):
    journal.append([block(T0_S, [1], seq=41), block(T0_S + 9, [1], boot_id=2, seq=0)], [])
    assert [journal.next_seq(DEVICE, boot) for boot in (1, 2, 3)] == [42, 1, 0]
    assert journal.next_seq("another", 1) == 0


def test_blocks_and_gaps_of_one_call_are_stored_together_or_not_at_all(journal, connection):
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    gap = Gap(DEVICE, T0_S * NS_PER_S, (T0_S + 1) * NS_PER_S, 4, "out_of_range")
    connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(DiskFullError):
        journal.append(run_of_blocks(T0_S, [0] * 5000, per_block_s=300), [gap])
    assert journal.n_samples(DEVICE) == 0
    assert Results(connection).gaps("me", 0, 2**62) == []
    connection.execute(f"PRAGMA max_page_count = {pages + 1000}")
    journal.append(run_of_blocks(T0_S, [0] * 5000, per_block_s=300), [gap, gap])
    assert journal.n_samples(DEVICE) == 20_000
    assert Results(connection).gaps("me", 0, 2**62) == [gap]


def test_a_commit_waits_for_the_disk(journal, connection):
    assert connection.execute("PRAGMA synchronous").fetchone() == (2,)


def test_a_sensor_of_one_wearer_is_not_given_to_another(journal):
    journal.register_device(DEVICE, "ann", "Hip Sensor 1")
    journal.register_device(DEVICE, "bob", "Hip Sensor 1")
    journal.append([block(T0_S, [1])], [])
    with pytest.raises(SitstreakError, match="has data of wearer 'bob'"):
        journal.register_device(DEVICE, "ann", "Hip Sensor 1")
    journal.register_device(DEVICE, "bob", "Hip Sensor 1, renamed")


@pytest.mark.parametrize("name", ["", "two\nlines", "back\\slash", "nul\0"])
def test_a_name_that_influxdb_cannot_hold_is_refused_at_the_edge(connection, journal, name):
    with pytest.raises(SitstreakError, match="a name needs"):
        SqliteJournal(connection, name)
    with pytest.raises(SitstreakError, match="a name needs"):
        journal.append([block(T0_S, [1], device=name)], [])


def test_the_newest_reading_of_the_sensor_is_shown(journal, connection):
    reading = SensorReading(DEVICE, T0_S * NS_PER_S, 81, -60, 2, 300)
    journal.note_sensor(reading)
    journal.note_sensor(replace(reading, at_ns=reading.at_ns + NS_PER_S, battery_pct=None))
    assert Results(connection).sensor("me") == replace(
        reading, at_ns=reading.at_ns + NS_PER_S, battery_pct=None
    )
    assert connection.execute("SELECT count(*) FROM sensor_reading").fetchone() == (1,)
    assert Results(connection).sensor("nobody") is None


def test_a_block_too_long_to_be_found_again_is_refused(journal):
    with pytest.raises(ValueError, match="ten minutes"):
        journal.append([block(T0_S, [1] * 601)], [])
