"""`sitstreak log` and `sitstreak diary`, typed as people type them."""

import json
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Final

import pytest

from sitstreak.cli import diary_options
from sitstreak.storage.database import open_database, transaction
from tests.support.run_cli import Ran, run_cli

#: The present of every test here, whenever it runs.
NOW_S: Final = datetime(2026, 11, 22, 12, tzinfo=UTC).timestamp()


@pytest.fixture(autouse=True)
def quiet_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SITSTREAK_TIMEZONE", "Europe/Berlin")
    monkeypatch.setenv("SITSTREAK_WEARER", "me")
    monkeypatch.setenv("SITSTREAK_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("SITSTREAK_INFLUX_URL", raising=False)
    monkeypatch.setattr(diary_options, "time", SimpleNamespace(time=lambda: NOW_S))


def listed(*options: str) -> list[dict[str, object]]:
    span = options or ("--from", "2026-10-01", "--to", "2026-12-31")
    entries: list[dict[str, object]] = json.loads(run_cli("diary", "list", "--json", *span).out)
    return entries


def done(ran: Ran) -> str:
    assert (ran.code, ran.err) == (0, "")
    return ran.out


AT = ("--at", "2026-10-20 14:30")


def test_everything_can_be_written_down_before_there_are_any_data() -> None:
    done(run_cli("log", "pain", 4, *AT, "--note", "after the long meeting"))
    done(run_cli("log", "exercise", "glute-bridge", "--sets", 3, "--reps", 8, "--load-kg", 5, *AT))
    done(run_cli("log", "stretch", "hip-flexor", *AT))
    done(run_cli("log", "test", "single-leg-bridge", "--left-s", 30, "--right-s", 22, *AT))
    done(run_cli("log", "not-worn", "--from", "2026-10-20 15:00", "--to", "2026-10-20 16:30"))
    done(run_cli("log", "sleep", "--from", "2026-10-20 23:00", "--to", "2026-10-21 07:00"))
    done(run_cli("log", "note", "new chair", "--at", "2026-10-21 09:00"))
    assert [(one["id"], one["words"]) for one in listed()] == [
        (1, "pain 4"),
        (2, "glute bridge 3 x 8, 5 kg"),
        (3, "hip-flexor stretch"),
        (4, "single-leg bridge test, left 30 s, right 22 s"),
        (5, "not worn for 1 h 30 min"),
        (6, "asleep for 8 h"),
        (7, "note"),
    ]
    assert listed()[0]["at"] == "2026-10-20T14:30:00+02:00"


def test_an_entry_is_shown_as_it_was_written() -> None:
    out = done(run_cli("log", "pain", 4, *AT, "--note", "[bold]stairs[/bold] :smile:"))
    assert out == "Written down: 1  Tue 2026-10-20 14:30  pain 4: [bold]stairs[/bold] :smile:\n"


def test_what_a_terminal_would_obey_never_reaches_it() -> None:
    done(run_cli("log", "note", "a\x1b]0;owned\x07b\u202egnp.exe\nsecond line", *AT))
    for out in (done(run_cli("diary", "list", "--from", "2026-10-01")), json.dumps(listed())):
        assert not set("\x1b\x07\u202e") & set(out)


def test_lists_are_by_week_or_days_and_say_when_there_is_nothing() -> None:
    done(run_cli("log", "pain", 4, "--at", "2026-10-18 23:59"))  # the Sunday of week 42
    done(run_cli("log", "pain", 5, "--at", "2026-10-19 00:00"))
    assert [one["score"] for one in listed("--week", "2026-W42")] == [4]
    assert [one["score"] for one in listed("--week", "2026-W43")] == [5]
    assert [one["score"] for one in listed("--from", "2026-10-19", "--to", "2026-10-19")] == [5]
    out = done(run_cli("diary", "list", "--week", "2026-W40"))
    assert out == (
        "nothing was written down from 2026-09-28 to 2026-10-04; write with: sitstreak log\n"
    )


def test_looking_makes_no_file_and_says_that_nothing_is_there(tmp_path: Path) -> None:
    assert "nothing was written down from 2026-11-16" in done(run_cli("diary", "list"))
    assert listed() == []
    done(run_cli("diary", "plan"))
    for change in (("edit", 1, "--score", 4), ("delete", 1), ("restore", 1)):
        assert "me has no diary entry 1" in run_cli("diary", *change).error_line
    assert "there are no data" in run_cli("erase", "--wearer", "me", "--yes").error_line
    assert list(tmp_path.iterdir()) == []


def test_an_edit_and_a_deletion_can_be_undone() -> None:
    done(run_cli("log", "pain", 4, *AT))
    done(run_cli("diary", "edit", 1, "--score", 6, "--at", "2026-10-20 15:00", "--note", "worse"))
    assert [(one["score"], one["note"], one["is_edited"]) for one in listed()] == [
        (6, "worse", True)
    ]
    assert "sitstreak diary restore 1" in done(run_cli("diary", "delete", 1))
    assert listed() == []
    done(run_cli("diary", "restore", 1))
    assert len(listed()) == 1


def test_the_plan_is_shown_and_set_from_a_day_on() -> None:
    bridges = "glute-bridge 3x8 Mon,Wed,Fri\n"
    assert done(run_cli("diary", "plan")) == bridges
    two = ("--set", "squat 2x10 Tue,Thu", "--set", "hip-flexor 1x1 daily")
    done(run_cli("diary", "plan", *two, "--from", "2199-10-19"))
    assert done(run_cli("diary", "plan", "--from", "2199-12-01")).splitlines() == [
        "squat 2x10 Tue,Thu",
        "hip-flexor 1x1 Mon,Tue,Wed,Thu,Fri,Sat,Sun",
    ]
    assert done(run_cli("diary", "plan", "--from", "2199-10-18")) == bridges
    assert "nothing is planned" in done(run_cli("diary", "plan", "--nothing"))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("log", "pain", 11), "'11': a whole number from 0, none, to 10"),
        (("log", "pain", "4.5"), "'4.5': a whole number from 0, none, to 10"),
        (("log", "pain", -1), "'-1': a whole number from 0, none, to 10"),
        (("log", "pain", "-2.5", "--note", "x"), "'-2.5': a whole number from 0, none, to 10"),
        (("log", "pain", "eleven"), "'eleven': a whole number from 0, none, to 10"),
        (("log", "pain", "-x"), "No such option"),
        (("diary", "edit", 7, "--score", 11), "'11': a whole number from 0, none, to 10"),
        (("log", "pain", 4, "--at", "2199-01-01 10:00"), "lies ahead"),
        (("log", "pain", 4, "--at", "2026-03-29 02:30"), "skipped this"),
        (("log", "pain", 4, "--at", "2025-10-26 02:30"), "2025-10-26T02:30+02:00 or 2025-10-26T02"),
        (("log", "exercise", "glut-brigde"), "did you mean glute-bridge?"),
        (("log", "test", "single-leg-bridge"), "--left-s or --right-s"),
        (("log", "note", "x" * 10_001), "10,000 fit"),
        (("log", "pain", 4, "--wearer", "a\\b"), "cannot be a name"),
        (("diary", "edit", 7, "--note", "x"), "me has no diary entry 7"),
        (("diary", "edit", 7), "nothing to change"),
        (("diary", "delete", 7), "me has no diary entry 7"),
        (("diary", "edit", 10**20, "--note", "x"), "me has no diary entry 1000"),
        (("diary", "delete", 10**20), "me has no diary entry 1000"),
        (("diary", "restore", 10**20), "me has no diary entry 1000"),
        (("diary", "list", "--from", "2026-10-19", "--to", "2026-10-18"), "is after"),
        (("diary", "plan", "--set", "juggling"), "write it like"),
        (("diary", "plan", "--nothing", "--from", "2026-01-01"), "days gone by stays"),
        (("diary", "plan", "--from", "9999-12-31"), "the year must be"),
        (("diary", "list", "--from", "9999-12-31", "--to", "9999-12-31"), "the year must be"),
        (("diary", "list", "--to", "0001-01-01"), "the year must be"),
    ],
)
def test_what_cannot_be_is_one_line_that_says_what_to_do(typed, said) -> None:
    assert said in run_cli(*typed).error_line
    assert listed() == []


