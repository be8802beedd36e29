"""Every bench in sequence, each in a process of its own; prints figures, bars and ratios.

    python -m tests.bench [--quick] [NAME ...]

`--quick` takes small inputs (an Apple export of 20 MB, 100,000 people; no Adult, no peers): a look, no measurement.
The exit code is 1 when a bench gave no figures. A missed bar is printed, it is not an error: the machine is
part of every figure.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from tests.bench import million, scoring
from tests.bench.anonymise import ADULT_CPU_BAR_S, BARS

ROOT = Path(__file__).resolve().parents[2]
QUICK_PEOPLE, PEOPLE = 100_000, 1_000_000
MILLION_K = 5
MILLION_BARS = {"cpu_seconds": 15.0, "peak_mb": 1000.0, "loss": 0.034}


class Spent(NamedTuple):
    """What a child process used, and what it printed."""

    code: int
    cpu_seconds: float
    peak_mb: float
    output: str


class Line(NamedTuple):
    """One figure beside its bar; `is_floor` where more is better."""

    what: str
    figure: float
    unit: str
    bar: float | None = None
    is_floor: bool = False

    def text(self) -> str:
        """The figure, its bar and the share of the bar it takes."""
        shown = f"  {self.what:34} {_short(self.figure):>11} {self.unit:6}"
        if self.bar is None:
            return shown.rstrip()
        holds = self.figure >= self.bar if self.is_floor else self.figure <= self.bar
        mark = ">=" if self.is_floor else "<="
        verdict = "holds" if holds else "MISSED"
        return f"{shown} bar {mark} {_short(self.bar):<9} {self.figure / self.bar:6.2f} of the bar  {verdict}"


def _short(number: float) -> str:
    return f"{number:,.0f}" if abs(number) >= 1000 or number == int(number) else f"{number:.4g}"


def spend(command: list[str]) -> Spent:
    """Run a command from the project's folder; CPU and peak memory are those of that process alone."""
    with tempfile.TemporaryFile() as out:
        child = subprocess.Popen(command, cwd=ROOT, stdout=out)
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        text = out.read().decode()
    return Spent(child.returncode, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, text)


def _module(name: str, *arguments: str) -> dict[str, Any]:
    ran = spend([sys.executable, "-m", f"tests.bench.{name}", *arguments])
    lines = [line for line in ran.output.splitlines() if line.startswith("{")]
    if not lines:
        raise RuntimeError(f"tests.bench.{name} ended with {ran.code} and no figures")
    found: dict[str, Any] = json.loads(lines[-1])
    return found


def dashboard(*, is_quick: bool) -> list[Line]:
    """CPU of the home screen against a floor of the same run."""
    found = _module("dashboard", "30" if is_quick else "100")
    return [
        Line("GET /api/home", found["ours_ms"], "CPU ms"),
        Line("the same rows without us", found["floor_ms"], "CPU ms"),
        Line("ratio floor / ours", found["ratio"], "", found["bar"], is_floor=True),
    ]


def fit(*, is_quick: bool) -> list[Line]:
    """A FIT activity to messages, beside two other decoders on the same bytes."""
    found = _module("fit", "5000" if is_quick else "60000")
    return [
        Line("FIT messages", found["messages"], "rows"),
        Line("ours", found["ours_cpu_s"], "CPU s"),
        Line("fitdecode", found["fitdecode_cpu_s"], "CPU s"),
        Line("garmin-fit-sdk", found["garmin_cpu_s"], "CPU s"),
        Line("fitdecode / ours", found["times_fitdecode"], "times", found["bar"], is_floor=True),
        Line("garmin-fit-sdk / ours", found["times_garmin"], "times", found["bar"], is_floor=True),
    ]


def series(*, is_quick: bool) -> list[Line]:
    """Charts of a resident with 3 million samples, and the pages that look at all of them."""
    found = _module("series", "100000" if is_quick else "3000000")
    slowest, longest = found["ms_90_days"], found["ms_five_years"]
    return [
        Line("samples of one resident", found["samples"], "rows"),
        Line("stored", found["store_cpu_s"], "CPU s"),
        Line("disk a sample", found["bytes_a_sample"], "bytes"),
        *(Line(f"90 days, {name}", ms, "CPU ms", found["bar_90_days_ms"]) for name, ms in slowest.items()),
        *(Line(f"5 years, {name}", ms, "CPU ms", found["bar_five_years_ms"]) for name, ms in longest.items()),
        *(Line(f"5 years as figure, {name}", ms, "CPU ms", found["bar_five_years_ms"])
          for name, ms in found["ms_figure_five_years"].items()),
        Line("timeline", found["ms_timeline"], "CPU ms", found["bar_timeline_ms"]),
        Line("glucose page", found["ms_glucose"], "CPU ms", found["bar_five_years_ms"]),
        Line("list of metrics", found["ms_metrics"], "CPU ms"),
    ]  # fmt: skip


def apple_import(*, is_quick: bool) -> list[Line]:
    """An Apple Health export through `meguri link import`; the child checks counts and sums itself."""
    found = _module("apple_import", "--mb", "20" if is_quick else "200")
    return [
        Line(f"export of {found['mb']} MB", found["records"], "rows"),
        Line("wall", found["seconds"], "s"),
        Line("CPU", found["cpu_seconds"], "s", found["bar_cpu_seconds"]),
        Line("peak memory", found["peak_mb"], "MB", found["bar_peak_mb"]),
    ]


