"""What one second looked like, in a handful of numbers.

They are kept in single precision: what the live path stores and reads back is exactly what the
offline path uses. How they are measured is `processing.features.measuring`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from processing.model import BoolArray, FloatArray

COLUMNS: Final = (
    "early_up_x",
    "early_up_y",
    "early_up_z",
    "late_up_x",
    "late_up_y",
    "late_up_z",
    "vertical_g",
    "horizontal_g",
    "step_rhythm",
    "stride_rhythm",
    "step_hz",
    "phase_x",
    "phase_y",
    "phase_z",
    "dynamic_g",
    "active_g",
    "sway_g",
    "rise_m_s",
    "fall_m_s",
    "slow_rise_m_s",
    "slow_fall_m_s",
    "n_steps",
    "clipped",
    "valid",
)
_AT: Final = {name: index for index, name in enumerate(COLUMNS)}


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """Features of consecutive whole seconds: one row a second, one column each of `COLUMNS`."""

    start_s: int
    table: FloatArray  #: shape (n, len(COLUMNS)); values representable in float32

    def __len__(self) -> int:
        return len(self.table)

    def _column(self, name: str) -> FloatArray:
        return self.table[:, _AT[name]]

    @property
    def end_s(self) -> int:
        """One past the last second."""
        return self.start_s + len(self.table)

    @property
    def early_up(self) -> FloatArray:
        """Direction against gravity in the first half of each second, device axes, shape (n, 3)."""
        return self.table[:, 0:3]

    @property
    def late_up(self) -> FloatArray:
        """The same in its second half."""
        return self.table[:, 3:6]

    @property
    def up(self) -> FloatArray:
        """Direction against gravity, device axes, shape (n, 3); zero where there is no data."""
        total = self.early_up + self.late_up
        length = np.sqrt(total[:, 0] ** 2 + total[:, 1] ** 2 + total[:, 2] ** 2)
        return np.asarray(total / np.where(length > 0, length, 1)[:, None])

    @property
    def vertical_g(self) -> FloatArray:
        """RMS of stepping-band acceleration along gravity, over 4 s. [g]"""
        return self._column("vertical_g")

    @property
    def horizontal_g(self) -> FloatArray:
        """The same across gravity. [g]"""
        return self._column("horizontal_g")

    @property
    def step_rhythm(self) -> FloatArray:
        """Autocorrelation of the vertical at the best step period, 0.35 to 1.3 s; 1 is perfect."""
        return self._column("step_rhythm")

    @property
    def stride_rhythm(self) -> FloatArray:
        """Autocorrelation of all three axes at the best stride period, 0.8 to 2.4 s."""
        return self._column("stride_rhythm")

    @property
    def step_hz(self) -> FloatArray:
        """One over the best step period. [Hz]"""
        return self._column("step_hz")

    @property
    def phase(self) -> FloatArray:
        """How the level part follows the vertical by a quarter of a period, device axes (n, 3).

        A mean of products over their RMS, so at most 1 long. While walking it points forward.
        """
        return self.table[:, _AT["phase_x"] : _AT["phase_z"] + 1]

    @property
    def dynamic_g(self) -> FloatArray:
        """RMS of everything but gravity within the second. [g]"""
        return self._column("dynamic_g")

    @property
    def active_g(self) -> FloatArray:
        """RMS of the stepping band, all axes, within the second. [g]"""
        return self._column("active_g")

    @property
    def sway_g(self) -> FloatArray:
        """RMS of slow balance movement, all axes, within the second. [g]"""
        return self._column("sway_g")

    @property
    def rise_m_s(self) -> FloatArray:
        """Greatest upward velocity within half a second of the second. [m/s]"""
        return self._column("rise_m_s")

    @property
    def fall_m_s(self) -> FloatArray:
        """Greatest downward velocity, positive. [m/s]"""
        return self._column("fall_m_s")

    @property
    def slow_rise_m_s(self) -> FloatArray:
        """As `rise_m_s`, of movements that take longer. [m/s]"""
        return self._column("slow_rise_m_s")

    @property
    def slow_fall_m_s(self) -> FloatArray:
        """As `fall_m_s`, of movements that take longer. [m/s]"""
        return self._column("slow_fall_m_s")

    @property
    def n_steps(self) -> FloatArray:
        """Steps that fall into the second if it is walking."""
        return self._column("n_steps")

    @property
    def clipped(self) -> FloatArray:
        """Share of the second that hit the end of the sensor's range, 0 to 1."""
        return self._column("clipped")

    @property
    def valid(self) -> FloatArray:
        """Share of the second that has data, 0 to 1."""
        return self._column("valid")

    @property
    def has_data(self) -> BoolArray:
        """Whether at least half of the second has data."""
        return self.valid >= 0.5

    def between(self, start_s: int, end_s: int) -> Features:
        """Return the seconds of `[start_s, end_s)` that are in here."""
        a = min(max(start_s - self.start_s, 0), len(self))
        b = max(min(end_s - self.start_s, len(self)), a)
        return Features(self.start_s + a, self.table[a:b])
