"""Invented residents with yearly check-ups: the only data the next-year model was developed on.

Level and spread by sex and age come from the national tables (NDB Open Data 9, both ends of a class as they are
printed; a normal curve, of the logarithm where `log`, through the shares below each limit). How a person varies from
year to year is an assumption of ours (`assumed.json`): no longitudinal data were at hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from statistics import NormalDist
from typing import Any

import numpy as np

from models import ndb_position
from models.base import load_json
from models.next_year.process import FOLDER, Array

YEARS = 11
"""Ten years of history at most, and the year to be predicted."""
ASSUMED: dict[str, Any] = load_json(FOLDER, "assumed.json")


@dataclass(frozen=True)
class Panel:
    """People by years, the last column is the year to predict; NaN where the check-up was missed or lies before."""

    values: Array
    ages: Array


@cache
def national(metric: str, sex: str) -> tuple[Array, Array]:
    """Return mean and spread for the seven age bands, on the logarithm where the item is taken so."""
    item = next(i for i in ndb_position.items().values() if i.metric == metric and i.kind == "number")
    found = []
    for band in range(7):
        people = np.array(ndb_position.counts(item, ndb_position.JAPAN, sex, band)[0], dtype=np.float64)
        share = np.cumsum(people)[:-1] / people.sum()
        limits = np.array([upper for _, upper in item.limits[:-1]], dtype=np.float64)
        if ASSUMED["items"][metric]["log"]:
            limits = np.log(limits)
        normal = np.array([NormalDist().inv_cdf(float(s)) for s in share])
        spread, mean = np.polyfit(normal, limits, 1)
        found.append((mean, spread))
    mean, spread = np.array(found).T
    return mean, spread


def panel(metric: str, sex: str, *, people: int, seed: int) -> Panel:
    """Return invented people who are 40 to 74 in the year to predict; the same seed gives the same people."""
    dice = np.random.default_rng([seed, sorted(ASSUMED["items"]).index(metric), sex == "male"])
    spec, rule = ASSUMED["items"][metric], ASSUMED["everybody"]
    ages = dice.integers(40, 75, people)[:, None] + np.arange(1 - YEARS, 1)[None, :]
    means, spreads = national(metric, sex)
    middles = np.arange(42, 77, 5)
    level = np.interp(ages, middles, means)
    spread = np.interp(ages, middles, spreads)
    within = spec["within_share"]
    heavy = rule["tails"]
    scale = np.sqrt((heavy - 2) / heavy)
    own = dice.normal(size=(people, 1)) * np.sqrt(1 - within)
    drift = dice.normal(size=(people, 1)) * rule["drift_sd"] * (np.arange(YEARS) - (YEARS - 1) / 2)
    # Some people vary twice as much as others; years in a row are alike; single values are off now and then.
    size = np.exp(dice.normal(size=(people, 1)) * rule["unequal"] - rule["unequal"] ** 2)
    slow = np.zeros((people, YEARS))
    shocks = dice.standard_t(heavy, (people, YEARS)) * scale
    slow[:, 0] = shocks[:, 0]
    keep = rule["year_to_year"]
    for year in range(1, YEARS):
        slow[:, year] = keep * slow[:, year - 1] + np.sqrt(1 - keep**2) * shocks[:, year]
    fast = dice.standard_t(heavy, (people, YEARS)) * scale
    part = rule["slow_part"]
    normal = own + drift + np.sqrt(within) * size * (np.sqrt(part) * slow + np.sqrt(1 - part) * fast)
    # A treatment begins for some of those with a high value, and stays.
    begins = (normal > rule["treated_above"]) & (dice.random((people, YEARS)) < rule["treatment_a_year"])
    treated = np.cumsum(np.roll(begins, 1, axis=1) & (np.arange(YEARS) > 0), axis=1) > 0
    values = level + spread * (normal - rule["treatment_effect"] * treated)
    first = dice.integers(0, YEARS - 1, people)[:, None]
    gone = (np.arange(YEARS) < first) | (dice.random((people, YEARS)) < rule["missed_a_year"])
    gone[:, -1] = False
    gone[np.arange(people), np.maximum(first[:, 0], 0)] = False
    return Panel(np.where(gone, np.nan, values), ages.astype(np.float64))
