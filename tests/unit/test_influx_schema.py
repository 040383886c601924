"""docs/influx-schema.md is what dashboards may rely on."""

import re
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from dashboards.queries import panel_queries
from dashboards.today import today
from ingest.model import SensorReading
from processing.model import NS_PER_S, Bout, DaySummary, Posture, PostureSeconds
from sitstreak.storage import lines
from sitstreak.storage.database import open_database, transaction
from sitstreak.storage.happenings import GAP, event_line
from sitstreak.storage.journal import SqliteJournal
from sitstreak.storage.sensor_rows import note_beside, sensor_lines

#: Line protocol tells a value's type by its last character.
KINDS = {"i": "integer", '"': "string", "e": "boolean"}
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


@pytest.mark.parametrize("query", panel_queries(today()), ids=lambda query: query.owner)
def test_panels_ask_for_documented_fields_only(query):
    [measurement] = re.findall(r'FROM "(\w+)"', query.text)
    [field] = re.findall(r'SELECT (?:\w+\()?"(\w+)"', query.text)
    assert field in documented_fields(measurement)
    assert "wearer" in documented_tags(measurement)


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
    kinds = {name: KINDS.get(value[-1], "float") for name, value in pairs}
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
