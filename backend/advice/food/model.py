"""Foods, dishes and what is in them: frozen values. What was not measured stays unknown through every sum."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from enum import StrEnum

import msgspec

NUTRIENTS: tuple[str, ...] = (
    "energy_kcal",
    "water_g",
    "protein_g",
    "fat_g",
    "carbohydrate_g",
    "fibre_g",
    "sfa_g",
    "mufa_g",
    "pufa_g",
    "n3_g",
    "n6_g",
    "cholesterol_mg",
    "sodium_mg",
    "salt_g",
    "potassium_mg",
    "calcium_mg",
    "magnesium_mg",
    "phosphorus_mg",
    "iron_mg",
    "zinc_mg",
    "iodine_ug",
    "vita_rae_ug",
    "retinol_ug",
    "vitd_ug",
    "vite_mg",
    "vitk_ug",
    "b1_mg",
    "b2_mg",
    "niacin_mg",
    "b6_mg",
    "b12_ug",
    "folate_ug",
    "vitc_mg",
    "alcohol_g",
)
"""Keys of all nutrients; the unit is the last part of the key (ug of vitamin A are retinol activity equivalents)."""


class State(StrEnum):
    """How the food table knows a number."""

    VALUE = "value"
    ESTIMATED = "estimated"
    TRACE = "trace"
    MISSING = "missing"


class Amount(msgspec.Struct, frozen=True):
    """One number of the food table per 100 g; `value` is None exactly where it is missing, a trace is 0."""

    state: State
    value: float | None


class Food(msgspec.Struct, frozen=True):
    """One food of the Standard Tables, per 100 g of its edible part."""

    code: str
    group: str
    name: str
    amounts: Mapping[str, Amount]

    def amount(self, nutrient: str) -> Amount:
        """The amount of one nutrient per 100 g."""
        return self.amounts[nutrient]


class Total(msgspec.Struct, frozen=True):
    """A sum in which unknown parts stay unknown: at least so much, at most so much (None = no bound)."""

    at_least: float
    at_most: float | None
    is_estimated: bool = False
    missing: tuple[str, ...] = ()

    @property
    def is_known(self) -> bool:
        """Whether nothing is missing from the sum."""
        return not self.missing

    @property
    def value(self) -> float | None:
        """The sum, or None where a part of it is unknown."""
        return None if self.missing else self.at_least


Nutrients = Mapping[str, Total]
"""Every key of NUTRIENTS with its total."""


class Words(msgspec.Struct, frozen=True):
    """A name in Japanese, how it is read in hiragana, and in English."""

    ja: str
    reading: str
    en: str


class Kind(StrEnum):
    """What part of a meal a dish is."""

    STAPLE = "staple"
    ONE_DISH = "one_dish"
    MAIN = "main"
    SIDE = "side"
    SOUP = "soup"
    FRUIT_DAIRY = "fruit_dairy"


class Slot(StrEnum):
    """When a dish is eaten."""

    BREAKFAST = "breakfast"
    LUNCH = "lunch"
    DINNER = "dinner"


class Part(msgspec.Struct, frozen=True):
    """An ingredient of one serving: edible grams, in the state that the food code names (raw unless it says cooked)."""

    code: str
    grams: float


class AllergenSet(msgspec.Struct, frozen=True):
    """Which allergens are in a dish, and of which nobody said anything; what is unknown counts as contained."""

    contains: frozenset[str]
    unknown: frozenset[str] = frozenset()

    def hits(self, excluded: Collection[str]) -> frozenset[str]:
        """The excluded allergens that are, or may be, in the dish."""
        return frozenset(excluded) & (self.contains | self.unknown)


class Dish(msgspec.Struct, frozen=True, kw_only=True):
    """A dish cooked at home, per serving."""

    id: str
    name: Words
    kind: Kind
    slots: frozenset[Slot]
    months: frozenset[int]
    minutes: int
    servings: int
    main_group: str
    tags: frozenset[str]
    parts: tuple[Part, ...]
    eaten_raw: frozenset[str]
    steps: tuple[str, ...]
    yen: int
    allergens: AllergenSet


class CatalogueDish(msgspec.Struct, frozen=True, kw_only=True):
    """A dish that a provider delivers; nutrients and allergens are what the provider states."""

    id: str
    provider: str
    provider_name: str
    name: Words
    kind: Kind
    slots: frozenset[Slot]
    main_group: str
    price_yen: int
    areas: frozenset[str]
    weekdays: frozenset[int]
    nutrients: Nutrients
    allergens: AllergenSet
    tags: frozenset[str]
    min_order: int
    lead_days: int
    sponsor: str | None = None
    """Who pays for it to be shown as an advertisement; no plan and no order of dishes reads this or the price."""
    price_to_us: int = 0


class Stage(StrEnum):
    """What changes the needs beside age and sex; UNKNOWN where a pregnancy is possible and nobody said."""

    NONE = "none"
    PREGNANT_1 = "pregnant_1"
    PREGNANT_2 = "pregnant_2"
    PREGNANT_3 = "pregnant_3"
    LACTATING = "lactating"
    UNKNOWN = "unknown"


class Band(msgspec.Struct, frozen=True, kw_only=True):
    """A daily range of one nutrient; only `is_binding` ones may steer a plan, the others wait for a clinician.

    What is `to_be_confirmed` comes from a row that nobody verified: it has an upper end only, since it may only forbid.
    """

    nutrient: str
    low: float | None = None
    high: float | None = None
    is_high_strict: bool = False
    unit: str
    indicator: str
    source: str
    status: str
    is_binding: bool
    to_be_confirmed: bool = False


class Energy(msgspec.Struct, frozen=True, kw_only=True):
    """Estimated energy requirement (kcal/d) = weight x table row + what the stage adds."""

    kcal: float
    kcal_per_kg: float
    added: float
    source: str
    status: str


class Allergen(msgspec.Struct, frozen=True, kw_only=True):
    """An allergen of the labelling rules as they stand on a day."""

    id: str
    ja: str
    reading: str
    en: str
    duty: str
    since: date | None
    source: str
    to_be_confirmed: bool


class Condition(StrEnum):
    """States of a person that forbid dishes."""

    PREGNANT = "pregnant"
    PREGNANCY_UNKNOWN = "pregnancy_unknown"
    PLANNING = "planning"
    LACTATING = "lactating"
    OLDER = "older"
    HYPERTENSION = "hypertension"
    DIABETES = "diabetes"
    DYSLIPIDAEMIA = "dyslipidaemia"
    HIGH_LDL = "high_ldl"
    KIDNEY = "kidney"
    KIDNEY_G3B = "kidney_g3b"
    KIDNEY_G4 = "kidney_g4"
    CHILD_UNDER_6 = "child_under_6"
    WARFARIN = "warfarin"


class Forbid(msgspec.Struct, frozen=True, kw_only=True):
    """Why a dish must not be proposed; `what` names the food codes or tags that hit."""

    mask: str
    key: str
    what: tuple[str, ...]
    source: str
    status: str
    to_be_confirmed: bool


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """Something to say beside a plan: message key and source."""

    key: str
    source: str
    status: str


class Buy(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a shopping list; `count` is in `unit` where the food is bought by the piece."""

    code: str
    name: Words
    grams: float
    count: float | None
    unit: str | None
    shelf: str
    yen: int
