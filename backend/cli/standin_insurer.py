"""An invented insurer as a process of its own: a quote API over JSON. Kept in memory, its prices are invented."""

from __future__ import annotations

import json
import threading
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from zoneinfo import ZoneInfo

MOST = 1 << 16


def quotes(fields: dict[str, Any]) -> list[dict[str, Any]]:
    """Two invented quotes; steps lower the invented price a little."""
    low = int(str(fields.get("age_band", "40-44")).split("-")[0])
    yen = 900 + low * 45 - (200 if float(fields.get("steps_28d", 0)) >= 7000 else 0)
    until = (datetime.now(ZoneInfo("Asia/Tokyo")).date() + timedelta(days=30)).isoformat()
    return [
        {"product": "見本の医療保険（実在しません）", "yen_a_month": yen, "valid_until": until},
        {"product": "見本の入院保険（実在しません）", "yen_a_month": yen // 2, "valid_until": until},
    ]


def serve(port: int) -> ThreadingHTTPServer:
    """A server on 127.0.0.1; port 0 takes a free one. `server.held` is what it was sent."""
    held: dict[str, dict[str, Any]] = {}
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def _say(self, status: int, value: object) -> None:
            body = json.dumps(value, ensure_ascii=False).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def _said(self) -> Any:
            length = int(self.headers.get("Content-Length", "0"))
            return json.loads(self.rfile.read(length)) if 0 < length <= MOST else None

        def do_POST(self) -> None:
            said = self._said()
            if self.path != "/quotes" or not isinstance(said, dict) or not isinstance(said.get("fields"), dict):
                self._say(422, {})
                return
            with lock:
                held[str(said["request"])] = said
            self._say(200, {"quotes": quotes(said["fields"])})

        def do_PUT(self) -> None:
            self._said()
            with lock:
                gone = held.pop(self.path.rpartition("/")[2], None)
            self._say(404 if gone is None else 200, {})

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    server.held = held  # type: ignore[attr-defined]
    return server
