"""The web application: static files of the add-in, the batched calculation, and what the task pane asks."""

from __future__ import annotations

import asyncio
import json
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
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

import compute_cost
from compute_cost.command.web.access import Access, Part
from compute_cost.errors import CostError
from compute_cost_sheets.hosts.office_js import batch, pane
from compute_cost_sheets.hosts.office_js.functions_json import metadata
from compute_cost_sheets.hosts.office_js.gate import CALCULATIONS, HEADERS, OFFICE_ORIGIN
from compute_cost_sheets.hosts.office_js.instructions import told
from compute_cost_sheets.hosts.office_js.manifest import manifest
from compute_cost_sheets.hosts.office_js.names import NAMESPACE

STATIC = Path(__file__).parent / "static"
MEDIA = {".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".png": "image/png"}

MOST_BYTES = 8_000_000
CALCULATE_SECONDS = 20.0
LONGEST_SECONDS = 25.0  # a batch stops between two calls before; this ends the wait for a single long one
WAIT_SECONDS = 30.0  # of a cell for its answer: longer than the server allows itself
AT_ONCE = 2
CALLS_OF_A_REQUEST = 2_500  # that the client sends: of a larger sheet it takes the first answers in while the next are calculated


def app(access: Access) -> Starlette:
    """The application for that access. Nothing is kept between requests."""
    limiter = anyio.CapacityLimiter(AT_ONCE)

    async def calculated(work: Callable[[Callable[[], bool]], bytes]) -> Response:
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
        return Response(content, media_type="application/json")

    async def run_batch(request: Request) -> Response:
        body = await _body(request)
        zero = request.query_params.get("blank") == "zero"  # what the client's Excel passes for a blank cell
        return await calculated(lambda abandoned: batch.write(batch.calculate(batch.read(body), CALCULATE_SECONDS, abandoned, zero)))

    async def run_estimate(request: Request) -> Response:
        body = await _body(request)
        return await calculated(lambda _: _estimate(body))

    async def find(request: Request) -> Response:
        kind, text = request.query_params.get("kind", ""), request.query_params.get("text", "")
        return await calculated(lambda _: json.dumps(pane.matches(kind, text)).encode())

    async def health(_: Request) -> Response:
        return JSONResponse({"status": "ok", "version": compute_cost.__version__})

    async def start(_: Request) -> Response:
        return RedirectResponse("/taskpane.html")

    routes = [
        Route("/", start),
        Route("/health", health),
        Route("/find", find),
        Route("/batch", run_batch, methods=["POST"]),
        Route("/estimate", run_estimate, methods=["POST"]),
        *(Route(path, partial(_send, content, media)) for path, (content, media) in _files(access).items()),
    ]
    cors = Middleware(
        CORSMiddleware, allow_origins=sorted(access.origins), allow_origin_regex=OFFICE_ORIGIN,
        allow_methods=["GET", "POST"], allow_headers=["Authorization", "Content-Type"], allow_private_network=True,
    )  # fmt: skip
    return Starlette(routes=routes, middleware=[cors], exception_handlers={HTTPException: _refused})


def part(access: Access) -> Part:
    """The add-in as a part of a server."""
    made = app(access)
    return Part(
        app=made,
        paths=frozenset(route.path for route in made.routes if isinstance(route, Route)),
        guarded=frozenset(CALCULATIONS),
        origins=OFFICE_ORIGIN,
        largest_body=MOST_BYTES,
        headers=HEADERS,
        told=partial(told, access),
    )


def _files(access: Access) -> dict[str, tuple[bytes, str]]:
    """Every file that is served, by its path: a fixed list, so no path can lead elsewhere."""
    files = {f"/{path.name}": (path.read_bytes(), MEDIA[path.suffix]) for path in sorted(STATIC.iterdir()) if path.suffix in MEDIA}
    functions = metadata()
    settings = {
        "namespace": NAMESPACE,
        "functions": {entry["id"]: [parameter["name"] for parameter in entry["parameters"]] for entry in functions["functions"]},
        "mostCalls": CALLS_OF_A_REQUEST,
        "seconds": WAIT_SECONDS,
    }
    script, media = files["/functions.js"]
    files["/functions.js"] = (f"const COMPUTE_COST = {json.dumps(settings)};\n".encode() + script, media)
    files["/functions.json"] = (json.dumps(functions).encode(), "application/json")
    files["/estimates.json"] = (json.dumps(pane.estimates()).encode(), "application/json")
    files["/manifest.xml"] = (manifest(access.address).encode(), "application/xml")
    return files


async def _send(content: bytes, media: str, _: Request) -> Response:
    return Response(content, media_type=media)


async def _body(request: Request) -> bytes:
    """The JSON body, which a page of another site can't send without asking first."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise HTTPException(415, "send JSON as application/json")
    return await request.body()


def _estimate(body: bytes) -> bytes:
    try:
        given = json.loads(body)
        name, arguments = given["name"], given["arguments"]
        if not isinstance(name, str) or not isinstance(arguments, dict):
            raise TypeError
    except (ValueError, TypeError, KeyError, RecursionError):
        raise HTTPException(400, 'send {"name": "train_cost", "arguments": {"params": "GPT-3"}}') from None
    return json.dumps(pane.answer(name, arguments), allow_nan=False).encode()


async def _refused(_: Request, problem: Exception) -> Response:
    status = problem.status_code if isinstance(problem, HTTPException) else 500
    detail: Any = problem.detail if isinstance(problem, HTTPException) else "a bug in compute-cost itself; its window shows the details"
    return JSONResponse({"error": detail}, status, getattr(problem, "headers", None))
