"""The web application: static files of the add-in, the batched calculation, and what the task pane asks."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import anyio.to_thread
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

import compute_cost
from compute_cost.errors import CostError
from compute_cost_sheets.calculator import answering
from compute_cost_sheets.hosts.office_js import pages
from compute_cost_sheets.hosts.office_js.gate import OFFICE_ORIGIN, Access, Gate

MEDIA = {
    ".html": "text/html",
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".css": "text/css",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".xml": "application/xml",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
BY_ADDRESS = ("/find",)  # asked by GET, as it changes with each letter

MOST_BYTES = 8_000_000
DRAINED_BYTES = 64_000_000  # read and thrown away, so that a browser sees the refusal and not a broken connection
READ_SECONDS = 20.0
LONGEST_SECONDS = answering.SECONDS + 5.0  # a batch stops between two calls before; this ends the wait for a single long one
AT_ONCE = 2


def app(access: Access) -> Starlette:
    """The application for that access. Nothing is kept between requests."""
    limiter = anyio.CapacityLimiter(AT_ONCE)

    async def calculated(work: Callable[[Callable[[], bool]], bytes], media: str) -> Response:
        """Run `work` in a thread, so that other requests are answered meanwhile; it can ask whether it is still wanted."""
        done = threading.Event()
        try:
            async with asyncio.timeout(LONGEST_SECONDS):
                content = await anyio.to_thread.run_sync(work, done.is_set, limiter=limiter, abandon_on_cancel=True)
        except TimeoutError:
            raise HTTPException(504, f"the server gave up after {LONGEST_SECONDS:g} seconds; give a smaller range") from None
        except CostError as problem:
            raise HTTPException(400, str(problem)) from None
        finally:
            done.set()
        return Response(content, media_type=media)

    async def asked(request: Request) -> Response:
        body = await _body(request) if request.method == "POST" else b""
        path, query = request.url.path, request.query_params
        media = MEDIA[".xlsx" if path == "/book" else ".json"]
        return await calculated(lambda abandoned: answering.answer(path, query, body, abandoned), media)

    async def health(_: Request) -> Response:
        return JSONResponse({"status": "ok", "version": compute_cost.__version__})

    async def start(_: Request) -> Response:
        return RedirectResponse("/taskpane.html")

    routes = [
        Route("/", start),
        Route("/health", health),
        *(Route(path, asked, methods=["GET" if path in BY_ADDRESS else "POST"]) for path in answering.PATHS),
        *(  # a fixed list, so no path can lead elsewhere
            Route(f"/{name}", partial(_send, content, MEDIA[Path(name).suffix])) for name, content in pages.served(access.address).items()
        ),
    ]
    cors = Middleware(
        CORSMiddleware, allow_origins=sorted(access.origins), allow_origin_regex=OFFICE_ORIGIN,
        allow_methods=["GET", "POST"], allow_headers=["Authorization", "Content-Type"], allow_private_network=True,
    )  # fmt: skip
    return Starlette(routes=routes, middleware=[Middleware(Gate, access=access), cors], exception_handlers={HTTPException: _refused})


async def _send(content: bytes, media: str, _: Request) -> Response:
    return Response(content, media_type=media)


async def _body(request: Request) -> bytes:
    """The JSON body, refused where it is too large or too slow: counted as it comes, whatever its header says."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise HTTPException(415, "send JSON as application/json")
    body, size = bytearray(), 0
    try:
        async with asyncio.timeout(READ_SECONDS):
            async for chunk in request.stream():
                size += len(chunk)
                if size <= MOST_BYTES:
                    body += chunk
                elif size > DRAINED_BYTES:
                    break
    except TimeoutError:
        raise HTTPException(408, f"the request did not arrive within {READ_SECONDS:g} seconds") from None
    except ClientDisconnect:  # nobody is left to tell; without this uvicorn would print a traceback
        raise HTTPException(400, "the request broke off") from None
    if size > MOST_BYTES:
        raise HTTPException(413, f"the request is larger than {MOST_BYTES // 1_000_000} MB; give a smaller range")
    return bytes(body)


async def _refused(_: Request, problem: Exception) -> Response:
    status = problem.status_code if isinstance(problem, HTTPException) else 500
    detail: Any = problem.detail if isinstance(problem, HTTPException) else "a bug in compute-cost itself; its window shows the details"
    return JSONResponse({"error": detail}, status, getattr(problem, "headers", None))
