"""From raw samples to an even grid, filtered: rates, gaps, saturation, the sensor's own error."""
