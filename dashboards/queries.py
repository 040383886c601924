"""What a dashboard asks of InfluxDB, and what InfluxDB gets to read once Grafana filled it in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from dashboards.datasource import Json

_PLACEHOLDER = re.compile(r"\$\{?(\w+)(:singlequote)?\}?")


@dataclass(frozen=True, slots=True)
class Query:
    """One InfluxQL statement of a dashboard and who asks it."""

    owner: str  #: title of the panel, name of the variable or of the mark
    text: str


@dataclass(frozen=True, slots=True)
class TimeSpan:
    """The dashboard's time range, both ends included as Grafana does. Unix time, UTC [ms]."""

    start_ms: int
    end_ms: int


def panel_queries(dashboard: Json) -> list[Query]:
    """Return every query of every panel, in order."""
    return [
        Query(panel["title"], target["query"])
        for panel in dashboard["panels"]
        for target in panel["targets"]
    ]


def annotation_queries(dashboard: Json) -> list[Query]:
    """Return the query of every kind of mark."""
    return [Query(mark["name"], mark["query"]) for mark in dashboard["annotations"]["list"]]


def variable_queries(dashboard: Json) -> list[Query]:
    """Return the query of every variable that has one."""
    return [
        Query(variable["name"], variable["query"]["query"])
        for variable in dashboard["templating"]["list"]
        if variable["type"] == "query"
    ]


def fill_in(
    query: str, variables: Mapping[str, str], span: TimeSpan, *, interval: str = "1m"
) -> str:
    """Return what Grafana sends for `query`.

    Parameters
    ----------
    variables
        Values of the dashboard's variables. Grafana puts them in as they are; only the format
        `singlequote` puts quotes around them and escapes those within.
    span
        Stands for `$timeFilter`, `$__from` and `$__to`.
    interval
        Stands for `$__interval`, an InfluxQL duration.

    Raises
    ------
    ValueError
        If the query has a placeholder that nothing fills: Grafana would send it as it is, and the
        panel would stay empty without a word.
    """
    macros = {
        "timeFilter": f"time >= {span.start_ms}ms and time <= {span.end_ms}ms",
        "__interval": interval,
        "__from": str(span.start_ms),
        "__to": str(span.end_ms),
    }

    def value(found: re.Match[str]) -> str:
        name = found[1]
        if name in macros:
            return macros[name]
        if name not in variables:
            raise ValueError(f"nothing fills ${name} in: {query}")
        if found[2]:
            return "'" + variables[name].replace("'", "\\'") + "'"
        return variables[name]

    return _PLACEHOLDER.sub(value, query)
