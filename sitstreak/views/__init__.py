"""What people see, as plain records: computed from stored results and a clock that is passed in."""
