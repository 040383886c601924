"""The report for programs: CSV, JSON, IEEE 1752.1, FHIR, Parquet, and everything of a person."""
