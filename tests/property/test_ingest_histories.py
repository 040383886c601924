"""Whatever happens to sensor, link, disk and collector: in the end the journal is complete.

Each history is a story of some thirty things that happen one after the other; when one fails, the
shortest such story is printed.
"""

import os
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.support.ingest_history import History
from tests.support.spoiled_air import FAULTS

#: Times four machines and `N_PARTS` parts: 4,000 histories in each run.
N_HISTORIES = int(os.environ.get("SITSTREAK_HISTORIES", "500"))
N_PARTS = 2


class Story(RuleBasedStateMachine):
    """What can happen."""

    hosted = True
    capacities: ClassVar[list[int | None]] = [None]
    steps_s: ClassVar = [-3600.0, -3.0, 0.5, 40.0]

    @initialize(data=st.data())
    def begin(self, data):
        self.it = History(
            hosted=self.hosted,
            capacity=data.draw(st.sampled_from(self.capacities), "room in the log"),
            start_tick=data.draw(st.sampled_from([0, 2**32 - 3 * 2**15]), "first tick"),
            clock_is_set=data.draw(st.booleans(), "the sensor's clock is set"),
        )

    @rule(n=st.integers(1, 40))
    def the_sensor_records_out_of_range(self, n):
        self.it.lose_link()
        self.it.record(n)

    @rule(n=st.sampled_from([1, 3, 10, 30]))
    def all_goes_well(self, n):
        self.it.carry(n)

    @rule(faults=st.lists(st.sampled_from(FAULTS), min_size=1, max_size=4))
    def the_air_is_bad(self, faults):
        self.it.faults += faults
        self.it.carry(len(faults) + 1)

    @rule()
    def the_link_is_lost(self):
        self.it.lose_link()

    @rule(how=st.sampled_from(["it", "its answer"]))
    def the_next_acknowledgement_is_lost(self, how):
        self.it.lose_ack = how

    @rule(
        when=st.sampled_from(
            ["now", "before the commit", "after the commit", "before the acknowledgement"]
        )
    )
    def the_collector_is_killed(self, when):
        self.it.crash_at = when
        if when == "now":
            self.it.start_collector()

    @rule(off_s=st.sampled_from([0.3, 60.0]))
    def the_sensor_reboots(self, off_s):
        self.it.lose_link()
        self.it.reboot(off_s)

    @rule(which=st.integers(0, 50))
    def a_block_of_the_log_is_damaged(self, which):
        self.it.corrupt(which)

    @rule()
    def the_disk_is_full(self):
        self.it.journal.is_down = True

    @precondition(lambda self: self.it.journal.is_down)
    @rule()
    def there_is_room_again(self):
        self.it.journal.is_down = False

    @precondition(lambda self: self.hosted)
    @rule(data=st.data())
    def somebody_sets_the_computers_clock(self, data):
        self.it.wall_off_s = data.draw(st.sampled_from([0.0, *self.steps_s]), "off by")

    @rule()
    def everything_is_read(self):
        self.it.drain()
        self.it.check_complete()
        self.it.check_gaps()

    @invariant()
    def nothing_is_twice_or_out_of_place(self):
        if hasattr(self, "it"):
            self.it.check_journal()
            self.it.check_bounds()

    def teardown(self):
        if hasattr(self, "it"):
            self.it.drain()
            self.it.check_journal()
            self.it.check_complete()
            self.it.check_gaps()


class OwnTime(Story):
    hosted = False


class OwnTimeSmallLog(OwnTime):
    capacities: ClassVar[list[int | None]] = [3, 20]


class HostedTime(Story):
    pass


class HostedTimeSmallLog(Story):
    capacities: ClassVar[list[int | None]] = [3, 20]


@pytest.mark.parametrize("part", range(N_PARTS))
@pytest.mark.parametrize(
    "machine", [OwnTime, OwnTimeSmallLog, HostedTime, HostedTimeSmallLog], ids=lambda m: m.__name__
)
def test_every_block_that_the_sensor_kept_is_journaled_once_and_every_hole_is_told(machine, part):
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=N_HISTORIES,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            print_blob=False,
            report_multiple_bugs=False,
        ),
    )
