"""A static host on this machine, the machine's own Chromium, and what a page complains of."""

from __future__ import annotations

import functools
import http.server
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.support import npm_package, skip

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Playwright

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
AXE = "4.14.1"
PATIENCE = 60_000  # milliseconds that a page may take on a busy machine until it shows what it should


class _Files(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    extensions_map = {  # noqa: RUF012 (as the base class has it)
        **http.server.SimpleHTTPRequestHandler.extensions_map,
        ".js": "text/javascript",
        ".mjs": "text/javascript",
        ".wasm": "application/wasm",
    }

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "max-age=600")  # as static hosts do
        super().end_headers()

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def hosted(folder: Path) -> Iterator[str]:
    """The address at which a plain static host serves the folder."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Files, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def chromium(playwright: Playwright, *flags: str) -> Browser:
    """The machine's own Chromium, or a skip."""
    from playwright.sync_api import expect  # of the group engines

    program = shutil.which("chromium")
    if not program:
        skip("needs Chromium")
    expect.set_options(timeout=PATIENCE)
    return playwright.chromium.launch(executable_path=program, args=[*FLAGS, *flags])


@contextmanager
def browsing(*flags: str) -> Iterator[Browser]:
    """That Chromium for some pages, closed behind them."""
    from playwright.sync_api import sync_playwright  # of the group engines

    with sync_playwright() as playwright:
        browser = chromium(playwright, *flags)
        yield browser
        browser.close()


def complaints(page: Page) -> list[str]:
    """Filled with what the page writes to its console as an error, and with requests that fail."""
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda problem: heard.append(str(problem)))
    page.on("requestfailed", lambda request: heard.append(f"failed: {request.url}"))
    return heard


def axe(page: Page) -> list[str]:
    """The serious and critical faults that axe finds in the page, with the element; it looks into shadow roots."""
    page.evaluate((npm_package("axe-core", AXE) / "axe.min.js").read_text(encoding="utf-8"))
    report = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    return [
        f"{fault['id']}: {fault['help']}: {node['html'][:160]}"
        for fault in report["violations"]
        if fault["impact"] in ("serious", "critical")
        for node in fault["nodes"]
    ]
