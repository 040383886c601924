"""From a script to what the sensor feels: gravity through a moving pelvis, gait, unrest, clip."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

import numpy as np

from ingest.simulation.wearer.gait import draw_gait, gait_g, step_rates, stride_phase
from ingest.simulation.wearer.levels import Level, levels
from ingest.simulation.wearer.moves import body
from ingest.simulation.wearer.noise import PAGE_S, Page, PagedNoise
from ingest.simulation.wearer.script import Script
from ingest.simulation.wearer.streams import Stream
from ingest.simulation.wearer.traits import draw_clip, draw_traits
from processing.model import FloatArray

_KEPT_PAGES: Final = 2
_FIDGET_P: Final = 0.18  # in each 16 s: one in about 90 s
_FIDGET_S: Final = (1.0, 3.0)
_FIDGET_DEG: Final = 4.0
_FIDGET_G: Final = 0.05
_LOG_SWAY_SD: Final = 0.4  # sway comes and goes: natural log, over minutes


class Wearing:
    """One clip-on of one person: acceleration at any sample number.

    Sample k belongs to the time `script.start_s + k / fs_hz` and depends on the seed, the clip-on,
    the script and k, never on which samples were asked for before.
    """

    def __init__(self, script: Script, *, seed: int, clip_on: int = 0, fs_hz: float = 25.0) -> None:
        """Prepare a wearing.

        Parameters
        ----------
        script
            What the person does.
        seed
            The person: the same seed walks, stands and slouches alike on every day.
        clip_on
            Which clip-on of that person, such as the day's ordinal: orientation and noise.
        fs_hz
            Sampling rate, at least 10. [Hz]
        """
        if not fs_hz >= 10:
            raise ValueError(f"a wearer is simulated at 10 Hz or more, got {fs_hz}")
        self.script, self.fs_hz = script, fs_hz
        self.traits = draw_traits(seed)
        self.clip = draw_clip(seed, clip_on)
        self._noise = PagedNoise(seed, clip_on)
        self._gait = draw_gait(self.traits, seed, fs_hz)
        self._rates_hz = step_rates(script, self.traits)
        self._levels = levels(script, self.traits)
        self._pages: OrderedDict[int, FloatArray] = OrderedDict()

    @property
    def n_samples(self) -> int:
        """How many samples the script is long."""
        return int(np.ceil((self.script.end_s - self.script.start_s) * self.fs_hz))

    def acc_g(self, first: int, stop: int) -> FloatArray:
        """Return samples `[first, stop)`, shape (stop - first, 3), device axes. [g]"""
        if not 0 <= first <= stop:
            raise ValueError(f"samples are counted from 0, got [{first}, {stop})")
        parts = [np.empty((0, 3))]
        number = int(first / self.fs_hz // PAGE_S)
        while self._first(number) < stop:
            begin = self._first(number)
            parts.append(self._page(number)[max(first - begin, 0) : stop - begin])
            number += 1
        return np.concatenate(parts)

    def _first(self, page: int) -> int:
        """Return the first sample whose time lies in `page`."""
        return int(np.ceil(page * PAGE_S * self.fs_hz))

    def _page(self, number: int) -> FloatArray:
        page = self._pages.get(number)
        if page is None:
            page = self._pages[number] = self._render(number)
            if len(self._pages) > _KEPT_PAGES:
                self._pages.popitem(last=False)
        return page

    def _render(self, number: int) -> FloatArray:
        t_s = np.arange(self._first(number), self._first(number + 1)) / self.fs_hz
        noise = self._noise.page(number, t_s - number * PAGE_S)
        now = body(self.script, self.traits, self._levels, t_s)
        pitch, roll, own_g = _unrest(now.level, noise, t_s - number * PAGE_S)
        own_g[2] += now.rise_g
        strength = now.level[Level.GAIT]
        on = np.flatnonzero(strength > 0)
        if len(on):
            phase = stride_phase(self.script, self._rates_hz, t_s[on])
            own_g[:, on] += gait_g(
                self._gait, strength[on], phase, noise.sway[2, on], noise.drift[3, on]
            )
            rattle = self._noise.white(Stream.IMPACT, number, len(t_s))[on].T
            own_g[:, on] += self._gait.impact_g * strength[on] * rattle
        acc = _felt(np.radians(now.pitch_deg + pitch), np.radians(roll), own_g)
        felt = (self.clip.rotation @ acc).T * self.clip.gain + self.clip.offset_g
        return np.asarray(felt + self.clip.noise_g * noise.white)


def _unrest(
    level: FloatArray, noise: Page, t_s: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return pitch beyond posture, roll [deg], own acceleration (3, n) forward, left, up [g]."""
    # Sway of the trunk turns gravity: 0.026 g is 1.5 degrees, shared by pitch and roll.
    sway = np.degrees(level[Level.SWAY_G] / np.sqrt(2)) * np.exp(_LOG_SWAY_SD * noise.drift[2])
    drift = level[Level.DRIFT_DEG]
    pitch = drift * noise.drift[0] + sway * noise.sway[0]
    roll = level[Level.ROLL_DEG] + drift * noise.drift[1] + sway * noise.sway[1]
    own_g = level[Level.TREMBLE_G] * noise.tremble
    for start, lot, length, turn, side in noise.fidgets:
        if lot > 2 * _FIDGET_P:  # no posture is more than twice as restless as sitting
            continue
        lasts = _FIDGET_S[0] + (_FIDGET_S[1] - _FIDGET_S[0]) * length
        here = slice(*np.searchsorted(t_s, [start, start + lasts]))
        size = level[Level.FIDGET, here] * (lot < _FIDGET_P * level[Level.FIDGET, here])
        bump = size * np.sin(np.pi * (t_s[here] - start) / lasts) ** 2
        pitch[here] += _FIDGET_DEG * (2 * turn - 1) * bump
        roll[here] += _FIDGET_DEG * (2 * side - 1) * bump
        own_g[:, here] += _FIDGET_G * bump * noise.tremble[::-1, here]
    return pitch, roll, own_g


def _felt(pitch: FloatArray, roll: FloatArray, own_g: FloatArray) -> FloatArray:
    """Return what an ideal sensor in the pelvis feels, shape (3, n): forward, left, up axes. [g]

    At rest it is 1 g along the true vertical, which moves towards the front of a pelvis that tips
    back; own accelerations are given along the true forward, left and up.
    """
    sp, cp, sr, cr = np.sin(pitch), np.cos(pitch), np.sin(roll), np.cos(roll)
    forward, left, up = own_g[0], own_g[1], own_g[2] + 1.0
    return np.stack(
        [
            sp * cr * up + cp * forward - sp * sr * left,
            sr * up + cr * left,
            cp * cr * up - sp * forward - cp * sr * left,
        ]
    )
