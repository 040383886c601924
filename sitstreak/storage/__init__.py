"""One SQLite file: journal, results and outbox."""
