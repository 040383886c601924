"""From measured seconds to postures, and how sure they are: upright, evidence, one chain."""
