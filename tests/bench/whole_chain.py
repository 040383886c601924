"""Our side: a day's samples to postures, steps, bouts, sleep, streaks, breaks and the day's sum.

`python -m tests.bench.whole_chain DAY.npz LONGEST_BLOCK_S`
"""

from __future__ import annotations

import sys
from pathlib import Path

from processing.chain import classify
from processing.figures.bouts import find_bouts
from processing.figures.days import summarise_day
from processing.figures.sleep import find_sleep
from processing.figures.streaks import streaks
from processing.method import Method
from tests.bench.day import START_S, Day
from tests.bench.peers.stopwatch import WARM_UP_HOURS, Job, measure

END_S = START_S + 86_400
HOURS = [(hour_s, hour_s + 3600) for hour_s in range(START_S, END_S, 3600)]
#: The wearer lives in UTC and nights last from nine to nine.
NIGHTS = [(START_S - 10_800, START_S + 32_400), (END_S - 10_800, END_S + 32_400)]


def prepare(day: Day, longest_block_s: int) -> Job:
    """Cut the day into blocks as they come from a file or from a sensor."""
    blocks, method = day.blocks(longest_block_s), Method()

    def job() -> str:
        seconds = classify(blocks, method)
        bouts = find_bouts(seconds)
        sleep = find_sleep(bouts, NIGHTS, method)
        found = streaks(seconds, method, sleep)
        summary = summarise_day(seconds, START_S, END_S, method, sleep=sleep, hours=HOURS)
        return f"{len(bouts)} bouts, {len(found)} streaks, {summary.n_steps} steps"

    return job


if __name__ == "__main__":
    whole, longest_s = Day.load(Path(sys.argv[1])), int(sys.argv[2])
    measure(
        ["scipy"],
        warm_up=prepare(whole.first(WARM_UP_HOURS), longest_s),
        job=prepare(whole, longest_s),
    )
