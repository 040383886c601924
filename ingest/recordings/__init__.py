"""Recordings in files: read, checked, and played as a sensor would have sent them."""
