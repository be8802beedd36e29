"""The columns of a catalogue file, their headings, and the words a cell may hold."""

from __future__ import annotations

import msgspec

from backend.advice.food import Kind, Slot

MOST_ROWS = 2000


class Column(msgspec.Struct, frozen=True):
    """One column: its key, its Japanese heading, an example, and for numbers the range that is believed."""

    key: str
    ja: str
    example: str
    is_needed: bool = False
    low: float | None = None
    high: float | None = None
    nutrient: str | None = None


COLUMNS: tuple[Column, ...] = (
    Column("id", "料理番号", "A001", True),
    Column("name", "料理名", "さばのみそ煮御膳", True),
    Column("reading", "よみ", "さばのみそにごぜん", True),
    Column("name_en", "英語名", "Mackerel in miso set", True),
    Column("kind", "区分", "弁当", True),
    Column("slots", "食事", "昼;夕", True),
    Column("main_group", "主な材料", "魚", True),
    Column("price_yen", "価格（円）", "780", True, 50, 10_000),
    Column("areas", "配達地域", "吹田市;豊中市", True),
    Column("weekdays", "曜日", "月火水木金", True),
    Column("min_order", "最小注文数", "1", True, 1, 100),
    Column("lead_days", "何日前まで", "2", True, 0, 30),
    Column("energy_kcal", "エネルギー（kcal）", "540", False, 5, 2500, "energy_kcal"),
    Column("protein_g", "たんぱく質（g）", "24.5", False, 0, 150, "protein_g"),
    Column("fat_g", "脂質（g）", "16.2", False, 0, 150, "fat_g"),
    Column("carbohydrate_g", "炭水化物（g）", "74.0", False, 0, 400, "carbohydrate_g"),
    Column("salt_g", "食塩相当量（g）", "2.4", False, 0, 20, "salt_g"),
    Column("fibre_g", "食物繊維（g）", "", False, 0, 60, "fibre_g"),
    Column("potassium_mg", "カリウム（mg）", "", False, 0, 6000, "potassium_mg"),
    Column("calcium_mg", "カルシウム（mg）", "", False, 0, 3000, "calcium_mg"),
    Column("iron_mg", "鉄（mg）", "", False, 0, 60, "iron_mg"),
    Column("phosphorus_mg", "リン（mg）", "", False, 0, 3000, "phosphorus_mg"),
    Column("folate_ug", "葉酸（マイクログラム）", "", False, 0, 2000, "folate_ug"),
    Column("sfa_g", "飽和脂肪酸（g）", "", False, 0, 80, "sfa_g"),
    Column("allergens", "アレルゲン", "小麦;大豆;さば"),
    Column("allergen_scope", "アレルゲンの範囲", "すべて"),
    Column("tags", "特徴", "やわらか;減塩"),
    Column("pregnancy", "妊娠中", "可"),
    Column("fish", "水銀に注意する魚（g）", ""),
    Column("sponsor", "広告主", ""),
    Column("price_to_us", "運営への支払い（円）", "", False, 0, 1_000_000),
)
KINDS = {
    "主食": Kind.STAPLE,
    "主菜": Kind.MAIN,
    "おかず": Kind.MAIN,
    "副菜": Kind.SIDE,
    "汁物": Kind.SOUP,
    "果物・乳": Kind.FRUIT_DAIRY,
    "弁当": Kind.ONE_DISH,
    "丼・めん": Kind.ONE_DISH,
}
"""A box with rice is a whole meal, as a bowl is."""
SLOTS = {"朝": Slot.BREAKFAST, "昼": Slot.LUNCH, "夕": Slot.DINNER}
GROUPS = {
    "魚": "fish",
    "牛肉": "beef",
    "豚肉": "pork",
    "鶏肉": "chicken",
    "卵": "egg",
    "大豆": "soy",
    "野菜": "vegetable",
    "ごはん": "rice",
    "めん": "noodle",
    "パン": "bread",
    "果物": "fruit",
    "乳": "dairy",
}
WEEKDAYS = "月火水木金土日"
TAGS = {
    "やわらか": "soft",
    "減塩": "low_salt",
    "野菜": "many_vegetables",
    "菜食": "vegetarian",
    "納豆": "natto",
    "もち": "mochi",
    "レバー": "liver",
    "はちみつ": "honey",
    "ナッツ": "nuts",
    "生魚": "raw_fish",
    "生卵": "raw_egg",
    "生ハム": "cured_ham",
    "スモークサーモン": "smoked_fish",
    "ナチュラルチーズ": "natural_cheese",
    "酒かす": "sake_lees",
}
SCOPES = {"すべて": "all", "義務": "mandatory", "": "unknown"}
NONE = "なし"
PREGNANCY = {"可": True, "不可": False, "": False}
EVERY_DAY = "毎日"


def headings() -> dict[str, Column]:
    """The column of a heading, as in the template or by its key."""
    return {name: column for column in COLUMNS for name in (column.ja, column.key)}


def template() -> str:
    """A file with the headings and one example row, to start from."""
    head = ",".join(column.ja for column in COLUMNS)
    row = ",".join(column.example for column in COLUMNS)
    return f"{head}\r\n{row}\r\n"
