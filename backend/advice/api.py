"""HTTP of suggestions: this week's, and what the person says to one."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from backend import base, consent, people
from backend.advice import service
from backend.advice.alerts import alert
from backend.advice.blueprint import api
from backend.advice.insurance import api as insurance_routes
from backend.advice.meals import api as meal_routes
from backend.advice.model import (
    KINDS,
    About,
    AnswerKind,
    Choice,
    Found,
    Given,
    Kind,
    Rule,
    goal,
    lines,
    next_of,
    why_before,
)
from backend.advice.telemed import api as telemed_routes
from backend.advice.week import api as week_routes

ROUTES = (insurance_routes, meal_routes, telemed_routes, week_routes)
"""Modules whose routes stand on the same blueprint: importing them is enough."""
Params = dict[str, str | int | float]


class AdviceWords(BaseModel):
    """A message key with its parameters; a parameter that starts with "@" is itself a key."""

    key: str
    params: Params = Field(default_factory=dict)


class TriggerOut(BaseModel):
    """The value that calls for the suggestion, and the line it is compared with."""

    words: AdviceWords
    value: float | str
    metric: str
    day: date
    days: int = Field(description="how many measurements or days the value is a mean of; 1 = a single value")
    reading: str | None = Field(description="the reading to open for the source of the value")
    limit: AdviceWords | None
    limit_source: str


class GuidelineOut(BaseModel):
    """Where the suggestion comes from."""

    id: str
    version: str
    row: str
    source: str
    status: str


class SuggestionOut(BaseModel):
    """One thing to do."""

    id: str
    kind: Kind
    title: AdviceWords
    detail: AdviceWords
    trigger: TriggerOut
    guideline: GuidelineOut
    why: AdviceWords = Field(description="why this and not the next one")
    caution: AdviceWords | None
    minutes: int
    yen: int | None = Field(description="extra cost; null: depends on who provides it")
    cost: AdviceWords
    answer: AnswerKind | None
    answered_at: datetime | None


class MaskedOut(BaseModel):
    """A suggestion that must not come, and why."""

    id: str
    kind: Kind
    title: AdviceWords
    reason: AdviceWords
    source: str
    to_be_confirmed: bool
    asks: str | None = Field(description="the question of わたしのこと that would settle it")


class HiddenOut(BaseModel):
    """A suggestion the person sent away, and until when."""

    id: str
    kind: Kind
    title: AdviceWords
    answer: AnswerKind
    until: datetime


class AlertOut(BaseModel):
    """A measurement that must not wait: what to do now."""

    id: str
    tone: Literal["now", "look"]
    words: AdviceWords
    source: str
    row: str
    day: date
    reading: str | None


class AdviceOut(BaseModel):
    """This week."""

    alert: AlertOut | None
    suggestions: list[SuggestionOut]
    masked: list[MaskedOut]
    hidden: list[HiddenOut]
    asks: list[str]
    is_empty_record: bool
    notice: AdviceWords


class SuggestionPath(BaseModel):
    """Which suggestion."""

    suggestion: str = Field(max_length=40)


class AnswerIn(BaseModel):
    """What the person says."""

    model_config = ConfigDict(extra="forbid")

    answer: AnswerKind
    reason: Literal["cost", "time", "health", "taste", "already", "other"] | None = None


class AnswerOut(BaseModel):
    """The answer as it is kept."""

    answer: AnswerKind | None
    at: datetime | None
    until: datetime | None


def _own(session: base.Session) -> consent.Permit:
    actor = people.current_actor()
    if actor.person is None:
        raise base.NotAllowed
    return consent.permit(session, actor=actor, person=actor.person, purpose=consent.Purpose.SELF)


@api.get("/advice", responses={200: AdviceOut})
def advice() -> Any:
    """This week's suggestions with their reasons, what is masked and what was sent away."""
    with base.read_session() as session:
        permit = _own(session)
        known, choice = service.week(session, permit=permit)
        given = service.answers(session, permit=permit)
    return shown(known, choice, given).model_dump(mode="json")


@api.post("/advice/<suggestion>/answer", responses={200: AnswerOut})
def answer(path: SuggestionPath, body: AnswerIn) -> Any:
    """Accept, put off, send away or mark done; sending the same again changes nothing but the time."""
    with base.write_unit() as session:
        permit = _own(session)
        given = service.answer(
            session, permit=permit, suggestion=path.suggestion, answer=body.answer, reason=body.reason
        )
    return AnswerOut(answer=given.answer, at=given.at, until=given.until).model_dump(mode="json")


@api.delete("/advice/<suggestion>/answer", responses={200: AnswerOut})
def take_back(path: SuggestionPath) -> Any:
    """Take the answer back."""
    with base.write_unit() as session:
        service.take_back(session, permit=_own(session), suggestion=path.suggestion)
    return AnswerOut(answer=None, at=None, until=None).model_dump(mode="json")


