"""Observations to readings: coded, dated, in canonical units, plausible; everything else is left out with a reason."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Literal

import msgspec

from backend import base
from backend.link.checkup.chosen import is_own_list
from backend.link.checkup.items import CASUAL, CASUAL_DRAWS, CASUAL_OF, DRAW_TIME, FASTING_DRAW
from backend.link.fhir.bundle import Resource, codings, obj, objects, text, words
from backend.link.fhir.metrics import Named, named
from backend.link.fhir.times import effective
from backend.link.reading import LeftOutLog
from backend.link.units import UnitMismatch, to_canonical, ucum
from backend.record import ItemState, Reading, catalogue

_VOID = frozenset({"entered-in-error", "cancelled", "registered"})
_NOT_DONE = frozenset({"not-performed", "not-asked", "asked-declined", "not-applicable"})
_UCUM = frozenset({"http://unitsofmeasure.org", "urn:oid:2.16.840.1.113883.6.8"})
_TEXT_LIMIT = 20_000
Value = tuple[ItemState, float | str | None, str | None, str | None]


class Left(Exception):  # noqa: N818  (an answer, not an error)
    """This value is not taken; carries the reason."""

    def __init__(self, key: str, **params: str | int | float) -> None:
        """Remember why."""
        super().__init__(key)
        self.key = key
        self.params = params


class When(msgspec.Struct, frozen=True, kw_only=True):
    """When an observation was made."""

    start: datetime
    end: datetime | None
    is_day: bool

    @property
    def day(self) -> date:
        """The Japanese day."""
        return self.start.astimezone(base.TOKYO).date()


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One value of an Observation: the observation itself or a component of it."""

    holder: Resource
    found: Named
    place: str


def when(resource: Resource, inherited: When | None = None) -> When | None:
    """Return the time of a resource, else that of the report it is in."""
    found = effective(resource)
    return When(start=found[0], end=found[1], is_day=found[2]) if found is not None else inherited


def parts(resource: Resource, place: str, log: LeftOutLog | None, person: str) -> Iterator[Part]:
    """Yield what an Observation holds that we have a metric for; note the rest where a log is given."""
    own = named(codings(resource.get("code")))
    components = objects(resource.get("component"))
    if own is not None and (_has_value(resource) or not components):
        yield Part(holder=resource, found=own, place=place)
    elif own is None and log is not None and (_has_value(resource) or not (components or resource.get("hasMember"))):
        log.add(person, "link.left_unknown_item", place, item=(words(resource.get("code")) or "")[:80])
    for number, component in enumerate(components):
        here = f"{place}.component[{number}]"
        inner = named(codings(component.get("code")))
        if inner is not None:
            yield Part(holder=component, found=inner, place=here)
        elif log is not None:
            log.add(person, "link.left_unknown_item", here, item=(words(component.get("code")) or "")[:80])


def _has_value(holder: Resource) -> bool:
    return any(name.startswith("value") for name in holder) or "dataAbsentReason" in holder


class Seen:
    """What must be known of a whole file before single values can be judged: draw times and preferred codes."""

    def __init__(self) -> None:
        """Start with nothing seen."""
        self._draws: dict[tuple[str, date], str] = {}
        self._best: dict[tuple[str, str, date], tuple[int, int, str]] = {}

    def note(self, part: Part, person: str, day: date) -> None:
        """Remember a check-up item of a person and a day."""
        row = part.found.row
        if row is None:
            return
        if part.found.code == DRAW_TIME:
            for coding in codings(part.holder.get("valueCodeableConcept")):
                self._draws[person, day] = text(coding.get("code"), 10) or ""
        rank = (0 if "dataAbsentReason" not in part.holder else 1, row.preference, part.place)
        key = (person, row.metric, day)
        if key not in self._best or rank[:2] < self._best[key][:2]:
            self._best[key] = rank

    def metric(self, part: Part, person: str, day: date) -> str:
        """Return the metric that a part counts for; a less preferred code keeps its own."""
        row = part.found.row
        if row is None:
            return part.found.metric
        best = self._best.get((person, row.metric, day))
        if best is not None and best[2] != part.place:
            return part.found.code
        if self._draws.get((person, day)) in CASUAL_DRAWS:
            return CASUAL_OF.get(row.metric, row.metric)
        return row.metric

    def is_fasting(self, metric: str, part: Part, person: str, day: date) -> bool | None:
        """Say whether a glucose or triglyceride was taken fasting, where that is known."""
        if metric in CASUAL:
            return False
        if metric not in CASUAL_OF:
            return None
        return True if part.found.row is None or self._draws.get((person, day)) == FASTING_DRAW else None


def reading(
    resource: Resource, part: Part, *, person: str, at: When | None, seen: Seen, source: str, now: datetime
) -> Reading:
    """Return the reading of a part; raises Left where it cannot be taken."""
    title = (words(resource.get("code")) or part.found.code)[:80]
    if text(resource.get("status"), 40) in _VOID:
        raise Left("link.left_entered_in_error", item=title)
    if at is None:
        raise Left("link.left_undated", item=title)
    if at.start > now + timedelta(days=1) or at.start.year < 1900:
        raise Left("link.left_future", item=title)
    metric = seen.metric(part, person, at.day)
    known = catalogue.metric(metric)
    state, value, original, unit = _value(part, known, title)
    if isinstance(value, str) and known.value == "code":
        row, given = part.found.row, _answer_system(part.holder)
        if row is not None and not is_own_list(metric, given or row.result_list):
            metric, known = part.found.code, catalogue.metric(part.found.code)
        elif (
            row is None
            and known.choices
            and (not is_own_list(metric, given or known.choices) or catalogue.choice(metric, value) is None)
        ):
            raise Left("link.left_unknown_answer", item=title, text=value[:40])
    return Reading(
        metric=metric,
        value=value,
        unit=known.unit if known.value == "number" else "",
        start=at.start,
        end=at.end,
        is_date_only=at.is_day,
        state=state,
        source=source,
        code=part.found.code,
        code_system=part.found.system,
        original_value=original,
        original_unit=unit,
        place=part.place,
        flag=_flag(part.holder),
        is_fasting=seen.is_fasting(metric, part, person, at.day),
    )


