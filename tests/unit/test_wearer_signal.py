"""What the generated wearer's sensor feels, checked against physics that can be done by hand."""

import numpy as np
import pytest
from scipy import signal

from ingest.simulation.wearer import Script, Stretch, Wearing, draw_traits
from ingest.simulation.wearer.levels import Level, levels
from ingest.simulation.wearer.moves import body
from ingest.simulation.wearer.traits import draw_clip
from processing.features.measuring import measure
from processing.method import Method
from processing.model import Posture, SampleBlock

FS = 25
PEOPLE = range(8)


def worn(seed, *stretches, fs_hz=FS):
    script = Script(1_000_000, tuple(Stretch(posture, n_s) for posture, n_s in stretches))
    return Wearing(script, seed=seed, clip_on=5, fs_hz=fs_hz)


def in_body_axes(wearing):
    """Take the clip's orientation and errors out again: forward, left, up. [g]"""
    clip = wearing.clip
    return ((wearing.acc_g(0, wearing.n_samples) - clip.offset_g) / clip.gain) @ clip.rotation


def pitch_deg(acc):
    forward, _, up = acc.mean(axis=0)
    return np.degrees(np.arctan2(forward, up))


def vertical_velocity(acc):
    """Odd kernel over 3 s on |a| - 1 g, smoothed over 0.8 s: prototype A's measure. [m/s]"""
    tau = np.arange(-37, 38) / FS
    kernel = 9.81 / 2 * np.sign(tau) * np.cos(np.pi * tau / 3) ** 2 / FS
    smooth = np.hanning(22)[1:-1] / np.hanning(22).sum()
    return np.convolve(np.convolve(np.linalg.norm(acc, axis=1) - 1, kernel, "same"), smooth, "same")


@pytest.mark.parametrize("posture", [Posture.NOT_WORN, Posture.LIE, Posture.SIT])
def test_at_rest_a_perfect_sensor_feels_one_g(posture):
    acc = in_body_axes(worn(1, (posture, 60)))
    assert np.median(np.linalg.norm(acc, axis=1)) == pytest.approx(1, abs=2e-3)


def test_a_clip_on_a_table_feels_nothing_but_its_own_noise():
    wearing = worn(1, (Posture.NOT_WORN, 60))
    noise = np.std(wearing.acc_g(0, wearing.n_samples), axis=0)
    assert noise == pytest.approx(wearing.clip.noise_g, rel=0.1)


def test_people_stand_and_sit_behind_their_walking_by_their_own_angles():
    off = []
    for seed in PEOPLE:
        wearing = worn(seed, (Posture.WALK, 60), (Posture.STAND, 60), (Posture.SIT, 60))
        acc, traits = in_body_axes(wearing), wearing.traits
        walk, stand, sit = (pitch_deg(acc[a * FS : (a + 50) * FS]) for a in (5, 65, 125))
        off.append([stand - walk - traits.stand_back_deg, sit - walk - traits.sit_back_deg])
    assert np.abs(off).max() < 6  # drift of minutes
    assert np.abs(np.mean(off, axis=0)).max() < 1.5


def test_lying_is_lying():
    assert 75 < pitch_deg(in_body_axes(worn(2, (Posture.LIE, 60)))) < 92


@pytest.mark.parametrize("fs_hz", [12.5, 25.0, 50.0])
def test_the_vertical_has_its_peak_at_the_wearers_step_rate(fs_hz):
    for seed in PEOPLE:
        wearing = worn(seed, (Posture.WALK, 120), fs_hz=fs_hz)
        frequency, power = signal.welch(in_body_axes(wearing)[:, 2], fs_hz, nperseg=int(40 * fs_hz))
        assert frequency[np.argmax(power)] == pytest.approx(wearing.traits.step_hz, abs=0.04)


def test_walking_says_which_way_is_forward():
    """Forward acceleration runs ahead of vertical at the step rate: Im(conj(V) F) > 0."""
    for seed in PEOPLE:
        acc = in_body_axes(worn(seed, (Posture.WALK, 120)))
        frequency, cross = signal.csd(acc[:, 2], acc[:, 0], FS, nperseg=250)
        steps = (frequency > 1.1) & (frequency < 2.7)
        assert cross[steps].sum().imag > 0


def test_the_processing_sees_which_way_a_walker_faces():
    """People of the recordings have 0.22 to 0.86 forward, and nothing sideways."""
    method = Method()
    for seed in PEOPLE:
        wearing = worn(seed, (Posture.WALK, 120))
        block = SampleBlock("w", 0, FS, wearing.acc_g(0, wearing.n_samples))
        phase = measure([block], 5, 115, method).phase.mean(axis=0) @ wearing.clip.rotation
        assert 0.22 < phase[0] < 0.95
        assert abs(phase[1]) < 0.1


def test_who_walks_to_a_chair_takes_no_steps_while_sitting_down():
    traits = draw_traits(4)
    order = (Posture.WALK, Posture.SIT, Posture.WALK)
    script = Script(0, tuple(Stretch(posture, 10) for posture in order))
    t_s = np.arange(0, 30, 0.02)
    moved = body(script, traits, levels(script, traits), t_s)
    steps = moved.level[Level.GAIT]
    assert (steps[(t_s > 9.5) & (t_s < 20.3)] == 0).all()
    assert steps[t_s < 7.5] == pytest.approx(1)
    assert steps[t_s > 21.5] == pytest.approx(1)
    slow = (t_s > 8) & (t_s < 9)  # turning round in front of the chair
    assert ((steps[slow] > 0) & (steps[slow] < 1)).all()


