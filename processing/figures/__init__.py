"""From postures to bouts, breaks, streaks, days and weeks."""
