"""A virtual radio, a simulated hip sensor and a generated wearer: the world, for tests and demo."""
