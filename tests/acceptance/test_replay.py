"""A recording through sensor, radio, Bleak and journal: all of it, once, whatever happens."""

import json
import random
from contextlib import closing
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest

from ingest.simulation.wearer import Script, Stretch, Wearing
from processing.model import Posture
from sitstreak.storage.database import open_database
from tests.support.influx_rows import MEASUREMENTS, local_rows, server_rows
from tests.support.processes import everything, kill_when_stored, run, started

FS_HZ = 50
KILLS = 10


@pytest.fixture(scope="module")
def recording(tmp_path_factory):
    """A generated wearer of 18 minutes: 55,000 samples."""
    plan = [(Posture.STAND, 60), (Posture.WALK, 90), (Posture.SIT, 400)] * 2
    script = Script(0, tuple(Stretch(posture, s) for posture, s in plan))
    wearing = Wearing(script, seed=7, clip_on=1, fs_hz=FS_HZ)
    acc_g = wearing.acc_g(0, wearing.n_samples)
    path = tmp_path_factory.mktemp("recording") / "wearer.parquet"
    t = np.arange(len(acc_g)) / FS_HZ
    pd.DataFrame({"t": t, **dict(zip("xyz", acc_g.T, strict=True))}).to_parquet(path)
    return path, len(acc_g)


@pytest.fixture(scope="module")
def undisturbed(recording, tmp_path_factory):
    path, _ = recording
    data_dir = tmp_path_factory.mktemp("undisturbed")
    ran = run("replay", path, "--data-dir", data_dir)
    assert ran.returncode == 0, ran.stderr
    return everything(data_dir)


def test_killed_at_ten_random_moments_the_journal_and_the_bouts_are_the_same(
    recording, undisturbed, tmp_path
):
    path, n_samples = recording
    rng = random.Random(20)
    moments = sorted(rng.randrange(1, n_samples) for _ in range(KILLS - 1))
    n_killed = 0
    # The last one comes when every sample is stored and the results are still being made.
    for n_stored in [*moments, n_samples]:
        live = ["--speed", "300"] if rng.random() < 0.5 else []
        with started("replay", path, "--data-dir", tmp_path, *live) as process:
            n_killed += int(kill_when_stored(process, tmp_path, n_stored))
    assert n_killed == KILLS
    ran = run("replay", path, "--data-dir", tmp_path)
    assert ran.returncode == 0, ran.stderr
    after = everything(tmp_path)
    assert sum(int(str(row[6])) for row in after["journal"]) == n_samples
    assert after == undisturbed


def test_the_bouts_are_those_of_the_wearer(undisturbed):
    # whoever changes posture is something in between for a second
    postures = [row[3] for row in undisturbed["bouts"] if row[2] - row[1] > 3]
    assert postures == ["stand", "walk", "sit", "stand", "walk", "sit"]


def test_replayed_twice_nothing_changes(recording, undisturbed, tmp_path):
    path, _ = recording
    for _ in range(2):
        assert run("replay", path, "--data-dir", tmp_path).returncode == 0
    assert everything(tmp_path) == undisturbed


@pytest.mark.influxd
def test_influxd_holds_exactly_the_results_and_a_second_replay_changes_nothing(
    recording, tmp_path, influx
):
    path, _ = recording
    server = {"influx_url": influx.url, "influx_token": influx.token, "timezone": "Europe/Berlin"}
    held = []
    for _ in range(2):
        ran = run("replay", path, "--data-dir", tmp_path, **server)
        assert ran.returncode == 0, ran.stderr
        # what the simulated sensor says of its battery is of now, not of the recording
        rows = server_rows(influx, "me", "replay")
        held.append({row for row in rows if row[0] != "sensor"})
    with closing(open_database(tmp_path)) as connection:
        expected = local_rows(connection, "me", ZoneInfo("Europe/Berlin"))
    assert {name for name, *_ in expected} == set(MEASUREMENTS) - {"sensor"}
    assert held == [expected, expected]


@pytest.mark.recordings
@pytest.mark.parametrize(
    ("name", "subject", "session"),
    [("hapt", "hapt03", "exp05"), ("harth_back", "harth_S023", "s1")],
)
def test_a_real_session_arrives_without_loss_or_repeat(
    recordings_dir, tmp_path, name, subject, session
):
    file = recordings_dir / f"{name}.parquet"
    table = pd.read_parquet(file, columns=["subject", "session"])
    n_samples = int(((table.subject == subject) & (table.session == session)).sum())
    ran = run(
        "replay", file, "--subject", subject, "--session", session,
        "--data-dir", tmp_path, "--json",
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    (outcome,) = json.loads(ran.stdout)["sessions"]
    assert n_samples > 0
    assert outcome["n_samples"] == outcome["n_stored"] == n_samples
    assert outcome["n_lost"] == outcome["n_duplicate"] == 0


def test_a_session_that_is_not_there_is_said_with_what_is(recording, tmp_path):
    path, _ = recording
    ran = run("replay", path, "--session", "nine", "--data-dir", tmp_path)
    assert ran.returncode == 2
    assert ran.stderr.count("\n") == 1
    assert "nine" in ran.stderr
