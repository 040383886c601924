"""Every figure of the week of `hand_week`, worked out by hand.

Each comment is the arithmetic; nothing in here calls the code that is tested.
"""

from __future__ import annotations

from math import exp, log
from typing import Any, Final

from sitstreak.report.week import IsoWeek
from tests.support.hand_week import ORDINARY_WEEK, WEEK_23H, WEEK_25H

_MIN: Final = 60

# ---------------------------------------------------------------------------- minutes of a day
#
# Ordinary day   sleep 420 + 180 = 600
#                sit   L 4 x 40 + H 5 x 80 = 160 + 400 = 560      lie 40 (L4)
#                stand 10 + 10 + 20 + 20 + 40 + 20 = 120
#                walk  10 + 20 + 10 + 30, stroll 40 = 110         move 10
#                600 + 560 + 40 + 120 + 110 + 10 = 1,440          wear 840
#   steps        70 min x 120 + 40 min x 60 = 8,400 + 2,400 = 10,800
#   cadence      70 min at 120, 40 min at 60, the other 1,440 - 110 = 1,330 at 0; peak 30 min: 120
#   hours        07 to 20 are worn awake and hold some sitting: 14. Movement in them:
#                07: 10   08: 20   10: 10   12: 30   13: 10   16: 40 min -> met; all others 0: 6 met
#   bouts        L1 to L5, H1 to H5: 10 of >= 30 min, 5 of >= 60; longest 80; 10 breaks
#   breaks/h     10 / 10 h = 1
# Tuesday        40 min less of sitting (H3 -> L), 40 unknown: sit 520, wear 800, sedentary 560
#   hours        13: sat 10, moved 10, 40 unknown: 20 min of wear are too few -> 13 hours, 5 met
#   bouts        L x 6, H x 4; 9 breaks; 9 / (560 / 60) = 27 / 28 a hour
#   cadence      40 min fewer are known: 1,290 at 0     debt as ordinary from 16:20 on: 1,600
# Wednesday      sit 560 min + 5 s; stand 120 min - 5 s (the half minute only moved)
#   breaks/h     10 / (36,005 s / 3,600 s) = 36,000 / 36,005
#   debt         1,600 + 5 / 6
# Thursday       07:00 to 12:00: L1, H1, L2, H2 = 240 sit; stand 10 + 10; walk 10 + 20 + 10 = 40
#                wear 300; sleep 600; not worn 540           steps 40 x 120 = 4,800
#   breaks       after L1, H1, L2: 3; 3 / 4 h = 0.75         debt 1,400 (nothing after H2)
#   hours        07 to 11: 5, met 07, 08, 10: 3              cadence: 900 known, 40 at 120, 860 at 0
# Friday         the diary takes L4: lie 0, not worn 40, wear 800, sedentary 560
#   breaks       before 17:40 nobody sat: 9; 27 / 28 a hour  debt 800 + 400 = 1,200
#   hours        17: 20 min of wear -> 13 hours, 6 met       cadence: 1,290 at 0
# Saturday       the diary takes L3: sit 520, sleep 640, wear 800, sedentary 560
#   breaks       before 14:40 nobody sat: 9; 27 / 28 a hour  debt at 16:20 is 0 all the same: 1,600
#   hours        14: 20 min of wear -> 13 hours, 6 met       cadence: asleep is known: 1,330 at 0
# Sunday         ordinary; with 25 h an hour of sleep more (and 60 min at 0), with 23 h one less
_DAY: Final[dict[str, Any]] = {
    "sleep_s": 600 * _MIN,
    "sit_s": 560 * _MIN,
    "lie_s": 40 * _MIN,
    "stand_s": 120 * _MIN,
    "walk_s": 110 * _MIN,
    "move_s": 10 * _MIN,
    "unknown_s": 0,
    "not_worn_s": 0,
    "wear_s": 840 * _MIN,
    "sedentary_s": 600 * _MIN,
    "n_steps": 10_800,
    "n_breaks": 10,
    "n_sedentary_bouts_30min": 10,
    "n_sedentary_bouts_60min": 5,
    "longest_bout_s": 80 * _MIN,
    "longest_streak_s": 80 * _MIN,
    "n_hours_eligible": 14,
    "n_hours_met": 6,
    "debt_s": 1_600.0,
    "is_valid": True,
    "breaks_per_h": 1.0,
    #: < 10, 10 to 20, 20 to 30, 30 to 60, 60 to 90, from 90 min on
    "band_s": (0, 0, 0, 5 * 2_400, 5 * 4_800, 0),
    #: minutes at 0, 1-19, 20-39, 40-59, 60-79, 80-99, 100-119, >= 120 steps
    "n_minutes": (1_330, 0, 0, 0, 40, 0, 0, 70),
    "n_brisk_minutes": 70,
    "peak_30_spm": 120.0,
    "pain": None,
    "n_exercises": 0,
}
_DAYS: Final = (
    {**_DAY, "pain": 2.0, "n_exercises": 1},
    {
        **_DAY,
        "sit_s": 520 * _MIN,
        "unknown_s": 40 * _MIN,
        "wear_s": 800 * _MIN,
        "sedentary_s": 560 * _MIN,
        "n_breaks": 9,
        "n_sedentary_bouts_60min": 4,
        "n_hours_eligible": 13,
        "n_hours_met": 5,
        "breaks_per_h": 27 / 28,
        "band_s": (0, 0, 0, 6 * 2_400, 4 * 4_800, 0),
        "n_minutes": (1_290, 0, 0, 0, 40, 0, 0, 70),
        "n_exercises": 1,
    },
    {
        **_DAY,
        "sit_s": 560 * _MIN + 5,
        "stand_s": 120 * _MIN - 5,
        "sedentary_s": 600 * _MIN + 5,
        "debt_s": 1_600 + 5 / 6,
        "breaks_per_h": 36_000 / 36_005,
        "band_s": (5, 0, 0, 5 * 2_400, 5 * 4_800, 0),
        "pain": 5.0,  # 4 and 6
        "n_exercises": 1,
    },
    {
        **_DAY,
        "sit_s": 240 * _MIN,
        "lie_s": 0,
        "stand_s": 20 * _MIN,
        "walk_s": 40 * _MIN,
        "move_s": 0,
        "not_worn_s": 540 * _MIN,
        "wear_s": 300 * _MIN,
        "sedentary_s": 240 * _MIN,
        "n_steps": 4_800,
        "n_breaks": 3,
        "n_sedentary_bouts_30min": 4,
        "n_sedentary_bouts_60min": 2,
        "n_hours_eligible": 5,
        "n_hours_met": 3,
        "debt_s": 1_400.0,
        "is_valid": False,
        "breaks_per_h": 0.75,
        "band_s": (0, 0, 0, 2 * 2_400, 2 * 4_800, 0),
        "n_minutes": (860, 0, 0, 0, 0, 0, 0, 40),
        "n_brisk_minutes": 40,
    },
    {
        **_DAY,
        "lie_s": 0,
        "not_worn_s": 40 * _MIN,
        "wear_s": 800 * _MIN,
        "sedentary_s": 560 * _MIN,
        "n_breaks": 9,
        "n_sedentary_bouts_30min": 9,
        "n_hours_eligible": 13,
        "debt_s": 1_200.0,
        "breaks_per_h": 27 / 28,
        "band_s": (0, 0, 0, 4 * 2_400, 5 * 4_800, 0),
        "n_minutes": (1_290, 0, 0, 0, 40, 0, 0, 70),
    },
    {
        **_DAY,
        "sleep_s": 640 * _MIN,
        "sit_s": 520 * _MIN,
        "wear_s": 800 * _MIN,
        "sedentary_s": 560 * _MIN,
        "n_breaks": 9,
        "n_sedentary_bouts_30min": 9,
        "n_hours_eligible": 13,
        "breaks_per_h": 27 / 28,
        "band_s": (0, 0, 0, 4 * 2_400, 5 * 4_800, 0),
        "pain": 3.0,
        "n_exercises": 1,
    },
    _DAY,
)

