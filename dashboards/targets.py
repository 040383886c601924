"""What a panel asks, and the variables that it is asked with, as plain dictionaries."""

from __future__ import annotations

from dashboards.datasource import REFERENCE, Json


def target(query: str, *, alias: str = "") -> Json:
    """Return an InfluxQL query as a panel holds it: a series for each column and tag."""
    return {
        "refId": "A",
        "datasource": REFERENCE,
        "query": query,
        "rawQuery": True,
        "resultFormat": "time_series",
        "alias": alias,
    }


def table(query: str) -> Json:
    """Return an InfluxQL query whose columns stay together, each under its own name."""
    return target(query) | {"resultFormat": "table"}


def query_variable(name: str, label: str, query: str) -> Json:
    """Return a variable whose choices come from the data; the first is taken."""
    return {
        "name": name,
        "label": label,
        "type": "query",
        "datasource": REFERENCE,
        "definition": query,
        "query": {"query": query, "refId": "InfluxVariableQueryEditor-VariableQuery"},
        "refresh": 1,
        "sort": 1,
        "multi": False,
        "includeAll": False,
        "current": {"text": "", "value": ""},
        "options": [],
    }


def text_variable(name: str, label: str, value: str, description: str) -> Json:
    """Return a variable that the reader types."""
    choice = {"selected": True, "text": value, "value": value}
    return {
        "name": name,
        "label": label,
        "description": description,
        "type": "textbox",
        "query": value,
        "current": choice,
        "options": [choice],
    }
