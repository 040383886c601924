"""Our own profile, byte by byte: what the sensor notifies, what it is written, how it packs."""
