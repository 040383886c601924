"""Errors of sending dashboards to Grafana; `str()` is one line that says what to do."""

from __future__ import annotations


class PushError(Exception):
    """Base of everything that can stop a push."""


class GrafanaUnreachableError(PushError):
    """Nothing answers, or what answers is no Grafana."""

    def __init__(self, url: str, why: str) -> None:
        self.url = url
        super().__init__(f"no Grafana at {url} ({why}); check the address and that it is running")


class TokenRefusedError(PushError):
    """Grafana does not know the token, or the token may not do this."""

    def __init__(self, url: str, doing: str) -> None:
        self.url = url
        super().__init__(
            f"Grafana at {url} refused the token while {doing}; "
            "use a token of a service account with the role Admin"
        )


class PushRefusedError(PushError):
    """Grafana understood and declined, for instance because a file provisions the same thing."""

    def __init__(self, url: str, doing: str, why: str) -> None:
        self.url = url
        super().__init__(f"Grafana at {url} declined while {doing}: {why}")
