"""Grafana dashboards as code: built by plain Python, committed as JSON, pushed by us."""
