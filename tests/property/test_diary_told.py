"""Whatever a diary says was not worn: a day keeps its length, and taking it back is complete."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from processing.figures.days import summarise_day
from processing.model import CODE, POSTURES, Posture
from sitstreak.live import LiveProcessor
from sitstreak.local_day import day_span, local_date
from sitstreak.storage.database import open_database
from sitstreak.storage.drain import drain_once
from sitstreak.storage.enqueue import enqueue
from sitstreak.storage.journal import SqliteJournal
from sitstreak.storage.projection import lines_for_span
from sitstreak.storage.results import Results
from tests.support.diary_kit import NOW_S, diary_at, entry
from tests.support.storage_kit import (
    BERLIN,
    QUICK,
    T0_S,
    DictSink,
    block,
    label_advance,
    run_of_blocks,
)
from tests.support.storage_kit import settings as settings_of

ZONE = ZoneInfo(BERLIN)
LABELS = [1] * 70 + [0] * 90 + [2] * 45 + [6] * 33 + [3] * 80 + [4] * 60
END_S = T0_S + len(LABELS)
DAY_S = day_span(local_date(T0_S, ZONE), ZONE)

_AT = st.integers(T0_S - 60, END_S + 60)
SPANS = st.lists(
    st.tuples(st.sampled_from(["not_worn", "sleep"]), _AT, st.integers(1, 150)),
    min_size=1,
    max_size=5,
)


@contextmanager
def recorded() -> Iterator[tuple[Path, sqlite3.Connection]]:
    with TemporaryDirectory() as name, closing(open_database(Path(name))) as connection:
        SqliteJournal(connection, "me").append(run_of_blocks(T0_S, LABELS), [])
        process(connection, Path(name))
        yield Path(name), connection


def wear_another(connection, path: Path) -> None:
    """Let a second sensor of the wearer overlap the first."""
    labels = [2] * 40 + [0] * 60 + [1] * 90
    blocks = [
        block(T0_S + 200 + at, labels[at : at + 10], device="hip-2", seq=at // 10)
        for at in range(0, len(labels), 10)
    ]
    SqliteJournal(connection, "me").append(blocks, [])
    with LiveProcessor(path, settings_of(path), QUICK, advance=label_advance) as processor:
        processor.step()
        processor.finish("hip-2")


def process(connection, path: Path) -> None:
    with LiveProcessor(path, settings_of(path), QUICK, advance=label_advance) as processor:
        processor.step()
        processor.finish("hip-1")


def send(connection, sink: DictSink) -> None:
    while enqueue(connection, "me", ZONE, QUICK):
        pass
    while drain_once(connection, sink):
        pass


def everything(results: Results) -> tuple[object, ...]:
    seconds = results.seconds("me", *DAY_S)
    return (
        seconds.code.tobytes(),
        seconds.n_steps.tobytes(),
        seconds.confidence.tobytes(),
        results.bouts("me", *DAY_S),
        list(lines_for_span(results, "me", *DAY_S, ZONE)),
    )


def rows_now(results: Results) -> list[str]:
    lines = lines_for_span(results, "me", DAY_S[0] - 86_400, DAY_S[1] + 86_400, ZONE)
    return sorted({line.text for line in lines})


@given(told=SPANS)
@settings(max_examples=40, deadline=None)
def test_the_day_keeps_its_length_and_bouts_cover_what_they_covered(told) -> None:
    with recorded() as (_, connection):
        results, diary = Results(connection), diary_at(connection)
        covered = sum(bout.duration_s for bout in results.bouts("me", *DAY_S))
        for kind, at_s, length_s in told:
            diary.add("me", entry(kind, at_s, until_s=at_s + length_s))
        seconds = results.seconds("me", *DAY_S)
        day = summarise_day(seconds, *DAY_S, QUICK)
        parts = [getattr(day, f"{posture.value}_s") for posture in POSTURES]
        assert sum(parts) == DAY_S[1] - DAY_S[0]
        bouts = results.bouts("me", *DAY_S)
        assert sum(bout.duration_s for bout in bouts) == covered
        assert all(a.end_s == b.start_s for a, b in pairwise(bouts))
        off = np.zeros(len(seconds), bool)
        for kind, at_s, length_s in told:
            if kind == "not_worn":
                off[max(at_s - DAY_S[0], 0) : at_s + length_s - DAY_S[0]] = True
        assert (seconds.code[off] == CODE[Posture.NOT_WORN]).all()


@given(told=SPANS, at_s=st.integers(T0_S, END_S - 1), is_one=st.booleans())
# one sensor hands over to the other within a posture
@example(told=[("not_worn", 1_789_942_207, 1)], at_s=1_789_942_462, is_one=False)
@settings(max_examples=40, deadline=None)
def test_a_part_shows_the_same_bouts_as_the_whole(told, at_s, is_one) -> None:
    with recorded() as (path, connection):
        if not is_one:
            wear_another(connection, path)
        diary = diary_at(connection)
        for kind, start_s, length_s in told:
            diary.add("me", entry(kind, start_s, until_s=start_s + length_s))
        results = Results(connection)
        whole = [b for b in results.bouts("me", *DAY_S) if b.start_s <= at_s < b.end_s]
        assert results.bouts("me", at_s, at_s + 1) == whole


@given(told=SPANS)
@settings(max_examples=20, deadline=None)
def test_deleting_the_entries_brings_back_the_figures_and_rows_of_before(told) -> None:
    with recorded() as (_, connection):
        results, diary, sink = Results(connection), diary_at(connection), DictSink()
        send(connection, sink)
        before, sent_before = everything(results), sink.lines()
        written = [
            diary.add("me", entry(kind, at_s, until_s=at_s + length_s))
            for kind, at_s, length_s in told
        ]
        send(connection, sink)
        assert sink.lines() == rows_now(results)
        for one in written:
            diary.delete("me", one.id)
        assert everything(results) == before
        send(connection, sink)
        assert sink.lines() == sent_before


def test_what_is_told_before_the_data_come_holds_for_them_too() -> None:
    with TemporaryDirectory() as name, closing(open_database(Path(name))) as connection:
        path, sink = Path(name), DictSink()
        diary_at(connection, NOW_S, sent=True).add(
            "me", entry("not_worn", T0_S + 100, until_s=T0_S + 200)
        )
        blocks = run_of_blocks(T0_S, LABELS)
        for first in range(0, len(blocks), 10):
            SqliteJournal(connection, "me").append(blocks[first : first + 10], [])
            with LiveProcessor(path, settings_of(path), QUICK, advance=label_advance) as processor:
                processor.step()
            send(connection, sink)
        process(connection, path)
        send(connection, sink)
        assert sink.lines() == rows_now(Results(connection))
