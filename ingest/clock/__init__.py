"""A sensor's ticks become UTC: no I/O, no clock is read in here."""
