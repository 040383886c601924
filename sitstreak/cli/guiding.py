"""What the guided commands share: the database of a running collector, a clock, a countdown."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from math import ceil
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from sitstreak.guided.errors import NotCollectingError
from sitstreak.guided.samples import JournalSamples
from sitstreak.guided.session import Phase, Session
from sitstreak.storage.database import DATABASE_NAME, open_database
from sitstreak.storage.lock import collector_runs

_BAR_WIDTH: Final = 30


class RealPace:
    """This computer's clocks."""

    def now_s(self) -> float:
        """Return the time on a clock that never goes back. [s]"""
        return time.monotonic()

    def utc_ns(self) -> int:
        """Return the time of day, Unix time. [ns]"""
        return time.time_ns()

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        time.sleep(seconds)


class Countdown:
    """Shows a phase in one line that changes; without a terminal, a line when something begins.

    It rings the terminal's bell at each change: whoever walks does not look at a screen.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._moves = console.is_terminal and not console.is_dumb_terminal
        self._live: Live | None = None
        self._said = ""

    def get_ready(self, phase: Phase, left_s: float) -> None:
        """Count down to a phase."""
        self._show(f"Get ready: {phase.title}", "bold yellow", left_s, phase.ready_s)

    def going(self, phase: Phase, left_s: float) -> None:
        """Show how much of a phase is left."""
        self._show(phase.title, "bold green", left_s, phase.duration_s)

    def done(self, phase: Phase) -> None:
        """Say that a phase is over."""
        self.close()
        self._console.bell()
        self._console.print(Text.assemble(("✓ ", "green"), phase.title), soft_wrap=True)

    def close(self) -> None:
        """Leave the terminal as it was."""
        if self._live is not None:
            self._live.stop()
            self._live = None

    def _show(self, words: str, style: str, left_s: float, of_s: float) -> None:
        if words != self._said:
            self._said = words
            self._console.bell()
            if not self._moves:
                self._console.print(f"{words} ({of_s:.0f} s)", soft_wrap=True)
        if not self._moves:
            return
        if self._live is None:
            self._live = Live(console=self._console, transient=True, auto_refresh=False)
            self._live.start()
        line = Table.grid(padding=(0, 1))
        bar = ProgressBar(total=of_s, completed=of_s - left_s, width=_BAR_WIDTH)
        line.add_row(Text(f"{ceil(left_s):3d} s", style="bold"), bar)
        page = Table.grid()
        page.add_row(Text(words, style=style))
        page.add_row(line)
        self._live.update(page, refresh=True)


@contextmanager
def guided_session(
    data_dir: Path, wearer: str | None, console: Console
) -> Iterator[tuple[JournalSamples, Session]]:
    """Open the journal that a collector is filling, for one guided measurement.

    Raises
    ------
    NotCollectingError
        If no collector is at work there.
    NoSensorError
        If it has heard no sensor.
    """
    if not (data_dir / DATABASE_NAME).exists() or not collector_runs(data_dir):
        raise NotCollectingError
    display = Countdown(console)
    with closing(open_database(data_dir)) as connection:
        samples = JournalSamples.of_newest_sensor(connection, wearer)
        try:
            yield samples, Session(samples, RealPace(), display)
        finally:
            display.close()
