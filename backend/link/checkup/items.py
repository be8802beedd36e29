"""The check-up item table: what each 17-digit code measures and which code counts where several do."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Literal, cast

import msgspec

ValueType = Literal["PQ", "CD", "CO", "ST"]
ITEM_SYSTEM = "urn:oid:1.2.392.200119.6.1005"
DRAW_TIME = "9N141000000000011"
YES_NO = "1.2.392.200119.6.2003"
FASTING_DRAW = "2"
# A value drawn 3.5 hours or more after a meal is casual all the same (V4.0 table, note to 採血時間).
CASUAL_DRAWS = frozenset({"1", "3", "4"})
CASUAL_OF = {"glucose_fasting_mgdl": "glucose_casual_mgdl", "tg_fasting_mgdl": "tg_casual_mgdl"}
CASUAL = frozenset(CASUAL_OF.values())
# Older forms answer the same item from another list; only answers that mean exactly the same are carried over:
# the third period asked "do you smoke habitually" with yes and no, and its "no" does not say whether one gave up.
SAME_ANSWER = {("9N736000000000011", YES_NO, "1"): "1"}


class ItemRow(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the table; `metric` is the 17-digit code where no canonical metric exists."""

    code: str
    name: str
    metric: str
    value_type: ValueType
    unit: str
    method: str
    result_list: str
    preference: int


@cache
def table() -> Mapping[str, ItemRow]:
    """Return every item by its code."""
    text = resources.files("backend.link.checkup").joinpath("items.csv").read_text(encoding="utf-8")
    return {
        row["code"]: ItemRow(
            code=row["code"],
            name=row["name_ja"],
            metric=row["metric"] or row["code"],
            value_type=cast(ValueType, row["value_type"]),
            unit=row["unit"],
            method=row["method"],
            result_list=row["result_list"],
            preference=int(row["preference"] or 1),
        )
        for row in csv.DictReader(text.splitlines())
    }