def test_a_mistyped_wearer_is_refused_once_others_are_known() -> None:
    done(run_cli("log", "pain", 4, *AT, "--wearer", "ann"))
    assert "there are data of ann" in run_cli("log", "pain", 4, "--wearer", "anne").error_line
    done(run_cli("log", "pain", 5, *AT, "--wearer", "me"))
    assert [one["score"] for one in listed("--from", "2026-10-20", "--wearer", "ann")] == [4]


def test_nothing_is_written_into_the_diary_of_somebody_whom_nobody_named() -> None:
    done(run_cli("log", "pain", 4, *AT, "--wearer", "ann"))
    # the only one there is, but not the one of the settings: said
    assert done(run_cli("log", "pain", 5, *AT)).startswith("Written down for ann: 2 ")
    with closing(open_database(Path("data"))) as connection:
        connection.execute("UPDATE diary SET wearer = 'bob' WHERE id = 2")
    refused = run_cli("log", "pain", 6, *AT)
    assert "--wearer takes one of ann, bob, or me for a new one" in refused.error_line
    assert done(run_cli("log", "pain", 6, *AT, "--wearer", "me")).startswith("Written down: 3 ")


def test_an_hour_that_the_clock_showed_twice_is_listed_with_its_offset() -> None:
    for at in ("2026-10-25T02:30+02:00", "2026-10-25T02:30+01:00", "2026-10-25 03:30"):
        done(run_cli("log", "pain", 4, "--at", at))
    lines = done(run_cli("diary", "list", "--from", "2026-10-25", "--to", "2026-10-25"))
    assert [line.split(maxsplit=3)[3] for line in lines.splitlines()] == [
        "02:30 +02:00  pain 4",
        "02:30 +01:00  pain 4",
        "03:30  pain 4",
    ]


def test_writing_goes_on_beside_another_program_that_has_the_file_open(tmp_path: Path) -> None:
    with closing(open_database(tmp_path / "data")) as collector:
        done(run_cli("log", "pain", 4, *AT))
        with transaction(collector):
            collector.execute("INSERT INTO device VALUES (1, 'hip-1', 'me', 'Hip')")
        done(run_cli("log", "pain", 5, *AT))
    assert len(listed()) == 2
