"""Days of which more is known than that the sensor lay somewhere."""

from __future__ import annotations

from sitstreak.report.content.model import DayRow


def was_worn(row: DayRow) -> bool:
    """Return whether the sensor was worn at all: else its 0 steps are nobody's.

    `DayRow.has_data` is true for a day of which it is only known that the sensor was not worn.
    """
    return row.figures.summary.wear_s + row.figures.summary.sleep_s > 0
