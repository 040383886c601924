"""Serves the page on 127.0.0.1, until told to stop."""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import uvicorn
from starlette.applications import Starlette

from sitstreak.errors import PortInUseError, SitstreakError
from sitstreak.web.page_state import PageState

HOST: Final = "127.0.0.1"
_GRACE_S: Final = 3


class _Server(uvicorn.Server):
    """Leaves signals to whoever calls: the collector in the same loop has to stop as well."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def listen(port: int) -> socket.socket:
    """Take the port, before anything else starts; 0 takes any free one.

    Raises
    ------
    PortInUseError
        If somebody else has it.
    SitstreakError
        If this user may not have it (ports below 1024).
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
        # With SO_REUSEADDR a port is ours only once we listen.
        listener.listen()
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise PortInUseError(port) from None
        why = f"port {port} cannot be used ({error.strerror}); choose another with --port"
        raise SitstreakError(why) from None
    return listener


def address(listener: socket.socket) -> str:
    """Return the page's address, such as `http://127.0.0.1:8765`."""
    return f"http://{HOST}:{listener.getsockname()[1]}"


async def serve(app: Starlette, listener: socket.socket, stop: asyncio.Event) -> None:
    """Serve until `stop` is set or this task is cancelled; open event streams end at once.

    Parameters
    ----------
    app
        From `create_app`.
    listener
        From `listen`; closed at the end.
    """
    page: PageState = app.state.page
    config = uvicorn.Config(
        app,
        http="h11",
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_GRACE_S,
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listener]), name="page")
    stopping = asyncio.create_task(stop.wait(), name="page-stop")
    try:
        await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopping.cancel()
        page.closing.set()
        server.should_exit = True
        await serving
        listener.close()
