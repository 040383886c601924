"""The sections of the page that tell of certainty, bad recordings, live, trials and days."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from processing.model import DaySummary
from sitstreak.validation.certainty import N_BANDS
from sitstreak.validation.day_scores import FIGURES, DayFigure, DayScore, spread
from sitstreak.validation.evaluation import Figures
from sitstreak.validation.living import DELAY_S
from sitstreak.validation.markdown import percent, share, signed, table
from sitstreak.validation.scores import SetScores
from sitstreak.validation.scripted import TrialScores
from sitstreak.validation.whole import LiveFigures, Moved

_DAYS: Final = """## Spliced days

**These days never happened.** No labelled recording is long enough for streaks and breaks, so each
person of HARTH and HAR70+ was given a day of 16 hours, made from their own recording played again
and again, with some sits made 2 to 180 minutes long, some lying 20 to 90 and some standing 2 to 30,
by playing the middle of the stretch to and fro. Getting up and sitting down are as they were
recorded. Each day is judged by the method that never saw its person. A posture that the method
misses for a minute in the recording it misses for an hour here.

The days with troubles: the clip drifts by 12 degrees over hours and slips by 20 degrees in a walk,
lies on a table for an hour and is then worn another way round, ten minutes without data, 2 % of
half-second packets lost.
"""


def certainty(figures: Figures, picture: str) -> str:
    """Tell whether the probabilities are honest, and what `unknown` is worth."""
    rows = []
    for name, least in figures.least_certain.items():
        said = figures.said_unknown[name]
        rows.append(
            (
                name,
                percent(least.error),
                percent(least.left),
                share(least.balanced_error),
                share(least.balanced_left),
                percent(said.share),
                percent(said.left),
            )
        )
    head = (
        *("set", "seconds wrong", "left without the least certain 5 %", "1 - sedentary"),
        *("left without them", "said `unknown`", "wrong among the others"),
    )
    said_error = (
        f"Expected calibration error over all labelled seconds of the three sets, {N_BANDS} bands: "
        f"{share(figures.calibration_error)} for the posture, "
        f"{share(figures.sedentary_calibration_error)} for sedentary against upright.\n"
    )
    return "\n".join(
        [
            f"## Is the certainty honest? ({figures.name})\n",
            said_error,
            f"![Share that was right against the probability stated]({picture})\n",
            table(
                ("probability stated, mean of band", "share that was right", "seconds"),
                [
                    (share(band.stated), share(band.right), f"{band.n_seconds}")
                    for band in figures.posture_bands
                ],
            ),
            "Errors of sedentary against upright, and what is left when seconds are dropped:\n",
            table(head, rows),
        ]
    )


def worse_recordings(moved: Sequence[Moved]) -> str:
    """Tell what slower, lossier and turned sensors do."""
    rows = [
        (
            one.condition.name,
            one.set_name,
            share(one.sedentary),
            signed(one.sedentary_moved),
            share(one.three),
            signed(one.three_moved),
            percent(one.share_changed),
        )
        for one in moved
    ]
    head = ("the same recordings", "set", "sedentary", "moved", "three postures", "moved")
    return "## Worse recordings\n\n" + table((*head, "seconds that changed"), rows)


def live(figures: Sequence[LiveFigures]) -> str:
    """Tell what the wearer sees at once."""
    rows = [
        (
            one.set_name,
            share(one.remembered.offline_sedentary),
            share(one.remembered.sedentary),
            share(one.remembered.three - one.remembered.offline_three),
            share(one.cold.sedentary),
            percent(one.cold.share_unknown),
            percent(one.too_early),
        )
        for one in figures
    ]
    head = (
        *("set", "offline", "live, upright remembered", "three postures, live minus offline"),
        *("live, cold start", "cold: `unknown`", "cold: sit, stand or lie before any walking"),
    )
    return (
        f"## Live, {DELAY_S} s after the second ended\n\n"
        "Sedentary accuracy of every fifth second. Upright is remembered from the end of the same "
        "session,\nas if the clip had been worn so before; a cold start knows nothing.\n\n"
        + table(head, rows)
    )


def scripted(trials: Sequence[TrialScores]) -> str:
    """Tell what scripted trials were taken for."""
    rows = [
        (
            one.name,
            f"{one.n_trials}",
            percent(one.any_second),
            percent(one.three_seconds),
            percent(one.counted),
            percent(one.seconds),
            percent(one.up_down_up),
        )
        for one in trials
    ]
    head = (
        *("activity", "trials", "a second shown as sitting or lying", "three in a row"),
        *("a bout counted", "of all seconds", "upright, down, upright"),
    )
    return (
        "## Scripted trials (SisFall)\n\nUpright is remembered from each person's walking trial. A "
        "bout is counted by the rules of days and weeks.\n\n" + table(head, rows)
    )


def walkers(sets: Sequence[SetScores]) -> str:
    """Tell whether walking is found in spite of lost and late samples."""
    rows = [
        (one.name, f"{one.n_subjects}", f"{one.n_seconds}", share(one.walking_f1)) for one in sets
    ]
    head = ("set", "people", "seconds", "walking F1")
    return "## Walking with lost and late samples\n\n" + table(head, rows)


def days(plain: Sequence[DayScore], hard: Sequence[DayScore]) -> str:
    """Tell how far the figures of days are off."""
    rows = [
        (name, *_day_row(figure, scores))
        for name, scores in (("as they are", plain), ("with troubles", hard))
        for figure in (FIGURES if scores else ())
    ]
    head = ("days", "figure", "aim", "mean", "mean without sign", "worst", "all days together")
    each = [_one_day(a, b) for a, b in zip(plain, hard, strict=True)]
    return "\n".join(
        [
            _DAYS,
            table((*head, "days within"), rows),
            "Each day as it is, and the same with troubles: found / true.\n",
            table(("person", *_names(), *(f"{name}, troubles" for name in _names())), each),
        ]
    )


def _day_row(figure: DayFigure, scores: Sequence[DayScore]) -> tuple[str, ...]:
    found = spread(scores, figure)
    show = percent if figure.is_relative else lambda value: f"{value:.1f} {figure.unit}".strip()
    return (
        figure.name,
        show(figure.within),
        show(found.mean),
        show(found.mean_size),
        show(found.worst),
        percent(found.total),
        f"{found.n_within} of {found.n_days}",
    )


def _one_day(plain: DayScore, hard: DayScore) -> tuple[str, ...]:
    cells = [
        f"{_show(f, one.found)} / {_show(f, one.true)}" for one in (plain, hard) for f in FIGURES
    ]
    return plain.subject, *cells


def _show(figure: DayFigure, day: DaySummary) -> str:
    value = figure.of(day)
    return f"{value / 60:.0f} min" if figure.name == "sedentary time" else f"{value:.0f}"


def _names() -> list[str]:
    return [f"{figure.name} [{figure.unit}]" if figure.unit else figure.name for figure in FIGURES]
