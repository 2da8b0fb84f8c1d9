"""Starts a LibreOffice of its own, without a window, and ends it; runs under LibreOffice's own Python."""

import contextlib
import os
import subprocess
import time
import uuid

import uno
from com.sun.star.beans import PropertyValue

START_SECONDS = 90


def prop(name, value):
    pair = PropertyValue()
    pair.Name, pair.Value = name, value
    return pair


def url(path):
    return uno.systemPathToFileUrl(os.path.abspath(path))


def connect(pipe, process):
    context = uno.getComponentContext()
    resolver = context.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", context)
    stop = time.monotonic() + START_SECONDS
    while time.monotonic() < stop:
        if process.poll() is not None and process.returncode != 0:
            raise SystemExit(f"LibreOffice ended with code {process.returncode} before it was ready")
        try:
            return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except Exception:  # NoConnectException until the office listens
            time.sleep(0.1)
    raise SystemExit(f"LibreOffice was not ready within {START_SECONDS} seconds")


@contextlib.contextmanager
def started(job):
    """The context and the desktop of an office of its own; `job` names soffice, profile and extensions (a folder or None)."""
    pipe = "cost" + uuid.uuid4().hex
    command = [
        job["soffice"], f"-env:UserInstallation={url(job['profile'])}", "--headless", "--norestore", "--nologo", "--nodefault",
        f"--accept=pipe,name={pipe};urp;",
    ]  # fmt: skip
    if job["extensions"]:
        command.insert(2, f"-env:BUNDLED_EXTENSIONS={url(job['extensions'])}")
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    desktop = None
    try:
        context = connect(pipe, process)
        desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        yield context, desktop
    finally:
        if desktop is not None:
            with contextlib.suppress(Exception):  # the office may be gone before it answers
                desktop.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(30)
        if process.poll() is None:
            # The program that is started starts the office. Both are in the process group of this script, which whoever
            # runs the script ends (evaluate.run_inside); Windows has no such groups but knows who started whom.
            if os.name == "nt":
                subprocess.run(["taskkill", "/F", "/T", "/PID", str(process.pid)], capture_output=True)  # noqa: S607 (of Windows)
            else:
                process.kill()
            process.wait(30)


def new_book(desktop):
    return desktop.loadComponentFromURL("private:factory/scalc", "_blank", 0, (prop("Hidden", True),))
