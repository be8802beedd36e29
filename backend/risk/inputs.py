"""What models may know of a person: newest values within their age limit, and the answers of わたしのこと. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from statistics import fmean

from backend import base, people, record
from backend.record import Answer, ItemState, Profile, StoredReading, catalogue

CHECKUP_LIMIT_DAYS = 3 * 366
"""A check-up value older than this is not used: cards say so."""

HOME_WINDOW_DAYS = 7
HOME_DAYS_NEEDED = 5
HOME_LIMIT_DAYS = 30
"""Home pressure: mean of the day means of 7 days, 5 days at least, newest within 30 days.

The mornings of the 7 days up to today come first, as on the home screen; where they are too few, all values of
the 7 days up to the newest one.
"""

MORNING_HOURS = range(4, 12)
"""Hours in Tokyo that count as morning (the same as the record's)."""

# Product rule, not a guideline: from this age on nobody is asked about a pregnancy.
PREGNANCY_ASKED_BELOW = 60
# A "not pregnant" older than this is asked again.
PREGNANCY_ANSWER_DAYS = 183
DAYS_AFTER_DUE = 42

METRICS = (
    "sbp_mmhg", "dbp_mmhg", "height_cm", "weight_kg", "bmi", "waist_cm", "visceral_fat_cm2", "ldl_mgdl", "hdl_mgdl",
    "tg_fasting_mgdl", "tg_casual_mgdl", "glucose_fasting_mgdl", "glucose_casual_mgdl", "hba1c_pct",
    "creatinine_mgdl", "egfr", "uacr_mg_gcr", "ast_ul", "alt_ul", "ggt_ul", "plt_10e4ul", "hb_gdl", "urine_protein",
    "urine_sugar", "draw_time_class", "guidance_level", "metsyn_class", "nonhdl_mgdl", "tc_mgdl", "upcr_g_gcr",
    "q_med_bp", "q_med_glucose", "q_med_lipid", "q_hist_stroke", "q_hist_heart", "q_hist_renal", "q_anaemia",
    "q_smoking", "q_weight_gain_20y", "q_exercise_30min", "q_walk_1h", "q_walk_fast", "q_chewing", "q_eat_speed",
    "q_eat_late", "q_snack", "q_skip_breakfast", "q_alcohol_freq", "q_alcohol_amount", "q_sleep_ok",
    "q_stage_of_change",
)  # fmt: skip


@dataclass(frozen=True)
class Pair:
    """One blood pressure: both numbers of one measurement, or the mean of several days."""

    sbp: float
    dbp: float
    day: date
    reading: str | None
    source: str
    days: int = 1
    is_morning: bool = False


@dataclass(frozen=True)
class Gathered:
    """Everything the cards of one person are computed from, on one day."""

    facts: people.PersonFacts
    today: date
    profile: Profile
    readings: Mapping[str, tuple[StoredReading, ...]]
    signed: frozenset[str] = field(default_factory=frozenset)

    @property
    def sex(self) -> str:
        """Return "male" or "female"."""
        return self.facts.sex

    @property
    def age(self) -> int:
        """Return completed years today."""
        return people.age(self.facts.birth, on=self.today)

    def age_on(self, day: date) -> int:
        """Return completed years on a day."""
        return people.age(self.facts.birth, on=day)

    def newest(self, metric: str) -> StoredReading | None:
        """Return the newest measured value within the limit; of one exam the item its table prefers."""
        held = self.readings.get(metric, ())
        return held[0] if held else None

    def on_day(self, metric: str, day: date) -> StoredReading | None:
        """Return the value of that very day, for models whose inputs belong to one exam."""
        return next((r for r in self.readings.get(metric, ()) if day_of(r) == day), None)

    def yes(self, key: str) -> bool | None:
        """Return an answered yes/no of わたしのこと; None where nobody knows."""
        return self.profile.is_yes(key)

    def pregnant(self) -> bool | None:
        """Return whether the person is pregnant; None has to be asked."""
        if self.sex == "male" or self.age >= PREGNANCY_ASKED_BELOW:
            return False
        fact = self.profile.fact("pregnancy")
        if fact.answer is not Answer.VALUE or not isinstance(fact.value, dict):
            return None
        if fact.value.get("status") == "yes":
            due = self.due()
            is_over = due is not None and (self.today - due).days > DAYS_AFTER_DUE
            return None if is_over else True
        is_fresh = fact.on is not None and (self.today - fact.on).days <= PREGNANCY_ANSWER_DAYS
        return False if is_fresh else None

    def due(self) -> date | None:
        """Return the due date the person gave."""
        value = self.profile.value("pregnancy")
        text = value.get("due") if isinstance(value, dict) else None
        return date.fromisoformat(text) if text else None

    def smokes(self) -> bool | None:
        """Return whether the person smokes now; an ex-smoker does not."""
        value = self.profile.value("smoking")
        return None if value is None else value == "current"

    def office(self) -> Pair | None:
        """Return the newest pair measured at a check-up or clinic."""
        pairs = self._pairs(is_home=False)
        return pairs[0] if pairs else None

    def home(self) -> tuple[Pair | None, int]:
        """Return the mean home pair and the number of its days; None while there are too few days."""
        pairs = self._pairs(is_home=True)
        if not pairs or (self.today - pairs[0].day).days > HOME_LIMIT_DAYS:
            return None, 0
        is_morning = True
        by_day = _by_day([p for p in pairs if p.is_morning], self.today)
        if len(by_day) < HOME_DAYS_NEEDED:
            is_morning, by_day = False, _by_day(pairs, pairs[0].day)
        if len(by_day) < HOME_DAYS_NEEDED:
            return None, len(by_day)
        mean = Pair(
            sbp=fmean(fmean(p.sbp for p in day) for day in by_day.values()),
            dbp=fmean(fmean(p.dbp for p in day) for day in by_day.values()),
            day=max(by_day),
            reading=by_day[max(by_day)][0].reading,
            source=by_day[max(by_day)][0].source,
            days=len(by_day),
            is_morning=is_morning,
        )
        return mean, len(by_day)

    def last_home(self) -> Pair | None:
        """Return the newest single home pair of the last 7 days (used to alert, never to classify)."""
        pairs = self._pairs(is_home=True)
        return pairs[0] if pairs and (self.today - pairs[0].day).days < HOME_WINDOW_DAYS else None

    def _pairs(self, *, is_home: bool) -> list[Pair]:
        """Numbers of one moment and source; newest first, of one exam the preferred item first."""
        lower = [r for r in self.readings.get("dbp_mmhg", ()) if is_at_home(r) is is_home]
        found = []
        for upper in self.readings.get("sbp_mmhg", ()):
            if is_at_home(upper) is not is_home or not isinstance(upper.value, int | float):
                continue
            mate = next((r for r in lower if _belongs(upper, r)), None)
            if mate is not None and isinstance(mate.value, int | float):
                hour = None if upper.is_date_only else upper.start.astimezone(base.TOKYO).hour
                found.append(
                    Pair(
                        sbp=float(upper.value),
                        dbp=float(mate.value),
                        day=day_of(upper),
                        reading=upper.id,
                        source=upper.source,
                        is_morning=hour in MORNING_HOURS,
                    )
                )
        return found


def _by_day(pairs: Iterable[Pair], until: date) -> dict[date, list[Pair]]:
    first = until - timedelta(days=HOME_WINDOW_DAYS - 1)
    found: dict[date, list[Pair]] = {}
    for pair in pairs:
        if first <= pair.day <= until:
            found.setdefault(pair.day, []).append(pair)
    return found


def is_at_home(reading: StoredReading) -> bool | None:
    """Say whether a pressure was measured at home; None where nobody said, and then it is compared with no line."""
    context = record.pressure_context(reading)
    return None if context == "" else context == "home"


def _belongs(upper: StoredReading, lower: StoredReading) -> bool:
    if upper.start != lower.start or upper.source != lower.source:
        return False
    # An exam may list first, second and mean: the numbers of one measurement share the place in the table.
    ours, theirs = catalogue.metric("sbp_mmhg").jlac10, catalogue.metric("dbp_mmhg").jlac10
    if upper.code in ours and lower.code in theirs:
        return ours.index(upper.code) == theirs.index(lower.code)
    return True


def day_of(reading: StoredReading) -> date:
    """Return the Tokyo day of a reading."""
    return reading.start.astimezone(base.TOKYO).date()


def number(reading: StoredReading | None) -> float | None:
    """Return the number of a reading, or None."""
    if reading is None or isinstance(reading.value, str) or reading.value is None:
        return None
    return float(reading.value)


def gather(
    facts: people.PersonFacts,
    *,
    today: date,
    profile: Profile,
    readings: Iterable[StoredReading],
    signed: frozenset[str] = frozenset(),
) -> Gathered:
    """Sort measured values newest first and leave out what is older than the limit or lies ahead."""
    first = today - timedelta(days=CHECKUP_LIMIT_DAYS)
    held: dict[str, list[StoredReading]] = {}
    for reading in readings:
        if reading.state is ItemState.MEASURED and reading.value is not None and first <= day_of(reading) <= today:
            held.setdefault(reading.metric, []).append(reading)
    for rows in held.values():
        rows.sort(key=_order, reverse=True)
    return Gathered(facts, today, profile, {name: tuple(rows) for name, rows in held.items()}, signed)


def _order(reading: StoredReading) -> tuple[object, ...]:
    codes = catalogue.metric(reading.metric).jlac10
    place = codes.index(reading.code) if reading.code in codes else len(codes)
    return reading.start, -place, reading.stored_at
