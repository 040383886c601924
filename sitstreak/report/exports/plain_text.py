"""Typed text on its way into files: kept to the letter, but for what a format cannot carry."""

from __future__ import annotations

import re
from typing import Final

#: Stands where a character was that the format has no place for.
REPLACEMENT: Final = "\ufffd"
#: FHIR R4, "Datatypes", string: "SHALL NOT exceed 1,048,576 (1024*1024) characters in size".
FHIR_MAX_CHARACTERS: Final = 1024 * 1024

_LONE_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
#: White space that the pattern of a FHIR string, `[ \r\n\t\S]+`, does not let through where `\S` is
#: that of Unicode.
_OTHER_SPACE: Final = re.compile(r"[^\S \r\n\t]")
_NONCHARACTER: Final = re.compile("[\ufffe\uffff]")


def unicode_text(text: str) -> str:
    """Return text that UTF-8 can hold: half a surrogate pair, which is no character, is replaced.

    A command line hands such halves over for bytes that are no UTF-8.
    """
    return _LONE_SURROGATE.sub(REPLACEMENT, text)


def cell_text(text: str) -> str:
    """Return text for a table: tabs and line ends stay, other control characters are replaced.

    Some programs drop them on reading, and `NUL=cmd()` would turn into `=cmd()`.
    """
    return _CONTROL.sub(REPLACEMENT, unicode_text(text))


def fhir_text(text: str) -> str | None:
    """Return text as a FHIR string; None if nothing but white space is in it.

    FHIR R4, "Datatypes", string: no characters below 32 but tab and line ends, some content, and
    at most `FHIR_MAX_CHARACTERS`; what is longer is cut, and ends in an ellipsis. Characters that
    XML 1.0 excludes are replaced too: a bundle may be turned into XML.
    """
    text = _NONCHARACTER.sub(REPLACEMENT, cell_text(text))
    text = _OTHER_SPACE.sub(" ", text)
    if not text.strip():
        return None
    if len(text) > FHIR_MAX_CHARACTERS:
        text = f"{text[: FHIR_MAX_CHARACTERS - 1]}…"
    return text
