"""The diary keeps what was written: over edits, deletions, restarts and changes of the plan."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from processing.figures.diary import DiaryKind
from sitstreak.diary.errors import DiaryError, NoEntryError, UnknownNameError
from sitstreak.diary.plan import DEFAULT_PLAN, Planned, parse_planned
from sitstreak.storage.database import DATABASE_NAME, migrate, open_database
from sitstreak.storage.schema import MIGRATIONS
from tests.support.diary_kit import NOW_S, diary_at, entry, not_worn
from tests.support.storage_kit import T0_S


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(open_database(tmp_path)) as connection:
        yield connection


def test_a_file_of_before_the_diary_gets_its_tables_and_loses_nothing(tmp_path: Path) -> None:
    before = MIGRATIONS[: next(i for i, step in enumerate(MIGRATIONS) if "TABLE diary " in step)]
    path = tmp_path / DATABASE_NAME
    with closing(sqlite3.connect(path, isolation_level=None)) as old:
        migrate(old, path, before)
        old.execute("INSERT INTO device VALUES (1, 'hip-1', 'me', 'Hip')")
    with closing(open_database(tmp_path)) as connection:
        diary_at(connection).add("me", entry("pain", T0_S, score=4))
        assert connection.execute("SELECT wearer FROM device").fetchall() == [("me",)]
        assert diary_at(connection).wearers() == ["me"]


def test_entries_come_by_time_then_by_number_with_stretches_that_reach_in(connection) -> None:
    diary = diary_at(connection)
    second = diary.add("me", entry("pain", T0_S + 60, score=4))
    third = diary.add("me", entry("note", T0_S + 60, note="the chair"))
    first = diary.add("me", not_worn(T0_S - 500, T0_S + 1))
    diary.add("me", not_worn(T0_S - 500, T0_S))  # ends where the span begins
    diary.add("me", entry("pain", T0_S + 61, score=5))  # where it ends
    diary.add("you", entry("pain", T0_S + 30, score=9))
    assert diary.entries("me", T0_S, T0_S + 61) == [first, second, third]
    assert diary.entries("me", T0_S, T0_S + 61, {DiaryKind.PAIN}) == [second]


def test_an_edit_is_counted_and_what_was_said_before_is_kept(connection) -> None:
    diary = diary_at(connection)
    first = diary.add("me", entry("pain", T0_S, score=4))
    diary.edit("me", first.id, score=5)
    after = diary.edit("me", first.id, note="after lunch")
    assert (after.score, after.note, after.is_edited) == (5, "after lunch", True)
    assert diary.entries("me", T0_S, T0_S + 1) == [after]
    assert [one.score for one in diary.earlier("me", first.id)] == [4, 5]


def test_an_edit_that_changes_nothing_is_none(connection) -> None:
    diary = diary_at(connection)
    first = diary.add("me", entry("pain", T0_S, score=4))
    assert diary.edit("me", first.id, score=4) == first
    assert diary.earlier("me", first.id) == []


def test_a_deleted_entry_is_gone_until_it_is_restored(connection) -> None:
    diary = diary_at(connection)
    first = diary.add("me", entry("pain", T0_S, score=4))
    diary.delete("me", first.id)
    assert diary.entries("me", 0, NOW_S) == []
    with pytest.raises(NoEntryError, match=r"me has no diary entry 1; see: sitstreak diary list"):
        diary.delete("me", first.id)
    diary.restore("me", first.id)
    assert diary.entries("me", 0, NOW_S) == [first]


def test_nobody_changes_what_another_wrote(connection) -> None:
    diary = diary_at(connection)
    mine = diary.add("me", entry("pain", T0_S, score=4))
    with pytest.raises(NoEntryError):
        diary.edit("you", mine.id, score=0)
    with pytest.raises(NoEntryError):
        diary.delete("you", mine.id)
    assert diary.entries("me", T0_S, T0_S + 1) == [mine]


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("pain", {"score": 11}),
        ("pain", {"score": -1}),
        ("pain", {"score": 4.5}),
        ("pain", {"score": True}),
        ("pain", {}),
        ("note", {}),
        ("test", {"what": "single-leg-bridge"}),
        ("test", {"what": "single-leg-bridge", "left_s": float("nan")}),
        ("exercise", {"what": "squat", "n_reps": 0}),
        ("exercise", {"what": "squat", "load_kg": float("inf")}),
        ("exercise", {"what": "squat", "score": 3}),
        ("pain", {"score": 3, "until_s": T0_S + 60}),
        ("sleep", {}),
        ("not_worn", {"until_s": T0_S}),
        ("not_worn", {"until_s": int(NOW_S) + 1}),
        ("sleep", {"until_s": T0_S + 86_401}),
        ("note", {"note": "x" * 10_001}),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(connection, kind, says) -> None:
    diary = diary_at(connection)
    with pytest.raises(DiaryError):
        diary.add("me", entry(kind, T0_S, **says))
    assert diary.wearers() == []


@pytest.mark.parametrize("at_s", [int(NOW_S) + 1, 900_000_000])
def test_a_time_ahead_or_of_another_century_is_refused(connection, at_s: int) -> None:
    with pytest.raises(DiaryError):
        diary_at(connection).add("me", entry("pain", at_s, score=1))


def test_ten_thousand_characters_are_kept_to_the_last(connection) -> None:
    note = "[red]=cmd()\N{RIGHT-TO-LEFT MARK}\N{FAMILY}" + "ä\n" * 4_993
    assert diary_at(connection).add("me", entry("note", T0_S, note=f"{note}z")).note == f"{note}z"


def test_what_a_terminal_would_obey_is_not_kept(connection) -> None:
    kept = diary_at(connection).add("me", entry("note", T0_S, note="a\x1b[2Jb\x07\r\nc\x9bd"))
    assert kept.note == "a�[2Jb�\nc�d"


def test_names_are_those_on_the_list_however_they_are_typed(connection) -> None:
    diary = diary_at(connection)
    for typed in ("glute-bridge", "Glute Bridges", "glute_bridge"):
        assert diary.add("me", entry("exercise", T0_S, what=typed)).what == "glute-bridge"
    with pytest.raises(UnknownNameError, match=r"no exercise 'glut-brige'; did you mean glute-bri"):
        diary.add("me", entry("exercise", T0_S, what="glut-brige"))


def test_who_never_set_a_plan_has_bridges_on_monday_wednesday_and_friday(connection) -> None:
    diary = diary_at(connection)
    week = [date(2026, 11, day) for day in range(16, 23)]  # Monday to Sunday
    planned = [[(one.what, one.n_sets, one.n_reps) for one in diary.plan("me", d)] for d in week]
    bridges = [("glute-bridge", 3, 8)]
    assert planned == [bridges, [], bridges, [], bridges, [], []]


def test_nobody_agrees_to_a_plan_by_never_opening_the_diary(connection) -> None:
    before, monday, wednesday = date(2026, 11, 9), date(2026, 11, 16), date(2026, 11, 18)
    monday_end_s = round(datetime(2026, 11, 17, tzinfo=UTC).timestamp())
    diary = diary_at(connection, monday_end_s)

    def agreed(day: date) -> bool:
        end_s = monday_end_s + (day - monday).days * 86_400
        return bool(diary.agreed_plan("me", day, end_s))

    days = (before, monday, wednesday)
    diary.add("me", entry("pain", monday_end_s - 7200, score=4))
    assert [agreed(day) for day in days] == [False, False, False]
    done = diary.add("me", entry("exercise", monday_end_s - 3600, what="squat"))
    assert [agreed(day) for day in days] == [False, True, True]
    diary.delete("me", done.id)
    assert [agreed(day) for day in days] == [False, False, False]
    diary.set_plan("me", wednesday, list(DEFAULT_PLAN))
    assert [agreed(day) for day in days] == [False, False, True]


def test_a_new_plan_leaves_the_days_before_it_as_they_were(connection) -> None:
    diary = diary_at(connection)
    squats = Planned("squat", (0, 1, 2, 3, 4, 5, 6), 2, 10)
    diary.set_plan("me", date(2026, 11, 18), [squats])
    diary.set_plan("me", date(2026, 11, 20), [])
    assert diary.whole_plan("me", date(2026, 11, 17)) == list(DEFAULT_PLAN)
    assert diary.plan("me", date(2026, 11, 19)) == [squats]
    assert diary.plan("me", date(2026, 11, 20)) == []
    assert diary.whole_plan("you", date(2026, 11, 20)) == list(DEFAULT_PLAN)


def test_a_plan_reads_back_as_it_is_shown() -> None:
    for text in ("glute-bridge 3x8 Mon,Wed,Fri", "hip-flexor 2x1 Sat,Sun"):
        assert parse_planned(text).words == text
    assert parse_planned("squats 2x10 daily").weekdays == (0, 1, 2, 3, 4, 5, 6)
    assert parse_planned("squat 2x10 sunday,THURS,mon").weekdays == (0, 3, 6)
    for wrong in ("squat", "squat 0x8 Mon", "squat 3x8 Mo,Xy", "squat 3x8 ,", "juggle 3x8 Mon"):
        with pytest.raises(DiaryError):
            parse_planned(wrong)
    for wrong in ("monkey", "Mon,sunny", "Mo", "saturdays"):
        with pytest.raises(DiaryError, match="days are Mon, Tue"):
            parse_planned(f"squat 3x8 {wrong}")


def test_a_stretch_of_years_is_a_mistyped_year_and_blanks_no_figures(connection) -> None:
    diary = diary_at(connection)
    with pytest.raises(DiaryError, match="92 days"):
        diary.add("me", not_worn(T0_S - 93 * 86_400, T0_S))
    diary.add("me", not_worn(T0_S - 91 * 86_400, T0_S))
