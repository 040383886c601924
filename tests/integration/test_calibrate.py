"""`sitstreak calibrate` beside a collector: what is remembered, when nothing is, and its effect."""

from __future__ import annotations

import random
from contextlib import closing

import numpy as np
import pytest

from ingest.simulation.wearer.script import Script, Stretch
from ingest.simulation.wearer.signal import Wearing
from processing.method import Method
from processing.model import NS_PER_S, Posture
from sitstreak.errors import SitstreakError
from sitstreak.guided.errors import CatchingUpError, GuidedRefusedError, SensorSilentError
from sitstreak.guided.measuring import calibrate
from sitstreak.guided.samples import JournalSamples
from sitstreak.guided.session import Session
from sitstreak.live import LiveProcessor
from sitstreak.storage.database import open_database
from sitstreak.storage.guided import newest_calibration, store_calibration
from sitstreak.storage.journal import SqliteJournal
from tests.support.guided_kit import DEVICE, START_S, NotedDisplay, PlayedPace, raw_blocks
from tests.support.storage_kit import settings

METHOD = Method()
GUIDED = ((Posture.STAND, 32), (Posture.WALK, 40))


@pytest.fixture
def connection(tmp_path):
    with closing(open_database(tmp_path)) as connection:
        yield connection


def worn(*stretches: tuple[Posture, int], seed: int = 3) -> Wearing:
    script = Script(START_S, tuple(Stretch(posture, n_s) for posture, n_s in stretches))
    return Wearing(script, seed=seed)


def samples_of(wearing: Wearing):
    return wearing.acc_g(0, wearing.n_samples)


def guide(connection, blocks, **more):
    pace = PlayedPace(connection, blocks, **more)
    samples = JournalSamples.of_newest_sensor(connection, None)
    display = NotedDisplay()
    found = calibrate(connection, samples, Session(samples, pace, display), METHOD)
    return found, display.shown


@pytest.mark.parametrize("seed", range(6))
def test_a_simulated_wearer_is_led_through_and_upright_is_found(connection, seed):
    wearing = worn(*GUIDED, (Posture.SIT, 20), seed=seed)
    found, shown = guide(connection, raw_blocks(samples_of(wearing)))
    walking = samples_of(wearing)[35 * 25 : 55 * 25].mean(axis=0)
    assert np.degrees(np.arccos(walking @ found.guided.up / np.linalg.norm(walking))) < 1.0
    assert 60 * wearing.traits.step_hz == pytest.approx(found.guided.cadence_spm, rel=0.03)
    assert wearing.traits.stand_back_deg == pytest.approx(found.guided.standing_deg, abs=2.0)
    assert shown == [
        "ready Stand still, as you usually stand",
        "go Stand still, as you usually stand",
        "done Stand still, as you usually stand",
        "ready Walk at your usual pace",
        "go Walk at your usual pace",
        "done Walk at your usual pace",
    ]
    assert newest_calibration(connection, DEVICE) == found


@pytest.mark.parametrize(
    ("did", "why"),
    [
        (((Posture.STAND, 92),), "you did not walk"),
        (((Posture.WALK, 92),), "you moved while standing"),
        (((Posture.SIT, 32), (Posture.WALK, 60)), "degrees: stand upright"),
        (((Posture.LIE, 92),), "did not walk"),
    ],
)
def test_whoever_does_something_else_is_told_and_nothing_is_stored(connection, did, why):
    with pytest.raises(GuidedRefusedError, match=why):
        guide(connection, raw_blocks(samples_of(worn(*did))))
    assert newest_calibration(connection, DEVICE) is None


@pytest.mark.parametrize("n_s", [3, 15, 40])
def test_a_sensor_that_falls_silent_ends_it_and_nothing_is_stored(connection, n_s):
    blocks = raw_blocks(samples_of(worn(*GUIDED)))
    with pytest.raises(SensorSilentError, match=f"{DEVICE} has been silent"):
        guide(connection, blocks[:n_s])
    assert newest_calibration(connection, DEVICE) is None


def test_a_sensor_that_still_hands_over_its_log_has_to_finish_first(connection):
    blocks = raw_blocks(samples_of(worn(*GUIDED)), START_S - 3600)
    with pytest.raises(CatchingUpError, match="1 h"):
        guide(connection, blocks, latency_s=3600.8)


def test_what_the_radio_lost_and_the_log_had_is_waited_for(connection):
    blocks = raw_blocks(samples_of(worn(*GUIDED, (Posture.SIT, 30))))
    lost, kept = blocks[10:16], blocks[:10] + blocks[16:]
    journal = SqliteJournal(connection, "me")
    pace_of: dict[str, PlayedPace] = {}

    def late_ones() -> None:
        if "pace" in pace_of and pace_of["pace"].now_s() > START_S + 29:
            journal.append(lost, [])

    pace = PlayedPace(connection, kept, tick=late_ones)
    pace_of["pace"] = pace
    samples = JournalSamples.of_newest_sensor(connection, None)
    found = calibrate(connection, samples, Session(samples, pace, NotedDisplay()), METHOD)
    assert newest_calibration(connection, DEVICE) == found