def _value(part: Part, known: catalogue.Metric, title: str) -> Value:
    holder = part.holder
    if (quantity := obj(holder.get("valueQuantity"))) and "value" in quantity:
        return _quantity(quantity, known, title)
    for name in ("valueInteger", "valueDecimal"):
        if name in holder:
            return _quantity({"value": holder[name]}, known, title)
    if concept := obj(holder.get("valueCodeableConcept")):
        return _answer(concept, known, title)
    if (said := text(holder.get("valueString"), _TEXT_LIMIT)) is not None:
        if known.value == "number":
            raise Left("link.left_no_number", item=title, text=said[:40])
        return ItemState.MEASURED, said, said, None
    for name in ("valueDateTime", "valueTime", "valueBoolean"):
        if name in holder and known.value != "number":
            said = str(holder[name])[:100]
            return ItemState.MEASURED, said, said, None
    if absent := codings(holder.get("dataAbsentReason")):
        reason = text(absent[0].get("code"), 60)
        return (ItemState.NOT_DONE if reason in _NOT_DONE else ItemState.NOT_MEASURABLE), None, None, None
    raise Left("link.left_no_value", item=title)


def _quantity(quantity: Resource, known: catalogue.Metric, title: str) -> Value:
    raw = quantity.get("value")
    if isinstance(raw, bool) or not isinstance(raw, int | float | Decimal):
        raise Left("link.left_no_number", item=title, text=str(raw)[:40])
    try:
        number = float(raw)
    except OverflowError:
        number = math.inf
    unit, code = text(quantity.get("unit"), 60), text(quantity.get("code"), 60)
    shown = unit or code or ""
    written = str(raw)[:60]
    if known.value != "number":
        return ItemState.MEASURED, f"{written} {shown}".strip(), written, shown or None
    if not known.unit:
        # A test that no row of the catalogue knows keeps the unit it came with.
        if not math.isfinite(number):
            raise Left("link.left_implausible", item=title, text=written, unit=shown)
        value = number
    else:
        value = _convert(
            known, number, unit, code if text(quantity.get("system")) in _UCUM or not unit else None, title
        )
        if not known.is_plausible(value):
            raise Left("link.left_implausible", item=title, text=written, unit=shown)
    comparator = text(quantity.get("comparator"), 2)
    if comparator in ("<", "<=", ">", ">="):
        state = ItemState.BELOW_LIMIT if comparator.startswith("<") else ItemState.ABOVE_LIMIT
        return state, None, f"{comparator}{written}", shown or None
    return ItemState.MEASURED, value, written, shown or None


def _convert(known: catalogue.Metric, number: float, unit: str | None, code: str | None, title: str) -> float:
    """Convert with the UCUM code, else the printed unit; two that contradict each other are no unit."""
    given = [one for one in (code, unit) if one]
    if not given:
        if known.unit in ("1", "{steps}", "{floors}"):
            return number
        raise Left("link.left_no_unit", item=title, text=f"{number:g}")
    converted: list[float] = []
    for one in given:
        try:
            converted.append(to_canonical(known.code, number, _times_a_minute(known, one)))
        except UnitMismatch:
            if one is code or ucum(one) is not None or len(given) == 1:
                raise Left("link.left_unit", item=title, unit=one[:40]) from None
    if not converted or any(not math.isclose(one, converted[0], rel_tol=1e-6) for one in converted):
        raise Left("link.left_unit", item=title, unit=" / ".join(given)[:40])
    return converted[0]


def _times_a_minute(known: catalogue.Metric, unit: str) -> str:
    # JP Core counts breaths in 回: of a rate that can only mean a minute; the range check catches the rest.
    return "/min" if known.unit == "/min" and unit in ("回", "{times}", "1", "拍") else unit


def _answer(concept: Resource, known: catalogue.Metric, title: str) -> Value:
    said = words(concept)
    if known.value == "number":
        raise Left("link.left_no_number", item=title, text=(said or "")[:40])
    coded = [code for one in codings(concept) if (code := text(one.get("code"), 60))]
    if known.value == "text" or not coded:
        if said is None:
            raise Left("link.left_no_value", item=title)
        return ItemState.MEASURED, said, said, None
    return ItemState.MEASURED, coded[0], said or coded[0], None


def _answer_system(holder: Resource) -> str | None:
    for one in codings(holder.get("valueCodeableConcept")):
        if system := text(one.get("system"), 200):
            return system.removeprefix("urn:oid:")
    return None


def _flag(holder: Resource) -> Literal["H", "L", "N"] | None:
    for concept in objects(holder.get("interpretation")):
        for coding in codings(concept):
            code = (text(coding.get("code"), 10) or "").upper()
            if code in ("H", "HH", "HU"):
                return "H"
            if code in ("L", "LL", "LU"):
                return "L"
            if code == "N":
                return "N"
    return None
