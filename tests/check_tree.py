"""`make check`: file sizes, words in three languages, documented dependencies and settings, no machine paths."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LIMIT = 400
SIZED = {".py", ".ts", ".tsx", ".css"}
MADE = {"pwa/src/api/schema.d.ts"}


def tracked() -> list[Path]:
    """The files that git knows."""
    out = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True).stdout
    return [Path(name) for name in out.split("\0") if name and (ROOT / name).is_file()]


def too_long(files: list[Path]) -> list[str]:
    """Source files over the limit."""
    found = []
    for file in files:
        if file.suffix in SIZED and str(file) not in MADE and "versions" not in file.parts:
            lines = len((ROOT / file).read_text("utf-8").splitlines())
            if lines > LIMIT:
                found.append(f"{file} has {lines} lines: asks to be two files")
    return found


def untold(files: list[Path]) -> list[str]:
    """Keys of the backend that lack a language, and refusals without words."""
    words: dict[str, dict[str, str]] = {}
    found = []
    for file in files:
        if file.parts[0] == "backend" and re.fullmatch(r"words\w*\.json", file.name):
            for key, texts in json.loads((ROOT / file).read_text("utf-8")).items():
                words[key] = texts
                missing = {"ja", "ja-easy", "en"} - {name for name, text in texts.items() if text.strip()}
                if missing:
                    found.append(f"{file}: {key} lacks {', '.join(sorted(missing))}")
                slots = {name: set(re.findall(r"\{(\w+)\}", text)) for name, text in texts.items()}
                if slots.get("en", set()) - slots.get("ja", set()):
                    found.append(f"{file}: {key} has other parameters in en than in ja")
    for file in files:
        if file.parts[0] == "backend" and file.suffix == ".py":
            for key in re.findall(
                r'^    key(?:: ClassVar\[str\])? = "(\w+\.[\w.]+)"', (ROOT / file).read_text("utf-8"), re.M
            ):
                if key not in words:
                    found.append(f"{file}: the refusal {key} has no words")
    return found


def undocumented() -> list[str]:
    """Dependencies without a reason, settings and commands without a line for the operator."""
    found = []
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    names = list(project["project"]["dependencies"]) + [n for g in project["dependency-groups"].values() for n in g]
    names = [re.split(r"[<>=\[;!~ ]", name)[0] for name in names if isinstance(name, str)]
    package = json.loads((ROOT / "pwa/package.json").read_text("utf-8"))
    names += list(package.get("dependencies", {})) + list(package.get("devDependencies", {}))
    reasons = (ROOT / "docs/dependencies.md").read_text("utf-8")
    found += [f"docs/dependencies.md gives no reason for {name}" for name in names if f"`{name}`" not in reasons]
    guide = (ROOT / "docs/operator.md").read_text("utf-8")
    settings = set(re.findall(r"MEGURI_[A-Z_]+", (ROOT / "backend/base/settings.py").read_text("utf-8")))
    found += [f"docs/operator.md says nothing of {name}" for name in sorted(settings) if name not in guide]
    return found


def machine_paths(files: list[Path]) -> list[str]:
    """Paths of one machine and names of package hosts."""
    bad = re.compile(r"/work/|/root/|https?://[a-z0-9.-]*(?:pypi|npmj|pythonhosted|deb\.debian)[a-z0-9.-]*")
    found = []
    for file in files:
        if (
            file.suffix in {".png", ".npz", ".gz", ".zip", ".parquet", ".ico"}
            or file.parts[:3] == ("tests", "unit", "docs")
            or file == Path("tests/check_tree.py")
        ):
            continue
        text = (ROOT / file).read_text("utf-8", errors="ignore")
        if match := bad.search(text):
            found.append(f"{file} names {match.group()}")
    return found


def main() -> int:
    """Print what is wrong; the exit code says whether anything is."""
    files = tracked()
    found = too_long(files) + untold(files) + undocumented() + machine_paths(files)
    for line in found:
        print(line)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
