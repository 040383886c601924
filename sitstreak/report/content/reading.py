"""Builds reports from a data directory, each from one state of the database."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from zoneinfo import ZoneInfo

from processing.method import Method
from sitstreak import __version__
from sitstreak.errors import DataDirError
from sitstreak.report.content.building import BuiltReport, build_report
from sitstreak.report.content.earlier_weeks import Memo
from sitstreak.report.content.sources import DiaryReader
from sitstreak.report.week import IsoWeek
from sitstreak.settings import Settings
from sitstreak.storage.database import DATABASE_NAME, open_database
from sitstreak.storage.diary import Diary
from sitstreak.storage.report_source import StoredReportSource
from sitstreak.views.wearer import UnknownWearerError


@dataclass(frozen=True, slots=True)
class ReportDesk:
    """One state of the database, from which one or many weeks of a wearer are reported."""

    source: StoredReportSource
    diary: DiaryReader
    wearer: str
    zone: ZoneInfo
    now_s: float  #: on the wall; later where data are, as after a replay
    memo: Memo = field(default_factory=dict)

    def report(self, week: IsoWeek) -> BuiltReport:
        """Build a week's report.

        Raises
        ------
        WeekError
            If it has not begun.
        """
        week.check_has_begun(self.now_s, self.zone)
        return build_report(
            self.source,
            self.diary,
            week,
            self.wearer,
            self.zone,
            self._method(week),
            now_s=self.now_s,
            software=__version__,
            memo=self.memo,
        )

    def last_week(self) -> IsoWeek:
        """Return the newest week that is over."""
        return IsoWeek.starting(self.this_week().monday - timedelta(weeks=1))

    def this_week(self) -> IsoWeek:
        """Return the week that runs."""
        return IsoWeek.of(self.now_s, self.zone)

    def _method(self, week: IsoWeek) -> Method:
        """Return the numbers behind the week's results, if they can be read; or the newest."""
        days = week.days(self.zone)
        for used in self.source.methods(self.wearer, days[0].start_s, days[-1].end_s):
            if (method := self.source.method_by(used.digest)) is not None:
                return method
        return self.source.method(self.wearer) or Method()


@contextmanager
def report_desk(
    settings: Settings, asked: str | None = None, *, now_s: float | None = None
) -> Iterator[ReportDesk]:
    """Open the database of the settings for reports.

    Parameters
    ----------
    asked
        Whose weeks; the setting's wearer, or the only one there is, by default.
    now_s
        The clock on the wall by default. [s]

    Raises
    ------
    DataDirError
        If there are no data yet.
    UnknownWearerError
        If there is nothing of whom was asked for, or nothing says who of several is meant.
    """
    if not (settings.data_dir / DATABASE_NAME).is_file():
        raise DataDirError(
            settings.data_dir, "holds no data yet; start with `sitstreak run` or `sitstreak demo`"
        )
    with closing(open_database(settings.data_dir)) as connection, _one_state(connection):
        source, diary = StoredReportSource(connection), Diary(connection)
        wearer = _whose(source, diary, settings.wearer, asked)
        # A replay may run ahead of the clock on the wall.
        wall_s = time.time() if now_s is None else now_s
        yield ReportDesk(
            source,
            diary,
            wearer,
            settings.zone,
            max(wall_s, source.latest_second(wearer) or 0),
        )


def _whose(source: StoredReportSource, diary: Diary, default: str, asked: str | None) -> str:
    """Return whose week: as everywhere, but a diary alone makes somebody known, too."""
    known = sorted({*source.wearers(), *diary.wearers()})
    if asked is None:
        if default in known or not known:
            return default
        only = source.wearers() or known
        asked = only[0] if len(only) == 1 else default
    if asked not in known:
        raise UnknownWearerError(asked, known)
    return asked


@contextmanager
def _one_state(connection: sqlite3.Connection) -> Iterator[None]:
    """Show one state of the database to all reads; a collector goes on writing meanwhile."""
    connection.execute("BEGIN")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")
