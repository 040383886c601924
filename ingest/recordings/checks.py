"""What a table of samples must be like to be a recording of an accelerometer."""

from __future__ import annotations

from typing import Final

import numpy as np

from ingest.recordings.table import AXES, G_PER_UNIT, RecordingTable, Unit, take
from processing.model import FloatArray, IntArray

#: Three steps a second need more than six samples. Accuracy is known from 12.5 Hz on. [Hz]
MIN_RATE_HZ: Final = 8.0
#: Faster than any accelerometer worn by people; `t` in hours or minutes looks like this. [Hz]
MAX_RATE_HZ: Final = 1000.0
#: Median |a| of somebody who mostly sits, stands and walks is 1 g; real sessions, hard running and
#: sensors with a poor gain among them, stay within 0.58 to 1.43.
PLAUSIBLE_MEDIAN_G: Final = (0.4, 2.5)
#: |a| at rest; in the labelled recordings 0.75 (a sensor far out of its calibration) to 1.13.
PLAUSIBLE_REST_G: Final = (0.7, 1.3)
#: Samples that make up a piece of rest: 1 s at 50 Hz.
_REST_SAMPLES: Final = 50
_REST_SPREAD: Final = 0.03
_LEAST_RESTS: Final = 3
#: That many samples without any change are no sensor at work: each has noise or counts.
_ALIVE_FROM_SAMPLES: Final = 3000
#: Spread of the other axes, as a share of |a|, beyond which an axis without any change is stuck.
_MOVED: Final = 0.1
#: Ranges of body-worn sensors end at 16 g, of shock sensors at 200 g.
MAX_ACC_G: Final = 200.0
#: A longer pause is a clock that was set in mid-recording.
MAX_PAUSE_S: Final = 31 * 86_400.0

_UNIT_IN_WORDS: Final[dict[Unit, str]] = {"g": "g", "mg": "mg", "ms2": "m/s²"}
#: So many days are no clock set wrong, and their number says nothing.
_MANY_DAYS: Final = 100_000


def median_rate_hz(t_s: FloatArray) -> float:
    """Return the usual number of samples in a second, blind to pauses and lost packets.

    The mean of the steps that lie within half of the median step: the median alone would be off by
    2 % when the stamps of a 128 Hz sensor are rounded to milliseconds.

    Parameters
    ----------
    t_s : shape (n,), n >= 2
        Strictly rising. [s]
    """
    steps = np.diff(t_s)
    median = np.quantile(steps, 0.5, method="nearest")  # one of the steps, so `usual` has it
    usual = steps[np.abs(steps - median) <= 0.5 * median]
    return round(float(1 / np.mean(usual)), 6)


def check_order(table: RecordingTable, rows: IntArray) -> list[IntArray]:
    """Split the rows of one name into its recordings; refuse time that stands still or goes back.

    Parameters
    ----------
    rows : shape (n,)
        Rows of one (subject, session), rising.

    Returns
    -------
    parts
        One array of rows, unless the session starts again after rows of another session, at or
        before the time at which it began: then one array for each start.
    """
    t_s = take(table.t_s, rows)
    steps = np.diff(t_s)
    start, parts = 0, []
    for i in np.flatnonzero((steps <= 0) | (steps > MAX_PAUSE_S)):
        apart = rows[i + 1] > rows[i] + 1
        if apart and t_s[i + 1] <= t_s[start]:
            parts.append(rows[start : i + 1])
            start = int(i) + 1
            continue
        raise table.error(rows[i + 1], _order_cause(float(t_s[i]), float(t_s[i + 1])))
    parts.append(rows[start:])
    return parts


def _order_cause(before_s: float, after_s: float) -> str:
    if after_s > before_s:
        days = round((after_s - before_s) / 86_400)
        return (
            f"t jumps ahead by {days if days < _MANY_DAYS else 'more than a lifetime of'} days; "
            "split the file here, or put its clock right"
        )
    if after_s == before_s:
        return (
            f"t repeats: {after_s:.6g} s stands in the row before as well; "
            "give each sample its own time"
        )
    return (
        f"t goes backwards: from {before_s:.6g} s to {after_s:.6g} s; sort the rows by time, "
        "or tell recordings apart by a column `session`"
    )


