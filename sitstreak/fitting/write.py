"""The module that holds the fitted numbers, as text: each weight beside what it multiplies."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import processing
from processing.posture.posture_model import Angles, PostureModel
from processing.posture.walking import STEPPING_TERMS
from sitstreak.errors import SitstreakError
from sitstreak.fitting.parameters import SINGLE, TERMS

_HEADER: Final = '''"""Made by `sitstreak fit`; do not edit."""

from __future__ import annotations

from typing import Final

from processing.posture.posture_model import Angles, PostureModel

'''
_MODULE: Final = "fitted.py"
#: The longest line that the formatter leaves on one line.
_WIDTH: Final = 100


class NoCheckoutError(SitstreakError):
    """The numbers cannot be written where this program reads them."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"{folder} is an installed copy, not a checkout; name a file for the numbers with --out"
        )


def module_path() -> Path:
    """Return the module of this program that holds the fitted numbers.

    Raises
    ------
    NoCheckoutError
        If this program does not run from a checkout.
    """
    folder = Path(processing.__file__).resolve().parent
    if not (folder.parent / "pyproject.toml").is_file():
        raise NoCheckoutError(folder)
    return folder / "posture" / _MODULE


def module_text(model: PostureModel) -> str:
    """Return a module whose FITTED is `model`, laid out as `ruff format` would."""
    lines = ["FITTED: Final = PostureModel(", "    angles=Angles("]
    for name in Angles.__slots__:
        lines += _tuple(name, getattr(model.angles, name), 8)
    lines.append("    ),")
    for name, terms in TERMS.items():
        weights = getattr(model, name)
        lines.append(f"    {name}=(")
        lines += [f"        {w!r},  # {term}" for w, term in zip(weights, terms, strict=True)]
        lines.append("    ),")
    lines += [f"    {name}={getattr(model, name)!r}," for name in SINGLE]
    lines.append("    stepping=(")
    weighed = zip(model.stepping, STEPPING_TERMS, strict=True)
    lines += [f"        {weight!r},  # {term}" for weight, term in weighed]
    lines += ["    ),", f"    usual_pause_deg={model.usual_pause_deg!r},"]
    return "\n".join([_HEADER + lines[0], *lines[1:], ")", ""])


def _tuple(name: str, values: tuple[float, ...], indent: int) -> list[str]:
    """Return `name=(...)` on one line if it fits, otherwise one value a line."""
    pad = " " * indent
    inside = ", ".join(repr(value) for value in values) + ("," if len(values) == 1 else "")
    whole = f"{pad}{name}=({inside}),"
    if len(whole) <= _WIDTH:
        return [whole]
    return [f"{pad}{name}=(", *(f"{pad}    {value!r}," for value in values), f"{pad}),"]
