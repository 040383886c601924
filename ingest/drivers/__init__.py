"""Drivers for sensors people can buy: small tables of facts, and what their bytes mean."""