def test_what_was_lost_for_good_is_said_and_nothing_is_stored(connection):
    blocks = raw_blocks(samples_of(worn(*GUIDED)))
    with pytest.raises(GuidedRefusedError, match=r"only \d s of standing"):
        guide(connection, blocks[:15] + blocks[18:])
    assert newest_calibration(connection, DEVICE) is None


def test_a_broken_off_calibration_leaves_nothing(connection):
    def interrupt() -> None:
        if (
            connection.execute("SELECT max(t0_ns) FROM block").fetchone()[0]
            > (START_S + 30) * NS_PER_S
        ):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        guide(connection, raw_blocks(samples_of(worn(*GUIDED))), tick=interrupt)
    assert newest_calibration(connection, DEVICE) is None


def tables(connection):
    return [
        connection.execute(f"SELECT * FROM {table} ORDER BY device, {key}").fetchall()
        for table, key in (("posture_minute", "minute_s"), ("bout", "start_s"))
    ]


def processed_live(tmp_path, connection):
    """Results of a collector that processed while the wearer was being led."""
    blocks = raw_blocks(samples_of(worn(*GUIDED, (Posture.SIT, 700))))
    with LiveProcessor(tmp_path, settings(tmp_path, influx_url=None), METHOD) as processor:
        found, _ = guide(connection, blocks, tick=processor.step)
        n_done = connection.execute("SELECT count(*) FROM block").fetchone()[0]
        journal = SqliteJournal(connection, "me")
        for at in range(n_done, len(blocks), 90):
            journal.append(blocks[at : at + 90], [])
            processor.step()
        processor.finish(DEVICE)
    return found, blocks


def test_results_made_again_from_the_journal_are_those_made_live(tmp_path, connection):
    found, _ = processed_live(tmp_path, connection)
    live = tables(connection)
    assert live[0]
    for table in ("posture_minute", "bout", "live_checkpoint", "live_state"):
        connection.execute(f"DELETE FROM {table}")
    with LiveProcessor(tmp_path, settings(tmp_path, influx_url=None), METHOD) as processor:
        processor.step()
        processor.finish(DEVICE)
    assert tables(connection) == live
    assert newest_calibration(connection, DEVICE) == found


def test_a_calibration_noticed_late_gives_the_same_results(tmp_path, connection):
    with closing(open_database(tmp_path / "live")) as other:
        found, blocks = processed_live(tmp_path / "live", other)
        live = tables(other)
    SqliteJournal(connection, "me").append(blocks, [])
    with LiveProcessor(tmp_path, settings(tmp_path, influx_url=None), METHOD) as processor:
        processor.step()
        assert tables(connection) != live
        store_calibration(connection, DEVICE, found)
        processor.step()
        processor.finish(DEVICE)
    assert tables(connection) == live


@pytest.mark.parametrize("seed", range(4))
def test_it_does_not_matter_in_which_pieces_samples_come_in(tmp_path, connection, seed):
    with closing(open_database(tmp_path / "live")) as other:
        found, blocks = processed_live(tmp_path / "live", other)
        expected = tables(other)
    chance = random.Random(seed)
    journal, noticed = SqliteJournal(connection, "me"), chance.randrange(60, 400)
    with LiveProcessor(tmp_path, settings(tmp_path, influx_url=None), METHOD) as processor:
        at = 0
        while at < len(blocks):
            if at >= noticed and newest_calibration(connection, DEVICE) is None:
                store_calibration(connection, DEVICE, found)
            n = chance.choice([1, 2, 7, 60, 200])
            journal.append(blocks[at : at + n], [])
            at += n
            processor.step()
        processor.finish(DEVICE)
    assert tables(connection) == expected


def test_a_bout_goes_on_across_a_calibration(tmp_path, connection):
    found, _ = processed_live(tmp_path, connection)
    (posture,) = connection.execute(
        "SELECT posture FROM bout WHERE start_s < ?1 AND end_s > ?1", (found.from_s,)
    ).fetchone()
    assert posture == "walk"
    edges = connection.execute("SELECT start_s, end_s FROM bout ORDER BY start_s").fetchall()
    assert [end for _, end in edges[:-1]] == [start for start, _ in edges[1:]]


def test_sitting_right_after_a_calibration_is_known_as_sitting(tmp_path, connection):
    processed_live(tmp_path, connection)
    rows = connection.execute("SELECT posture, end_s - start_s FROM bout ORDER BY start_s")
    posture, duration_s = rows.fetchall()[-1]
    assert posture == "sit"
    assert duration_s > 600


def test_no_sensor_at_all_is_said(connection):
    with pytest.raises(SitstreakError, match="no sensor has sent anything"):
        JournalSamples.of_newest_sensor(connection, None)
    with pytest.raises(SitstreakError, match="no sensor of wearer 'you'"):
        JournalSamples.of_newest_sensor(connection, "you")
