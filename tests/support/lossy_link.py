"""A simulated sensor and a sequencer with a bad link between them, and no clock but the loop's."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ingest.hip_sensor.packets import DataPacket, Status
from ingest.sequencing.actions import LinkRules, Phase, Reconnect, Send, Store
from ingest.sequencing.sequencer import Sequencer
from ingest.simulation.firmware import Firmware, Outgoing

if TYPE_CHECKING:
    from tests.support.ingest_doubles import MemoryJournal

STEP_S = 0.1
STATUS_EVERY = 20  # steps


@dataclass
class Faults:
    """How bad the link is; each a probability."""

    loss: float = 0.0
    repeat: float = 0.0
    shuffle: float = 0.0
    link_loss: float = 0.0
    crash: float = 0.0


@dataclass
class LossyLink:
    firmware: Firmware
    journal: MemoryJournal
    rng: random.Random = field(default_factory=lambda: random.Random(1))
    faults: Faults = field(default_factory=Faults)
    rules: LinkRules = field(default_factory=LinkRules)
    speed: float = 1.0
    now_s: float = 0.0
    n_steps: int = 0
    reconnects: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.sequencer = self.restarted_sequencer()

    def restarted_sequencer(self) -> Sequencer:
        return Sequencer("hip", lambda boot_id: self.journal.next_seq("hip", boot_id), self.rules)

    def run(self, n_steps: int) -> bool:
        """Let up to so many steps go by; return whether everything has arrived."""
        for _ in range(n_steps):
            self.step()
            if self.sequencer.is_drained:
                return True
        return False

    def step(self) -> None:
        self.now_s += STEP_S
        self.n_steps += 1
        self.firmware.advance(self.now_s * self.speed)
        if self.rng.random() < self.faults.crash:
            self.firmware.link_down()
            self.sequencer = self.restarted_sequencer()
        if self.rng.random() < self.faults.link_loss:
            self.lose_link()
        if self.sequencer.phase is Phase.DOWN:
            self.sequencer.link_up(self.firmware.status(), now_s=self.now_s)
        else:
            self._carry()
        self._act()

    def lose_link(self) -> None:
        self.firmware.link_down()
        self.sequencer.link_down()
        self._act()

    def _carry(self) -> None:
        sent = self.firmware.outgoing(self.rng.randint(1, 40))
        if self.firmware.is_sent and self.n_steps % STATUS_EVERY == 0:
            sent.append(self.firmware.status())
        arriving: list[Outgoing] = []
        for packet in sent:
            if self.rng.random() >= self.faults.loss:
                arriving += [packet] * (2 if self.rng.random() < self.faults.repeat else 1)
        if self.rng.random() < self.faults.shuffle:
            self.rng.shuffle(arriving)
        for packet in arriving:
            if isinstance(packet, DataPacket):
                self.sequencer.receive(DataPacket.from_bytes(packet.to_bytes()), now_s=self.now_s)
            elif isinstance(packet, Status):
                self.sequencer.receive_status(packet, now_s=self.now_s)
            else:
                seq = packet.seq
                self.sequencer.receive_unreadable(packet.boot_id, seq, now_s=self.now_s)

    def _act(self) -> None:
        while actions := self.sequencer.poll(now_s=self.now_s, utc_ns=10**18):
            for action in actions:
                match action:
                    case Store():
                        self.journal.append(action.blocks, action.gaps)
                        if self.rng.random() >= self.faults.crash:
                            self.sequencer.stored(action)
                        else:  # died between the commit and the acknowledgement
                            self.firmware.link_down()
                            self.sequencer = self.restarted_sequencer()
                            return
                    case Send(message):
                        self.firmware.control(message)
                    case Reconnect(why):
                        self.reconnects.append(why)
                        self.lose_link()
                        return
