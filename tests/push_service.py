"""A push service and a browser's half of a subscription for tests: real encryption, no vendor."""

from __future__ import annotations

import base64
import http.server
import json
import os
import threading
import time
from dataclasses import dataclass, field
from typing import Any

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


def b64(raw: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


class Service:
    """A push service of our own: keeps what it is sent and answers as it is told."""

    def __init__(self) -> None:
        self.status, self.waits = 201, 0.0
        self.heard: list[tuple[str, dict[str, str], bytes]] = []
        service = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                service.heard.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
                time.sleep(service.waits)
                try:
                    self.send_response(service.status)
                    self.end_headers()
                except OSError:
                    return

            def log_message(self, *_: object) -> None:
                return

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.origin = f"http://localhost:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def stop(self) -> None:
        """Close it."""
        self._server.shutdown()
        self._server.server_close()


@dataclass
class Browser:
    """The half of `PushManager` that matters here: keys, and opening what they were used for."""

    service: Service
    name: str = "phone"
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    secret: bytes = field(default_factory=lambda: os.urandom(16))

    def subscription(self) -> dict[str, Any]:
        """What `PushSubscription.toJSON()` gives."""
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        keys = {"p256dh": b64(point), "auth": b64(self.secret)}
        return {"endpoint": f"{self.service.origin}/{self.name}", "keys": keys}

    def notices(self) -> list[dict[str, Any]]:
        """The messages it was sent, opened."""
        mine = [body for path, _, body in self.service.heard if path == f"/{self.name}"]
        opened = [http_ece.decrypt(body, private_key=self.key, auth_secret=self.secret) for body in mine]
        return [json.loads(one) for one in opened]