# -------------------------------------------------- the week: all but Thursday are valid, 6 days
#
# wear        840 + 800 + 840 + 800 + 800 + 840 = 4,920 min; / 6 = 820 min = 49,200 s
# sit         560 + 520 + 560 + 560 + 520 + 560 = 3,280 min, + 5 s = 196,805 s; / 6
# lie         40 + 40 + 40 + 0 + 40 + 40 = 200 min = 12,000 s; / 6 = 2,000 s
# sedentary   196,805 + 12,000 = 208,805 s; / 6; / 3,600 = 9.66690 h
#   share     208,805 / 295,200 = 0.70733
# stand       6 x 120 min - 5 s = 43,195 s; / 6          walk 6,600 s   move 600 s
# sleep       5 x 600 + 640 = 3,640 min; / 6 = 36,400 s  (25 h: + 3,600 / 6; 23 h: - 3,600 / 6)
# unknown     40 min / 6 = 400 s                         not worn 40 min / 6 = 400 s
# steps       10,800 on each
# breaks      10 + 9 + 10 + 9 + 9 + 10 = 57; / 6 = 9.5;  57 / (208,805 / 3,600) = 0.98274 an hour
# bouts       L 5 + 6 + 5 + 4 + 4 + 5 = 29               H 5 + 4 + 5 + 5 + 5 + 5 = 29
#             58 of >= 30 min, / 6 = 29 / 3              29 of >= 60 min, / 6
#   in them   29 x 40 + 29 x 80 = 3,480 min; / 6 = 34,800 s      29 x 80 / 6 min = 23,200 s
#   bands     5 s / 6; 29 x 2,400 / 6 = 11,600; 29 x 4,800 / 6 = 23,200
# captured    295,200 of 295,200 + 2,400 unknown = 123 / 124
# hours       14 + 13 + 14 + 13 + 13 + 14 = 81           met 6 + 5 + 6 + 6 + 6 + 6 = 35
#
# Fragmentation, 58 bouts, x_min = 2,400 s; 29 of them are 2 x_min:
#   alpha     1 + 58 / (29 ln 2) = 1 + 2 / ln 2 = 3.88539
#   x_half    1 / (alpha - 1) = ln 2 / 2; exp(0.48045 / 2) x 2,400 s = 3,051.7 s
#   W_half    longer are the H: 29 x 80 / 3,480 = 2 / 3
#   W50       with two lengths there is no curve: up to 40 min lies a third of the time, so 80 min
#   Gini      in units of 40 min: cumulated 1, 2 .. 29, then 29 + 2, 29 + 4 .. 29 + 58
#             sum (29 x 30 / 2) + (29 x 29 + 2 x 435) = 435 + 1,711 = 2,146; total 87
#             (59 - 2 x 2,146 / 87) / 58 x 58 / 57 = (59 - 49 1/3) / 57 = 29 / 171
_WEEK: Final = {
    "wear_s": 49_200.0,
    "sleep_s": 36_400.0,
    "unknown_s": 400.0,
    "not_worn_s": 400.0,
    "sedentary_s": 208_805 / 6,
    "sit_s": 196_805 / 6,
    "lie_s": 2_000.0,
    "stand_s": 43_195 / 6,
    "walk_s": 6_600.0,
    "move_s": 600.0,
    "n_steps": 10_800.0,
    "n_breaks": 9.5,
    "n_bouts_30min": 29 / 3,
    "n_bouts_60min": 29 / 6,
    "sedentary_30min_s": 34_800.0,
    "sedentary_60min_s": 23_200.0,
    "band_s": (5 / 6, 0.0, 0.0, 11_600.0, 23_200.0, 0.0),
    "sedentary_share": 208_805 / 295_200,
    "captured_share": 123 / 124,
    "breaks_per_h": 57 * 3_600 / 208_805,
    "longest_bout_s": 4_800,
    "longest_streak_s": 4_800,
    "n_hours_eligible": 81,
    "n_hours_met": 35,
    "hours_met_share": 35 / 81,
}
_FRAGMENTATION: Final = {
    "n_bouts": 58,
    "alpha": 1 + 2 / log(2),
    "x_half_s": 2_400 * exp(log(2) ** 2 / 2),
    "w_half": 2 / 3,
    "w50_s": 4_800.0,
    "w50_is_fitted": False,
    "gini": 29 / 171,
}

