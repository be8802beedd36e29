"""Pages that can fail: what they name (settings, commands, tasks, words, files) exists, and what exists is named."""

from __future__ import annotations

import argparse
import csv
import itertools
import json
import re
import shlex
import subprocess
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from backend import cli

ROOT = Path(__file__).resolve().parents[3]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
MANUAL = (ROOT / "README.md").read_text("utf-8") + (ROOT / "docs/operator.md").read_text("utf-8")
DECISIONS = sorted((ROOT / "docs/decisions").glob("*.md"))


def _tracked() -> list[Path]:
    found = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True).stdout
    return [ROOT / name for name in found.split("\0") if name and (ROOT / name).is_file()]


def _parser() -> argparse.ArgumentParser:
    """The parser of `meguri` as `main` builds it, caught before it reads a line."""
    caught: list[argparse.ArgumentParser] = []

    class Caught(Exception):  # noqa: N818
        pass

    def catch(self: argparse.ArgumentParser, *_: object) -> None:
        caught.append(self)
        raise Caught

    with pytest.MonkeyPatch.context() as patch, pytest.raises(Caught):
        patch.setattr(argparse.ArgumentParser, "parse_args", catch)
        cli.main([])
    return caught[0]


def _commands(parser: argparse.ArgumentParser, name: str = "meguri") -> Iterator[tuple[str, argparse.ArgumentParser]]:
    below = [each for each in parser._actions if isinstance(each, argparse._SubParsersAction)]
    if not below:
        yield name, parser
    for action in below:
        for verb, each in action.choices.items():
            yield from _commands(each, f"{name} {verb}")


def _shown_lines() -> list[tuple[str, str]]:
    """Command lines of the pages' fenced blocks, without their comments."""
    found = []
    for page in (ROOT / "README.md", ROOT / "docs/operator.md", ROOT / "docs/benchmarks.md"):
        for block in re.findall(r"^```\n(.*?)^```", page.read_text("utf-8"), re.M | re.S):
            found += [(page.name, line.split(" #")[0].strip()) for line in block.splitlines() if line.strip()]
    return found


def _tasks() -> set[str]:
    return set(re.findall(r"^([a-z]+):(?:[^=\n]*)## ", (ROOT / "Makefile").read_text("utf-8"), re.M))


def _words_of_code() -> set[str]:
    words: set[str] = set()
    for file in _tracked():
        if file.suffix in {".py", ".ts", ".tsx"} and file.relative_to(ROOT).parts[0] in {"backend", "models", "pwa"}:
            words |= set(re.findall(r"\w+", file.read_text("utf-8")))
            words |= set(file.relative_to(ROOT).with_suffix("").parts)
    for file in (ROOT / "backend").rglob("*.csv"):
        words.add(file.stem)
    return words


def _glossary() -> list[tuple[str, str, str]]:
    rows = re.findall(
        r"^\| ([^|]+?) \| ([^|]+?) \| `(\w+)` \| [^|]+ \|$", (ROOT / "docs/glossary.md").read_text("utf-8"), re.M
    )
    return [(ja, en, name) for ja, en, name in rows]


def test_every_setting_that_the_code_reads_is_in_the_operators_table() -> None:
    read: set[str] = set()
    for file in _tracked():
        if file.suffix == ".py" and file.relative_to(ROOT).parts[0] == "backend":
            read |= set(re.findall(r'"(MEGURI_[A-Z_]+)"', file.read_text("utf-8")))
    assert len(read) >= 8
    described = set(re.findall(r"^\| `(MEGURI_[A-Z_]+)` \|", (ROOT / "docs/operator.md").read_text("utf-8"), re.M))
    assert described == read


def test_every_setting_that_a_page_names_exists() -> None:
    code = "".join(file.read_text("utf-8") for file in (ROOT / "backend").rglob("*.py"))
    for page in PAGES:
        for name in set(re.findall(r"MEGURI_[A-Z_]*[A-Z]", page.read_text("utf-8"))):
            assert f'"{name}"' in code, f"{page.name} names {name}"


