"""Cadence: steps of each clock minute, and how many minutes lie in each of the usual bands.

Bands and the 100 steps a minute of moderate intensity: Tudor-Locke et al., "Patterns of adult
stepping cadence in the 2005-2006 NHANES", Prev. Med. 53 (2011) 178-181. Peak 30-minute cadence:
Tudor-Locke et al., "Peak stepping cadence in free-living adults", J. Phys. Act. Health 9 (2012)
1125-1129.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from processing.method import Method
from processing.model import CODE, IntArray, Posture, PostureSeconds

#: Lowest cadence of each band; the last one is open. [spm]
BANDS_SPM: Final = (0, 1, 20, 40, 60, 80, 100, 120)
_PEAK_MINUTES: Final = 30


@dataclass(frozen=True, slots=True)
class CadenceBands:
    """The minutes of a stretch by their cadence."""

    n_minutes: tuple[int, ...]  #: of each of `BANDS_SPM`
    n_brisk_minutes: int  #: at `Method.brisk_spm` or more
    peak_30_spm: float  #: mean of the 30 fastest minutes, wherever they lie; fewer: of all


def minute_cadence(seconds: PostureSeconds, method: Method) -> IntArray:
    """Return the steps of each clock minute that is known well enough. [spm]

    Parameters
    ----------
    seconds
        Unknown and not-worn seconds are not known; minutes are those of UTC.
    method
        How many known seconds a minute needs.

    Returns
    -------
    cadence_spm : shape (n_minutes,)
        In order of time, without the minutes that are not known.
    """
    before, after = seconds.start_s % 60, -seconds.end_s % 60
    unknown = [CODE[Posture.UNKNOWN], CODE[Posture.NOT_WORN]]
    known = np.pad(~np.isin(seconds.code, unknown), (before, after)).reshape(-1, 60).sum(axis=1)
    steps = np.pad(seconds.n_steps, (before, after)).reshape(-1, 60).sum(axis=1)
    return np.asarray(steps[known >= method.cadence_min_known_s], np.int64)


def cadence_bands(cadence_spm: IntArray, method: Method) -> CadenceBands:
    """Count minutes by cadence.

    Parameters
    ----------
    cadence_spm : shape (n_minutes,)
        From `minute_cadence`. [spm]
    method
        What counts as brisk.
    """
    band = np.searchsorted(BANDS_SPM, cadence_spm, side="right") - 1
    fastest = np.sort(cadence_spm)[-_PEAK_MINUTES:]
    return CadenceBands(
        tuple(np.bincount(band, minlength=len(BANDS_SPM)).tolist()),
        int((cadence_spm >= method.brisk_spm).sum()),
        float(fastest.mean()) if len(fastest) else 0.0,
    )
