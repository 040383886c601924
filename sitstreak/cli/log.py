"""`sitstreak log`: write down pain, exercises, and when the sensor was not worn."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from processing.figures.diary import DiaryEntry, DiaryKind
from sitstreak.cli.diary_options import (
    ScoreCommand,
    Writer,
    at_option,
    note_option,
    open_diary,
    read_score,
    wearer_option,
)
from sitstreak.cli.options import data_dir_option, json_option, print_json, printable
from sitstreak.diary.output import entry_dict, entry_line
from sitstreak.diary.when import parse_stretch, parse_when


@click.group("log")
def command() -> None:
    """Write something down: pain, an exercise, a test, or when the sensor was not worn."""


@command.command(cls=ScoreCommand)
@click.argument("score", callback=read_score)
@at_option
@note_option
@wearer_option
@data_dir_option
@json_option
def pain(
    score: int,
    at: str | None,
    note: str,
    wearer: str | None,
    data_dir: Path | None,
    *,
    as_json: bool,
) -> None:
    """Write down pain: a whole number from 0 (none) to 10 (worst imaginable)."""
    with open_diary(data_dir, wearer, makes=True) as writer:
        _write(writer, at, as_json, kind=DiaryKind.PAIN, score=score, note=note)


@command.command()
@click.argument("name")
@click.option("--sets", type=int, default=None, help="How many sets.")
@click.option("--reps", type=int, default=None, help="Repetitions of each set.")
@click.option("--load-kg", type=float, default=None, help="Weight. [kg]")
@at_option
@note_option
@wearer_option
@data_dir_option
@json_option
def exercise(
    name: str,
    sets: int | None,
    reps: int | None,
    load_kg: float | None,
    at: str | None,
    note: str,
    wearer: str | None,
    data_dir: Path | None,
    *,
    as_json: bool,
) -> None:
    """Write down an exercise: glute-bridge, squat, leg-lift, band-work, single-leg-bridge."""
    with open_diary(data_dir, wearer, makes=True) as writer:
        says: dict[str, Any] = {"n_sets": sets, "n_reps": reps, "load_kg": load_kg}
        _write(writer, at, as_json, kind=DiaryKind.EXERCISE, what=name, note=note, **says)


@command.command()
@click.argument("name")
@at_option
@note_option
@wearer_option
@data_dir_option
@json_option
def stretch(
    name: str,
    at: str | None,
    note: str,
    wearer: str | None,
    data_dir: Path | None,
    *,
    as_json: bool,
) -> None:
    """Write down a stretch: hip-flexor."""
    with open_diary(data_dir, wearer, makes=True) as writer:
        _write(writer, at, as_json, kind=DiaryKind.STRETCH, what=name, note=note)


@command.command()
@click.argument("name")
@click.option("--left-s", type=float, default=None, help="How long on the left leg. [s]")
@click.option("--right-s", type=float, default=None, help="How long on the right leg. [s]")
@at_option
@note_option
@wearer_option
@data_dir_option
@json_option
def test(
    name: str,
    left_s: float | None,
    right_s: float | None,
    at: str | None,
    note: str,
    wearer: str | None,
    data_dir: Path | None,
    *,
    as_json: bool,
) -> None:
    """Write down a self-test: single-leg-bridge, how long each side was held."""
    with open_diary(data_dir, wearer, makes=True) as writer:
        sides: dict[str, Any] = {"left_s": left_s, "right_s": right_s}
        _write(writer, at, as_json, kind=DiaryKind.TEST, what=name, note=note, **sides)


@command.command("not-worn")
@click.option("--from", "start", required=True, metavar="TIME", help="When it was taken off.")
@click.option("--to", "end", required=True, metavar="TIME", help="When it was put on again.")
@note_option
@wearer_option
@data_dir_option
@json_option
def not_worn(
    start: str,
    end: str,
    note: str,
    wearer: str | None,
    data_dir: Path | None,
    *,
    as_json: bool,
) -> None:
    """Write down that the sensor was not worn, whatever it measured: no figure counts that time."""
    with open_diary(data_dir, wearer, makes=True) as writer:
        _write_stretch(writer, DiaryKind.NOT_WORN, (start, end), note, as_json)


@command.command()
@click.option("--from", "start", required=True, metavar="TIME", help="When you fell asleep.")
@click.option("--to", "end", required=True, metavar="TIME", help="When you woke up.")
@note_option
@wearer_option
@data_dir_option
@json_option
def sleep(
    start: str,
    end: str,
    note: str,
    wearer: str | None,
    data_dir: Path | None,
    *,
    as_json: bool,
) -> None:
    """Write down when you slept: that night is yours to tell, not the sensor's."""
    with open_diary(data_dir, wearer, makes=True) as writer:
        _write_stretch(writer, DiaryKind.SLEEP, (start, end), note, as_json)


@command.command("note")
@click.argument("text")
@at_option
@wearer_option
@data_dir_option
@json_option
def write_note(
    text: str, at: str | None, wearer: str | None, data_dir: Path | None, *, as_json: bool
) -> None:
    """Write down TEXT."""
    with open_diary(data_dir, wearer, makes=True) as writer:
        _write(writer, at, as_json, kind=DiaryKind.NOTE, note=text)


def _write(writer: Writer, at: str | None, as_json: bool, **says: Any) -> None:  # noqa: ANN401 - fields of an entry
    zone, now_s = writer.settings.zone, writer.now_s
    at_s = int(now_s) if at is None else parse_when(at, zone, now_s)
    _add(writer, DiaryEntry(id=0, at_s=at_s, **says), as_json=as_json)


def _write_stretch(
    writer: Writer,
    kind: DiaryKind,
    span: tuple[str, str],
    note: str,
    as_json: bool,
) -> None:
    at_s, until_s = parse_stretch(*span, writer.settings.zone, writer.now_s)
    entry = DiaryEntry(id=0, at_s=at_s, until_s=until_s, kind=kind, note=note)
    _add(writer, entry, as_json=as_json)


def _add(writer: Writer, entry: DiaryEntry, *, as_json: bool) -> None:
    written = writer.diary.add(writer.wearer, entry)
    if as_json:
        print_json(entry_dict(written, writer.settings.zone))
    else:
        is_usual = writer.wearer == writer.settings.wearer
        whose = "" if is_usual else f" for {printable(writer.wearer)}"
        click.echo(f"Written down{whose}: {entry_line(written, writer.settings.zone).strip()}")
