"""Bytes from a sensor, or rows of a recording, become ordered, time-stamped sample blocks."""
