"""Web Push (RFC 8030, 8291, 8292): one message to one push service, encrypted for one browser."""

from __future__ import annotations

import base64
import http.client
import ipaddress
import json
import socket
import ssl
import threading
import time
from typing import Any
from urllib.parse import urlsplit

import msgspec
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from backend.base.refusal import Refusal
from backend.base.runtime import runtime

SECONDS = 5.0
"""How long a push service may take for all of it; the worker has other things to do."""
KEPT_FOR = 3 * 24 * 3600
"""How long the push service keeps a message for a phone that is switched off, in seconds."""
DECLARATIVE = 8030
"""The number by which a browser knows a declarative message (it stands for RFC 8030)."""
_HOME = frozenset({"localhost", "127.0.0.1"})
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class PushAddressRefused(Refusal):
    """Not the address of a push service: no https, or it leads into a private network."""

    status = 422
    key = "base.push_address_refused"


class PushKeysRefused(Refusal):
    """Not the keys that a browser makes for a subscription."""

    status = 422
    key = "base.push_keys_refused"


class PushGone(Exception):  # noqa: N818
    """The push service says that this subscription is over (404 or 410)."""


class PushFailed(Exception):  # noqa: N818
    """The push service did not take the message; worth another try. Says no address."""


class PushTarget(msgspec.Struct, frozen=True):
    """A browser's subscription: where to send, and the two keys to encrypt with (base64url)."""

    endpoint: str
    p256dh: str
    auth: str


def push_key() -> str:
    """The public VAPID key of this installation, as `pushManager.subscribe` takes it."""
    point = runtime().keys.vapid_key().public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(point).decode().rstrip("=")


def check_push_target(target: PushTarget) -> None:
    """Raise PushAddressRefused or PushKeysRefused where a message could not or must not be sent."""
    _place(target.endpoint)
    try:
        point, secret = _decoded(target.p256dh), _decoded(target.auth)
        EllipticCurvePublicKey.from_encoded_point(SECP256R1(), point)
    except ValueError:
        raise PushKeysRefused from None
    if len(point) != 65 or len(secret) != 16:
        raise PushKeysRefused


def push_message(*, title: str, body: str, path: str, tag: str, locale: str) -> bytes:
    """One message for both kinds of browser: those that show it by themselves, and our service worker."""
    notification = {
        "title": title,
        "body": body,
        "navigate": f"{runtime().settings.origin}{path}",
        "lang": "en" if locale == "en" else "ja",
        "dir": "ltr",
        "tag": tag,
        "renotify": True,  # the newer one takes the place of the older, but is heard
        "silent": False,
    }
    return json.dumps({"web_push": DECLARATIVE, "notification": notification}, ensure_ascii=False).encode()


def deliver_push(target: PushTarget, message: bytes, *, topic: str, seconds: float | None = None) -> None:
    """Send one message now; PushGone, PushFailed or PushAddressRefused where it was not taken.

    A newer message of the same topic (at most 32 characters of base64url) takes the place of one still waiting.
    """
    # Imported here: it takes a quarter of a second, and only the worker sends.
    from py_vapid import Vapid02
    from pywebpush import WebPushException, webpush

    host = urlsplit(runtime().settings.origin).hostname or "localhost"
    try:
        webpush(
            {"endpoint": target.endpoint, "keys": {"p256dh": target.p256dh, "auth": target.auth}},
            data=message,
            # Strict checking refuses a host without a dot, and such are the names of a town's own network.
            vapid_private_key=Vapid02(runtime().keys.vapid_key(), conf={"no-strict": True}),
            vapid_claims={"sub": f"https://{host}"},
            ttl=KEPT_FOR,
            headers={"urgency": "normal", "topic": topic},
            requests_session=_Door(SECONDS if seconds is None else seconds),
        )
    except WebPushException as error:
        status = error.status_code
        if status in {404, 410}:
            raise PushGone from None
        raise PushFailed(f"status {status}") from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        # From None: the text of a network error names the address, which is the subscriber's.
        raise PushFailed(type(error).__name__) from None


