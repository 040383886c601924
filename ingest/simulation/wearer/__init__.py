"""A generated wearer: physics of a pelvis through a day whose truth is known to the second."""

from ingest.simulation.wearer.days import demo_loop, usual_hours, whole_day, worn_day
from ingest.simulation.wearer.script import Script, Stretch
from ingest.simulation.wearer.signal import Wearing
from ingest.simulation.wearer.source import LSB_PER_G, WearerSource, quantise
from ingest.simulation.wearer.traits import Traits, draw_traits

__all__ = [
    "LSB_PER_G",
    "Script",
    "Stretch",
    "Traits",
    "WearerSource",
    "Wearing",
    "demo_loop",
    "draw_traits",
    "quantise",
    "usual_hours",
    "whole_day",
    "worn_day",
]
