"""What a method is fitted to: seconds of which the truth is known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from processing.features.columns import Features


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """One labelled session of one person."""

    data_set: str
    subject: str
    session: str
    features: Features  #: n seconds
    truth: NDArray[np.str_]  #: shape (n,): sit, stand, walk, lie, cycle, or "" for anything else

    def __post_init__(self) -> None:
        if self.truth.shape != (len(self.features),):
            raise ValueError(f"{len(self.features)} seconds, but truth {self.truth.shape}")
