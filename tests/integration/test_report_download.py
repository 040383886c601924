"""A week's report as the local page hands it over."""

from contextlib import closing
from dataclasses import replace

import pytest

from sitstreak.errors import DataDirError
from sitstreak.report.download import week_pdf
from sitstreak.report.week import WeekError
from sitstreak.settings import load
from sitstreak.storage.database import open_database
from tests.support.hand_week import ORDINARY_WEEK, hand_source
from tests.support.report_store import store


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SITSTREAK_TIMEZONE", "Europe/Berlin")
        patch.delenv("SITSTREAK_INFLUX_URL", raising=False)
        found = load(tmp_path_factory.mktemp("data"))
    source = hand_source()
    start = ORDINARY_WEEK.days(found.zone)[0].start_s - source.start_s
    week = replace(source, code=source.code[start:], n_steps=source.n_steps[start:])
    week.start_s += start
    with closing(open_database(found.data_dir)) as connection:
        store(connection, week)
    return found


def test_the_pdf_of_a_week_has_its_name_and_is_the_same_each_time(settings):
    file = week_pdf(settings, "2026-W46")
    assert (file.name, file.media_type) == ("2026-W46-hand.pdf", "application/pdf")
    assert file.body.startswith(b"%PDF-")
    assert week_pdf(settings, "2026-W46") == file
    assert week_pdf(settings, "2026-W46", page="letter").body != file.body


def test_without_a_week_it_is_the_running_one(settings):
    assert week_pdf(settings).body.startswith(b"%PDF-")


def test_what_cannot_be_made_is_said(settings, tmp_path):
    with pytest.raises(WeekError, match="in the future"):
        week_pdf(settings, "2199-W01")
    with pytest.raises(WeekError, match="no ISO week"):
        week_pdf(settings, "../../etc/passwd")
    with pytest.raises(DataDirError, match="holds no data yet"):
        week_pdf(settings.model_copy(update={"data_dir": tmp_path}))
