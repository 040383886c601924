"""What every request passes: who may ask, how, and what a browser may do with the answer."""

from __future__ import annotations

from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_POLICY: Final = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "form-action 'none'",
    ]
)
SECURITY_HEADERS: Final = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}
_NAMES: Final = ("127.0.0.1", "localhost", "[::1]")
_HTTP_PORT: Final = 80
#: Where POST is answered; everything else can only be read.
_WRITABLE: Final = "/api/diary"


class Guard:
    """ASGI middleware: answers GET and HEAD under our own host names alone, with strict headers.

    POST is answered for the diary, to our own page alone: a foreign page can send a form anywhere
    without asking, but neither JSON (its browser would ask first, and is refused) nor our Origin.

    The Host header is checked because a foreign page can point its own name at 127.0.0.1 (DNS
    rebinding) and would then be allowed to read every answer.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse the request, or pass it on and add headers to its answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(SECURITY_HEADERS)
                # Ask each time whether a file has changed: nobody sees the page of an old version.
                headers.setdefault("cache-control", "no-cache")
            await send(message)

        refusal = _refusal(scope)
        await (refusal or self._app)(scope, receive, send_with_headers)


def _refusal(scope: Scope) -> JSONResponse | None:
    hosts = Headers(scope=scope).getlist("host")
    if len(hosts) != 1 or hosts[0].lower() not in _own_hosts(scope):
        why = "this page answers only under its own address, such as http://127.0.0.1:8765"
        return JSONResponse({"error": why}, status_code=400)
    if scope["method"] == "POST" and _is_writable(scope["path"]):
        return _foreign(Headers(scope=scope), hosts[0])
    if scope["method"] not in ("GET", "HEAD"):
        why = "this page can be read, not written: use GET"
        return JSONResponse({"error": why}, status_code=405, headers={"allow": "GET, HEAD"})
    return None


def _is_writable(path: str) -> bool:
    return path == _WRITABLE or path.startswith(f"{_WRITABLE}/")


def _foreign(headers: Headers, host: str) -> JSONResponse | None:
    """Refuse what another page had a browser send; programs send neither of the two headers."""
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        why = "send JSON, with the content type application/json"
        return JSONResponse({"error": why}, status_code=415)
    origins = headers.getlist("origin")
    site = headers.get("sec-fetch-site", "same-origin")
    if site != "same-origin" or (origins and origins != [f"http://{host}"]):
        why = "only this page itself may write"
        return JSONResponse({"error": why}, status_code=403)
    return None


def _own_hosts(scope: Scope) -> set[str]:
    port = scope["server"][1]
    hosts = {f"{name}:{port}" for name in _NAMES}
    return hosts | set(_NAMES) if port == _HTTP_PORT else hosts
