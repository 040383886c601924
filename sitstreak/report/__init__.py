"""Reports: what is handed over to other people and other programs."""
