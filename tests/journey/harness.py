"""The running server and the phones of the journey: real processes, Debian's Chromium, a virtual passkey."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import (
    Browser,
    BrowserContext,
    CDPSession,
    ConsoleMessage,
    Locator,
    Page,
    Playwright,
    Request,
    Response,
    expect,
)

ROOT = Path(__file__).parents[2]
DIST = ROOT / "pwa" / "dist"
SAMPLES = ROOT / "tests" / "samples" / "link"
CHROMIUM = os.environ.get("MEGURI_CHROMIUM", "/usr/bin/chromium")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PHONE = (360, 740)
DESK = (1280, 800)
PATIENCE_MS = 30_000
expect.set_options(timeout=PATIENCE_MS)


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


class Server:
    """`meguri serve` on an installation of its own with the demo site, and ways in from `meguri demo`."""

    def __init__(self, home: Path, origin: str = "") -> None:
        self.home = home
        self.origin = origin or f"http://localhost:{free_port()}"
        self.env = os.environ | {"MEGURI_HOME": str(home), "MEGURI_ORIGIN": self.origin, "MEGURI_LANG": "ja"}
        self.log = home.parent / "serve.log"
        self._ways: list[dict[str, str]] = []
        self._codes: list[dict[str, str]] = []
        self._process: subprocess.Popen[bytes] | None = None

    def command(self, *words: str) -> str:
        """Run `meguri …` and return what it printed; a failure shows what it said."""
        done = subprocess.run(
            [sys.executable, "-m", "backend.cli", *words], cwd=ROOT, env=self.env, capture_output=True, text=True
        )
        assert done.returncode == 0, f"meguri {' '.join(words)}: {done.stderr[-2000:]}"
        return done.stdout

    def start(self) -> None:
        """Load the demo, start web, worker and clock, and wait until the site answers."""
        assert (DIST / "index.html").is_file(), "the phone app is not built: make pwa/dist/.built"
        if self._answers():
            return
        self._ways = json.loads(self.command("demo", "--json"))
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "backend.cli", "serve"], cwd=ROOT, env=self.env, stdout=log, stderr=log
            )
        deadline = time.monotonic() + 180
        while not self._answers():
            assert self._process.poll() is None, self.log.read_text("utf-8", "replace")[-3000:]
            assert time.monotonic() < deadline, "the server did not answer within three minutes"
            time.sleep(0.1)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.origin}/api/sites", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def stop(self) -> None:
        """End the processes that this object started, and only those."""
        if self._process is None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(12)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(5)
        self._process = None

    def way(self, key: str, site: str = "suita") -> str:
        """A fresh one-time address for a role of the demo: resident_rich, counsellor, staff, invite …"""
        for again in (False, True):
            if again:
                self._ways = json.loads(self.command("demo", "--json"))
            for one in self._ways:
                if one["key"] == key and one["site"] == site:
                    self._ways.remove(one)
                    return one["address"]
        raise AssertionError(f"the demo has no way in for {key} of {site}")

    def invite(self) -> dict[str, str]:
        """A fresh resident's code of Suita ({code, address}) from the operator's command."""
        if not self._codes:
            made = self.command("people", "invite", "--site", "suita", "--count", "20", "--json")
            self._codes = json.loads(made)["codes"]
        return self._codes.pop()

    def errors(self) -> str:
        """What the server logged as an error."""
        lines = self.log.read_text("utf-8", "replace").splitlines() if self.log.exists() else []
        return "\n".join(line for line in lines if re.search(r"\b(ERROR|Traceback)\b", line))


@dataclass
class Troubles:
    """Everything a page complained about. What a step expects is announced with `expecting`."""

    found: list[str] = field(default_factory=list)
    _expected: list[re.Pattern[str]] = field(default_factory=list)

    def note(self, text: str) -> None:
        if not any(pattern.search(text) for pattern in self._expected):
            self.found.append(text)

    @contextmanager
    def expecting(self, *patterns: str) -> Iterator[None]:
        """Inside, complaints that match are part of the step (a refusal, no net)."""
        added = [re.compile(pattern) for pattern in patterns]
        self._expected.extend(added)
        yield
        for one in added:
            self._expected.remove(one)

    def take(self) -> list[str]:
        """What was found since the last call."""
        found, self.found = self.found, []
        return found


class Passkeys:
    """CDP virtual authenticators of one page: the phone's own, and others that are plugged in."""

    def __init__(self, context: BrowserContext, page: Page) -> None:
        self.cdp: CDPSession = context.new_cdp_session(page)
        self.cdp.send("WebAuthn.enable")
        self.ids: list[str] = []
        self.add("internal")

    def add(self, transport: str) -> str:
        options = {
            "protocol": "ctap2",
            "transport": transport,
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        made = self.cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        self.ids.append(made["authenticatorId"])
        return self.ids[-1]

    def move(self, authenticator: str, other: Passkeys) -> None:
        """Unplug an authenticator here and plug its passkeys in at another device."""
        for credential in self.credentials(authenticator):
            held = {"authenticatorId": other.ids[0], "credential": credential}
            other.cdp.send("WebAuthn.addCredential", held)
        self.cdp.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": authenticator})
        self.ids.remove(authenticator)

    def credentials(self, authenticator: str) -> list[dict[str, Any]]:
        found = self.cdp.send("WebAuthn.getCredentials", {"authenticatorId": authenticator})
        return list(found["credentials"])


class Phone:
    """One browser profile with one page, driven by what a person sees."""

    def __init__(
        self,
        browser: Browser,
        server: Server,
        *,
        size: tuple[int, int] = PHONE,
        scheme: str = "light",
        bypass_csp: bool = False,
        scale: float = 1,
        has_autofill: bool = True,
    ) -> None:
        self.server = server
        self.context = browser.new_context(
            base_url=server.origin,
            viewport={"width": size[0], "height": size[1]},
            device_scale_factor=scale,
            locale="ja-JP",
            timezone_id="Asia/Tokyo",
            color_scheme=scheme,  # type: ignore[arg-type]
            reduced_motion="reduce",
            has_touch=size[0] < 700,
            bypass_csp=bypass_csp,
        )
        if not has_autofill:
            # A browser that knows passkeys but not inside a form field.
            self.context.add_init_script("delete PublicKeyCredential.isConditionalMediationAvailable")
        self.context.set_default_timeout(PATIENCE_MS)
        self.page = self.context.new_page()
        self.troubles = Troubles()
        self._listen(self.page)
        self.passkeys = Passkeys(self.context, self.page)

    def _listen(self, page: Page) -> None:
        def console(message: ConsoleMessage) -> None:
            # "Failed to load resource" repeats what the answer below says with its address.
            if message.type == "error" and "Failed to load resource" not in message.text:
                self.troubles.note(f"console: {message.text}")

        def answer(response: Response) -> None:
            if response.status >= 400:
                self.troubles.note(f"{response.status} {response.request.method} {response.url}")

        def failed(request: Request) -> None:
            # A page that is left drops what it still asked for.
            if request.failure and "ERR_ABORTED" not in request.failure:
                self.troubles.note(f"{request.failure} {request.method} {request.url}")

        page.on("console", console)
        page.on("pageerror", lambda error: self.troubles.note(f"pageerror: {error}"))
        page.on("response", answer)
        page.on("requestfailed", failed)

    # --- what a thumb does ---

    def go(self, path: str) -> None:
        self.page.goto(path)

    def button(self, name: str | re.Pattern[str], *, exact: bool = True) -> Locator:
        return self.page.get_by_role("button", name=name, exact=exact)

    def link(self, name: str | re.Pattern[str], *, exact: bool = False) -> Locator:
        return self.page.get_by_role("link", name=name, exact=exact)

    def press(self, name: str | re.Pattern[str]) -> None:
        """Press the button of that name."""
        self.button(name).click()

    def follow(self, name: str | re.Pattern[str]) -> None:
        """Follow the first link of that name."""
        self.link(name).first.click()

    def heading(self, name: str | re.Pattern[str]) -> None:
        """The page of that heading is there."""
        expect(self.page.get_by_role("heading", level=1, name=name)).to_be_visible()

    def sees(self, *texts: str | re.Pattern[str]) -> None:
        """Each text stands on the page (first place that shows it)."""
        for text in texts:
            expect(self.page.get_by_text(text).locator("visible=true").first).to_be_visible()

    def sees_not(self, *texts: str) -> None:
        for text in texts:
            expect(self.page.get_by_text(text).locator("visible=true")).to_have_count(0)

    def toast(self) -> Locator:
        return self.page.locator(".toast")

    def choose_file(self, file: Path) -> None:
        """The picker at the top of つなぐ, as the phone's own one would answer."""
        self.page.locator("input[type=file]").first.set_input_files(file)

    def kept(self) -> dict[str, int]:
        """How many records each store of IndexedDB holds on this phone."""
        counts: dict[str, int] = self.page.evaluate(
            """async () => {
              if (!(await indexedDB.databases()).some(one => one.name === 'meguri')) return {};
              const db = await new Promise((done, failed) => {
                const asked = indexedDB.open('meguri');
                asked.onsuccess = () => done(asked.result); asked.onerror = () => failed(asked.error);
              });
              const found = {};
              for (const name of db.objectStoreNames) found[name] = await new Promise((done, failed) => {
                const asked = db.transaction(name).objectStore(name).count();
                asked.onsuccess = () => done(asked.result); asked.onerror = () => failed(asked.error);
              });
              db.close();
              return found;
            }"""
        )
        return counts

    def close(self) -> None:
        self.context.close()


def launch(playwright: Playwright) -> Browser:
    """Debian's Chromium without a window."""
    return playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=list(FLAGS))
