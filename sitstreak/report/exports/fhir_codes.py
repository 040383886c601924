"""Codes and units of the FHIR bundle. Where LOINC has none, our own with a text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

LOINC: Final = "http://loinc.org"
UCUM: Final = "http://unitsofmeasure.org"
CATEGORY: Final = "http://terminology.hl7.org/CodeSystem/observation-category"
ABSENT: Final = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
#: Our own code system, identifiers of wearers and of reports: made once, never changed.
OWN: Final = "urn:uuid:2f4e8b6c-93a1-5d1c-8f57-0b8c1a7f4f10"
WEARERS: Final = "urn:uuid:7c1d1e0a-5b0e-5c55-9a33-61d0f0a9e9b2"
REPORTS: Final = "urn:uuid:b98a6f0e-44d2-5f0f-a3b8-5a5e7d2c6e3d"


@dataclass(frozen=True, slots=True)
class Measure:
    """What an observation or a part of it is about."""

    code: str
    display: str
    unit: str = ""  #: UCUM; empty: it has no quantity
    unit_text: str = ""  #: for people
    system: str = OWN


# Display names and units as in HL7's Physical Activity guide (hl7.org/fhir/us/physical-activity);
# those of 87705-0, 55423-8 and 72514-3 as in other public FHIR profiles.
SEDENTARY: Final = Measure("87705-0", "Sedentary activity 24 hour", "h/d", "hours per day", LOINC)
STEPS_PER_DAY: Final = Measure(
    "41950-7", "Number of steps in 24 hour Measured", "/d", "steps per day", LOINC
)
STEPS: Final = Measure(
    "55423-8", "Number of steps in unspecified time Pedometer", "{steps}", "steps", LOINC
)
STRENGTH_DAYS: Final = Measure(
    "82291-6", "Frequency of muscle-strengthening physical activity", "d/wk", "days per week", LOINC
)
EXERCISE_DURATION: Final = Measure("55411-3", "Exercise duration", "min", "minutes", LOINC)
PAIN: Final = Measure(
    "72514-3",
    "Pain severity - 0-10 verbal numeric rating [Score] - Reported",
    "{score}",
    "points of 0 to 10",
    LOINC,
)


def _seconds(code: str, display: str) -> Measure:
    return Measure(code, display, "s", "seconds")


def _count(code: str, display: str, what: str) -> Measure:
    return Measure(code, display, "1", what)


#: A figure of a day by the name it has in the CSV file.
POSTURE_PARTS: Final = {
    "wear_s": _seconds("worn-awake", "Time worn awake with a known posture"),
    "sit_s": _seconds("sitting", "Time sitting awake"),
    "lie_s": _seconds("lying-awake", "Time lying awake"),
    "stand_s": _seconds("standing", "Time standing"),
    "walk_s": _seconds("walking", "Time walking"),
    "move_s": _seconds("other-movement", "Time active without stepping"),
    "sleep_s": _seconds("asleep", "Time asleep, by lying at night or by the diary"),
    "not_worn_s": _seconds("not-worn", "Time the sensor was not worn"),
    "unknown_s": _seconds("unknown", "Time without data, or too close to call"),
}
BOUT_PARTS: Final = {
    "n_sedentary_bouts_30min": _count("bouts-30min", "Sedentary bouts of 30 min or more", "bouts"),
    "n_sedentary_bouts_60min": _count("bouts-60min", "Sedentary bouts of 60 min or more", "bouts"),
    "longest_bout_s": _seconds("longest-bout", "Longest sedentary bout"),
    "longest_streak_s": _seconds("longest-streak", "Longest sitting streak"),
    "n_breaks": _count("breaks", "Breaks in sedentary time", "breaks"),
    "breaks_per_h": Measure(
        "breaks-per-hour", "Breaks per sedentary hour", "/h", "breaks per hour"
    ),
}
HOUR_PARTS: Final = {
    "n_hours_met": _count("hours-met", "Clock hours with 10 minutes of movement", "hours"),
    "n_hours_eligible": _count("hours-eligible", "Clock hours that could be judged", "hours"),
}
STEP_PARTS: Final = {
    "n_brisk_minutes": Measure("brisk-minutes", "Minutes with 100 steps or more", "min", "minutes"),
    "peak_30min_spm": Measure(
        "peak-30min-cadence", "Mean cadence of the 30 fastest minutes", "/min", "steps per minute"
    ),
}
_SHARE: Final = "share, 0 to 1"
WEEK_PARTS: Final = {
    "wear_s": _seconds("mean-worn-awake", "Time worn awake, mean of the valid days"),
    "sedentary_s": _seconds("mean-sedentary", "Sedentary time, mean of the valid days"),
    "sedentary_share": _count("sedentary-share", "Sedentary share of worn waking time", _SHARE),
    "stand_s": _seconds("mean-standing", "Time standing, mean of the valid days"),
    "walk_s": _seconds("mean-walking", "Time walking, mean of the valid days"),
    "n_steps": Measure("mean-steps", "Steps, mean of the valid days", "/d", "steps per day"),
    "sedentary_30min_s": _seconds(
        "mean-in-bouts-30min", "Sedentary time in bouts of 30 min or more, mean of the valid days"
    ),
    "sedentary_60min_s": _seconds(
        "mean-in-bouts-60min", "Sedentary time in bouts of 60 min or more, mean of the valid days"
    ),
    "longest_bout_s": _seconds("longest-bout", "Longest sedentary bout"),
    "breaks_per_h": BOUT_PARTS["breaks_per_h"],
    "w50_s": _seconds("usual-bout", "Usual bout duration W50"),
    "hours_met_share": _count("hours-met-share", "Share of eligible hours that were met", _SHARE),
}

WEEKLY_REPORT: Final = Measure("weekly-report", "Weekly report of sitting habits, self-recorded")
POSTURE_TIME: Final = Measure("posture-time", "Time in each posture on one day")
BOUTS: Final = Measure("sedentary-bouts", "Sedentary bouts and breaks on one day")
MOVEMENT_HOURS: Final = Measure("movement-hours", "Clock hours with 10 minutes of movement")
VALID_DAY: Final = Measure("valid-day", "Worn for long enough to count in averages")
WEEK_MEANS: Final = Measure("week-means", "Sitting habits of a week, means of the valid days")
SUFFICIENCY: Final = Measure("data-sufficiency", "Whether there are enough data for averages")
VALID_DAYS: Final = Measure("valid-days", "Days worn for long enough", "d", "days")
CAPTURED: Final = _count("captured-share", "Share of waking wear captured", _SHARE)
GAPS: Final = _count("gaps", "Stretches of a minute or more without data", "gaps")
GAP_TIME: Final = _seconds("gap-time", "Time in stretches without data")
EXERCISE: Final = Measure("exercise", "Exercise, by the wearer's diary")
STRETCH: Final = Measure("stretch", "Stretch, by the wearer's diary")
SETS: Final = _count("exercise-sets", "Sets", "sets")
REPETITIONS: Final = _count("exercise-repetitions", "Repetitions of each set", "repetitions")
LOAD: Final = Measure("exercise-load", "Load", "kg", "kg")
BRIDGE: Final = Measure("bridge-test", "Test of both sides by the wearer, such as a bridge")
HOLD_LEFT: Final = _seconds("hold-left", "Left side held")
HOLD_RIGHT: Final = _seconds("hold-right", "Right side held")
HOLD_DIFFERENCE: Final = _seconds("hold-difference", "Left side held longer by")
TYPED_NAME: Final = Measure("typed-name", "Name of it as typed")
TYPED_NOTE: Final = Measure("typed-note", "Note as typed")
EDITED: Final = Measure("edited", "Changed by hand after it was first written")
