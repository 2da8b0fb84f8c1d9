"""The manifest of the add-in: whole, in the order that Microsoft documents, and read by Microsoft's own reader."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import compute_cost
from compute_cost_sheets.hosts.office_js.manifest import manifest
from tests.support import npm_package
from tests.support.office_server import Server

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
