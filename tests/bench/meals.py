"""How long meal plans take: random catalogues of the shared format, and whole weeks of home dishes for residents.

python -m tests.bench.meals [N]
"""

from __future__ import annotations

import json
import random
import sys
import time
from datetime import date

from backend.advice import food
from backend.advice.meals.compose import compose
from backend.advice.meals.instance import problem_of, read_catalogue, read_rules
from backend.advice.meals.needs import Known, Needs, Person, needs
from backend.advice.meals.plates import Wishes, sort_out
from backend.advice.meals.solve import solve
from backend.advice.meals.week import Ask, answer_of, question_of

BAR_TYPICAL_S = 2.0
NUTRIENTS = ("kcal", "prot", "fat", "carb", "fib", "salt", "Ca", "Fe", "VC")
_MEAN = {"kcal": 640, "prot": 26, "fat": 19, "carb": 90, "fib": 7, "salt": 2.1, "Ca": 240, "Fe": 3.3, "VC": 42}
_BANDS = {
    "kcal": [1850.0, 2150.0], "prot": [60.0, 102.0], "fat": [42.0, 68.0], "carb": [240.0, 330.0], "fib": [18.0, 60.0],
    "salt": [0.0, 6.5], "Ca": [600.0, 2500.0], "Fe": [8.0, 40.0], "VC": [90.0, 2000.0],
}  # fmt: skip
_SHARE = {"B": 0.72, "L": 1.03, "D": 1.25}


def catalogue(seed: int, meals: int = 500) -> tuple[bytes, bytes]:
    """A random catalogue and its rules, of the size of the shared ones."""
    rng = random.Random(seed)
    lines = ["id,slot," + ",".join(NUTRIENTS) + ",price_yen,preference,main_group,al0,al1,al2"]
    for number in range(meals):
        slot = rng.choices("BLD", (1, 1.4, 1.7))[0]
        size = rng.gauss(1, 0.2)
        amounts = (max(0.05, _MEAN[name] * _SHARE[slot] * size * rng.lognormvariate(0, 0.3)) for name in NUTRIENTS)
        price = max(120, round(rng.gauss(480, 140) * _SHARE[slot]))
        flags = (int(rng.random() < 0.25) for _ in range(3))
        cells = (
            number,
            slot,
            *(f"{one:.6f}" for one in amounts),
            price,
            f"{rng.gauss(0, 1):.6f}",
            rng.randrange(12),
            *flags,
        )
        lines.append(",".join(map(str, cells)))
    rules = {
        "bands_daily": _BANDS,
        "excluded": rng.choice([[], [0], [0, 1]]),
        "salt_hi": rng.choice([5.5, 6.0, 6.5]),
        "budget_yen": rng.choice([8000, 9000, 9500]),
    }
    return "\n".join(lines).encode(), json.dumps(rules).encode()


def shared_format(count: int) -> list[float]:
    """Seconds a case, proofs included."""
    took = []
    for seed in range(count):
        text, rules_text = catalogue(seed)
        rules = read_rules(rules_text)
        problem = problem_of(read_catalogue(text, tuple(rules.bands), rules.excluded), rules)
        began = time.perf_counter()
        answer = solve(problem, seconds=120)
        took.append(time.perf_counter() - began)
        assert answer.status in ("optimal", "infeasible"), (seed, answer)
    return took


def residents(count: int) -> list[float]:
    """Seconds of a resident's week of home dishes, from the sorted plates to the proven plan."""
    rng = random.Random(7)
    took = []
    for _ in range(count):
        pressure = Known(name="office_sbp", value=rng.choice([120.0, 150.0]))
        person = Person(
            age=rng.randrange(20, 75),
            sex=rng.choice(["male", "female"]),
            weight=Known(name="weight_kg", value=float(rng.randrange(45, 80))),
            values={"office_sbp": pressure},
            facts={},
            is_pregnant=False,
            pregnancy_week=None,
            allergies=frozenset(rng.sample(["egg", "milk", "shrimp", "buckwheat"], rng.randrange(3))),
            area=None,
        )
        found = needs(person)
        assert isinstance(found, Needs)
        wishes = Wishes()
        plates = sort_out(food.dishes(), needs=found, wishes=wishes, first=date(2026, 11, 23), area=None).plates
        began = time.perf_counter()
        trays = compose(plates, energy_kcal=found.energy_kcal, seed="2026-11-23")
        answer_of(question_of(Ask(trays=tuple(trays), needs=found, wishes=wishes, seed="2026-11-23")), seconds=120)
        took.append(time.perf_counter() - began)
    return took


def main() -> None:
    """Print one line of JSON."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    found: dict[str, float] = {"cases": count, "bar_typical_s": BAR_TYPICAL_S}
    for name, took in (("shared", sorted(shared_format(count))), ("resident", sorted(residents(count)))):
        found[f"{name}_median_s"] = took[len(took) // 2]
        found[f"{name}_max_s"] = took[-1]
        found[f"{name}_in_bar"] = sum(one <= BAR_TYPICAL_S for one in took)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
