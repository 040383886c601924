"""Pure numbers: samples in, postures, bouts and streaks out. No I/O, no clock, no log."""
