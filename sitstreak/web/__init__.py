"""The local page: loopback only, works offline, nothing from anywhere else."""
