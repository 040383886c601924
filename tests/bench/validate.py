"""Classify the labelled recordings, score them, and write docs/validation.md."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from processing.live import LiveState, advance
from processing.method import Method
from processing.upright import Reference
from tests.bench import scores
from tests.bench.long_day import measure_in_own_process
from tests.bench.report import Figures, SetRow, page
from tests.bench.truth import Answer, Labelled, labelled_sessions

ROOT = Path(__file__).parents[2]
SETS = {
    "hapt": "hapt.parquet",
    "harth": "harth_back.parquet",
    "har70": "har70_back.parquet",
    "ipol": "ipol_gait_l5.parquet",
    "sisfall": "sisfall_adl.parquet",
    "umafall": "umafall_adl.parquet",
}


def main() -> None:
    """Measure everything; refuse to write half a page."""
    place = Path(os.environ.get("SITSTREAK_RECORDINGS") or ROOT.parent / "shared" / "data")
    missing = [name for name in SETS.values() if not (place / name).exists()]
    if missing:
        sys.exit(f"make bench: no {missing[0]} in {place}; set SITSTREAK_RECORDINGS")
    text = page(_measure(place))
    print(text)
    (ROOT / "docs" / "validation.md").write_text(text, encoding="utf-8")


def _measure(place: Path) -> Figures:
    method = Method()
    sessions = {name: list(labelled_sessions(place / file)) for name, file in SETS.items()}
    answers = {name: _answers(parts, method) for name, parts in sessions.items()}
    farther = replace(method, look_ahead_s=600)
    walkers = ("hapt", "harth", "har70")
    facts = {
        "cycling called walking": scores.share(answers["harth"], "label", ["cycle"], ["walk"]),
        "cycling called moving": scores.share(answers["harth"], "label", ["cycle"], ["move"]),
        "cycling called sitting or lying": scores.share(
            answers["harth"], "label", ["cycle"], ["sit", "lie"]
        ),
    }
    return Figures(
        method=method,
        rows=[_row(name, answers[name]) for name in SETS],
        farther={
            name: scores.sedentary_accuracy(*scores.pooled(_answers(sessions[name], farther)))
            for name in walkers
        },
        facts=facts | _sisfall_facts(sessions["sisfall"], answers["sisfall"], method),
        calibration=scores.calibration(
            [answer for name in walkers for answer in answers[name]],
            [0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.01],
        ),
        speed=measure_in_own_process(),
    )


def _answers(sessions: Sequence[Labelled], method: Method) -> list[Answer]:
    return [session.classified(method) for session in sessions]


def _row(name: str, answers: list[Answer]) -> SetRow:
    truth, guess = scores.pooled(answers)
    n_sit = int((truth == "sit").sum())
    per_subject = scores.by_subject(answers) if n_sit else {}
    return SetRow(
        name=name,
        n_subjects=len({answer.of.subject for answer in answers}),
        n_seconds=len(truth),
        n_sit=n_sit,
        sedentary=scores.sedentary_accuracy(truth, guess) if n_sit else float("nan"),
        three=scores.three_postures(truth, guess),
        mean=float(np.mean(list(per_subject.values()))) if per_subject else float("nan"),
        worst=min(per_subject.values(), default=float("nan")),
        worst_subject=min(per_subject, key=lambda who: per_subject[who], default=""),
        walking_f1=scores.walking_f1(truth, guess),
        lie_recall=scores.share(answers, "label", ["lie"], ["lie"]),
        unknown=scores.share_unknown(answers),
    )


def _sisfall_facts(
    sessions: list[Labelled], answers: list[Answer], method: Method
) -> dict[str, float]:
    """Score the trials alone and, as 12 s rarely hold walking, with a remembered reference."""
    references: dict[str, Reference] = {}
    for session in sessions:
        if session.session.startswith("D01"):
            state = advance(LiveState(), session.blocks, method, final=True).state
            references[session.subject] = state.carried.reference.after_break()
    helped = [one.classified(method, references.get(one.subject)) for one in sessions]
    sedentary = ["sit", "lie"]
    return {
        "SisFall, walking (D01, D02) found": scores.share(answers, "label", ["walk"], ["walk"]),
        "SisFall, running (D03, D04) called walking": scores.share(
            answers, "label", ["run"], ["walk"]
        ),
        "SisFall, lying (D14) found, trial alone": scores.share(answers, "label", ["lie"], ["lie"]),
        "SisFall, lying (D14) found, reference remembered": scores.share(
            helped, "label", ["lie"], ["lie"]
        ),
        "SisFall, squat (D15) called sitting or lying, reference remembered": scores.share(
            helped, "orig", ["D15"], sedentary
        ),
        "SisFall, bend (D16) called sitting or lying, reference remembered": scores.share(
            helped, "orig", ["D16"], sedentary
        ),
    }
