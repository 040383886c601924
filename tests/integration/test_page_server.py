"""The page as a server: its port, its event stream, and how it ends."""

import asyncio
import json
import socket
from collections.abc import Iterator

import httpx
import pytest

from sitstreak.errors import PortInUseError
from sitstreak.web.server import address, listen, serve
from tests.support.page_case import PARTS, Afternoon
from tests.support.page_server import page_server


def events(lines: Iterator[str]) -> Iterator[tuple[str, dict[str, object]]]:
    """Yield the name and the data of each event of a stream."""
    name = ""
    for line in lines:
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        if line.startswith("data: "):
            yield name, json.loads(line.removeprefix("data: "))


def test_a_port_in_use_is_said_before_anything_starts():
    with listen(0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortInUseError, match=f"port {port} is in use"):
            listen(port)


def test_only_this_computer_can_reach_the_page():
    with listen(0) as listener:
        assert listener.getsockname()[0] == "127.0.0.1"


def test_the_port_is_free_again_at_once():
    case = Afternoon(*PARTS)
    with page_server(case.app()) as url:
        port = int(url.rsplit(":", 1)[1])
        assert httpx.get(f"{url}/healthz").status_code == 200
    listen(port).close()


def test_the_stream_tells_the_present_and_then_each_change():
    case = Afternoon(*PARTS)
    with page_server(case.app()) as url, httpx.stream("GET", f"{url}/api/events") as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["cache-control"] == "no-store"
        stream = events(answer.iter_lines())
        name, first = next(stream)
        assert (name, first["posture"]) == ("now", "sit")
        case.wear(*PARTS, ("walk", 5))
        name, second = next(stream)
        assert (name, second["posture"], second["in_posture_s"]) == ("now", "walk", 5)


def test_the_stream_tells_of_trouble_and_goes_on_after_it():
    case = Afternoon(*PARTS)
    with (
        page_server(case.app()) as url,
        httpx.stream("GET", f"{url}/api/events?wearer=eve") as answer,
    ):
        stream = events(answer.iter_lines())
        assert next(stream) == (
            "trouble",
            {"error": "no data of wearer 'eve'; there are data of me"},
        )
        case.results.known["eve"] = case.results.known["me"]
        name, now = next(stream)
        assert (name, now["wearer"]) == ("now", "eve")


def test_stopping_ends_open_streams_at_once():
    case = Afternoon(*PARTS)
    with httpx.Client() as client:
        with page_server(case.app()) as url:
            request = client.build_request("GET", f"{url}/api/events")
            answer = client.send(request, stream=True)
            lines = answer.iter_lines()
            next(events(lines))
        rest = list(lines)
        answer.close()
    assert not [line for line in rest if line.startswith("event: trouble")]


def test_a_reader_that_goes_away_does_not_keep_the_server():
    case = Afternoon(*PARTS)
    with page_server(case.app()) as url:
        for _ in range(3):
            with httpx.stream("GET", f"{url}/api/events") as answer:
                next(events(answer.iter_lines()))
        assert httpx.get(f"{url}/api/now").status_code == 200


async def test_cancelling_the_page_shuts_it_down_cleanly():
    listener = listen(0)
    page = asyncio.create_task(serve(Afternoon(*PARTS).app(), listener, asyncio.Event()))
    async with httpx.AsyncClient() as client:
        answer = await client.get(f"{address(listener)}/healthz")
    assert answer.status_code == 200
    page.cancel()
    with pytest.raises(asyncio.CancelledError):
        await page
    assert listener.fileno() == -1


def test_a_low_port_that_is_forbidden_is_said_plainly(monkeypatch):
    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(socket.socket, "bind", refuse)
    with pytest.raises(Exception, match=r"port 80 cannot be used \(Permission denied\)"):
        listen(80)