def test_every_command_is_documented() -> None:
    names = [name for name, _ in _commands(_parser())]
    assert "meguri people invite" in names
    missing = [name for name in names if name not in MANUAL]
    assert missing == []


def test_every_option_of_the_operators_own_commands_is_documented() -> None:
    for name, parser in _commands(_parser()):
        if name.split()[1] in {"people", "link", "demo", "ledger", "web"}:
            for action in parser._actions:
                for option in action.option_strings:
                    if option.startswith("--") and option not in {"--help", "--hours"}:
                        assert f"`{option}" in MANUAL or f" {option}" in MANUAL, f"{name} {option}"


def test_every_meguri_line_that_a_page_shows_is_understood() -> None:
    shown = 0
    parser = _parser()
    for page, line in _shown_lines():
        found = re.match(r"^(?:\.venv/bin/)?meguri (.+)$", line)
        if found:
            shown += 1
            given = shlex.split(found[1].split(" > ")[0])
            try:
                parser.parse_args(given)
            except SystemExit:
                pytest.fail(f"{page}: {line}")
    assert shown >= 8


def test_every_make_task_is_documented_and_every_documented_one_exists() -> None:
    tasks = _tasks()
    assert {"run", "test", "check", "bench"} <= tasks
    text = "".join(page.read_text("utf-8") for page in PAGES)
    named = set(re.findall(r"\bmake ([a-z]+)\b(?=`|  |\s*#|$)", text, re.M))
    assert named <= tasks
    assert tasks - named <= {"help", "fix", "clean"}


def test_every_file_that_a_page_links_or_shows_exists() -> None:
    pictures = {f"docs/pictures/{name}.png" for name in ("home", "risk", "advice", "consent")}
    for page in PAGES:
        text = page.read_text("utf-8")
        for target in re.findall(r"\]\(([^)#:]+)\)", text):
            where = (page.parent / target).resolve()
            assert where.exists() or target in pictures, f"{page.name}: {target}"
        for name in re.findall(r"`((?:backend|models|tests|pwa|notebooks|docs)/[\w./-]+\.\w+)`", text):
            assert (ROOT / name).exists() or name in pictures, f"{page.name}: {name}"


def test_every_sample_that_the_readme_takes_exists() -> None:
    samples = set(re.findall(r"tests/samples/[\w./-]+\w", (ROOT / "README.md").read_text("utf-8")))
    assert len(samples) >= 3
    assert [name for name in samples if not (ROOT / name).exists()] == []


def test_every_button_that_the_readme_names_is_a_word_of_the_phone_app() -> None:
    words: set[str] = set()
    for file in [*(ROOT / "pwa/src/words/ja").glob("*.json"), *(ROOT / "backend").rglob("words*.json")]:
        for text in json.loads(file.read_text("utf-8")).values():
            words.add(text if isinstance(text, str) else text["ja"])
    whole = "\n".join(words) + (ROOT / "backend/bank/recipients.json").read_text("utf-8")
    bold = re.findall(r"\*\*(.+?)\*\*", (ROOT / "README.md").read_text("utf-8"))
    named = [text.replace("（値）", "{value} ") for text in bold if re.search(r"[ぁ-んァ-ヶ一-龠]", text)]
    assert len(named) > 20
    # The ways in are printed as "role（site）", or with what is known of the resident.
    known = [re.sub(r"（吹田）$", "", text) for text in named if text not in whole]
    assert [text for text in known if text not in whole and text != "住民 57歳 男性"] == []


def test_every_identifier_of_the_glossary_is_in_the_code() -> None:
    code = _words_of_code()
    rows = _glossary()
    assert len(rows) > 60
    assert [name for _, _, name in rows if name not in code] == []


def test_the_glossary_has_one_word_per_thing() -> None:
    rows = _glossary()
    for column in range(3):
        twice = [word for word, count in Counter(row[column] for row in rows).items() if count > 1]
        assert twice == []


