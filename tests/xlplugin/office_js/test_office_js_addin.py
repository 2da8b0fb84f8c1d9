"""The add-in as Excel gets it: functions.json, the manifest, the certificate, the start and the end of the server."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import ssl
import stat
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest
from cryptography import x509

import compute_cost
from compute_cost import registry
from compute_cost.errors import InputError
from compute_cost_sheets.hosts.office_js import certificate
from compute_cost_sheets.hosts.office_js.manifest import manifest
from compute_cost_sheets.hosts.office_js.serve import serve
from tests.support import command, npm_package
from tests.support.office_server import Server, running


def test_functions_json_describes_every_estimate(office_server: Server) -> None:
    found = json.loads(office_server.request("GET", "/functions.json")[1])
    assert found["allowErrorForDataTypeAny"] is True
    assert [one["id"] for one in found["functions"]] == [doc.cell_name for doc in registry.estimates().values()]
    for function, doc in zip(found["functions"], registry.estimates().values(), strict=True):
        assert re.fullmatch(r"[A-Z][A-Z0-9_.]{2,}", function["name"])
        assert function["name"] == function["id"]
        assert [(one["name"], one["optional"]) for one in function["parameters"]] == [
            (one.name, not one.required) for one in doc.parameters
        ]
        assert all(one["description"] and one["dimensionality"] == "matrix" and one["type"] == "any" for one in function["parameters"])


ORDER = ["Id", "Version", "ProviderName", "DefaultLocale", "DisplayName", "Description", "IconUrl", "HighResolutionIconUrl", "SupportUrl",
         "Hosts", "Requirements", "DefaultSettings", "Permissions", "VersionOverrides"]  # fmt: skip


def test_the_manifest_holds_together(office_server: Server) -> None:
    text = office_server.request("GET", "/manifest.xml")[1].decode()
    root = ElementTree.fromstring(text)  # noqa: S314 (our own text)
    assert [one.tag.rpartition("}")[2] for one in root] == ORDER  # the order that Microsoft documents
    resources = {
        one.get("id"): one.get("DefaultValue")
        for one in root.iter()
        if one.get("id") and one.tag.rpartition("}")[2] in ("Image", "Url", "String")
    }
    asked = {one.get("resid") for one in root.iter() if one.get("resid")}
    assert asked == set(resources), "a resource is missing or not used"
    assert all(len(str(one)) <= 32 for one in asked)
    assert resources["Namespace"] == "COMPUTE"
    for url in re.findall(r'"(https://[^"]+)"', text):
        if url.startswith(office_server.address):
            assert office_server.request("GET", url.removeprefix(office_server.address))[0] == 200
    for strings, longest in (("ShortStrings", 125), ("LongStrings", 250)):
        (group,) = (one for one in root.iter() if one.tag.endswith(strings))
        assert all(len(str(one.get("DefaultValue"))) <= longest for one in group)


def test_microsofts_own_reader_takes_the_manifest(tmp_path: Path) -> None:
    library = npm_package("office-addin-manifest", "3.0.0")
    path = tmp_path / "manifest.xml"
    path.write_text(manifest("https://localhost:8791"), encoding="utf-8")
    code = f"require({json.dumps(str(library))}).OfficeAddinManifest.readManifestFile({json.dumps(str(path))}).then(i => console.log(JSON.stringify(i)))"
    done = subprocess.run(["node", "-e", code], capture_output=True, text=True, encoding="utf-8", timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["id"] == "9a1d3f52-6c47-4b8e-9f0e-52c1c7a0d6b4"
    assert found["hosts"] == ["Workbook"]
    assert found["version"] == f"1.{compute_cost.__version__}"
    assert found["officeAppType"] == "TaskPaneApp"
    assert found["permissions"] == "ReadWriteDocument"


def test_the_certificate_is_no_authority_and_private(office_server: Server) -> None:
    found = x509.load_pem_x509_certificate(office_server.certificate.read_bytes())
    assert found.extensions.get_extension_for_class(x509.BasicConstraints).value.ca is False
    assert found.extensions.get_extension_for_class(x509.KeyUsage).value.key_cert_sign is False
    assert b"PRIVATE" not in office_server.certificate.read_bytes()
    if os.name == "posix":
        key = office_server.certificate.with_suffix(".pem")
        assert stat.S_IMODE(key.stat().st_mode) == 0o600
    trusted = ssl.create_default_context(cafile=str(office_server.certificate))
    with socket.create_connection((office_server.host, office_server.port), 10) as plain, pytest.raises(ssl.SSLCertVerificationError):
        trusted.wrap_socket(plain, server_hostname="elsewhere.example")
    with socket.create_connection((office_server.host, office_server.port), 10) as plain, pytest.raises(ssl.SSLCertVerificationError):
        ssl.create_default_context().wrap_socket(plain, server_hostname="localhost")


def test_a_certificate_is_kept_renewed_and_mended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    private, public = certificate.ensure(tmp_path)
    first = public.read_bytes()
    assert certificate.ensure(tmp_path)[1].read_bytes() == first
    public.unlink()
    assert certificate.ensure(tmp_path)[1].read_bytes() == first
    private.write_text("broken", encoding="utf-8")
    second = certificate.ensure(tmp_path)[1].read_bytes()
    assert second != first
    monkeypatch.setattr(certificate, "DAYS", 29)  # one that is about to end is made anew
    private.unlink()
    ending = certificate.ensure(tmp_path)[1].read_bytes()
    assert certificate.ensure(tmp_path)[1].read_bytes() != ending
    assert sorted(path.name for path in tmp_path.iterdir()) == ["localhost.cer", "localhost.pem"]
    other, _ = certificate.ensure(tmp_path, "192.0.2.1")
    assert other.name == "192.0.2.1.pem"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_cleanly(tmp_path: Path, number: signal.Signals) -> None:
    with running(tmp_path) as server:
        assert server.process.stdout is not None
        server.process.send_signal(number)
        assert server.process.wait(20) == 0
        assert server.process.stdout.read() == "Stopped.\n"


def test_it_listens_on_this_computer_only_and_says_how_to_go_on(office_server: Server) -> None:
    with pytest.raises(OSError, match=r".*"):
        socket.create_connection((_outside_address(), office_server.port), 2).close()
    for said in (
        "certutil -user -addstore Root",
        "security add-trusted-cert",
        "Upload My Add-in",
        "Documents/wef",
        "Ctrl+C",
        str(office_server.folder),
    ):
        assert said in office_server.printed


def _outside_address() -> str:
    """This computer's address for others; one that no computer has where it has none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing
            return str(probe.getsockname()[0])
        except OSError:
            return "127.0.0.2"


