"""Sums of one day, as the page shows them."""

from __future__ import annotations

from dataclasses import dataclass

from processing.model import DaySummary
from sitstreak.views.record import View


@dataclass(frozen=True, slots=True)
class Totals(View):
    """A day's sums up to the end of the day, or up to now; what is still to come is not in here."""

    sit_s: int
    stand_s: int
    walk_s: int
    lie_s: int
    move_s: int
    sleep_s: int
    unknown_s: int
    not_worn_s: int
    sedentary_s: int
    wear_s: int
    n_steps: int
    n_breaks: int
    n_sedentary_bouts_30min: int
    n_sedentary_bouts_60min: int
    longest_bout_s: int
    longest_streak_s: int
    n_hours_eligible: int
    n_hours_met: int
    debt_s: float
    is_valid: bool  #: worn long enough for the day to count

    @classmethod
    def of(cls, day: DaySummary, *, to_come_s: int = 0) -> Totals:
        """Return the sums of `day`, less the seconds of it that are still to come. [s]"""
        return cls(
            sit_s=day.sit_s,
            stand_s=day.stand_s,
            walk_s=day.walk_s,
            lie_s=day.lie_s,
            move_s=day.move_s,
            sleep_s=day.sleep_s,
            unknown_s=max(day.unknown_s - to_come_s, 0),
            not_worn_s=day.not_worn_s,
            sedentary_s=day.sedentary_s,
            wear_s=day.wear_s,
            n_steps=day.n_steps,
            n_breaks=day.n_breaks,
            n_sedentary_bouts_30min=day.n_sedentary_bouts_30min,
            n_sedentary_bouts_60min=day.n_sedentary_bouts_60min,
            longest_bout_s=day.longest_bout_s,
            longest_streak_s=day.longest_streak_s,
            n_hours_eligible=day.n_hours_eligible,
            n_hours_met=day.n_hours_met,
            debt_s=round(day.debt_s, 1),
            is_valid=day.is_valid,
        )
