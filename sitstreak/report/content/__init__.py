"""What a week's report says, as data: read from the store, computed, laid out by nobody yet."""
