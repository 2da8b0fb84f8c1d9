"""A client without manners: raw bytes to a server, over TLS where a certificate is given, and what comes back within a time."""

from __future__ import annotations

import contextlib
import socket
import ssl
import time
from pathlib import Path


def connect(host: str, port: int, certificate: Path | None = None, receive_buffer: int = 0) -> socket.socket:
    """An open connection; the certificate must be the server's own."""
    plain = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if receive_buffer:
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    plain.settimeout(20)
    plain.connect((host, port))
    if certificate is None:
        return plain
    return ssl.create_default_context(cafile=str(certificate)).wrap_socket(plain, server_hostname=host)


def ends(connection: socket.socket, seconds: float) -> bool:
    """Whether the server ends the connection within this time; what it sends until then is thrown away."""
    stop = time.monotonic() + seconds
    while (left := stop - time.monotonic()) > 0:
        connection.settimeout(left)
        try:
            if not connection.recv(65536):
                return True
        except TimeoutError:
            return False
        except OSError:
            return True
    return False


def answer(connection: socket.socket, seconds: float = 10) -> bytes:
    """One answer: its head and as much of its body as the head says, or whatever came until the end of the connection."""
    stop = time.monotonic() + seconds
    received = b""
    with contextlib.suppress(OSError):
        while not _whole(received):
            connection.settimeout(max(0.01, stop - time.monotonic()))
            piece = connection.recv(65536)
            if not piece:
                break
            received += piece
    return received


def _whole(received: bytes) -> bool:
    head, end, body = received.partition(b"\r\n\r\n")
    if not end or head.startswith(b"HTTP/1.1 100"):
        return bool(end)
    length = [line.partition(b":")[2] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
    return bool(length) and len(body) >= int(length[0])


def status(received: bytes) -> int:
    """The status of an answer; 0 where the server said nothing."""
    return int(received.split(b" ", 2)[1]) if received.startswith(b"HTTP/1.") else 0