def people(*, is_quick: bool) -> list[Line]:
    """Anonymise the seeded table of `tests/bench/million.py` with the command, and score the released file."""
    rows = QUICK_PEOPLE if is_quick else PEOPLE
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        table, trees, release = million.write(folder, rows), folder / "hierarchies", folder / "release.csv"
        command = [sys.executable, "-m", "backend.cli", "anonymise", str(table), "--quasi", ",".join(million.QUASI)]
        command += ["--sensitive", million.SENSITIVE, "--hierarchies", str(trees), "--k", str(MILLION_K)]
        ran = spend([*command, "--out", str(release), "--report", str(folder / "report.json")])
        if ran.code != 0:
            raise RuntimeError(f"meguri anonymise ended with {ran.code}")
        scored = scoring.score(release, trees, list(million.QUASI), rows=rows, original=table)
    # The bars are for a million rows: fewer lose more, and starting up costs the same.
    bars: dict[str, float] = {} if is_quick else MILLION_BARS
    return [
        Line(f"people, k={scored['k']}", scored["rows"], "rows"),
        Line("CPU", ran.cpu_seconds, "s", bars.get("cpu_seconds")),
        Line("peak memory", ran.peak_mb, "MB", bars.get("peak_mb")),
        Line("loss of the released labels", scored["loss"], "", bars.get("loss")),
        Line("suppressed rows", scored["suppressed_rows"], "rows"),
        Line("rows with an untrue label", scored["untrue_rows"], "rows"),
    ]


def anonymise(*, is_quick: bool) -> list[Line]:
    """Adult (where the shared references are) and the installable peers, by `tests/bench/anonymise.py`."""
    if is_quick:
        return []
    found = _module("anonymise")
    lines = []
    for k, (loss, _, discernibility) in BARS.items():
        if got := found["adult"].get(f"k={k}"):
            lines += [
                Line(f"Adult k={k}, loss", got["loss"], "", loss),
                Line(f"Adult k={k}, discernibility", got["discernibility"], "", discernibility),
                Line(f"Adult k={k}, CPU", got["cpu_s"], "s", ADULT_CPU_BAR_S),
            ]
    peers = {name: got for name, got in found["peers"].items() if name != "rows"}
    best = min((got["loss"] for name, got in peers.items() if name != "meguri" and "loss" in got), default=None)
    for name, got in peers.items():
        what = f"{found['peers']['rows']:,} people, {name}"
        if "loss" not in got:
            print(f"  {what}: gave no release ({got['failed'].splitlines()[-1] if got['failed'] else 'no message'})")
            continue
        lines.append(Line(f"{what}, loss", got["loss"], "", best if name == "meguri" else None))
        lines.append(Line(f"{what}, CPU", got["cpu_s"], "s"))
    return lines


def consent(*, is_quick: bool) -> list[Line]:
    """Withdrawal under fifty readers and a running batch; the ledger's append and verify."""
    found = _module("consent", "--leaves", "50000" if is_quick else "1000000")
    bar = None if is_quick else found["verify_bar_s"]
    return [
        Line("withdrawal felt, worst of five", found["felt_s"], "s", found["bar_s"]),
        Line("reads meanwhile", found["reads"], "reads"),
        Line("ledger, units of 100", found["appended_per_s"], "/s", found["append_bar"], is_floor=True),
        Line("ledger, 64 threads one by one", found["appended_one_by_one_per_s"], "/s"),
        Line(f"verify {found['leaves']:,} leaves", found["verify_s"], "s", bar),
    ]


def permit(*, is_quick: bool) -> list[Line]:
    """Permit and verdict together, as every read of an approved use checks them."""
    found = _module("permit", "20000" if is_quick else "200000")
    return [Line("permit and verdict check", found["checks_per_s"], "/s", found["bar"], is_floor=True)]


def meals(*, is_quick: bool) -> list[Line]:
    """Proven weeks of meals: random catalogues of the shared size, and residents' weeks of home dishes."""
    found = _module("meals", "4" if is_quick else "20")
    return [
        Line("cases of each", found["cases"], "weeks"),
        *(
            Line(
                f"{name}, {part}", found[f"{name}_{part}_s"], "s", found["bar_typical_s"] if part == "median" else None
            )
            for name in ("shared", "resident")
            for part in ("median", "max")
        ),
    ]


BENCHES: dict[str, Callable[..., list[Line]]] = {
    "dashboard": dashboard,
    "consent": consent,
    "permit": permit,
    "series": series,
    "fit": fit,
    "apple_import": apple_import,
    "meals": meals,
    "million": people,
    "anonymise": anonymise,
}


def machine() -> str:
    """What a figure must be read beside."""
    load = " ".join(f"{part:.2f}" for part in os.getloadavg())
    return f"{os.cpu_count()} CPUs, load {load}, Python {platform.python_version()}, {platform.machine()}"


def main(argv: list[str] | None = None) -> int:
    """Run the named benches, or all."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHES))
    parser.add_argument("--quick", action="store_true", help="small inputs")
    given = parser.parse_args(argv)
    if unknown := [name for name in given.names if name not in BENCHES]:
        parser.error("unknown: " + " ".join(unknown))
    failed = 0
    for name in given.names or BENCHES:
        print(f"{name}  ({machine()})", flush=True)
        try:
            lines = BENCHES[name](is_quick=given.quick)
        except RuntimeError as error:
            failed += 1
            print(f"  no figures: {error}", file=sys.stderr)
            continue
        for line in lines:
            print(line.text(), flush=True)
        if not lines and given.quick:
            print("  left out of --quick")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
