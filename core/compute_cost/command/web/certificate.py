"""The server's own certificate: made on first use, for localhost, never an authority.

It signs itself and may sign nothing else (CA:FALSE, no certificate signing), so trusting it means trusting this one
server on this one machine. The key never leaves the user's folder.
"""

from __future__ import annotations

import datetime
import ipaddress
from collections.abc import Iterable
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from compute_cost.catalogue import user_prices_file
from compute_cost.command import files
from compute_cost.command.web.access import LOCAL
from compute_cost.errors import InputError

DAYS = 397  # macOS refuses more than 825
RENEW_BEFORE = datetime.timedelta(days=30)


def folder() -> Path:
    """Where the certificate is kept: next to the user's own prices, under the name of its first user, as people have trusted it there."""
    return user_prices_file().parent / "office_js"


def for_host(host: str) -> tuple[Path, Path]:
    """`ensure` in the user's own folder. Raises InputError where it can't be written."""
    try:
        return ensure(folder(), host)
    except OSError as problem:
        raise InputError("file", problem.filename or folder(), f"it can't be written ({problem.strerror})") from None


def ensure(folder: Path, host: str = "localhost") -> tuple[Path, Path]:
    """The file with key and certificate for the server, and the certificate alone, for people to trust.

    Both are made where they are missing, unreadable, for other names, or within 30 days of their end.
    """
    names = list(dict.fromkeys([*LOCAL, host]))
    stem = "localhost" if host in LOCAL else "".join(letter if letter.isalnum() or letter in ".-" else "_" for letter in host)
    private, public = folder / f"{stem}.pem", folder / f"{stem}.cer"
    certificate = _read(private)
    if certificate is None or not _serves(certificate, names):
        folder.mkdir(parents=True, exist_ok=True)
        key, certificate = _make(names)
        files.write(private, key + certificate.public_bytes(serialization.Encoding.PEM), private=True)
    while True:
        shown = certificate.public_bytes(serialization.Encoding.PEM)
        if not public.exists() or public.read_bytes() != shown:
            files.write(public, shown)
        latest = _read(private)
        if latest is None or latest == certificate:
            return private, public
        certificate = latest  # another server has started at the same moment: both show its certificate


def _read(path: Path) -> x509.Certificate | None:
    try:
        text = path.read_bytes()
        key = serialization.load_pem_private_key(text, password=None)
        certificate = x509.load_pem_x509_certificate(text)
    except (OSError, ValueError, TypeError):
        return None
    return certificate if key.public_key() == certificate.public_key() else None


def _serves(certificate: x509.Certificate, names: Iterable[str]) -> bool:
    now = datetime.datetime.now(datetime.UTC)
    listed = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    held = {str(entry.value) for entry in listed}
    return certificate.not_valid_before_utc <= now < certificate.not_valid_after_utc - RENEW_BEFORE and held >= set(names)


def _make(names: Iterable[str]) -> tuple[bytes, x509.Certificate]:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Compute Cost on this computer")])
    now = datetime.datetime.now(datetime.UTC)
    usage = x509.KeyUsage(
        digital_signature=True, key_cert_sign=False, crl_sign=False, content_commitment=False, key_encipherment=False,
        data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))  # a clock set back by a little still trusts it
        .not_valid_after(now + datetime.timedelta(days=DAYS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName([_name(name) for name in names]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    text = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return text, made


def _name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)
