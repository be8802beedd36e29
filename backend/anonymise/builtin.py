"""Hierarchies that come with Meguri, each with its source; where no source is at hand, a refusal names the table."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path

from backend.anonymise.hierarchy import Hierarchy, from_paths
from backend.anonymise.refusals import NoSourceTable

FOLDER = Path(__file__).with_name("tables_builtin")
OLDEST_AGE, TOP_CODED_AGE = 120, 90

_NAMES = (
    ("age", r"^age|年齢"),
    ("date", r"date|日付|年月日|birth|生年|日$"),
    ("municipality", r"municipal|市町村|市区町村"),
    ("medical_area", r"medical_?area|二次医療圏|医療圏"),
    ("height", r"height|身長"),
    ("weight", r"weight|体重"),
    ("bmi", r"^bmi"),
    ("icd10", r"icd|傷病コード"),
    ("jlac10", r"jlac"),
    ("occupation", r"occupation|職業"),
)

SOURCES = {
    "age": "年齢5歳階級（国勢調査の表章区分）。90歳以上は一つの区分",
    "date": "暦：日、月、年、10年",
    "medical_area": "NDBオープンデータ 第9回の二次医療圏と都道府県。地方は慣用の八地方区分（NDB の表には無い）",
    "municipality": "大阪府保健医療計画（平成25年4月）の構成市町村。その上は NDBオープンデータ 第9回",
    "height": "等間隔の区分：5、10、20 cm（統計の慣用）",
    "weight": "等間隔の区分：5、10、20 kg（統計の慣用）",
    "bmi": "0.5、1 きざみと、日本肥満学会の判定区分（18.5・25・30・35・40）",
    "icd10": "疾病、傷害及び死因の統計分類（ICD-10）の章と三桁分類",
    "jlac10": "JLAC10 分析物コード配列適用細則（2015年2月）：1桁目が大分類、2桁目が中分類",
}
MISSING_TABLES = {"occupation": "日本標準職業分類（平成21年12月統計基準設定）"}


def kind_by_name(column: str) -> str | None:
    """The built-in hierarchy that fits a column of this name."""
    for kind, pattern in _NAMES:
        if re.search(pattern, column, re.IGNORECASE):
            return kind
    return None


def load(kind: str, column: str, texts: Sequence[str]) -> Hierarchy:
    """The built-in hierarchy `kind` for a column with these texts; values it cannot place are left out.

    Raises NoSourceTable where the table behind it is not at hand.
    """
    if kind in MISSING_TABLES or kind not in _MAKERS:
        raise NoSourceTable(column=column, table=MISSING_TABLES.get(kind, kind), row=1)
    return from_paths(column, _MAKERS[kind](texts), SOURCES[kind])


def _ages(texts: Sequence[str]) -> list[list[str]]:
    del texts
    paths = []
    for age in range(OLDEST_AGE + 1):
        if age >= TOP_CODED_AGE:
            paths.append([str(age), "90+", "90+", "80+", "*"])
        else:
            wide = "80+" if age >= 80 else _band(age, 20)
            paths.append([str(age), _band(age, 5), _band(age, 10), wide, "*"])
    return paths


def _band(value: int, width: int) -> str:
    low = value // width * width
    return f"{low}-{low + width - 1}"


def _dates(texts: Sequence[str]) -> list[list[str]]:
    days = []
    for text in texts:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            try:
                days.append(date.fromisoformat(text))
            except ValueError:
                continue
    if not days:
        return [["*", "*"]]
    day, last = date(min(days).year, 1, 1), date(max(days).year, 12, 31)
    paths = []
    while day <= last:
        decade = day.year // 10 * 10
        paths.append([day.isoformat(), f"{day:%Y-%m}", f"{day:%Y}", f"{decade}-{decade + 9}", "*"])
        day += timedelta(days=1)
    return paths


@cache
def _table(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _area_paths(texts: Sequence[str]) -> list[list[str]]:
    """Codes where the table has codes; names elsewhere, "都道府県 圏名" where a name stands in several prefectures."""
    regions = {row["prefecture"]: row["region"] for row in _table("prefectures.csv")}
    areas = _table("medical_areas.csv")
    names = [row["area_name"] for row in areas]
    is_coded = all(re.fullmatch(r"\d{4}", text) for text in texts)
    paths = []
    for row in areas:
        full = f"{row['prefecture']} {row['area_name']}"
        name = row["area_name"] if names.count(row["area_name"]) == 1 else full
        paths.append([row["area_code"] if is_coded else name, row["prefecture"], regions[row["prefecture"]], "*"])
    return paths


def _municipalities(texts: Sequence[str]) -> list[list[str]]:
    del texts
    towns: dict[str, list[str]] = {}
    names = {row["area_code"]: row["area_name"] for row in _table("medical_areas.csv")}
    for row in _table("osaka_municipalities.csv"):
        towns.setdefault(names[row["area_code"]], []).append(row["municipality"])
    paths = []
    for path in _area_paths(["-"]):
        below = towns.get(path[0], [path[0]]) if path[1] == "大阪府" else [path[0]]
        paths += [[town, *path] for town in below]
    return paths


def _grid(low: int, high: int, widths: tuple[int, ...]) -> Callable[[Sequence[str]], list[list[str]]]:
    """Every whole number (or tenth, if the table has tenths) from `low` to `high`, in bands of `widths`."""

    def make(texts: Sequence[str]) -> list[list[str]]:
        leaves = _leaves(texts, low, high)
        return [[text, *(_band(int(value), width) for width in widths), "*"] for text, value in leaves]

    return make


def _leaves(texts: Sequence[str], low: int, high: int) -> list[tuple[str, Decimal]]:
    tenths = any(re.fullmatch(r"\d+\.\d", text) for text in texts)
    grid = {
        str(Decimal(n) / 10 if tenths else n): Decimal(n) / (10 if tenths else 1) for n in _steps(low, high, tenths)
    }
    if tenths:
        grid = {f"{value:.1f}": value for value in grid.values()}
    own = set(grid.values())
    for text in texts:
        try:
            value = Decimal(text)
        except InvalidOperation:
            continue
        if value.is_finite() and low <= value <= high and value not in own:
            grid[text] = value
    return list(grid.items())


def _steps(low: int, high: int, tenths: bool) -> range:
    return range(low * 10, high * 10 + 10) if tenths else range(low, high + 1)


def _bmi(texts: Sequence[str]) -> list[list[str]]:
    edges = [Decimal(0), Decimal("18.5"), Decimal(25), Decimal(30), Decimal(35), Decimal(40)]
    paths = []
    for text, value in _leaves(texts, 10, 70):
        at = max(place for place, edge in enumerate(edges) if value >= edge)
        group = "<18.5" if at == 0 else f">={edges[at]}" if at == len(edges) - 1 else f"{edges[at]}-<{edges[at + 1]}"
        half = value // Decimal("0.5") * Decimal("0.5")
        paths.append([text, f"{half:.1f}-<{half + Decimal('0.5'):.1f}", group, "*"])
    return paths


def _icd10(texts: Sequence[str]) -> list[list[str]]:
    paths: dict[str, list[str]] = {}
    for row in _table("icd10_chapters.csv"):
        chapter = f"{row['chapter']} ({row['first']}-{row['last']})"
        for letter in range(ord(row["first"][0]), ord(row["last"][0]) + 1):
            for number in range(100):
                code = f"{chr(letter)}{number:02d}"
                if row["first"] <= code <= row["last"]:
                    paths[code] = [code, code, chapter, "*"]
    for text in texts:
        if re.fullmatch(r"[A-Z]\d\d\.?\d{1,2}", text) and text[:3] in paths:
            paths[text] = [text, *paths[text[:3]][1:]]
    return list(paths.values())


def _jlac10(texts: Sequence[str]) -> list[list[str]]:
    """Only the codes of the table: the full list of JLAC10 is not ours to ship."""
    paths = []
    for text in texts:
        if re.fullmatch(r"\d[A-Z]\d{3}[0-9A-Z]{0,12}", text):
            paths.append([text, f"{text[:5]}…", f"{text[:2]}…", f"{text[:1]}…", "*"])
    return paths or [["*", "*"]]


_MAKERS: dict[str, Callable[[Sequence[str]], list[list[str]]]] = {
    "age": _ages,
    "date": _dates,
    "medical_area": _area_paths,
    "municipality": _municipalities,
    "height": _grid(50, 230, (5, 10, 20)),
    "weight": _grid(1, 250, (5, 10, 20)),
    "bmi": _bmi,
    "icd10": _icd10,
    "jlac10": _jlac10,
}
KINDS = tuple(sorted({*_MAKERS, *MISSING_TABLES}))