# ------------------------------------------------------------------------------------- page one
#
# Sufficiency  of all seven days: wear 295,200 + 18,000 (Thursday) = 313,200 s; 2,400 s are unknown
# Tiles        earlier weeks: four ordinary days each. Sedentary 10 h a day, 5 H = 400 min in long
#              bouts, longest 80, 4 x 6 of 4 x 14 hours = 24 / 56; pain 4 and then 6.
#              The median of two weeks is half way between them.
# Pain         2, 4, 6, 3: median 3.5
# Modal day    of six valid days. Left out, with less than half an hour of wear: 13 on Tuesday, 14
#              on Saturday, 17 on Friday. At 19 Wednesday has 5 s more than the others' 20 min: the
#              third quartile lies between the 4th and the 5th of the six, which are both 20.
_TILES: Final = {
    # this week, last week, usual, share, n, n_of
    "sedentary_h": (208_805 / 6 / 3_600, 10.0, 10.0, 208_805 / 295_200, None, None),
    "prolonged_h": (23_200 / 3_600, 400 / 60, 400 / 60, None, None, None),
    "longest_bout_min": (80.0, 80.0, 80.0, None, None, None),
    "hours_met": (35 / 81, 24 / 56, 24 / 56, None, 35, 81),
    "pain": (3.5, 6.0, 5.0, None, None, 4),
}
#: Hour: days, and the sedentary minutes that all of them have in the middle.
_MODAL: Final = {
    7: (6, 40.0),
    8: (6, 40.0),
    9: (6, 50.0),
    10: (6, 50.0),
    11: (6, 60.0),
    12: (6, 30.0),
    13: (5, 50.0),
    14: (5, 40.0),
    15: (6, 60.0),
    16: (6, 20.0),
    17: (5, 40.0),
    18: (6, 60.0),
    19: (6, 20.0),
    20: (6, 40.0),
}
#: Longest bouts: all are 80 min, so the first five of the week, Monday's H1 to H5: when each began,
#: how long the break after it was, and how much of that was movement. [min]
_LONGEST: Final = (
    ("08:20", 10, 0),
    ("10:40", 30, 30),
    ("12:30", 10, 10),
    ("15:00", 40, 40),
    ("18:00", 40, 0),
)


