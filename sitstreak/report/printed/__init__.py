"""The report for people: two pages as PDF, the same as HTML, their charts and their words."""
