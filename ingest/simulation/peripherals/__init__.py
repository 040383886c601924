"""Simulated sensors that people can buy: each speaks its own protocol on the virtual radio."""