def expected(week: IsoWeek = ORDINARY_WEEK) -> dict[str, Any]:
    """Return the results of the week; only the sleep of a long or short Sunday differs.

    `days`: seven mappings; `week`, `fragmentation`: the means; `tiles`: this week, last week,
    usual, share, n, n of; `modal_day`: hour -> days, median (the quartiles are the same);
    `longest`: begin, break and movement in minutes.
    """
    longer_h = {WEEK_25H: 1, WEEK_23H: -1}.get(week, 0)
    sunday = {
        **_DAY,
        "sleep_s": (600 + 60 * longer_h) * _MIN,
        "n_minutes": (1_330 + 60 * longer_h, *_DAY["n_minutes"][1:]),
    }
    return {
        "days": (*_DAYS[:6], sunday),
        "week": {**_WEEK, "sleep_s": 36_400.0 + 600 * longer_h},
        "fragmentation": _FRAGMENTATION,
        "tiles": _TILES,
        "modal_day": _MODAL,
        "longest": _LONGEST,
        "wear_s": tuple(day["wear_s"] for day in _DAYS),
        "captured_share": 313_200 / 315_600,
        "n_valid_days": 6,
        "gaps": (1, 2_400),
        "n_lost_samples": 120_000,  # 40 min at 50 Hz
        "told_s": (2_400, 2_400),  # not worn, asleep
        "n_edits": 1,
        #: week before last, last week, this week: valid days, hours, long hours, met, pain
        "trend": (
            (4, 10.0, 400 / 60, 24 / 56, 4.0),
            (4, 10.0, 400 / 60, 24 / 56, 6.0),
            (6, 208_805 / 6 / 3_600, 23_200 / 3_600, 35 / 81, 3.5),
        ),
        "exercises": {
            # done on each day, planned on each day, repetitions: 3 x 8 + 2 x 8 + 10
            "glute-bridge": ((1, 0, 1, 0, 0, 1, 0), (1, 0, 1, 0, 1, 0, 0), 50),
            "hip-flexor-stretch": ((0, 1, 0, 0, 0, 0, 0), (0, 0, 0, 0, 0, 0, 0), None),
        },
        "tests": ((30.0, 22.0, 8.0),),
        "sentences": {
            "sitting_less": {
                "hours": 208_805 / 6 / 3_600,
                "share": 208_805 / 295_200,
                "n_days": 6,
                "last_hours": 10.0,
                "minutes": 600 - 208_805 / 6 / 60,
            },
            "long_bouts": {
                "n": 29,
                "minutes": 80.0,
                "date": week.monday.isoformat(),
                "weekday": 1,
                "time": "08:20",
            },
            "peak_hour": {"hour": 11, "next_hour": 12, "minutes": 60.0, "n_days": 6},
            "pain_lower": {"median": 3.5, "n": 4, "lowest": 2, "highest": 6, "last_median": 6.0},
        },
    }


EXPECTED: Final = expected()