class _Place(msgspec.Struct, frozen=True):
    """Where an endpoint leads."""

    host: str
    port: int
    path: str
    is_tls: bool
    is_home: bool


def _decoded(text: str) -> bytes:
    return base64.b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), altchars=b"-_", validate=True)


def _place(endpoint: str) -> _Place:
    try:
        parts = urlsplit(endpoint)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise PushAddressRefused from None
    # A machine for development or tests may push to itself; an installation with a name never does.
    is_home = host in _HOME and urlsplit(runtime().settings.origin).hostname in _HOME
    if parts.scheme != "https" and not (is_home and parts.scheme == "http"):
        raise PushAddressRefused
    if not endpoint.isascii() or not endpoint.isprintable() or " " in endpoint or "@" in parts.netloc:
        raise PushAddressRefused
    if not is_home and (not _is_name(host) or port not in {None, 443}):
        raise PushAddressRefused
    is_tls = parts.scheme == "https"
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return _Place(host=host, port=port or (443 if is_tls else 80), path=path, is_tls=is_tls, is_home=is_home)


def _is_name(host: str) -> bool:
    """A full host name: no push service lives at a bare number or at a name of the local network."""
    last = host.rpartition(".")[2]
    return "." in host and ":" not in host and last.isalnum() and not last[0].isdigit()


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public network, also behind what wraps IPv4 into IPv6."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if inner is None and found in _NAT64:
            inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return found.is_global and not found.is_multicast


def _dial(place: _Place, until: float) -> socket.socket:
    """Connect to an address that was checked; asking for the name again afterwards could give another one."""
    failure: OSError | None = None
    for family, kind, protocol, _, where in socket.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM):
        if not (place.is_home or is_public(str(where[0]))):
            continue
        dialled = socket.socket(family, kind, protocol)
        try:
            dialled.settimeout(max(0.1, until - time.monotonic()))
            dialled.connect(where)
        except OSError as error:
            dialled.close()
            failure = error
        else:
            return dialled
    if failure is not None:
        raise failure
    raise PushAddressRefused


class _Answer(msgspec.Struct, frozen=True):
    """What pywebpush wants to know of an answer; its text could say anything and is not read."""

    status_code: int
    reason: str
    headers: dict[str, str]
    text: str = ""


class _Door:
    """The way out that pywebpush is given: no redirects, no private addresses, an end to every wait."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def post(self, endpoint: str, *, data: bytes, headers: dict[str, str], timeout: object = None) -> _Answer:
        """Send, and read the status of the answer."""
        del timeout  # it would hold for each read; a service that drips could hold a worker for hours
        place = _place(endpoint)
        until = time.monotonic() + self._seconds
        sock = _dial(place, until)
        # A second handle: what is shut down through it ends for TLS and for reads under way, too.
        handle = sock.dup()
        end = threading.Timer(max(0.1, until - time.monotonic()), _shut, (handle,))
        end.daemon = True
        end.start()
        try:
            if place.is_tls:
                sock = ssl.create_default_context().wrap_socket(sock, server_hostname=place.host)
            return self._ask(place, sock, data, headers)
        finally:
            end.cancel()
            handle.close()
            sock.close()

    def _ask(self, place: _Place, sock: socket.socket, data: bytes, headers: dict[str, Any]) -> _Answer:
        connection = http.client.HTTPConnection(place.host, place.port)
        connection.default_port = 443 if place.is_tls else 80  # the port stands in the Host line only if it is another
        connection.sock = sock
        connection.request("POST", place.path, body=data, headers={**headers, "connection": "close"})
        answer = connection.getresponse()
        return _Answer(status_code=answer.status, reason="", headers={})


def _shut(handle: socket.socket) -> None:
    try:
        handle.shutdown(socket.SHUT_RDWR)
    except OSError:  # over already
        return
