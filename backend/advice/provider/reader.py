"""Reads a catalogue file: every row that cannot be understood is said with row, column and what is wrong. Pure."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import date
from typing import TypeVar

from backend import people
from backend.advice import food
from backend.advice.food import AllergenSet, CatalogueDish, Total, Words
from backend.advice.food.allergens import Scope, allergen_id, stated
from backend.advice.food.masks import mercury_rows
from backend.advice.provider import columns as c
from backend.advice.provider.model import Finding, Reading

_SPLIT = re.compile(r"[;；、，/／\s]+")
_READING = re.compile(r"[ぁ-ゖー・（）() 　0-9]+")
_LONGEST = 80
_T = TypeVar("_T")
_BELIEVED = 0.2
"""How far stated energy may lie from what protein, fat and carbohydrate give before we ask."""
_SALTY = 6.0


class _Row:
    """One row while it is read; collects what is wrong."""

    def __init__(self, number: int, cells: dict[str, str]) -> None:
        self.number = number
        self.cells = cells
        self.findings: list[Finding] = []

    def say(self, key: str, what: str, *, is_error: bool = True, **params: str | int | float) -> None:
        column = next(one.ja for one in c.COLUMNS if one.key == key)
        self.findings.append(
            Finding(row=self.number, column=column, key=f"provider.row.{what}", params=params, is_error=is_error)
        )

    def text(self, key: str) -> str:
        found = self.cells.get(key, "").strip()
        if len(found) > _LONGEST * (20 if key == "areas" else 1):
            self.say(key, "too_long", most=_LONGEST)
        return found

    def several(self, key: str) -> list[str]:
        return [one for one in _SPLIT.split(self.text(key)) if one]


def read(text: str, *, provider: str, provider_name: str, on: date) -> Reading:
    """The dishes and findings of a CSV file; `on` is the day of the allergen list that its statements speak of."""
    lines = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    try:
        table = [(number, cells) for number, cells in enumerate(lines, 1) if any(cell.strip() for cell in cells)]
    except csv.Error:
        return Reading(
            rows=0, dishes=(), findings=(Finding(row=lines.line_num, column="", key="provider.row.not_csv"),)
        )
    if not table:
        return Reading(rows=0, dishes=(), findings=(Finding(row=1, column="", key="provider.row.empty_file"),))
    heads, findings = _heads(table[0][1])
    if any(one.is_error for one in findings):
        return Reading(rows=len(table) - 1, dishes=(), findings=tuple(findings))
    if len(table) - 1 > c.MOST_ROWS:
        params: dict[str, str | int | float] = {"most": c.MOST_ROWS}
        return Reading(
            rows=len(table) - 1,
            dishes=(),
            findings=(Finding(row=c.MOST_ROWS + 2, column="", key="provider.row.too_many", params=params),),
        )
    dishes: list[CatalogueDish] = []
    seen: dict[str, int] = {}
    for number, cells in table[1:]:
        row = _Row(number, dict(zip(heads, cells, strict=False)))
        if len(cells) > len(heads) and any(cell.strip() for cell in cells[len(heads) :]):
            row.findings.append(Finding(row=number, column="", key="provider.row.too_many_cells"))
        dish = _dish(row, provider=provider, provider_name=provider_name, on=on)
        own = row.text("id")
        if own and own in seen:
            row.say("id", "twice", value=own, row=seen[own])
        seen.setdefault(own, number)
        findings += row.findings
        if dish is not None and not any(one.is_error for one in row.findings):
            dishes.append(dish)
    return Reading(rows=len(table) - 1, dishes=tuple(dishes), findings=tuple(findings))


def _heads(cells: list[str]) -> tuple[list[str], list[Finding]]:
    known = c.headings()
    heads, findings = [], []
    for cell in cells:
        column = known.get(cell.strip())
        heads.append("" if column is None else column.key)
        if column is None and cell.strip():
            findings.append(
                Finding(row=1, column=cell.strip()[:_LONGEST], key="provider.row.unknown_column", is_error=False)
            )
        elif column is not None and heads.count(column.key) > 1:
            findings.append(Finding(row=1, column=column.ja, key="provider.row.column_twice"))
    for column in c.COLUMNS:
        if column.is_needed and column.key not in heads:
            findings.append(Finding(row=1, column=column.ja, key="provider.row.missing_column"))
    return heads, findings


def _dish(row: _Row, *, provider: str, provider_name: str, on: date) -> CatalogueDish | None:
    for column in c.COLUMNS:
        if column.is_needed and not row.text(column.key):
            row.say(column.key, "missing")
    numbers = {one.key: _number(row, one) for one in c.COLUMNS if one.low is not None}
    reading = row.text("reading")
    if reading and not _READING.fullmatch(reading):
        row.say("reading", "not_hiragana")
    kind = _word(row, "kind", dict(c.KINDS))
    group = _word(row, "main_group", dict(c.GROUPS))
    slots = frozenset(_words(row, "slots", dict(c.SLOTS)))
    areas = frozenset(_areas(row))
    weekdays = frozenset(_weekdays(row))
    tags = frozenset(_words(row, "tags", dict(c.TAGS))) | frozenset(_pregnancy(row))
    allergens = _allergens(row, on)
    _believe(row, numbers)
    price, least, lead = numbers["price_yen"], numbers["min_order"], numbers["lead_days"]
    if kind is None or group is None or price is None or least is None or lead is None:
        return None
    return CatalogueDish(
        id=f"{provider}.{row.text('id')}",
        provider=provider,
        provider_name=provider_name,
        name=Words(row.text("name"), reading, row.text("name_en")),
        kind=kind,
        slots=slots,
        main_group=group,
        price_yen=round(price),
        areas=areas,
        weekdays=weekdays,
        nutrients=_nutrients(numbers),
        allergens=allergens,
        tags=tags,
        min_order=round(least),
        lead_days=round(lead),
        sponsor=row.text("sponsor")[:40] or None,
        price_to_us=round(numbers["price_to_us"] or 0),
    )


def _number(row: _Row, column: c.Column) -> float | None:
    text = row.text(column.key).replace(",", "").translate(str.maketrans("０１２３４５６７８９．", "0123456789."))
    if not text:
        return None
    if not re.fullmatch(r"\d{1,7}(\.\d{1,4})?", text):
        row.say(column.key, "not_a_number", value=text[:20])
        return None
    found = float(text)
    if column.low is not None and column.high is not None and not column.low <= found <= column.high:
        row.say(column.key, "out_of_range", value=text[:20], low=column.low, high=column.high)
        return None
    if column.nutrient is None and not found.is_integer():
        row.say(column.key, "not_whole", value=text[:20])
        return None
    return found


def _word(row: _Row, key: str, known: dict[str, _T]) -> _T | None:
    text = row.text(key)
    if text and text not in known:
        row.say(key, "unknown_word", value=text[:20], known="、".join(word for word in known if word))
    return known.get(text)


def _words(row: _Row, key: str, known: dict[str, _T]) -> Iterator[_T]:
    for text in row.several(key):
        if text in known:
            yield known[text]
        else:
            row.say(key, "unknown_word", value=text[:20], known="、".join(known))


def _areas(row: _Row) -> Iterator[str]:
    by_name = {town.ja: town.code for town in people.municipalities()} | {
        town.code: town.code for town in people.municipalities()
    }
    for name in row.several("areas"):
        if name in by_name:
            yield by_name[name]
        else:
            row.say("areas", "unknown_area", value=name[:20])


def _weekdays(row: _Row) -> Iterator[int]:
    text = "".join(row.several("weekdays")).replace("・", "")
    if text == c.EVERY_DAY:
        yield from range(7)
        return
    for letter in text:
        if letter in c.WEEKDAYS:
            yield c.WEEKDAYS.index(letter)
        else:
            row.say("weekdays", "unknown_weekday", value=letter)


def _allergens(row: _Row, on: date) -> AllergenSet:
    scope: Scope = "unknown"
    word = row.text("allergen_scope")
    if word not in c.SCOPES:
        row.say("allergen_scope", "unknown_word", value=word[:20], known="、".join(one for one in c.SCOPES if one))
    elif c.SCOPES[word] == "all":
        scope = "all"
    elif c.SCOPES[word] == "mandatory":
        scope = "mandatory"
    names = row.several("allergens")
    found = set()
    for name in names:
        if name == c.NONE and len(names) == 1:
            continue
        known = allergen_id(name)
        if known is None:
            row.say("allergens", "unknown_allergen", value=name[:20])
        else:
            found.add(known)
    # An empty cell is no statement, whatever its scope claims: only the word for none says none.
    if not names and scope != "unknown":
        row.say("allergens", "allergens_empty", none=c.NONE)
        scope = "unknown"
    if scope == "unknown":
        row.say("allergen_scope", "allergens_unknown", is_error=False)
    return stated(found, scope=scope, on=on)


def _pregnancy(row: _Row) -> Iterator[str]:
    word = row.text("pregnancy")
    if word not in c.PREGNANCY:
        row.say("pregnancy", "unknown_word", value=word[:20], known="、".join(one for one in c.PREGNANCY if one))
    elif c.PREGNANCY[word]:
        yield "pregnancy_checked"
    grams_of = {one.fish: one.grams_per_week for one in mercury_rows().values()}
    share = 0.0
    for part in row.several("fish"):
        name, _, grams = part.replace("：", ":").partition(":")
        if name not in grams_of or not re.fullmatch(r"\d{1,4}(\.\d)?", grams):
            row.say("fish", "unknown_fish", value=part[:20], known="、".join(grams_of))
        else:
            share += float(grams) / grams_of[name]
    if share:
        yield f"mercury_{share * 100:g}"


def _nutrients(numbers: dict[str, float | None]) -> dict[str, Total]:
    unknown = Total(0.0, None, False, ("stated",))
    found: dict[str, Total] = dict.fromkeys(food.NUTRIENTS, unknown)
    for column in c.COLUMNS:
        number = numbers.get(column.key)
        if column.nutrient is not None and number is not None:
            found[column.nutrient] = Total(number, number)
    return found


def _believe(row: _Row, numbers: dict[str, float | None]) -> None:
    energy, protein, fat, carbohydrate = (
        numbers[key] for key in ("energy_kcal", "protein_g", "fat_g", "carbohydrate_g")
    )
    if energy is None:
        row.say("energy_kcal", "energy_unknown", is_error=False)
    elif protein is not None and fat is not None and carbohydrate is not None:
        counted = protein * 4 + fat * 9 + carbohydrate * 4
        if abs(counted - energy) > max(50, _BELIEVED * energy):
            row.say("energy_kcal", "energy_differs", is_error=False, value=f"{energy:g}", counted=round(counted))
    salt = numbers["salt_g"]
    if salt is not None and salt > _SALTY:
        row.say("salt_g", "very_salty", is_error=False, value=f"{salt:g}")