def test_gait_is_as_strong_as_in_real_walks():
    """The middle 80 % of real walks at the waist: 0.07 to 0.36 g RMS in 0.8-5 Hz."""
    band = signal.butter(3, (0.8, 5), "band", fs=FS, output="sos")
    for seed in PEOPLE:
        acc = signal.sosfiltfilt(band, in_body_axes(worn(seed, (Posture.WALK, 120))), axis=0)
        assert 0.07 < np.sqrt((acc**2).sum(axis=1).mean()) < 0.36


def test_standing_sways_more_than_sitting():
    band = signal.butter(3, (0.15, 0.8), "band", fs=FS, output="sos")
    median = {}
    for posture in (Posture.SIT, Posture.STAND):
        acc = [in_body_axes(worn(seed, (posture, 300))) for seed in PEOPLE]
        sway = np.concatenate([signal.sosfiltfilt(band, a, axis=0) for a in acc])
        power = signal.oaconvolve((sway**2).sum(axis=1), np.ones(50) / 50, "valid")
        median[posture] = np.sqrt(np.median(power))
    assert 0.003 < median[Posture.SIT] < 0.006
    assert 0.015 < median[Posture.STAND] < 0.027


def test_getting_up_and_down_shows_in_the_vertical_velocity():
    up, down, still = [], [], []
    for seed in PEOPLE:
        wearing = worn(seed, (Posture.SIT, 30), (Posture.STAND, 30), (Posture.SIT, 30))
        speed = vertical_velocity(wearing.acc_g(0, wearing.n_samples))
        up.append(speed[29 * FS : 31 * FS].max())
        down.append(speed[59 * FS : 61 * FS].min())
        still.append(np.abs(speed[5 * FS : 25 * FS]).max())
    assert np.mean(up) == pytest.approx(0.45, abs=0.10)
    assert np.mean(down) == pytest.approx(-0.30, abs=0.08)
    assert np.median(still) < 0.03


def test_a_rise_ends_at_rest_at_its_height():
    traits = draw_traits(3)
    script = Script(0, (Stretch(Posture.SIT, 10), Stretch(Posture.STAND, 10)))
    t_s = np.arange(0, 20, 1e-3)
    rise = body(script, traits, levels(script, traits), t_s).rise_g * 9.80665
    speed = np.cumsum(rise) * 1e-3
    assert speed[-1] == pytest.approx(0, abs=1e-3)
    assert speed.sum() * 1e-3 == pytest.approx(traits.rise_m, rel=0.01)
    assert speed.max() == pytest.approx(1.875 * traits.rise_m / traits.rise_s, rel=0.01)


@pytest.mark.parametrize(
    ("before", "after", "leans"),
    [
        (Posture.SIT, Posture.STAND, True),
        (Posture.STAND, Posture.SIT, True),
        (Posture.SIT, Posture.WALK, True),
        (Posture.LIE, Posture.SIT, False),
        (Posture.STAND, Posture.WALK, False),
    ],
)
def test_the_trunk_leans_forward_only_to_get_up_or_down(before, after, leans):
    traits = draw_traits(4)
    script = Script(0, (Stretch(before, 10), Stretch(after, 10)))
    table = levels(script, traits)
    pitch = body(script, traits, table, np.arange(0, 20, 0.02)).pitch_deg
    lowest = min(table[0, 0], table[1, 0])
    if leans:
        assert pitch.min() == pytest.approx(traits.stand_back_deg - traits.lean_deg, abs=0.5)
    else:
        assert pitch.min() >= lowest - 1e-6


def test_posture_changes_have_no_jump():
    traits = draw_traits(4)
    order = (Posture.SIT, Posture.WALK, Posture.STAND, Posture.SIT, Posture.LIE, Posture.SIT)
    script = Script(0, tuple(Stretch(posture, 900) for posture in order))
    t_s = np.arange(0, 5400, 0.02)
    pitch = body(script, traits, levels(script, traits), t_s).pitch_deg
    assert np.abs(np.diff(pitch)).max() < 3  # 150 degrees a second


def test_clips_point_in_all_directions():
    rotations = np.array([draw_clip(1, day).rotation for day in range(400)])
    assert rotations @ rotations.transpose(0, 2, 1) == pytest.approx(
        np.broadcast_to(np.eye(3), (400, 3, 3)), abs=1e-12
    )
    assert np.linalg.det(rotations) == pytest.approx(np.ones(400))
    assert np.abs(rotations.mean(axis=0)).max() < 0.12


def test_another_seed_is_another_person_and_another_day_another_clip():
    script = Script(0, (Stretch(Posture.WALK, 30),))
    one, same = (Wearing(script, seed=1, clip_on=1) for _ in range(2))
    assert np.array_equal(one.acc_g(0, 750), same.acc_g(0, 750))
    assert draw_traits(1) != draw_traits(2)
    for other in (Wearing(script, seed=2, clip_on=1), Wearing(script, seed=1, clip_on=2)):
        assert np.abs(other.acc_g(0, 750) - one.acc_g(0, 750)).max() > 0.1
    assert Wearing(script, seed=1, clip_on=2).traits == one.traits


def test_a_rate_too_low_for_steps_is_refused():
    with pytest.raises(ValueError, match="10 Hz"):
        worn(1, (Posture.SIT, 10), fs_hz=5)
