"""Arrays of words, one for each second."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

#: One word for each second.
Words = NDArray[np.str_]
