"""Does memory stay where it is? The same day again and again through the live functions.

`python -m tests.bench.many_days DAY.npz N_DAYS CALL_EVERY_S`: one line of JSON.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import psutil

from processing.live import LiveState, advance
from processing.method import Method
from processing.model import NS_PER_S, SampleBlock
from tests.bench.day import Day

_DAY_S = 86_400


def main() -> None:
    """Print the size of the state and of the process after each day."""
    day, n_days, every_s = Day.load(Path(sys.argv[1])), int(sys.argv[2]), int(sys.argv[3])
    method, state, window = Method(), LiveState(), list[SampleBlock]()
    started_s, n_settled, memory_mb, state_bytes = time.process_time(), 0, [], []
    blocks = day.blocks(every_s)
    for number in range(n_days):
        for block in blocks:
            now = _later(block, number * _DAY_S)
            window = [one for one in window if one.end_ns > state.resume_ns]
            while True:
                step = advance(state, [*window, now], method)
                if state.emit_from_s is not None:
                    n_settled += step.settled_until_s - state.emit_from_s
                state = step.state
                if not step.more:
                    break
            window.append(now)
        memory_mb.append(psutil.Process().memory_info().rss / 1e6)
        state_bytes.append(len(state.to_bytes()))
    cpu_s = time.process_time() - started_s
    print(
        json.dumps(
            {
                "n_days": n_days,
                "call_every_s": every_s,
                "cpu_s": cpu_s,
                "n_settled": n_settled,
                "memory_mb": memory_mb,
                "state_bytes": state_bytes,
            }
        )
    )


def _later(block: SampleBlock, later_s: int) -> SampleBlock:
    t0_ns = block.t0_ns + later_s * NS_PER_S
    return SampleBlock(block.device_id, t0_ns, block.fs_hz, block.acc_g)


if __name__ == "__main__":
    main()
