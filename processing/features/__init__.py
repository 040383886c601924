"""What is measured of each second: gravity, movement, rhythm, steps, vertical velocity."""
