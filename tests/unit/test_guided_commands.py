"""`sitstreak calibrate` and `single-leg` as commands: what they print, and how they refuse."""

from __future__ import annotations

import json
from contextlib import closing

import numpy as np
import pytest

from ingest.simulation.wearer.script import Script, Stretch
from ingest.simulation.wearer.signal import Wearing
from processing.gait.guided_reference import GuidedReference
from processing.model import Posture
from sitstreak.calibrated import Calibration
from sitstreak.cli import guiding
from sitstreak.storage.database import open_database
from sitstreak.storage.guided import newest_calibration, store_calibration
from sitstreak.storage.journal import SqliteJournal
from sitstreak.storage.lock import collector_lock
from tests.support.guided_kit import DEVICE, START_S, PlayedPace, raw_blocks
from tests.support.run_cli import run_cli
from tests.unit.test_single_leg import FORWARD, UP, bridge

COMMANDS = (["calibrate"], ["single-leg", "--side", "left"])


@pytest.fixture
def at_work(tmp_path, monkeypatch):
    """A collector at work: call it with the samples that come in while a command runs."""
    with collector_lock(tmp_path), closing(open_database(tmp_path)) as connection:

        def play(acc_g):
            blocks = raw_blocks(acc_g)
            pace = PlayedPace(connection, blocks)
            monkeypatch.setattr(guiding, "RealPace", lambda: pace)
            return connection

        yield play


def walker():
    stretches = (Stretch(Posture.STAND, 32), Stretch(Posture.WALK, 40))
    wearing = Wearing(Script(START_S, stretches), seed=3)
    return wearing.acc_g(0, wearing.n_samples)


def bridging(lift_deg=20.0):
    lying = np.tile(FORWARD, (round(11.5 * 25), 1))
    return np.concatenate([lying, bridge(lift_deg, after_s=40.0)])


@pytest.mark.parametrize("command", COMMANDS)
def test_without_a_collector_it_says_what_to_start(tmp_path, command):
    refused = run_cli(*command, "--data-dir", tmp_path)
    assert "start `sitstreak run`" in refused.error_line
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", COMMANDS)
def test_a_collector_that_has_ended_is_none(tmp_path, command):
    with collector_lock(tmp_path), closing(open_database(tmp_path)) as connection:
        SqliteJournal(connection, "me").append(raw_blocks(walker()), [])
    assert "nothing is being recorded" in run_cli(*command, "--data-dir", tmp_path).error_line


@pytest.mark.parametrize("command", COMMANDS)
def test_a_collector_without_a_sensor_is_said(tmp_path, command):
    with collector_lock(tmp_path), closing(open_database(tmp_path)):
        refused = run_cli(*command, "--data-dir", tmp_path)
    assert "no sensor has sent anything" in refused.error_line


def test_calibrating_prints_what_was_found_and_remembers_it(tmp_path, at_work):
    connection = at_work(walker())
    ran = run_cli("calibrate", "--data-dir", tmp_path)
    assert ran.code == 0, ran.err
    assert "Walk at your usual pace (20 s)" in ran.out
    assert "Remembered. You walked at" in ran.out
    assert newest_calibration(connection, DEVICE) is not None


def test_calibrating_for_programs_prints_nothing_but_json(tmp_path, at_work):
    at_work(walker())
    ran = run_cli("calibrate", "--json", "--data-dir", tmp_path)
    found = json.loads(ran.out)
    assert found["device"] == DEVICE
    assert np.linalg.norm(found["up"]) == pytest.approx(1)
    assert 90 < found["cadence_spm"] < 130


def test_a_wearer_who_did_not_walk_is_told_in_one_line(tmp_path, at_work):
    connection = at_work(np.concatenate([walker()[:700], np.tile(walker()[:700], (3, 1))]))
    refused = run_cli("calibrate", "--data-dir", tmp_path)
    assert "you did not walk" in refused.error_line
    assert "nothing was stored" in refused.error_line
    assert newest_calibration(connection, DEVICE) is None


def test_ctrl_c_stores_nothing_and_says_stopped(tmp_path, at_work, monkeypatch):
    connection = at_work(walker())
    pace = guiding.RealPace()
    start_s = pace.now_s()
    wait = pace.wait

    def interrupted(seconds):
        if pace.now_s() > start_s + 12:
            raise KeyboardInterrupt
        wait(seconds)

    monkeypatch.setattr(pace, "wait", interrupted)
    ran = run_cli("calibrate", "--data-dir", tmp_path)
    assert (ran.code, ran.err.splitlines()[-1]) == (130, "stopped")
    assert newest_calibration(connection, DEVICE) is None


def calibrated(connection):
    guided = GuidedReference(tuple(UP), tuple(FORWARD), 4.0, 108.0)
    store_calibration(connection, DEVICE, Calibration(START_S - 1000, guided))


def test_a_hold_is_printed_beside_the_earlier_ones(tmp_path, at_work):
    calibrated(at_work(bridging()))
    first = run_cli("single-leg", "--side", "left", "--hold", 15, "--data-dir", tmp_path)
    assert first.code == 0, first.err
    assert "10.0 s" in first.out
    assert "no diagnosis" in first.out
    # the sensor's recording has ended: nothing comes in any more
    again = run_cli("single-leg", "--side", "right", "--data-dir", tmp_path)
    assert "has been silent" in again.error_line


def test_holds_of_one_leg_are_compared_with_that_leg(tmp_path, at_work):
    connection = at_work(bridging())
    calibrated(connection)
    run_cli("single-leg", "--side", "left", "--hold", 15, "--data-dir", tmp_path)
    connection.execute("UPDATE single_leg SET at_s = at_s - 86400")
    connection.execute("DELETE FROM block")
    at_work(bridging(lift_deg=30.0))
    ran = run_cli("single-leg", "--side", "left", "--hold", 15, "--json", "--data-dir", tmp_path)
    found = json.loads(ran.out)
    assert found["result"]["lift_deg"] == pytest.approx(30, abs=1.5)
    assert [one["lift_deg"] for one in found["earlier"]] == [pytest.approx(20, abs=1)]


def test_a_hold_without_a_calibration_asks_for_one(tmp_path, at_work):
    at_work(bridging())
    refused = run_cli("single-leg", "--side", "left", "--data-dir", tmp_path)
    assert "do `sitstreak calibrate` first" in refused.error_line


def test_hips_that_stayed_down_are_told_in_one_line(tmp_path, at_work):
    connection = at_work(bridging(lift_deg=2.0))
    calibrated(connection)
    refused = run_cli("single-leg", "--side", "left", "--hold", 15, "--data-dir", tmp_path)
    assert "the hips were not lifted" in refused.error_line
    assert connection.execute("SELECT count(*) FROM single_leg").fetchone() == (0,)
