"""How right the method was on labelled recordings: what a report says of docs/validation.md.

The recordings are not part of this product, so that a report cannot measure again; a test holds
these numbers against the page that `sitstreak validate` writes.
"""

from __future__ import annotations

from typing import Final

from processing.method import Method

#: The method whose figures these are; another one was not validated, and nothing is said of it.
VALIDATED_DIGEST: Final = "9db8e48e627a"
#: Mean recall of sedentary and of upright seconds, people left out one at a time, 0..1.
_LEFT_OUT: Final = {"hapt": 0.990, "harth": 0.978, "har70": 0.965}
#: The same of the one person of all sets for whom the method does worst.
_WORST: Final = 0.499


def validated_accuracy(method: Method) -> dict[str, float]:
    """Return the accuracy by catalogue key: of each set, and `worst` of its people; or nothing."""
    if method.digest != VALIDATED_DIGEST:
        return {}
    return {**_LEFT_OUT, "worst": _WORST}
