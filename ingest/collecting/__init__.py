"""The layer that waits: finds sensors, holds links, and does what the sequencer says."""