def check_unit(table: RecordingTable, rows: IntArray, raw: FloatArray, unit: Unit) -> None:
    """Refuse samples that are in another unit than said, or that no accelerometer gives.

    What counts is the length of (x, y, z) at rest: it is 1 g whatever the sensor's place and the
    wearer's habits. A session in which nothing ever rests is judged by the median of all lengths.

    Parameters
    ----------
    raw : shape (n, 3)
        In the file's own unit.
    """
    _check_alive(table, rows, raw)
    rest = resting_length(raw)
    if rest is not None:
        _check_length(table, rows, "|a| at rest", rest, PLAUSIBLE_REST_G, unit)
    median = float(np.sqrt(np.median(np.einsum("ij,ij->i", raw, raw))))
    _check_length(table, rows, "the median of |a|", median, PLAUSIBLE_MEDIAN_G, unit)


def _check_length(
    table: RecordingTable,
    rows: IntArray,
    what: str,
    seen: float,
    limits_g: tuple[float, float],
    unit: Unit,
) -> None:
    fitting = [u for u in G_PER_UNIT if limits_g[0] <= seen * G_PER_UNIT[u] <= limits_g[1]]
    if unit in fitting:
        return
    shown = (
        f"{what} from this row on is {seen:.4g} {_UNIT_IN_WORDS[unit]}, but about 1 g is expected"
    )
    if fitting:
        named = _UNIT_IN_WORDS[fitting[0]]
        raise table.error(rows[0], f"{shown}: this looks like {named}; use --unit {fitting[0]}")
    raise table.error(
        rows[0],
        f"{shown}: x y z must come from an accelerometer, gravity included, at the right scale",
    )


def resting_length(raw: FloatArray) -> float | None:
    """Return the usual length of (x, y, z) while nothing moves; None if there is hardly such time.

    Whether something moves is judged in relation to the length itself, so that the unit does not
    matter: pieces of `_REST_SAMPLES` whose spread is below 3 % of their mean.

    Parameters
    ----------
    raw : shape (n, 3)
        In any unit.
    """
    n = len(raw) // _REST_SAMPLES
    pieces = raw[: n * _REST_SAMPLES].reshape(n, _REST_SAMPLES, 3)
    mean = pieces.mean(axis=1)
    length = np.sqrt((mean**2).sum(axis=1))
    spread = np.sqrt(pieces.var(axis=1).sum(axis=1))
    at_rest = (spread < _REST_SPREAD * length) & (length > 0)
    if np.count_nonzero(at_rest) < _LEAST_RESTS:
        return None
    return float(np.median(length[at_rest]))


def _check_alive(table: RecordingTable, rows: IntArray, raw: FloatArray) -> None:
    """Refuse a session in which the sensor, or one of its axes, is stuck."""
    if len(raw) < _ALIVE_FROM_SAMPLES:
        return
    stuck = (raw == raw[0]).all(axis=0)
    if not stuck.any():
        return
    if stuck.all():
        x, y, z = raw[0]
        raise table.error(
            rows[0],
            f"x y z never change from this row on ({x:.4g}, {y:.4g}, {z:.4g}): the sensor is "
            "stuck, or nobody wore it; leave this session out",
        )
    moving = raw[:, ~stuck]
    if moving.std(axis=0).max() > _MOVED * np.sqrt(np.mean((raw**2).sum(axis=1))):
        axis = AXES[int(np.argmax(stuck))]
        raise table.error(
            rows[0],
            f"{axis} never changes from this row on ({raw[0, np.argmax(stuck)]:.4g}) while the "
            "others do: that axis is stuck, or its column is not from an accelerometer",
        )


def check_range(table: RecordingTable, rows: IntArray, acc_g: FloatArray) -> None:
    """Refuse a sample that is beyond what any sensor on a body can show."""
    if max(acc_g.max(), -acc_g.min()) > MAX_ACC_G:
        i, axis = np.argwhere(np.abs(acc_g) > MAX_ACC_G)[0]
        raise table.error(
            rows[i],
            f"{AXES[axis]} is {acc_g[i, axis]:.6g} g, more than any sensor on a body shows "
            f"({MAX_ACC_G:.0f} g); remove or repair this row",
        )


def check_rate(table: RecordingTable, rows: IntArray, t_s: FloatArray) -> None:
    """Refuse a session too slow to see steps in, or in which `t` cannot be seconds."""
    if len(rows) < 2:
        raise table.error(rows[0], "its session is this one row; a sampling rate needs two or more")
    rate_hz = median_rate_hz(t_s)
    if MIN_RATE_HZ <= rate_hz <= MAX_RATE_HZ:
        return
    limit = f"at least {MIN_RATE_HZ:g}" if rate_hz < MIN_RATE_HZ else f"at most {MAX_RATE_HZ:g}"
    raise table.error(
        rows[0],
        f"the rate from this row on is {rate_hz:.3g} Hz, {limit} Hz is needed "
        "(t must be in seconds)",
    )
