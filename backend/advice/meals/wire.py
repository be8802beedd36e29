"""What goes over HTTP about meals."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Slot = Literal["B", "L", "D"]
Goal = Literal["keep", "lose", "gain"]


class MealWords(BaseModel):
    """A message key with its parameters; a parameter that starts with "@" is itself a key."""

    key: str
    params: dict[str, str | int | float] = Field(default_factory=dict)


class MealName(BaseModel):
    """A name in three ways."""

    ja: str
    ja_easy: str
    en: str


class MealReason(BaseModel):
    """Why a dish is not in the plan."""

    words: MealWords
    allergens: list[MealName]
    source: str
    to_be_confirmed: bool
    is_safety: bool


class MealPlate(BaseModel):
    """One dish of a meal."""

    id: str
    dish: str
    name: MealName
    kind: str
    times: float
    yen: int
    minutes: int
    provider: str | None


class MealOut(BaseModel):
    """One meal; `removed` says why it may not be eaten any more."""

    day: int
    slot: Slot
    plates: list[MealPlate]
    yen: int
    minutes: int
    energy_kcal: float
    salt_g: float | None
    is_locked: bool
    removed: list[MealReason]


class MealDay(BaseModel):
    """One day of the plan."""

    day: int
    on: date
    meals: list[MealOut]
    energy_kcal: float
    salt_g: float | None
    yen: int


class MealBand(BaseModel):
    """One line that the plan keeps, per day on the week's mean, and what the plan has."""

    nutrient: str
    low: float | None
    high: float | None
    unit: str
    least: float
    most: float | None
    indicator: str
    source: str
    to_be_confirmed: bool


class MealTrigger(BaseModel):
    """A rule and the value of the record that called for it."""

    words: MealWords
    reading: str | None
    on: date | None
    source: str
    to_be_confirmed: bool


class MealRefused(BaseModel):
    """Why no plan may be made."""

    words: MealWords
    source: str
    asks: str | None


class MealStep(BaseModel):
    """One wish that would have to give way."""

    wish: str
    words: MealWords
    what: str
    amount: int | None


class MealTask(BaseModel):
    """Work that is going on, or how it ended."""

    state: Literal["working", "impossible", "gave_up"]
    part: str
    best: float | None
    bound: float | None
    began_at: datetime
    relaxations: list[list[MealStep]]
    is_searched: bool
    """Whether it was found out which wishes would have to give way."""


class MealOffer(BaseModel):
    """A dish that somebody pays to have shown; it stands in the lane of advertisements only."""

    dish: str
    name: MealName
    provider: str
    sponsor: str
    yen: int


class MealOffersOut(BaseModel):
    """The lane of advertisements, by name: no plan reads it."""

    offers: list[MealOffer]


class MealWishes(BaseModel):
    """What the person wishes."""

    model_config = ConfigDict(extra="forbid")

    goal: Goal = "keep"
    allergens: list[str] = Field(default_factory=list, max_length=60)
    disliked_groups: list[str] = Field(default_factory=list, max_length=30)
    disliked_dishes: list[str] = Field(default_factory=list, max_length=300)
    liked_groups: list[str] = Field(default_factory=list, max_length=30)
    budget_yen: int | None = Field(default=None, ge=1000, le=200_000)
    most_minutes: int | None = Field(default=None, ge=5, le=240)
    receive_days: list[int] = Field(default_factory=lambda: list(range(7)), max_length=7)
    wants_delivery: bool = True
    deliveries: int = Field(default=3, ge=0, le=21)


class MealAllergen(BaseModel):
    """An allergen that can be left out."""

    id: str
    name: MealName
    duty: str
    to_be_confirmed: bool


class MealWishesOut(BaseModel):
    """The wishes with everything that can be wished."""

    wishes: MealWishes
    is_saved: bool
    from_profile: list[str]
    allergens: list[MealAllergen]
    groups: list[str]
    dishes: dict[str, MealName] = Field(description="names of the disliked dishes")


class MealMaker(BaseModel):
    """Who computed the plan, out of what, and how it is proven."""

    made_at: datetime
    proof: MealWords
    objective: float
    seconds: float
    choices: int
    rejected: int


class MealsOut(BaseModel):
    """This week's meals, or why there are none."""

    state: Literal["refused", "empty", "ready"]
    refused: list[MealRefused]
    task: MealTask | None
    first: date
    days: list[MealDay]
    yen: int
    budget_yen: int | None
    maker: MealMaker | None
    is_outdated: bool
    can_undo: bool
    energy_kcal: float | None
    energy_source: str | None
    goal: Goal
    bands: list[MealBand]
    not_checked: list[str]
    triggers: list[MealTrigger]
    notes: list[MealWords]
    credit: str


class MealChoice(BaseModel):
    """A meal that could stand there instead, and what would change."""

    id: str
    plates: list[MealPlate]
    yen: int
    minutes: int
    energy_kcal: float
    salt_g: float | None


class MealChoicesOut(BaseModel):
    """The meals to choose from for one place."""

    now: MealOut
    choices: list[MealChoice]


class MealRejected(BaseModel):
    """A dish that is kept out, with every reason."""

    id: str
    name: MealName
    reasons: list[MealReason]


class MealRejectedOut(BaseModel):
    """All dishes that are kept out."""

    allowed: int
    rejected: list[MealRejected]


class MealIngredient(BaseModel):
    """One ingredient of a serving."""

    code: str
    name: MealName
    grams: float


class MealNutrient(BaseModel):
    """One nutrient of a serving: at least, at most; both equal where everything is known."""

    nutrient: str
    least: float
    most: float | None
    is_known: bool
    is_estimated: bool


class MealDishOut(BaseModel):
    """A dish with everything known about it."""

    id: str
    name: MealName
    kind: str
    group: str
    minutes: int
    yen: int
    provider: str | None
    ingredients: list[MealIngredient]
    steps: list[str]
    nutrients: list[MealNutrient]
    allergens: list[MealName]
    unknown_allergens: list[MealName]
    reasons: list[MealReason]
    is_disliked: bool
    credit: str


class MealBuy(BaseModel):
    """One line of the shopping list."""

    code: str
    name: MealName
    grams: float
    count: float | None
    unit: str | None
    shelf: str
    yen: int
    is_ticked: bool


class MealShoppingOut(BaseModel):
    """What to buy for the home dishes of the plan, and what is ordered."""

    plan: str | None
    buys: list[MealBuy]
    orders: list[MealPlateOrder]
    yen: int
    price_basis: str


class MealPlateOrder(BaseModel):
    """A delivered dish and its day."""

    on: date
    slot: Slot
    plate: MealPlate


class MealSwapIn(BaseModel):
    """Put another meal there and plan the rest around it."""

    model_config = ConfigDict(extra="forbid")

    day: int = Field(ge=0, le=6)
    slot: Slot
    meal: str = Field(max_length=400)


class MealLockIn(BaseModel):
    """Let a meal stay when the rest is re-planned, or let it go."""

    model_config = ConfigDict(extra="forbid")

    day: int = Field(ge=0, le=6)
    slot: Slot
    is_locked: bool


class MealTickIn(BaseModel):
    """What is in the basket."""

    model_config = ConfigDict(extra="forbid")

    plan: str = Field(max_length=26)
    codes: list[str] = Field(max_length=400)


class MealPlace(BaseModel):
    """Which place of the plan."""

    day: int = Field(ge=0, le=6)
    slot: Slot


class MealDishPath(BaseModel):
    """Which dish."""

    dish: str = Field(max_length=80)


MealShoppingOut.model_rebuild()
