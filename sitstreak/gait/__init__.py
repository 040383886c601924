"""Gait of recordings and of a wearer's days."""
