"""The shared format: a catalogue as CSV and its rules as JSON, read without rounding; refused by row and column."""

from __future__ import annotations

import csv
import difflib
import io
import json
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import ClassVar, NoReturn

import msgspec

from backend import base
from backend.advice.meals.model import DAYS, Cap, Limit, Meal, Problem

SLOTS = ("B", "L", "D")
DAILY_ENERGY = (Decimal("0.93"), Decimal("1.07"))
DAILY_SALT = Decimal("1.15")
GROUP_PER_WEEK = 4
_MOST_DECIMALS = 9
_MOST = Decimal(10) ** 9
_FIXED = ("id", "slot", "price_yen", "preference", "main_group")
_RULES = ("bands_daily", "excluded", "salt_hi", "budget_yen")
_IGNORED = frozenset(
    ("rules", "file", "eligible", "weekly_bound", "day_assignment", "optimum", "status", "full_cpsat", "note", "name")
)


class BadInstance(base.Invalid):
    """The catalogue of meals cannot be read."""

    key: ClassVar[str] = "advice.meals.bad_instance"


class BadRules(base.Invalid):
    """The rules cannot be read."""

    key: ClassVar[str] = "advice.meals.bad_rules"


def _bad_row(row: int, column: str, what: str) -> BadInstance:
    return BadInstance(row=row, column=column, what=base.say(f"advice.meals.what.{what}"))


def _bad_rules(where: str, what: str) -> BadRules:
    return BadRules(where=where, what=base.say(f"advice.meals.what.{what}"))


class Rules(msgspec.Struct, frozen=True):
    """What one case asks for: bands a day, allergens to leave out, the budget of the week."""

    bands: Mapping[str, tuple[Decimal, Decimal]]
    excluded: frozenset[int]
    salt_hi: Decimal | None
    budget_yen: Decimal | None


class Row(msgspec.Struct, frozen=True):
    """One meal of the catalogue as it was printed."""

    id: str
    slot: str
    group: str
    numbers: Mapping[str, Decimal]
    allergens: frozenset[int]


def read_rules(text: bytes) -> Rules:
    """The rules of one case; anything missing, misspelt or out of place is named and refused."""
    try:
        found = json.loads(
            text.decode("utf-8-sig"), parse_float=Decimal, parse_int=Decimal, parse_constant=_no_constant
        )
    except (ValueError, RecursionError):
        raise _bad_rules("JSON", "not_json") from None
    if not isinstance(found, dict):
        raise _bad_rules("JSON", "not_an_object")
    for key in found:
        if key not in _RULES and key not in _IGNORED:
            near = difflib.get_close_matches(key, _RULES, 1, 0.6)
            raise _bad_rules(f"{str(key)[:40]} ({near[0]}?)" if near else str(key)[:40], "unknown_key")
    if "bands_daily" not in found or not isinstance(found["bands_daily"], dict) or not found["bands_daily"]:
        raise _bad_rules("bands_daily", "missing")
    bands = {str(name): _band(str(name), pair) for name, pair in found["bands_daily"].items()}
    # A list of allergens that is not there must not be read as "nothing to leave out".
    if not isinstance(found.get("excluded"), list):
        raise _bad_rules("excluded", "missing")
    excluded = frozenset(_flag(one) for one in found["excluded"])
    salt_hi = _optional(found, "salt_hi")
    if salt_hi is not None and "salt" not in bands:
        raise _bad_rules("salt_hi", "no_salt_band")
    budget = _optional(found, "budget_yen")
    return Rules(bands=bands, excluded=excluded, salt_hi=salt_hi, budget_yen=budget)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _band(name: str, pair: object) -> tuple[Decimal, Decimal]:
    if not isinstance(pair, list) or len(pair) != 2 or not all(isinstance(one, Decimal) for one in pair):
        raise _bad_rules(f"bands_daily.{name}"[:60], "not_a_band")
    low, high = pair
    for one in pair:
        _size(one, f"bands_daily.{name}")
    if low > high:
        raise _bad_rules(f"bands_daily.{name}"[:60], "low_above_high")
    return low, high


def _size(number: Decimal, where: str) -> Decimal:
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int) or -exponent > _MOST_DECIMALS or abs(number) > _MOST:
        raise _bad_rules(where[:60], "not_a_number")
    return number


def _flag(one: object) -> int:
    if not isinstance(one, Decimal) or one != one.to_integral_value() or not 0 <= one < 1000:
        raise _bad_rules("excluded", "not_a_flag")
    return int(one)


def _optional(found: Mapping[str, object], key: str) -> Decimal | None:
    value = found.get(key)
    if value is None:
        return None
    if not isinstance(value, Decimal) or value < 0:
        raise _bad_rules(key, "not_a_number")
    return _size(value, key)


