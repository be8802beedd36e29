"""10,000 catalogues through the path of the screens: whatever is paid, the plan's question stays bit by bit."""

from __future__ import annotations

import random
from datetime import date

import msgspec

from backend.advice import food
from backend.advice.food import CatalogueDish
from backend.advice.meals.compose import Plate, compose
from backend.advice.meals.needs import Known, Needs, Person, needs
from backend.advice.meals.plates import Sorted, Wishes, sort_out
from backend.advice.meals.week import Ask, problem_of, worth
from backend.advice.provider.columns import COLUMNS
from backend.advice.provider.reader import read

FIRST = date(2026, 11, 23)
HEALTH = [column.key for column in COLUMNS if column.key not in ("sponsor", "price_to_us")]
PAID = ["sponsor", "price_to_us", "benefit_to_us"]
WISHES = Wishes()
HOME = [dish for dish in food.dishes() if dish.id in ("staple-001", "main-001", "side-001")]


def someone() -> Needs:
    """A woman of 50 with a high blood pressure."""
    found = needs(
        Person(
            age=50,
            sex="female",
            weight=Known(name="weight_kg", value=55.0),
            values={"office_sbp": Known(name="office_sbp", value=150.0)},
            facts={},
            is_pregnant=False,
            pregnancy_week=None,
            allergies=frozenset({"egg"}),
            area="27205",
        )
    )
    assert isinstance(found, Needs)
    return found


def catalogue(draw: random.Random) -> list[list[str]]:
    """A few rows of a provider's file, without what is paid."""
    rows = []
    for number in range(draw.randint(2, 5)):
        cells = dict.fromkeys(HEALTH, "") | {
            "id": f"A{number}",
            "name": "べんとう",
            "reading": "べんとう",
            "name_en": "Box",
            "kind": draw.choice(("弁当", "主菜", "丼・めん")),
            "slots": draw.choice(("昼;夕", "夕", "昼")),
            "main_group": draw.choice(("魚", "鶏肉", "豚肉", "大豆")),
            "price_yen": str(draw.randrange(400, 1200)),
            "areas": draw.choice(("吹田市", "吹田市;豊中市", "堺市")),
            "weekdays": draw.choice(("毎日", "月水金")),
            "min_order": "1",
            "lead_days": draw.choice(("0", "2")),
            "energy_kcal": str(draw.randrange(420, 700)),
            "salt_g": f"{draw.uniform(1.0, 3.2):.1f}",
            "fat_g": f"{draw.uniform(8.0, 22.0):.1f}",
            "allergens": draw.choice(("小麦;大豆", "卵", "なし")),
            "allergen_scope": "すべて",
            "pregnancy": "可",
        }
        rows.append([cells[key] for key in HEALTH])
    return rows


def paid(draw: random.Random, rows: list[list[str]]) -> list[list[str]]:
    """The same rows with other payments."""
    return [
        [
            *row,
            draw.choice(("", "見本製粉", "ミホン食品")),
            draw.choice(("", "0", "1", "999999")),
            draw.choice(("", "12", "x")),
        ]
        for row in rows
    ]


def dishes(rows: list[list[str]]) -> tuple[CatalogueDish, ...]:
    text = "\n".join(",".join(cells) for cells in ([*HEALTH, *PAID], *rows))
    found = read(text, provider="p", provider_name="見本の店", on=FIRST)
    assert not [one for one in found.findings if one.is_error], found.findings
    return found.dishes


def planned(of: Needs, several: tuple[CatalogueDish, ...]) -> Sorted:
    """What is left of the dishes when the plan takes over: all that comes after sees these plates only."""
    return sort_out([*HOME, *several], needs=of, wishes=WISHES, first=FIRST, area="27205")


def ranking(of: Needs, sorted_: Sorted) -> bytes:
    """What the screens rank by: which dishes are out, each meal and its worth, and the whole question."""
    trays = compose(sorted_.plates, energy_kcal=of.energy_kcal, seed="s")
    ask = Ask(trays=tuple(trays), needs=of, wishes=WISHES, seed="s")
    ranked = sorted(((worth(tray, ask), tray.id) for tray in trays), reverse=True)
    out = [[one.id for one in sorted_.rejected], ranked, repr(problem_of(ask))]
    return msgspec.msgpack.encode(out)


def test_payment_leaves_the_ranking_bit_identical() -> None:
    draw = random.Random(20261122)
    of = someone()
    # Rows through the provider's reader, each paid for in two ways; catalogues are drawn from them.
    rows = [row for _ in range(60) for row in catalogue(draw)]
    rows = [[f"A{number}", *row[1:]] for number, row in enumerate(rows)]
    one, other = dishes(paid(draw, rows)), dishes(paid(draw, rows))
    pairs = list(zip(one, other, strict=True))
    assert sum(a.sponsor != b.sponsor or a.price_to_us != b.price_to_us for a, b in pairs) > len(pairs) // 2
    delivered = 0
    for number in range(10_000):
        drawn = draw.sample(pairs, draw.randint(2, 5))
        first, second = (planned(of, tuple(pair[side] for pair in drawn)) for side in (0, 1))
        assert first == second
        delivered += any(plate.is_delivered for plate in first.plates)
        if number % 25 == 0:
            assert ranking(of, first) == ranking(of, second)
    assert delivered > 5_000


def test_what_counts_for_a_person_does_change_it() -> None:
    """The test above can fail: the price that the person pays moves the ranking."""
    draw = random.Random(7)
    of = someone()
    moved = 0
    for _ in range(40):
        several = dishes(paid(draw, catalogue(draw)))
        dearer = tuple(msgspec.structs.replace(one, price_yen=one.price_yen + 500) for one in several)
        moved += ranking(of, planned(of, several)) != ranking(of, planned(of, dearer))
    assert moved > 20


def test_a_plate_has_no_field_about_who_pays() -> None:
    assert not set(Plate.__struct_fields__) & set(PAID)
