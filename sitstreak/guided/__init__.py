"""Measurements that the wearer is led through: what to do, for how long, and what came of it."""
