"""The diary: what a wearer writes down, and the plan of exercises."""
