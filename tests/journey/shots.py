"""Takes the README's pictures, or with --all every screen in every look into a folder.

`make shots` · `python tests/journey/shots.py --all FOLDER [--only ja-light-360,…]`
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from playwright.sync_api import Browser, sync_playwright

from tests.journey.harness import DESK, DIST, PHONE, ROOT, Phone, Server, launch
from tests.journey.people import enter_by_link, wait_still

PICTURES = ROOT / "docs" / "pictures"
LIMIT = 150_000

# (name, who opens it, address). An address of the form "/from >> selector" follows the first such link.
OUT = (("welcome", "/"), ("signin", "/signin"), ("join", "/join"), ("terms", "/terms"), ("privacy", "/privacy"))
RESIDENT = (
    ("home", "/"),
    ("record", "/record"),
    ("metrics", "/record/metrics"),
    ("metric-bp", "/record/metric/sbp_mmhg"),
    ("metric-steps", "/record/metric/steps_count?range=90d"),
    ("metric-hba1c", "/record/metric/hba1c_pct?range=5y"),
    ("reading", "/record/metric/hba1c_pct?range=5y >> a[href^='/record/reading/']:visible"),
    ("enter-bp", "/record/enter/blood-pressure"),
    ("enter-weight", "/record/enter/weight"),
    ("profile", "/record/profile"),
    ("profile-area", "/record/profile/area"),
    ("outbox", "/record/outbox"),
    ("link", "/link-data"),
    ("imports", "/link-data/imports"),
    ("import", "/link-data/imports >> a[href^='/link-data/import/']"),
    ("risk", "/risk"),
    ("risk-hisayama", "/risk/hisayama-jas2022"),
    ("risk-ckd", "/risk/egfr_cr_jsn"),
    ("risk-bp", "/risk/bp_office"),
    ("risk-guidance", "/risk/tokutei-hoken-shido"),
    ("position", "/risk/position"),
    ("position-hba1c", "/risk/position/hba1c_pct"),
    ("advice", "/advice"),
    ("advice-one", "/advice >> a.link-button[href^='/advice/']"),
    ("consultations", "/consultations"),
    ("consultation", "/consultations >> a.list-row[href^='/consultations/']"),
    ("consultation-new", "/consultations/new"),
    ("consent", "/meguri"),
    ("consent-counsellor", "/meguri/table >> a[href*='P-CARE']"),
    ("consent-bank", "/meguri/table >> a[href^='/meguri/with/']:not([href*='P-CARE'])"),
    ("history", "/meguri/history"),
    ("receipt", "/meguri/history >> a[href^='/meguri/receipt/']"),
    ("switches", "/meguri/table"),
    ("reads", "/meguri/reads"),
    ("settings", "/settings"),
    ("devices", "/settings/devices"),
)
COUNSELLOR = (
    ("care", "/care"),
    ("care-person", "/care >> a.staff-row"),
    ("care-inbox", "/care/inbox"),
    ("care-talk", "/care/inbox >> a.staff-row"),
)
STAFF = (
    ("pilot", "/pilot"),
    ("pilot-invites", "/pilot/invites"),
    ("pilot-batch", "/pilot/invites >> a.staff-row"),
)
SCREENS = {"out": OUT, "resident_rich": RESIDENT, "counsellor": COUNSELLOR, "staff": STAFF}
LOOKS = [
    f"{locale}-{theme}-{width}"
    for locale in ("ja", "ja-easy", "en")
    for theme in ("light", "dark")
    for width in ("360", "1280")
]


def open_screen(phone: Phone, address: str) -> None:
    """Open an address, follow the link after ">>", and wait until nothing is under way."""
    start, _, selector = address.partition(" >> ")
    phone.go(start)
    wait_still(phone)
    if selector:
        phone.page.locator(selector).first.click()
        phone.page.wait_for_url(re.compile(f"^(?!.*{re.escape(start)}$)"))
        wait_still(phone)


def set_look(phone: Phone, locale: str, theme: str, *, large: bool = False) -> None:
    """What the settings page would store, without walking there."""
    phone.page.evaluate(
        "([locale, theme, large]) => localStorage.setItem('meguri.prefs', JSON.stringify("
        "{...JSON.parse(localStorage.getItem('meguri.prefs') ?? '{}'), locale, theme, large}))",
        [locale, theme, large],
    )


def enter(browser: Browser, server: Server, who: str, size: tuple[int, int], **how: object) -> Phone:
    """A phone (or desk) signed in as somebody of the demo; "out" is nobody."""
    phone = Phone(browser, server, size=size, **how)  # type: ignore[arg-type]
    if who == "out":
        phone.go("/")
    else:
        enter_by_link(phone, server.way(who))
    wait_still(phone)
    return phone


def take_all(browser: Browser, server: Server, folder: Path, looks: Iterable[str], who: Iterable[str]) -> None:
    """Every screen in the given looks, whole pages."""
    for width in ("360", "1280"):
        wanted = [look for look in looks if look.endswith(width)]
        for role in who if wanted else ():
            phone = enter(browser, server, role, PHONE if width == "360" else DESK)
            for look in wanted:
                locale, theme = re.match(r"(.+)-(light|dark)-", look).groups()  # type: ignore[union-attr]
                set_look(phone, locale, theme)
                (folder / look).mkdir(parents=True, exist_ok=True)
                for name, address in SCREENS[role]:
                    try:
                        open_screen(phone, address)
                    except Exception as error:
                        print(f"{look} {name}: {str(error).splitlines()[0]}", flush=True)
                        continue
                    phone.page.screenshot(path=folder / look / f"{name}.png", full_page=True)
                for text in phone.troubles.take():
                    print(f"{look} {role}: {text}", flush=True)
            phone.close()


def take_readme(browser: Browser, server: Server) -> None:
    """The five pictures of the README."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    phone = enter(browser, server, "resident_rich", PHONE)
    set_look(phone, "ja", "light")
    wanted = {"home": "/", "risk": "/risk", "advice": "/advice", "consent": "/meguri"}
    for name, address in wanted.items():
        open_screen(phone, address)
        save(phone, PICTURES / f"{name}.png")
    phone.close()
    desk = enter(browser, server, "counsellor", DESK)
    set_look(desk, "ja", "light")
    open_screen(desk, "/care/inbox >> a.staff-row")
    save(desk, PICTURES / "counsellor.png")
    desk.close()