def shown(known: About, choice: Choice, given: dict[str, Given] | Any) -> AdviceOut:
    """The week as the screen needs it."""
    found = _alert(known)
    # What must not wait stands alone: no suggestion beside "call now".
    is_now = found is not None and found.tone == "now"
    proposed = () if is_now else choice.proposed
    suggestions = [_suggestion(one, known, choice, given.get(one.rule.id)) for one in proposed]
    asks = {masked.mask.asks for masked in choice.masked if masked.mask.asks}
    if "unknown" in (known.facts.get("doctor_limits_diet"),) and any(s.kind == "meal" for s in suggestions):
        asks.add("doctor_limits_diet")
    return AdviceOut(
        alert=found,
        suggestions=sorted(suggestions, key=lambda one: KINDS.index(one.kind)),
        masked=[
            MaskedOut(
                id=one.rule.id,
                kind=one.rule.kind,
                title=_title(one.rule, known),
                reason=AdviceWords(key=f"advice.mask.{one.mask.id}"),
                source=one.mask.source,
                to_be_confirmed=one.mask.to_be_confirmed,
                asks=one.mask.asks,
            )
            for one in choice.masked
        ],
        hidden=[
            HiddenOut(
                id=one.rule.id, kind=one.rule.kind, title=_title(one.rule, known), answer=kept.answer, until=kept.until
            )
            for one in choice.hidden
            if (kept := given.get(one.rule.id)) is not None and kept.until is not None
        ],
        asks=sorted(asks),
        is_empty_record=not known.values,
        notice=AdviceWords(key="advice.notice"),
    )


def _alert(known: About) -> AlertOut | None:
    found = alert(known)
    if found is None:
        return None
    key = f"advice.alert.{found.rule.id}{'_or_pregnant' if found.may_be_pregnant else ''}"
    held = known.values["last_home_sbp"]
    return AlertOut(
        id=found.rule.id,
        tone=found.rule.tone,
        words=AdviceWords(key=key, params={"sbp": round(found.sbp), "dbp": round(found.dbp)}),
        source=found.rule.source,
        row=found.rule.row,
        day=held.day,
        reading=held.reading,
    )


def _title(rule: Rule, known: About) -> AdviceWords:
    return AdviceWords(key=f"advice.{rule.id}.title", params=_goal(rule, known))


def _goal(rule: Rule, known: About) -> Params:
    number = None if rule.goal is None else goal(rule.goal, sex=known.sex, age=known.age)
    return {} if number is None else {"goal": number}


def _suggestion(one: Found, known: About, choice: Choice, given: Given | None) -> SuggestionOut:
    rule = one.rule
    # The next in line is what would stand here if this one were sent away.
    other = next_of(one, choice.waiting)
    why = AdviceWords(key=f"advice.why.{why_before(one, other)}")
    if other is not None:
        why.params = {"next": f"@advice.{other.rule.id}.title", **_goal(other.rule, known)}
    return SuggestionOut(
        id=rule.id,
        kind=rule.kind,
        title=_title(rule, known),
        detail=AdviceWords(key=f"advice.{rule.id}.detail", params=_goal(rule, known) | _gap(one)),
        trigger=_trigger(one),
        guideline=GuidelineOut(
            id=rule.guideline.id,
            version=rule.guideline.version,
            row=rule.guideline.row,
            source=rule.guideline.source,
            status=rule.guideline.status,
        ),
        why=why,
        caution=_caution(rule, known),
        minutes=rule.minutes,
        yen=rule.yen,
        cost=AdviceWords(key=f"advice.cost.{rule.kind}"),
        answer=None if given is None else given.answer,
        answered_at=None if given is None else given.at,
    )


def _gap(one: Found) -> Params:
    if one.trigger.below is None or isinstance(one.held.value, str):
        return {}
    return {"gap": round(one.trigger.below - one.held.value)}


def _caution(rule: Rule, known: About) -> AdviceWords | None:
    if rule.kind == "movement":
        return AdviceWords(key="advice.caution.movement")
    if rule.kind == "meal" and rule.id != "meal_folate":
        return AdviceWords(key="advice.caution.meal")
    return None


def _trigger(one: Found) -> TriggerOut:
    held, trigger = one.held, one.trigger
    # A mean of days is shown as whole steps and whole mmHg, as the devices show them.
    decimals = 1 if held.n == 1 else 0
    number = held.value if isinstance(held.value, str) else round(held.value, decimals)
    if isinstance(number, float) and number.is_integer():
        number = int(number)
    limit = None
    if trigger.at_least is not None:
        limit = AdviceWords(key="advice.limit.at_least", params={"limit": trigger.at_least})
    elif trigger.below is not None:
        limit = AdviceWords(key="advice.limit.below", params={"limit": trigger.below})
    return TriggerOut(
        words=AdviceWords(key=f"advice.value.{trigger.value}", params={"value": number, "days": held.n}),
        value=held.value,
        metric=held.metric,
        day=held.day,
        days=held.n,
        reading=held.reading,
        limit=limit,
        limit_source=lines()[trigger.row],
    )
