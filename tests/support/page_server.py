"""A running page for tests: `with page_server(app) as url`."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from starlette.applications import Starlette

from sitstreak.web.server import address, listen, serve


@contextmanager
def page_server(app: Starlette, port: int = 0) -> Iterator[str]:
    """Serve `app` from a thread; gives its address, and ends with the thread joined."""
    listener = listen(port)
    ready: threading.Event = threading.Event()
    control: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []
    failures: list[BaseException] = []

    async def run() -> None:
        stop = asyncio.Event()
        control.append((asyncio.get_running_loop(), stop))
        ready.set()
        await serve(app, listener, stop)

    def target() -> None:
        try:
            asyncio.run(run())
        except BaseException as error:  # noqa: BLE001 - told to the test below
            failures.append(error)
            ready.set()

    thread = threading.Thread(target=target, name="page")
    thread.start()
    ready.wait(timeout=10)
    try:
        yield address(listener)
    finally:
        loop, stop = control[0]
        if not loop.is_closed():
            loop.call_soon_threadsafe(stop.set)
        thread.join(timeout=20)
        if thread.is_alive():
            raise TimeoutError("the page did not stop within 20 s")
        if failures:
            raise failures[0]
