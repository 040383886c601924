"""Makes the fitted numbers of the method from labelled recordings."""