def test_beyond_this_computer_it_wants_a_token(tmp_path: Path) -> None:
    with running(tmp_path, "--host", "127.0.0.2", "--manifest", str(tmp_path / "made" / "m.xml")) as server:
        assert server.token
        assert server.post("/batch", {"calls": []})[0] == 401
        assert server.post("/batch", {"calls": []}, Authorization="Bearer wrong")[0] == 401
        assert server.post("/batch", {"calls": []}, Authorization=f"Bearer {server.token}") == (200, {"results": []})
        assert server.request("GET", "/find?kind=gpu&text=h")[0] == 401
        assert server.request("GET", "/health")[0] == 200
        written = (tmp_path / "made" / "m.xml").read_text(encoding="utf-8")
        assert f"https://127.0.0.2:{server.port}/taskpane.html?token={server.token}" in written


@pytest.mark.parametrize(
    ("port", "host", "token", "manifest_file", "message"),
    [
        (0, "0.0.0.0", None, None, "--host"),  # noqa: S104 (refused)
        (0, "0", None, None, "--host"),
        (0, "::", None, None, "--host"),
        (0, "a b", None, None, "--host"),
        (0, "192.0.2.77", None, None, "--host"),
        (0, "localhost", "short", None, "--token"),
        (99_999, "localhost", None, None, "--port"),
        (0, "localhost", None, "file/m.xml", "can't be written"),
    ],
)
def test_what_can_not_be_served_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, port: int, host: str, token: str | None, manifest_file: str | None, message: str
) -> None:
    monkeypatch.setenv("COMPUTE_COST_DATA", str(tmp_path))
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    with pytest.raises(InputError, match=message):
        serve(port, host, token, tmp_path / manifest_file if manifest_file else None, print)


def test_a_port_in_use_is_one_line(office_server: Server, tmp_path: Path) -> None:
    done = command("sheets", "serve", "--port", str(office_server.port), env={**os.environ, "COMPUTE_COST_DATA": str(tmp_path)})
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert f"--port: {office_server.port}" in done.stderr
