"""Two sensors of one wearer: rows that went out are those of the results, whoever came first."""

from contextlib import closing
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from sitstreak.live import LiveProcessor
from sitstreak.storage.database import open_database
from sitstreak.storage.drain import drain_all
from sitstreak.storage.journal import SqliteJournal
from sitstreak.storage.projection import lines_for_span
from sitstreak.storage.results import Results
from tests.support.storage_kit import (
    BERLIN,
    QUICK,
    T0_S,
    DictSink,
    label_advance,
    run_of_blocks,
    settings,
)

DAY_S = 86_400
MINUTE_S = T0_S - T0_S % 60 + 6_000


@pytest.mark.parametrize("into_minute_s", [0, 1, 29, 30, 31, 45, 59])
def test_data_of_a_second_sensor_between_those_of_the_first_leave_no_row_out(
    tmp_path, into_minute_s
):
    sink, zone = DictSink(), ZoneInfo(BERLIN)
    with (
        closing(open_database(tmp_path)) as connection,
        LiveProcessor(tmp_path, settings(tmp_path), QUICK, advance=label_advance) as processor,
    ):
        journal = SqliteJournal(connection, "me")
        for boot_id, device, start_s in [
            (1, "hip-1", T0_S),
            (2, "hip-1", T0_S + 20_000),
            (3, "hip-2", MINUTE_S + into_minute_s),
        ]:
            blocks = run_of_blocks(start_s, [0] * 200 + [2] * 20, boot_id=boot_id)
            journal.append([replace(block, device_id=device) for block in blocks], [])
            processor.step()
            drain_all(connection, sink)
        span_s = (T0_S - 2 * DAY_S, T0_S + 2 * DAY_S)
        expected = lines_for_span(Results(connection), "me", *span_s, zone)
        assert sink.lines() == sorted(line.text for line in expected)