def test_every_row_of_the_glossary_is_read_by_these_tests() -> None:
    lines = (ROOT / "docs/glossary.md").read_text("utf-8").splitlines()
    rows = [line for line in lines if line.startswith("| ") and not line.startswith("| Japanese")]
    assert len(rows) == len(_glossary())


@pytest.mark.parametrize("page", DECISIONS, ids=lambda page: page.stem)
def test_every_decision_has_context_decision_and_consequence(page: Path) -> None:
    text = page.read_text("utf-8")
    assert text.startswith("# ")
    places = [
        re.search(rf"^(?:\*\*|#+ )(?:{word})", text, re.M) for word in ("Context", "Deci(?:sion|ded)", "Consequence")
    ]
    assert all(places), page.name
    starts = [found.start() for found in places if found]
    assert starts == sorted(starts)


def test_numbered_decisions_have_no_gap() -> None:
    numbers = [int(page.name[:3]) for page in DECISIONS if page.name[:3].isdigit()]
    assert numbers == list(range(1, len(numbers) + 1))


def test_every_dependency_has_one_reason_and_every_reason_a_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    groups = project["dependency-groups"].values()
    wanted = {re.split(r"[<>=\[;!~ ]", name)[0] for name in project["project"]["dependencies"]}
    wanted |= {re.split(r"[<>=\[;!~ ]", name)[0] for group in groups for name in group if isinstance(name, str)}
    package = json.loads((ROOT / "pwa/package.json").read_text("utf-8"))
    wanted |= set(package["dependencies"]) | set(package["devDependencies"])
    text = (ROOT / "docs/dependencies.md").read_text("utf-8")
    reasons = Counter(re.findall(r"^- `([^`]+)`: \S", text, re.M))
    assert set(reasons) == wanted
    assert max(reasons.values()) == 1


def test_the_feature_list_is_whole() -> None:
    with (ROOT / "docs/features.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len({row["id"] for row in rows}) == 146
    assert {row["priority"] for row in rows} == {"P0", "P1", "P2"}
    assert all(row["feature"].strip() for row in rows)


def test_no_page_names_a_path_of_one_machine_or_a_package_host() -> None:
    bad = re.compile(r"/work/|/root/|/home/\w|(?:pypi|npmjs|pythonhosted|debian)\.(?:org|com)|registry\.\w+\.\w+", re.I)
    for page in PAGES:
        assert bad.search(page.read_text("utf-8")) is None, page.name


def test_the_layers_of_the_rooms_page_are_those_that_are_checked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    held = [layer.split(" | ") for layer in project["tool"]["importlinter"]["contracts"][0]["layers"]]
    told = re.findall(r"^\| \d+ \| (.+?) \|", (ROOT / "docs/rooms.md").read_text("utf-8"), re.M)
    assert [re.findall(r"`([\w.]+)`", line) for line in told] == held


def test_the_compliance_page_answers_every_row_of_the_checklist(shared: Callable[[str], Path]) -> None:
    with shared("trust/checklist.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["id"]: row["evidence"] for row in csv.DictReader(file)}
    page = (ROOT / "docs/compliance.md").read_text("utf-8")
    told = re.findall(r"^\| ([A-Z]{2}\d\d) \| (.+?) \| (\w+) \|", page, re.M)
    assert [each for each, _, _ in told] == list(rows)
    assert {answer for _, _, answer in told} <= {"met", "part", "no"}
    assert {each for each, text, _ in told if "*recall*" in text} == {each for each in rows if rows[each] == "recall"}


def test_every_command_that_a_page_names_exists() -> None:
    known = {name for name, _ in _commands(_parser())}
    whole = known | {" ".join(name.split()[:2]) for name in known} | {"meguri", "meguri anonymise attack"}
    for page in PAGES:
        for text in re.findall(r"`(?:\.venv/bin/)?(meguri(?: [^`]+)?)`", page.read_text("utf-8")):
            verbs = " ".join(itertools.takewhile(lambda word: word.isalpha() and word.islower(), text.split()))
            assert verbs in whole or verbs.rsplit(" ", 1)[0] in known, f"{page.name}: {text}"
