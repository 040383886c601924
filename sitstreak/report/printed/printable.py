"""Typed text as the report can print it: nothing runs, nothing hides, nothing pushes the layout."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from matplotlib import get_data_path
from matplotlib.ft2font import FT2Font, LoadFlags

#: Shipped with matplotlib; the only fonts of the report.
FONT_FILES: Final = tuple(
    Path(get_data_path()) / "fonts" / "ttf" / name
    for name in ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf")
)
ELLIPSIS: Final = "…"
#: Control, format (bidi overrides among them), surrogate and private-use characters, separators.
_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_EM_UNITS: Final = 1_000


@dataclass(slots=True)
class Typed:
    """Makes typed text printable, and remembers whether anything had to be cut."""

    has_glyph: Callable[[str], bool]
    width_em: Callable[[str], float]  #: of one character, in heights of the font
    n_cut: int = 0

    def line(self, text: str, *, width_em: float) -> str:
        """Return text in one line of at most this width, cut with an ellipsis.

        Spaces of all kinds become one space. A character that is hidden or that the font lacks is
        named: `⟨U+202E⟩`.
        """
        room = width_em - self.width_em(ELLIPSIS)
        kept: list[str] = []
        taken = 0.0
        for part in self._parts(text, limit=4 * int(width_em) + 40):
            width = sum(map(self.width_em, part))
            if taken + width > room:
                self.n_cut += 1
                return "".join(kept).rstrip() + ELLIPSIS
            kept.append(part)
            taken += width
        return "".join(kept)

    def _parts(self, text: str, limit: int) -> list[str]:
        """Return what is printed for each character; text far beyond the line is not looked at."""
        looked_at = " ".join(text[: 8 * limit].split())
        return [self._shown(char) for char in looked_at]

    def _shown(self, char: str) -> str:
        if unicodedata.category(char) in _HIDDEN or not self.has_glyph(char):
            return f"⟨U+{ord(char):04X}⟩"
        return char


def in_print() -> Typed:
    """Return what paper needs: only characters of the shipped font, at their own width."""
    return Typed(_in_font, _width_em)


def on_screen() -> Typed:
    """Return what a browser needs: it brings fonts for every script and wraps lines itself."""
    return Typed(lambda _: True, lambda _: 1.0)


def text_em(text: str) -> float:
    """Return the width of text in the shipped font, in heights of it."""
    return sum(map(_width_em, text))


@cache
def _font() -> tuple[FT2Font, frozenset[int]]:
    font = FT2Font(str(FONT_FILES[0]))
    font.set_size(_EM_UNITS, 72)  # a point is a unit: widths are thousandths of the height
    return font, frozenset(font.get_charmap())


def _in_font(char: str) -> bool:
    return ord(char) in _font()[1]


@cache
def _width_em(char: str) -> float:
    font, _ = _font()
    glyph = font.load_char(ord(char), flags=LoadFlags.NO_HINTING)
    # combining marks have no width of their own, but may be set apart
    return max(glyph.linearHoriAdvance / 65_536 / _EM_UNITS, 0.25)
