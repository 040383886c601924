"""However the blocks come in, and wherever the process dies, the results are the same."""

import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sitstreak import live, live_device
from sitstreak.live import LiveProcessor
from sitstreak.storage import bundles, live_state
from sitstreak.storage.database import open_database
from sitstreak.storage.drain import drain_all, drain_once
from sitstreak.storage.journal import SqliteJournal
from sitstreak.storage.projection import lines_for_span
from sitstreak.storage.results import Results
from tests.support.storage_kit import (
    BERLIN,
    DEVICE,
    QUICK,
    T0_S,
    DictSink,
    Died,
    MortalConnection,
    label_advance,
    run_of_blocks,
)
from tests.support.storage_kit import (
    settings as settings_for,
)

TABLES = {
    "posture_minute": "SELECT minute_s, code, p, confidence, n_steps FROM posture_minute",
    "bout": "SELECT start_s, end_s, posture, n_steps, confidence, censored, settled FROM bout",
    "extent": "SELECT first_s, until_s, settled_until_s, finished FROM live_state",
}


@st.composite
def histories(draw):
    """Blocks in order of arrival: stretches with holes between, some of which lie back in time."""
    at_s, arriving = T0_S, []
    for boot_id in range(1, draw(st.integers(1, 4)) + 1):
        at_s += draw(st.sampled_from([0, 0, 1, 45, 400, 4000, -37, -333]))
        at_s = max(at_s, T0_S - 600)
        runs = draw(
            st.lists(st.tuples(st.integers(0, 6), st.integers(1, 90)), min_size=1, max_size=5)
        )
        labels = [label for label, n in runs for _ in range(n)]
        per_block_s = draw(st.sampled_from([1, 7, 60]))
        arriving += run_of_blocks(at_s, labels, per_block_s=per_block_s, boot_id=boot_id)
        at_s += len(labels)
    return arriving


def stored(connection: sqlite3.Connection) -> dict[str, list[tuple[Any, ...]]]:
    return {name: connection.execute(query).fetchall() for name, query in TABLES.items()}


def all_lines(connection: sqlite3.Connection) -> list[str]:
    results = Results(connection)
    day_s = 86_400
    first_s, latest_s = results.first_second("me") or 0, results.latest_second("me") or 0
    span = lines_for_span(
        results, "me", first_s - 2 * day_s, latest_s + 2 * day_s, ZoneInfo(BERLIN)
    )
    return sorted(line.text for line in span)


def undisturbed(blocks, root: Path) -> tuple[dict[str, list[tuple[Any, ...]]], list[str]]:
    """Everything is there before processing begins, and nothing happens to it."""
    with closing(open_database(root)) as connection:
        SqliteJournal(connection, "me").append(blocks, [])
        with LiveProcessor(root, settings_for(root), QUICK, advance=label_advance) as processor:
            processor.step()
            processor.finish(DEVICE)
        return stored(connection), all_lines(connection)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data(), blocks=histories())
def test_dying_anywhere_and_late_blocks_do_not_show_in_the_results(data, blocks):
    with TemporaryDirectory() as place, pytest.MonkeyPatch.context() as patch:
        root = Path(place)
        expected, expected_lines = undisturbed(blocks, root / "undisturbed")
        patch.setattr(live, "open_database", lambda path: mortal(path, data))
        often_ns = st.sampled_from([0, 60 * 10**9, 10**13])
        patch.setattr(live_device, "SAVE_EVERY_NS", data.draw(often_ns, label="save"))
        patch.setattr(live_state, "CHECKPOINT_EVERY_NS", data.draw(often_ns, label="checkpoint"))
        patch.setattr(bundles, "FEWEST", data.draw(st.sampled_from([500, 2]), label="bundle"))
        sink = DictSink()
        with closing(open_database(root)) as connection:
            journal = SqliteJournal(connection, "me")
            left = list(blocks)
            while left:
                n_now = data.draw(st.integers(1, len(left)), label="blocks that arrive")
                journal.append(left[:n_now], [])
                left = left[n_now:]
                work(root, lambda processor: processor.step())
                if data.draw(st.booleans(), label="the data seem to have ended"):
                    work(root, lambda processor: processor.finish(DEVICE))
                if data.draw(st.booleans(), label="the outbox is sent"):
                    drain_once(connection, sink)
            patch.setattr(live, "open_database", open_database)
            work(root, lambda processor: processor.finish(DEVICE))
            drain_all(connection, sink)
            assert stored(connection) == expected
            assert all_lines(connection) == expected_lines
            assert sink.lines() == expected_lines


def work(root: Path, what) -> None:
    with (
        suppress(Died),
        LiveProcessor(root, settings_for(root), QUICK, advance=label_advance) as processor,
    ):
        what(processor)


def mortal(path: Path, data) -> sqlite3.Connection:
    """Open the database so that it may die at any statement."""
    with closing(open_database(path)):
        pass
    connection = MortalConnection(path / "sitstreak.db", isolation_level=None)
    connection.lives_left = data.draw(
        st.one_of(st.none(), st.integers(0, 120)), label="statements until it dies"
    )
    return connection
