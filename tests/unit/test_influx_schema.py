"""docs/influx-schema.md is what dashboards may rely on."""

import re
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from dashboards import build
from dashboards.queries import annotation_queries, panel_queries, variable_queries
from ingest.model import SensorReading
from processing.model import NS_PER_S, Bout, DaySummary, Posture, PostureSeconds
from sitstreak.storage import lines
from sitstreak.storage.database import open_database, transaction
from sitstreak.storage.happenings import GAP, KINDS, event_line
from sitstreak.storage.journal import SqliteJournal
from sitstreak.storage.sensor_rows import note_beside, sensor_lines

#: Line protocol tells a value's type by its last character.
TYPES = {"i": "integer", '"': "string", "e": "boolean"}
PAGE = (Path(__file__).parents[2] / "docs" / "influx-schema.md").read_text(encoding="utf-8")


def sections():
    """Return measurement -> its part of the page."""
    parts = re.split(r"^## (.+)$", PAGE, flags=re.MULTILINE)[1:]
    named = zip(parts[::2], parts[1::2], strict=True)
    return {name: text for name, text in named if re.fullmatch(r"\w+", name)}


def documented_fields(measurement):
    """Return field -> (type, unit) of one measurement."""
    rows = re.findall(r"^\| `(\w+)` \| (\w+) \|([^|]*)\|", sections()[measurement], re.MULTILINE)
    return {name: (kind, unit.strip()) for name, kind, unit in rows}


def documented_tags(measurement):
    [line] = re.findall(r"^Tags: (.*?)\.", sections()[measurement], re.MULTILINE)
    return re.findall(r"`(\w+)`", line)


def statements(of):
    """Yield every statement in dashboards or alert rules, wherever it stands."""
    if isinstance(of, str):
        if re.match(r"(SELECT|SHOW) ", of):
            yield of
        return
    for part in of.values() if isinstance(of, dict) else of if isinstance(of, list) else ():
        yield from statements(part)


QUERIES = {
    name: sorted(set(statements(file)))
    for name, file in (build.dashboard_files() | build.alerting_files()).items()
}


@pytest.mark.parametrize("name", [name for name, queries in QUERIES.items() if queries])
def test_everything_that_is_asked_for_is_documented(name):
    for query in QUERIES[name]:
        # What is in single quotes is text, and a name after AS is the query's own.
        asked = re.sub(r"'(?:[^'\\]|\\.)*'|AS \"[^\"]*\"", "", query)
        [measurement] = re.findall(r'FROM "(\w+)"', asked)
        names = set(re.findall(r'"([^"]*)"', asked.replace(f'FROM "{measurement}"', "")))
        known = {*documented_fields(measurement), *documented_tags(measurement)}
        assert names
        assert names <= known, query


def test_no_query_is_overlooked():
    for name, file in build.dashboard_files().items():
        known = [*panel_queries(file), *annotation_queries(file), *variable_queries(file)]
        assert {query.text for query in known} == set(QUERIES[name])
    assert sum(bool(QUERIES[name]) for name in build.alerting_files()) >= 1


def test_every_kind_of_event_a_query_asks_for_is_one_there_is():
    asked = {
        kind
        for queries in QUERIES.values()
        for query in queries
        for kind in re.findall(r"\"kind\" = '(\w+)'", query)
    }
    assert asked <= set(KINDS)
    assert {"break", "gap", "pain"} <= asked


def test_the_page_names_the_kinds_of_events_in_the_order_of_their_nanoseconds():
    [text] = re.findall(
        r"in the order\s+(.*?)\s+in nanoseconds from 0", sections()["event"], re.DOTALL
    )
    assert tuple(re.findall(r"`(\w+)`", text)) == KINDS
    [row] = re.findall(r"^\| `kind` .*$", sections()["event"], re.MULTILINE)
    assert set(re.findall(r"`(\w+)`", row)) - {"kind"} == set(KINDS)


@pytest.mark.parametrize("measurement", sections())
def test_a_field_whose_name_carries_a_unit_is_documented_with_it(measurement):
    for name, (_, unit) in documented_fields(measurement).items():
        for ending in ("s", "ms"):
            if name.endswith(f"_{ending}"):
                assert unit == ending, name


def written(line):
    """Return measurement, tags and field -> type of one line that the program wrote."""
    series, values = line.series, line.fields
    measurement, *tags = series.split(",")
    pairs = [pair.split("=", 1) for pair in values.split(",")]
    kinds = {name: TYPES.get(value[-1], "float") for name, value in pairs}
    return measurement, {tag.split("=")[0] for tag in tags}, kinds


def one_line_of_each():
    seconds = PostureSeconds.unknown(0, 60)
    summary = DaySummary(0, 86_400, *(0,) * 16, 0.5, is_valid=True)
    return [
        lines.posture_line("me", "clip", 0, 0, 0.5),
        lines.minute_line("me", "clip", seconds),
        lines.streak_line("me", 0, 1, 2.0),
        lines.bout_line("me", "clip", Bout(0, 60, Posture.SIT, 0, 1.0, censored=False)),
        lines.day_line("me", summary),
        event_line("me", GAP, 0, "2 min without data", 2.0),
        sensor_row(SensorReading("clip", 60 * NS_PER_S, 80, -60, 0, 5)),
    ]


def sensor_row(reading):
    with TemporaryDirectory() as place, closing(open_database(Path(place))) as connection:
        journal = SqliteJournal(connection, "me")
        journal.note_sensor(reading)
        journal.save_state("clip", "clock", {"drift": [12.5, 3.0]}, 1)
        with transaction(connection):
            assert note_beside(connection, "clip") == [60]
        [line] = sensor_lines(connection, "me", "clip", 0, 3600)
        return line


@pytest.mark.parametrize("line", one_line_of_each(), ids=lambda line: line.series.split(",")[0])
def test_the_page_names_exactly_the_fields_types_and_tags_that_are_written(line):
    measurement, tags, kinds = written(line)
    assert set(documented_tags(measurement)) == tags
    assert {name: kind for name, (kind, _) in documented_fields(measurement).items()} == kinds


def test_the_page_has_every_measurement_and_no_other():
    assert sections().keys() == {written(line)[0] for line in one_line_of_each()}
    assert sections().keys() == {*lines.OF_DEVICE, *lines.OF_WEARER, lines.SENSOR}
