"""What both servers share: a client that stops sending or stops taking is let go, one that is only slow is served."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn

from compute_cost.command.web import server as web_server
from compute_cost.errors import InputError
from tests.support import web_client

pytestmark = pytest.mark.slow
LARGE = b"x" * 20_000_000
HEAD = b"POST /%s HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n"


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Answers with the body it was sent, or with a large one."""
    body, more = b"", True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        body, more = body + message["body"], message["more_body"]
    content = LARGE if scope["path"] == "/large" else body
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(content))]})
    await send({"type": "http.response.body", "body": content})


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The port of a server with the shared settings and short times; it must end at once, whatever its clients did."""
    for name, value in {"HEAD_SECONDS": 1.0, "BODY_SECONDS": 2.0, "PIECE_SECONDS": 2.5}.items():
        monkeypatch.setattr(web_server, name, value)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(web_server.config(application, lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        found = listener.getsockname()[1]
        yield found
        with contextlib.closing(web_client.connect("127.0.0.1", found)) as connection:
            connection.sendall(HEAD % (b"", 2) + b"ok")
            assert web_client.answer(connection).endswith(b"\r\n\r\nok")
        server.should_exit = True
        thread.join(10)
        assert not thread.is_alive()


@pytest.mark.parametrize(
    ("sent", "seconds"),
    [(b"", 1.0), (HEAD[:20], 1.0), (HEAD % (b"", 9) + b"half", 2.0), (HEAD % (b"", 2) + b"ok" + HEAD[:20], 1.0)],
    ids=["nothing", "half a head", "half a body", "one request and half another"],
)
def test_a_client_that_stops_sending_is_let_go(port: int, sent: bytes, seconds: float) -> None:
    with contextlib.closing(web_client.connect("127.0.0.1", port)) as connection:
        connection.sendall(sent)
        started = time.monotonic()
        assert web_client.ends(connection, seconds + 3)
        assert time.monotonic() - started > seconds - 0.3


def test_a_client_that_does_not_take_its_answer_is_let_go(port: int) -> None:
    with contextlib.closing(web_client.connect("127.0.0.1", port, receive_buffer=4096)) as connection:
        connection.sendall(HEAD % (b"large", 0))
        time.sleep(3.5)
        got = 0
        with contextlib.suppress(ConnectionResetError):
            while piece := connection.recv(1_000_000):
                got += len(piece)
        assert got < len(LARGE)


def test_a_slow_client_gets_all_of_its_answer_and_may_take_time_to_send(port: int) -> None:
    with contextlib.closing(web_client.connect("127.0.0.1", port, receive_buffer=65536)) as connection:
        for piece in (HEAD % (b"large", 3), b"a", b"b", b"c"):
            connection.sendall(piece)
            time.sleep(0.4)  # together longer than the time for a head
        started, got = time.monotonic(), 0
        while got < len(LARGE):
            piece = connection.recv(1_000_000)
            assert piece, f"cut off after {got} bytes"
            got += len(piece)
            if time.monotonic() - started < 6:
                time.sleep(0.05)
        assert time.monotonic() - started > 3, "it was not slow, so this shows nothing"


def test_a_connection_that_is_used_again_and_again_stays(port: int) -> None:
    with contextlib.closing(web_client.connect("127.0.0.1", port)) as connection:
        for _ in range(3):
            connection.sendall(HEAD % (b"", 2) + b"ok")
            assert web_client.answer(connection).endswith(b"ok")
            time.sleep(0.6)


@pytest.mark.parametrize(
    ("host", "number", "option"),
    [
        ("127.0.0.1", 99_999, "--port"),
        ("127.0.0.1", -1, "--port"),
        ("no.such.host.invalid", 0, "--host"),
        ("192.0.2.77", 0, "--host"),
        ("\x00", 0, "--host"),
    ],
)
def test_where_nobody_can_listen_the_option_to_change_is_named(host: str, number: int, option: str) -> None:
    with pytest.raises(InputError, match=option):
        web_server.listen(host, number).close()


def test_a_port_that_is_taken_is_refused() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(InputError, match="--port"):
        web_server.listen("127.0.0.1", taken.getsockname()[1]).close()
