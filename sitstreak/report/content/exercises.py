"""The grid of exercises, and the tests of both sides."""

from __future__ import annotations

from collections.abc import Sequence

from processing.figures.diary import DiaryEntry, DiaryKind
from processing.figures.diary_figures import EXERCISES, in_span, in_time, n_repetitions
from sitstreak.report.content.model import ExerciseRow, SideTest
from sitstreak.report.week import LocalDay


def make_exercises(
    days: Sequence[LocalDay], entries: Sequence[DiaryEntry], planned: Sequence[Sequence[str]]
) -> tuple[ExerciseRow, ...]:
    """Return a line for each exercise or stretch that was done or planned, by name.

    Parameters
    ----------
    planned
        Names of what was planned, for each of `days`.
    """
    done = [
        [one for one in in_span(entries, day.start_s, day.end_s) if one.kind in EXERCISES]
        for day in days
    ]
    names = {one.what for day in done for one in day} | {what for day in planned for what in day}
    rows = []
    for what in sorted(names):
        mine = [[one for one in day if one.what == what] for day in done]
        rows.append(
            ExerciseRow(
                what=what,
                n_done=tuple(len(day) for day in mine),
                is_planned=tuple(what in day for day in planned),
                n_reps=n_repetitions([one for day in mine for one in day]),
            )
        )
    return tuple(rows)


def make_tests(entries: Sequence[DiaryEntry]) -> tuple[SideTest, ...]:
    """Return the tests for which at least one side was written down, in order of time."""
    return tuple(
        SideTest(one.at_s, one.left_s, one.right_s)
        for one in sorted(entries, key=in_time)
        if one.kind is DiaryKind.TEST and (one.left_s is not None or one.right_s is not None)
    )
