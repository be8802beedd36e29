"""Which addresses a notice may be sent to, and what is done when a push service answers badly or not at all."""

from __future__ import annotations

import base64
import contextlib
import os
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509.oid import NameOID

from backend import base
from backend.base import push

TOWN = "https://meguri.example.jp"


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _target(endpoint: str, *, point: bytes | None = None, secret: bytes | None = None) -> base.PushTarget:
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    point = point or key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base.PushTarget(endpoint=endpoint, p256dh=_b64(point), auth=_b64(secret or os.urandom(16)))


@pytest.fixture
def in_town(tmp_path: Path) -> Iterator[None]:
    """An installation with a name of its own, as residents use it."""
    made = base.Runtime(base.Settings(home=tmp_path, origin=TOWN))
    base.use(made)
    yield
    base.use(None)


GOOD = (
    "https://fcm.googleapis.com/fcm/send/abc:def-_",
    "https://updates.push.services.mozilla.com/wpush/v2/gAAA",
    "https://web.push.apple.com/QOm3",
    "https://wns2-by3p.notify.windows.com/w/?token=BQYAAA%3d%3d",
    "https://web.push.apple.com:443/x",
)
BAD = (
    "http://fcm.googleapis.com/fcm/send/abc",
    "ftp://fcm.googleapis.com/x",
    "https://localhost/x",
    "http://127.0.0.1:8000/x",
    "https://127.0.0.1/x",
    "https://2130706433/x",
    "https://0x7f.1/x",
    "https://127.1/x",
    "https://[::1]/x",
    "https://10.0.0.1/x",
    "https://intranet/x",
    "https://fcm.googleapis.com:8443/x",
    "https://fcm.googleapis.com:99999/x",
    "https://user@fcm.googleapis.com/x",
    "https://fcm.googleapis.com/x\r\nHost: elsewhere",
    "https://fcm.googleapis.com/a b",
    "https://例え.jp/x",
    "https:///x",
    "https://[/x",
    "",
)


@pytest.mark.parametrize("endpoint", GOOD)
def test_push_services_are_taken(in_town: None, endpoint: str) -> None:
    base.check_push_target(_target(endpoint))


@pytest.mark.parametrize("endpoint", BAD)
def test_nothing_else_is(in_town: None, endpoint: str) -> None:
    with pytest.raises(base.PushAddressRefused):
        base.check_push_target(_target(endpoint))


@pytest.mark.parametrize(
    ("point", "secret"),
    [(b"\x04" + bytes(64), None), (b"\x02" + bytes(32), None), (bytes(65), None), (b"x", None), (None, b"short")],
)
def test_keys_no_browser_makes_are_refused(in_town: None, point: bytes | None, secret: bytes | None) -> None:
    with pytest.raises(base.PushKeysRefused):
        base.check_push_target(_target(GOOD[0], point=point, secret=secret))


@pytest.mark.parametrize(
    ("address", "is_public"),
    [
        ("142.250.1.1", True),
        ("2404:6800:4004::1", True),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("172.15.255.255", True),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("127.0.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("::ffff:10.0.0.1", False),
        ("::ffff:142.250.1.1", True),
        ("64:ff9b::a00:1", False),
        ("2002:a00:1::1", False),
    ],
)
def test_public_addresses(address: str, is_public: bool) -> None:
    assert push.is_public(address) is is_public


def test_a_name_that_leads_home_is_never_dialled(in_town: None, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.2)
        port = listening.getsockname()[1]

        def inside(*_: object, **__: object) -> list[object]:
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

        monkeypatch.setattr(socket, "getaddrinfo", inside)
        with pytest.raises(base.PushAddressRefused):
            base.deliver_push(_target("https://push.example.com/x"), b"{}", topic="t")
        with pytest.raises(TimeoutError):
            listening.accept()


def _answering(said: bytes, *, drip: bool = False) -> tuple[socket.socket, threading.Thread]:
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        try:
            connection, _ = listening.accept()
            with connection:
                connection.recv(65536)
                while drip:
                    connection.sendall(said)
                    time.sleep(0.05)
                connection.sendall(said)
                time.sleep(3 if not said else 0)
        except OSError:
            return

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    return listening, thread


@pytest.mark.parametrize(
    ("said", "drip"),
    [
        (b"", False),
        (b"H", True),
        (b"HTTP/1.1 100 Continue\r\n\r\n", True),
        (b"no http at all\r\n\r\n", False),
        (b"HTTP/1.1 503 Busy\r\n\r\n", False),
        (b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\n\r\n", False),
    ],
)
def test_a_service_that_hangs_drips_or_talks_nonsense_fails_in_time(
    runtime: base.Runtime, said: bytes, drip: bool
) -> None:
    listening, _ = _answering(said, drip=drip)
    with listening:
        began = time.monotonic()
        with pytest.raises(base.PushFailed) as failed:
            where = f"http://localhost:{listening.getsockname()[1]}/secret-address"
            base.deliver_push(_target(where), b"{}", topic="t", seconds=0.6)
        assert time.monotonic() - began < 2
    assert "secret" not in str(failed.value)
    assert failed.value.__cause__ is None


def _certificate(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    cert, private = folder / "cert.pem", folder / "key.pem"
    cert.write_bytes(made.public_bytes(Encoding.PEM))
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return cert, private


def _whole_request(connection: ssl.SSLSocket) -> bytes:
    """Head and body: a server that hangs up before it has read all of it resets the connection."""
    got = b""
    while chunk := connection.recv(65536):
        got += chunk
        head, end, body = got.partition(b"\r\n\r\n")
        length = [
            int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")
        ]
        if end and len(body) >= sum(length):
            break
    return got


@pytest.fixture
def over_tls(tmp_path: Path) -> Iterator[tuple[Path, str, list[bytes]]]:
    """(its certificate, its address, what it was sent): a push service that takes everything, over TLS."""
    cert, private = _certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, private)
    heard: list[bytes] = []

    def serve() -> None:
        with contextlib.suppress(OSError):
            connection, _ = listening.accept()
            with context.wrap_socket(connection, server_side=True) as safe:
                heard.append(_whole_request(safe))
                safe.sendall(b"HTTP/1.1 201 Created\r\n\r\n")

    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=serve, daemon=True).start()
        yield cert, f"https://localhost:{listening.getsockname()[1]}/x?y=1", heard


def test_the_certificate_counts(
    runtime: base.Runtime, over_tls: tuple[Path, str, list[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    cert, where, heard = over_tls
    monkeypatch.setenv("SSL_CERT_FILE", str(cert))
    base.deliver_push(_target(where), b"{}", topic="t")
    first, *_ = heard[0].split(b"\r\n")
    assert first == b"POST /x?y=1 HTTP/1.1"


def test_an_unknown_certificate_is_not_trusted(runtime: base.Runtime, over_tls: tuple[Path, str, list[bytes]]) -> None:
    _, where, heard = over_tls
    with pytest.raises(base.PushFailed, match="SSL"):
        base.deliver_push(_target(where), b"{}", topic="t")
    assert heard == []


def test_a_service_that_never_shakes_hands_fails_in_time(runtime: base.Runtime) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        began = time.monotonic()
        with pytest.raises(base.PushFailed):
            base.deliver_push(
                _target(f"https://localhost:{listening.getsockname()[1]}/x"), b"{}", topic="t", seconds=0.5
            )
        assert time.monotonic() - began < 2