def read_catalogue(text: bytes, nutrients: Sequence[str], excluded: frozenset[int] = frozenset()) -> list[Row]:
    """The meals of a catalogue; a missing column, a doubled id or a cell that is no number is named by row."""
    try:
        plain = text.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _bad_row(0, "-", "not_utf8") from None
    if "\x00" in plain:
        raise _bad_row(0, "-", "not_utf8")
    reader = csv.reader(io.StringIO(plain, newline=""), strict=True)
    try:
        header = [name.strip() for name in next(reader)]
    except (StopIteration, csv.Error):
        raise _bad_row(1, "-", "empty") from None
    doubled = next((name for name in header if header.count(name) > 1), None)
    if doubled is not None:
        raise _bad_row(1, doubled[:40], "doubled_column")
    for name in (*_FIXED, *nutrients, *(f"al{flag}" for flag in sorted(excluded))):
        if name not in header:
            raise _bad_row(1, name, "missing_column")
    rows: list[Row] = []
    ids: set[str] = set()
    try:
        for cells in reader:
            if not cells or (len(cells) == 1 and not cells[0].strip()):
                continue
            row = _row(reader.line_num, header, cells, nutrients)
            if row.id in ids:
                raise _bad_row(reader.line_num, "id", "doubled_id")
            ids.add(row.id)
            rows.append(row)
    except csv.Error:
        raise _bad_row(reader.line_num, "-", "not_csv") from None
    if not rows:
        raise _bad_row(2, "-", "empty")
    return rows


def _row(line: int, header: Sequence[str], cells: Sequence[str], nutrients: Sequence[str]) -> Row:
    if len(cells) != len(header):
        raise _bad_row(line, "-", "cells")
    row = {name: cell.strip() for name, cell in zip(header, cells, strict=True)}
    for name in ("id", "main_group"):
        if not row[name]:
            raise _bad_row(line, name, "empty_cell")
    if row["slot"] not in SLOTS:
        raise _bad_row(line, "slot", "no_slot")
    numbers = {name: _number(line, name, row[name]) for name in (*nutrients, "price_yen", "preference")}
    for name, number in numbers.items():
        if name != "preference" and number < 0:
            raise _bad_row(line, name, "below_zero")
    flags: set[int] = set()
    for name, cell in row.items():
        if name.startswith("al") and name[2:].isdecimal():
            if cell not in ("0", "1"):
                # An allergen flag that is blank is not a "no".
                raise _bad_row(line, name, "no_flag")
            if cell == "1":
                flags.add(int(name[2:]))
    return Row(row["id"], row["slot"], row["main_group"], numbers, frozenset(flags))


def _number(line: int, column: str, cell: str) -> Decimal:
    try:
        number = Decimal(cell)
    except InvalidOperation:
        raise _bad_row(line, column, "no_number") from None
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int) or -exponent > _MOST_DECIMALS or abs(number) > _MOST:
        raise _bad_row(line, column, "no_number")
    return number


def problem_of(rows: Sequence[Row], rules: Rules) -> Problem:
    """The exact question that catalogue and rules ask; meals with an excluded allergen are not in it."""
    kept = [row for row in rows if not row.allergens & rules.excluded]
    bands = dict(rules.bands)
    if rules.salt_hi is not None:
        bands["salt"] = (min(bands["salt"][0], rules.salt_hi), rules.salt_hi)
    weekly = [limit(name, kept, low * DAYS, high * DAYS) for name, (low, high) in bands.items()]
    daily = []
    if "kcal" in bands:
        low, high = bands["kcal"]
        daily.append(limit("kcal", kept, low * DAILY_ENERGY[0], high * DAILY_ENERGY[1]))
    if "salt" in bands:
        daily.append(limit("salt", kept, None, bands["salt"][1] * DAILY_SALT))
    if rules.budget_yen is not None:
        weekly.append(limit("price_yen", kept, None, rules.budget_yen))
    groups: dict[str, set[int]] = {}
    for index, row in enumerate(kept):
        groups.setdefault(row.group, set()).add(index)
    preference = limit("preference", kept, None, None)
    return Problem(
        slots=SLOTS,
        meals=tuple(Meal(row.id, row.slot, row.group) for row in kept),
        preference=preference.amounts,
        preference_scale=preference.scale,
        weekly=tuple(weekly),
        daily=tuple(daily),
        caps=tuple(Cap(name, frozenset(members), GROUP_PER_WEEK) for name, members in sorted(groups.items())),
    )


def limit(name: str, rows: Sequence[Row], low: Decimal | None, high: Decimal | None) -> Limit:
    """A limit over the rows' numbers, scaled so that each amount and border is a whole number."""
    numbers = [row.numbers[name] for row in rows]
    return exact_limit(name, numbers, low, high)


def exact_limit(name: str, numbers: Sequence[Decimal], low: Decimal | None, high: Decimal | None) -> Limit:
    """A limit over decimals without any rounding."""
    borders = [one for one in (low, high) if one is not None]
    scale = 10 ** max((_decimals(one) for one in (*numbers, *borders)), default=0)
    return Limit(
        name=name,
        amounts=tuple(int(number * scale) for number in numbers),
        scale=scale,
        low=None if low is None else int(low * scale),
        high=None if high is None else int(high * scale),
    )


def _decimals(number: Decimal) -> int:
    exponent = number.normalize().as_tuple().exponent
    assert isinstance(exponent, int)
    return max(0, -exponent)