def save(phone: Phone, path: Path) -> None:
    """What is on the screen, as a PNG that fits into the repository."""
    path.write_bytes(phone.page.screenshot())
    assert path.stat().st_size < LIMIT, f"{path.name} has {path.stat().st_size} bytes"
    print(f"{path.relative_to(ROOT)} {path.stat().st_size // 1000} KB")


def main() -> int:
    """Start a server of its own (or use the one at MEGURI_JOURNEY_ORIGIN), take the pictures, stop it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", type=Path, metavar="FOLDER", help="every screen in every look, into this folder")
    parser.add_argument("--only", default=",".join(LOOKS), help="with --all: looks, e.g. ja-light-360,en-dark-1280")
    parser.add_argument("--who", default=",".join(SCREENS), help="with --all: out, resident_rich, counsellor, staff")
    given = parser.parse_args()
    assert DIST.is_dir(), "the phone app is not built"
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        home = Path(os.environ.get("MEGURI_JOURNEY_HOME", f"{folder}/home"))
        server = Server(home, os.environ.get("MEGURI_JOURNEY_ORIGIN", ""))
        try:
            server.start()
            browser = launch(playwright)
            if given.all:
                take_all(browser, server, given.all, given.only.split(","), given.who.split(","))
            else:
                take_readme(browser, server)
            browser.close()
        finally:
            server.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
