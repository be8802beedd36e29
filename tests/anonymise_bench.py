"""Small invented tables with hierarchies, and the engine on them."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from backend import anonymise

HIERARCHIES = {
    "age": [
        [str(a), f"{a // 5 * 5}-{a // 5 * 5 + 4}", f"{a // 20 * 20}-{a // 20 * 20 + 19}", "*"] for a in range(20, 80)
    ],
    "sex": [["f", "*"], ["m", "*"]],
    "town": [["Aoba", "North", "*"], ["Izumi", "North", "*"], ["Sakae", "South", "*"], ["Minami", "South", "*"]],
}


class Bench:
    """Writes a table and hierarchies, and asks the engine for a release."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "h").mkdir()
        for column, rows in HIERARCHIES.items():
            self.hierarchy(column, rows)

    def hierarchy(self, column: str, rows: list[list[str]]) -> None:
        (self.folder / "h" / f"{column}.csv").write_text("".join(";".join(row) + "\n" for row in rows), "utf-8")

    def table(self, text: str | bytes) -> Path:
        path = self.folder / "table.csv"
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def rows(self, count: int = 40) -> str:
        towns = list(HIERARCHIES["town"])
        lines = ["age,sex,town,condition"]
        pick = random.Random(11)
        for _ in range(count):
            cells = (
                pick.randrange(20, 80),
                pick.choice("fm"),
                pick.choice(towns)[0],
                pick.choice(("flu", "cold", "none")),
            )
            lines.append(",".join(map(str, cells)))
        return "\n".join(lines) + "\n"

    def request(self, text: str | bytes | None = None, **more: object) -> anonymise.Request:
        asked: dict[str, object] = {
            "table": self.table(self.rows() if text is None else text),
            "quasi": ("age", "sex", "town"),
            "sensitive": ("condition",),
            "hierarchies": self.folder / "h",
            "demand": anonymise.Demand(3),
            "out": self.folder / "out.csv",
            "report": self.folder / "out.json",
        }
        return anonymise.Request(**{**asked, **more})  # type: ignore[arg-type]

    def released(self, text: str | bytes | None = None, **more: object) -> list[str]:
        outcome = anonymise.anonymise(self.request(text, **more))
        return outcome.out.read_text("utf-8").splitlines()

    def refused(self, text: str | bytes | None = None, **more: object) -> anonymise.Refused:
        request = self.request(text, **more)
        before = sorted(p.name for p in self.folder.iterdir())
        with pytest.raises(anonymise.Refused) as caught:
            anonymise.anonymise(request)
        assert sorted(p.name for p in self.folder.iterdir()) == before, "something was written"
        return caught.value


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)
