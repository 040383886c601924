"""Identifiers that the same content gives again: nothing random, nothing of the clock."""

from __future__ import annotations

import json
import uuid
from typing import Final

#: Name space of all identifiers here (RFC 4122, section 4.3); made once, never changed.
_NAMESPACE: Final = uuid.UUID("6b0a3c52-7e0e-5a35-9d0f-3f6a5c2b9d41")


def stable_uuid(*parts: object) -> str:
    """Return the UUID, version 5, of these parts: the same parts, the same identifier.

    Parts are texts, numbers and plain lists of them; ("a", "b") and ("ab",) differ.
    """
    return str(uuid.uuid5(_NAMESPACE, json.dumps(parts, sort_keys=True)))
