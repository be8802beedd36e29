"""A judge of meal plans that knows nothing of the solver: the shared rules in fractions, and a search by hand."""

from __future__ import annotations

import csv
import io
import random
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from itertools import combinations
from typing import Any

SLOTS = "BLD"
Row = dict[str, str]


def rows_of(catalogue: str) -> dict[str, Row]:
    """The meals of a catalogue by id."""
    return {row["id"]: row for row in csv.DictReader(io.StringIO(catalogue))}


def faults(catalogue: str, rules: dict[str, Any], plan: Sequence[Sequence[Any]]) -> list[str]:
    """Everything the normative rules text forbids about a plan."""
    meals = rows_of(catalogue)
    found = []
    if sorted((day, slot) for day, slot, _ in plan) != sorted((day, slot) for day in range(7) for slot in SLOTS):
        found.append("not one meal for each of 7 days x 3 slots")
    chosen = [meals[str(name)] for _, _, name in plan]
    found += [f"{name} is no {slot}" for _, slot, name in plan if meals[str(name)]["slot"] != slot]
    if len({row["id"] for row in chosen}) != len(chosen):
        found.append("a meal twice")
    if any(row[f"al{flag}"] != "0" for row in chosen for flag in rules["excluded"]):
        found.append("an excluded allergen")
    if sum(Fraction(row["price_yen"]) for row in chosen) > Fraction(str(rules["budget_yen"])):
        found.append("over the budget")
    bands = {name: [Fraction(str(end)) for end in band] for name, band in rules["bands_daily"].items()}
    bands["salt"][1] = Fraction(str(rules["salt_hi"]))
    for name, (low, high) in bands.items():
        if not 7 * low <= sum(Fraction(row[name]) for row in chosen) <= 7 * high:
            found.append(f"{name} of the week")
    for day in range(7):
        here = [meals[str(name)] for on, _, name in plan if on == day]
        energy = sum(Fraction(row["kcal"]) for row in here)
        if not Fraction(93, 100) * bands["kcal"][0] <= energy <= Fraction(107, 100) * bands["kcal"][1]:
            found.append(f"energy of day {day}")
        if sum(Fraction(row["salt"]) for row in here) > Fraction(115, 100) * bands["salt"][1]:
            found.append(f"salt of day {day}")
        if len({row["main_group"] for row in here}) < len(here):
            found.append(f"a main group twice on day {day}")
    if any(count > 4 for count in Counter(row["main_group"] for row in chosen).values()):
        found.append("a main group more than 4 times")
    return found


def worth(catalogue: str, plan: Sequence[Sequence[Any]]) -> Fraction:
    """The sum of preference."""
    meals = rows_of(catalogue)
    return sum((Fraction(meals[str(name)]["preference"]) for _, _, name in plan), Fraction(0))


def small_instance(seed: int, *, each: int = 8, allergens: int = 3) -> tuple[str, dict[str, Any]]:
    """A random catalogue of `each` meals a slot with rules near the edge of what is possible."""
    rng = random.Random(seed)
    lines = ["id,slot,kcal,fib,salt,price_yen,preference,main_group," + ",".join(f"al{i}" for i in range(allergens))]
    rates = {"B": (380, 1.3), "L": (640, 2.0), "D": (760, 2.4)}
    for number in range(3 * each):
        slot = SLOTS[number % 3]
        kcal, salt = rates[slot]
        cells = [
            str(number),
            slot,
            f"{rng.gauss(kcal, kcal * 0.16):.3f}",
            f"{max(0.1, rng.gauss(6, 2)):.3f}",
            f"{max(0.1, rng.gauss(salt, 0.7)):.3f}",
            str(rng.randrange(200, 900)),
            f"{rng.gauss(0, 1):.6f}",
            str(rng.randrange(7)),
            *(str(int(rng.random() < 0.08)) for _ in range(allergens)),
        ]
        lines.append(",".join(cells))
    rules = {
        "bands_daily": {"kcal": [1700.0, 1900.0], "fib": [17.0, 60.0], "salt": [0.0, 7.0]},
        "excluded": [flag for flag in range(allergens) if rng.random() < 0.3],
        "salt_hi": rng.choice([5.2, 5.6, 6.0, 6.5]),
        "budget_yen": rng.choice([9500, 10500, 11500, 13000]),
    }
    return "\n".join(lines) + "\n", rules


def best_by_hand(catalogue: str, rules: dict[str, Any]) -> Fraction | None:
    """The optimum by trying every choice of 7 meals a slot, best first, and every way to lay them over the days."""
    meals = [row for row in rows_of(catalogue).values() if all(row[f"al{flag}"] == "0" for flag in rules["excluded"])]
    by_slot = [[row for row in meals if row["slot"] == slot] for slot in SLOTS]
    picks = [list(combinations(rows, 7)) for rows in by_slot]
    several = []
    for breakfasts in picks[0]:
        for lunches in picks[1]:
            for dinners in picks[2]:
                chosen = (*breakfasts, *lunches, *dinners)
                if _week_holds(chosen, rules):
                    value = sum(Fraction(row["preference"]) for row in chosen)
                    several.append((value, breakfasts, lunches, dinners))
    several.sort(key=lambda one: -one[0])
    return next((value for value, *slots in several if _days_hold(slots, rules)), None)


def _week_holds(chosen: Sequence[Row], rules: dict[str, Any]) -> bool:
    if sum(int(row["price_yen"]) for row in chosen) > rules["budget_yen"]:
        return False
    if max(Counter(row["main_group"] for row in chosen).values()) > 4:
        return False
    for name, (low, high) in rules["bands_daily"].items():
        top = rules["salt_hi"] if name == "salt" else high
        if not 7 * Fraction(str(low)) <= sum(Fraction(row[name]) for row in chosen) <= 7 * Fraction(str(top)):
            return False
    return True


def _days_hold(slots: Sequence[Sequence[Row]], rules: dict[str, Any]) -> bool:
    breakfasts, lunches, dinners = slots
    low, high = (Fraction(str(end)) for end in rules["bands_daily"]["kcal"])
    salt = Fraction(115, 100) * Fraction(str(rules["salt_hi"]))

    def fits(*rows: Row) -> bool:
        energy = sum(Fraction(row["kcal"]) for row in rows)
        return (
            Fraction(93, 100) * low <= energy <= Fraction(107, 100) * high
            and sum(Fraction(row["salt"]) for row in rows) <= salt
            and len({row["main_group"] for row in rows}) == 3
        )

    @cache
    def rest(day: int, used_lunches: int, used_dinners: int) -> bool:
        if day == 7:
            return True
        for n, lunch in enumerate(lunches):
            for m, dinner in enumerate(dinners):
                if used_lunches >> n & 1 or used_dinners >> m & 1 or not fits(breakfasts[day], lunch, dinner):
                    continue
                if rest(day + 1, used_lunches | 1 << n, used_dinners | 1 << m):
                    return True
        return False

    return rest(0, 0, 0)
