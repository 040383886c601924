"""Measures the method against recordings whose truth is known, and says how it did."""
