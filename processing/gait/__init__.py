"""How someone walks and stands on one leg: gait quality and the guided tests."""
