"""10,000 catalogues: whatever is paid, the health ranking stays bit by bit; what counts for health moves it."""

from __future__ import annotations

import random

import msgspec

from backend.advice.week.offers import Deal, Item, lanes

SUGGESTIONS = ("move_steps", "move_walk", "meal_salt", "clinic_bp")


def catalogue(draw: random.Random) -> list[Item]:
    return [
        Item(
            id=f"item-{number}",
            kind=draw.choice(("movement", "meal", "telemedicine")),
            fits=tuple(draw.sample(SUGGESTIONS, draw.randint(1, 3))),
            minutes=draw.choice((0, 10, 20, 30, 60)),
            yen=draw.choice((0, 0, 300, 500, 1200, 3000)),
            is_confirmed=draw.random() < 0.8,
        )
        for number in range(draw.randint(2, 12))
    ]


def deals(draw: random.Random, items: list[Item]) -> list[Deal]:
    return [
        Deal(
            item=one.id,
            sponsor=draw.choice((None, "見本ジム", "見本フーズ")),
            price_to_us=draw.choice((0, 1, 10_000, -500, 2**40)),
            benefit_to_us=draw.choice((0.0, 1.0, -3.5, 1e9)),
        )
        for one in draw.sample(items, draw.randint(0, len(items)))
    ]


def test_payment_leaves_the_health_ranking_bit_identical() -> None:
    draw = random.Random(20261122)
    seen_sponsored = 0
    for _ in range(10_000):
        items = catalogue(draw)
        suggestion = draw.choice(SUGGESTIONS)
        first = lanes(items, deals(draw, items), suggestion=suggestion)
        again = list(items)
        draw.shuffle(again)
        second = lanes(again, deals(draw, items), suggestion=suggestion)
        free = lanes(items, [], suggestion=suggestion)
        assert msgspec.json.encode(first.health) == msgspec.json.encode(second.health)
        assert msgspec.json.encode(first.health) == msgspec.json.encode(free.health)
        assert free.sponsored == ()
        assert all(sponsor for _, sponsor in first.sponsored)
        seen_sponsored += len(first.sponsored)
    assert seen_sponsored > 1000


def test_what_counts_for_a_person_does_change_it() -> None:
    """The test above can fail: a field of health or effort moves the ranking."""
    draw = random.Random(7)
    moved = 0
    for _ in range(200):
        items = catalogue(draw)
        before = lanes(items, [], suggestion="move_steps").health
        dearer = [msgspec.structs.replace(one, yen=one.yen + draw.choice((0, 5000))) for one in items]
        after = lanes(dearer, [], suggestion="move_steps").health
        moved += [one.id for one in before] != [one.id for one in after]
    assert moved > 20


def test_an_item_has_no_field_about_who_pays() -> None:
    assert not set(Item.__struct_fields__) & set(Deal.__struct_fields__) - {"item"}
