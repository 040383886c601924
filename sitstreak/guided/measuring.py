"""The guided measurements: a calibration, and the single-leg bridge."""

from __future__ import annotations

import sqlite3
from typing import Final

import numpy as np

from processing.gait.guided_reference import reference_from
from processing.gait.guided_signal import CannotJudgeError, longest_run
from processing.gait.single_leg import Side, single_leg
from processing.method import Method
from processing.model import NS_PER_S
from sitstreak.calibrated import Calibration
from sitstreak.guided.errors import GuidedRefusedError, NotCalibratedError
from sitstreak.guided.samples import Samples
from sitstreak.guided.session import Phase, Session
from sitstreak.storage.guided import (
    StoredHold,
    newest_calibration,
    store_calibration,
    store_hold,
)

STANDING: Final = Phase("Stand still, as you usually stand", 5.0, 20.0)
WALKING: Final = Phase("Walk at your usual pace", 5.0, 20.0)


def bridge_phase(side: Side, hold_s: float) -> Phase:
    """Return the phase of the single-leg test: a moment of lying, then the hold."""
    return Phase(
        f"Lie still for 3 seconds, then lift your hips on the {side.value} leg and hold",
        10.0,
        hold_s + 5.0,
    )


def calibrate(
    connection: sqlite3.Connection, samples: Samples, session: Session, method: Method
) -> Calibration:
    """Lead through standing and walking, and remember how the clip sits.

    Raises
    ------
    SitstreakError
        If the sensor was not heard, or the wearer did something else: then nothing is stored.
    """
    session.check_live()
    standing = session.lead(STANDING)
    walking = session.lead(WALKING)
    try:
        guided = reference_from(standing.blocks, walking.blocks, method)
    except CannotJudgeError as error:
        raise GuidedRefusedError(str(error)) from error
    calibration = Calibration(walking.end_ns // NS_PER_S, guided)
    store_calibration(connection, samples.device_id, calibration)
    return calibration


def measure_hold(
    connection: sqlite3.Connection,
    samples: Samples,
    session: Session,
    method: Method,
    phase: Phase,
    side: Side,
) -> StoredHold:
    """Lead through the single-leg bridge, and store what came of it.

    Raises
    ------
    NotCalibratedError
        If it is not known how the clip sits.
    SitstreakError
        If the sensor was not heard, or no hold was seen: then nothing is stored.
    """
    calibration = newest_calibration(connection, samples.device_id)
    if calibration is None:
        raise NotCalibratedError
    session.check_live()
    recorded = session.lead(phase)
    guided = calibration.guided
    try:
        hold = single_leg(
            longest_run(recorded.blocks, method, trim_s=0.0),
            method.grid_hz,
            np.array(guided.up),
            side,
            method,
            forward=None if guided.forward is None else np.array(guided.forward),
        )
    except CannotJudgeError as error:
        raise GuidedRefusedError(str(error)) from error
    at_s = round(recorded.start_ns / NS_PER_S + hold.start_s)
    stored = StoredHold(at_s, hold)
    store_hold(connection, samples.device_id, stored)
    return stored
