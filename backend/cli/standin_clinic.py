"""An invented clinic as a process of its own: SMART Scheduling Links to read, FHIR Appointment to book."""

from __future__ import annotations

import json
import threading
from datetime import UTC, date, datetime, time, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from zoneinfo import ZoneInfo

TOKYO = ZoneInfo("Asia/Tokyo")
LINK = "http://fhir-registry.smarthealthit.org/StructureDefinition/booking-deep-link"
VIDEO = "urn:meguri:video"
MOST = 1 << 20
DEPARTMENTS = (("01", "内科"), ("09", "小児科"), ("31", "産婦人科"))


class Clinic:
    """Free slots of the next fourteen days, and the appointments taken here."""

    def __init__(self, base: str, today: date) -> None:
        self.base = base
        self.lock = threading.Lock()
        self.appointments: dict[str, dict[str, Any]] = {}
        self.slots: dict[str, dict[str, Any]] = {}
        for code, _ in DEPARTMENTS:
            for number in range(1, 15):
                day = today + timedelta(days=number)
                if day.weekday() == 6:
                    continue
                for hour, minute in ((9, 0), (9, 30), (10, 0), (14, 0), (18, 30)):
                    start = datetime.combine(day, time(hour, minute), TOKYO)
                    name = f"{code}-{start:%Y%m%d%H%M}"
                    self.slots[name] = {
                        "resourceType": "Slot",
                        "id": name,
                        "schedule": {"reference": f"Schedule/{code}"},
                        "status": "free",
                        "start": start.isoformat(),
                        "end": (start + timedelta(minutes=15)).isoformat(),
                        "extension": [{"url": LINK, "valueUrl": f"{base}/book/{name}"}],
                    }

    def manifest(self) -> dict[str, Any]:
        """The bulk-publish manifest."""
        files = [{"type": kind, "url": f"{self.base}/{kind.lower()}s.ndjson", "extension": {"state": ["27"]}}
                 for kind in ("Location", "Schedule", "Slot")]  # fmt: skip
        now = datetime.now(UTC).isoformat(timespec="seconds")
        return {"transactionTime": now, "request": f"{self.base}/$bulk-publish", "output": files}

    def lines(self, kind: str) -> list[dict[str, Any]]:
        """The resources of one file."""
        if kind == "locations":
            return [
                {
                    "resourceType": "Location", "id": "mihon", "name": "見本オンラインクリニック（見本）",
                    "telecom": [{"system": "phone", "value": "06-0000-0000"}],
                    "address": {"line": ["見本町1-1"], "city": "吹田市", "state": "大阪府", "postalCode": "5640000"},
                    "identifier": [{"system": "urn:meguri:standin", "value": "mihon"}],
                }
            ]  # fmt: skip
        if kind == "schedules":
            return [
                {
                    "resourceType": "Schedule", "id": code,
                    "actor": [{"reference": "Location/mihon"}],
                    "serviceType": [{"coding": [{"system": "urn:mhlw:shinryoka", "code": code, "display": name}]}],
                }
                for code, name in DEPARTMENTS
            ]  # fmt: skip
        with self.lock:
            return [dict(slot) for slot in self.slots.values()]

    def book(self, said: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Take an appointment; the same identifier twice is the same one, a taken slot is 409."""
        wanted = said.get("slot", [{}])[0].get("reference", "").removeprefix("Slot/")
        mark = said.get("identifier", [{}])[0].get("value", "")
        with self.lock:
            for held in self.appointments.values():
                if mark and held["identifier"][0]["value"] == mark:
                    return 200, held
            slot = self.slots.get(wanted)
            if slot is None or not mark:
                return 422, {"resourceType": "OperationOutcome"}
            if slot["status"] != "free":
                return 409, {"resourceType": "OperationOutcome"}
            slot["status"] = "busy"
            name = f"a{len(self.appointments) + 1}"
            made = {**said, "id": name, "status": "booked", "start": slot["start"], "end": slot["end"],
                    "extension": [{"url": VIDEO, "valueUrl": f"{self.base}/video/{name}"}]}  # fmt: skip
            self.appointments[name] = made
            return 201, made

    def change(self, name: str, said: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Cancel an appointment, or take what comes with it."""
        with self.lock:
            held = self.appointments.get(name)
            if held is None:
                return 404, {"resourceType": "OperationOutcome"}
            if said.get("status") == "cancelled" and held["status"] != "cancelled":
                self.slots[held["slot"][0]["reference"].removeprefix("Slot/")]["status"] = "free"
            held.update({key: said[key] for key in ("status", "contained", "supportingInformation") if key in said})
            return 200, held


def serve(port: int, *, today: date | None = None) -> ThreadingHTTPServer:
    """A server on 127.0.0.1; port 0 takes a free one. The caller runs and closes it."""

    class Handler(BaseHTTPRequestHandler):
        def _say(self, status: int, body: bytes, kind: str = "application/fhir+json") -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def _json(self, status: int, value: object) -> None:
            self._say(status, json.dumps(value, ensure_ascii=False).encode())

        def do_GET(self) -> None:
            path = self.path.split("?")[0]
            if path == "/$bulk-publish":
                self._json(200, clinic.manifest())
            elif path in {"/locations.ndjson", "/schedules.ndjson", "/slots.ndjson"}:
                found = clinic.lines(path[1:].removesuffix(".ndjson"))
                text = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in found)
                self._say(200, text.encode(), "application/fhir+ndjson")
            elif path.startswith("/video/"):
                page = '<!doctype html><html lang="ja"><meta charset="utf-8"><title>見本</title><h1>見本の診察室</h1>'
                self._say(200, page.encode(), "text/html; charset=utf-8")
            elif path.startswith("/Appointment/"):
                held = clinic.appointments.get(path.rpartition("/")[2])
                self._json(200 if held else 404, held or {})
            else:
                self._json(404, {})

        def _said(self) -> Any:
            length = int(self.headers.get("Content-Length", "0"))
            return json.loads(self.rfile.read(length)) if 0 < length <= MOST else None

        def do_POST(self) -> None:
            said = self._said()
            if self.path != "/Appointment" or not isinstance(said, dict):
                self._json(404, {})
            else:
                self._json(*clinic.book(said))

        def do_PUT(self) -> None:
            said = self._said()
            if not self.path.startswith("/Appointment/") or not isinstance(said, dict):
                self._json(404, {})
            else:
                self._json(*clinic.change(self.path.rpartition("/")[2], said))

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    clinic = Clinic(f"http://localhost:{server.server_address[1]}", today or datetime.now(TOKYO).date())
    server.daemon_threads = True
    return server
