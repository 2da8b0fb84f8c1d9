"""The certificate of the server: for this computer alone, private, renewed in time, and one for all who start at once."""

from __future__ import annotations

import os
import socket
import ssl
import stat
import threading
import time
from pathlib import Path

import pytest
from cryptography import x509

from compute_cost.command.web import certificate
from tests.support.office_server import Server


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


def test_two_servers_that_start_at_once_show_the_certificate_that_both_use(tmp_path: Path) -> None:
    for turn in range(5):
        folder = tmp_path / str(turn)
        threads = [threading.Thread(target=certificate.ensure, args=(folder,)) for _ in range(4)]
        for thread in threads:
            thread.start()
            time.sleep(0.001 * turn)
        for thread in threads:
            thread.join(20)
        private, public = certificate.ensure(folder)
        assert public.read_bytes() in private.read_bytes()
        assert {one.name for one in folder.iterdir()} == {private.name, public.name}
        if os.name != "nt":
            assert private.stat().st_mode & 0o077 == 0
