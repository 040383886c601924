"""Blocks of one sensor in order, exactly once, at their time: no I/O, no waiting."""
