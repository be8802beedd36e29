"""The shapes of the consent API, as the phone sees them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from backend.consent.model import Category, Identifiability, Mode, Purpose, RecipientKind, Words
from backend.consent.texts import ConsentText
from backend.consent.views import Card, ReadSummary, SwitchView

ClientId = Annotated[str, Field(min_length=8, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]
"""Made by the phone; the same id with the same content is the same change."""
Id = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_.-]+$")]


class Wire(BaseModel):
    """Base of all shapes: frozen, no surprise fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class WordsOut(Wire):
    """One phrase in three languages."""

    ja: str
    ja_easy: str = Field(serialization_alias="ja-easy", validation_alias="ja-easy")
    en: str


class ReadsOut(Wire):
    """How often it was read."""

    week: int
    ever: int
    last_at: datetime | None


class SwitchOut(Wire):
    """One switch; `since` is when it was turned on."""

    category: Category
    is_on: bool
    since: datetime | None
    can_turn_on: bool
    why_not: Literal["not_offered", "needs_board", "closed", "sensitive_closed"] | None
    must_ask_again: bool
    by_rule: bool
    reads: ReadsOut


class TextOut(Wire):
    """Which wording this rests on; the wording itself is at /consent/texts/{id}/{version}."""

    id: str
    version: int
    sha256: str


class CardOut(Wire):
    """One recipient under one purpose."""

    recipient: str
    kind: RecipientKind
    names: WordsOut
    is_synthetic: bool
    purpose: Purpose
    why: WordsOut | None
    text: TextOut | None
    identifiability: Identifiability | None
    mode: Mode | None
    status: Literal["off", "on", "paused", "ask_again", "not_yet", "ended", "closed"]
    start: datetime | None
    until: datetime | None
    erase_at: datetime | None
    erase_after_days: int | None
    reads_per_day: int | None
    needs_step_up: bool
    categories: list[SwitchOut]
    reads: ReadsOut


class StandingRuleOut(Wire):
    """A standing answer for a class of recipients."""

    id: str
    kind: RecipientKind
    purpose: Purpose
    categories: list[Category]
    effect: Literal["create", "stop"]
    since: datetime


class ConsentOut(Wire):
    """Who may use what: the めぐり screen."""

    is_paused: bool
    paused_since: datetime | None
    bank: list[CardOut]
    counsellors: list[CardOut]
    rules: list[StandingRuleOut]
    rules_are_draft: bool
    asks_again: int


class SwitchIn(Wire):
    """Turn one switch."""

    recipient: Id
    purpose: Purpose
    category: Category
    on: bool
    client_id: ClientId


class PauseIn(Wire):
    """Pause or take up again all provision through the information bank."""

    on: bool
    client_id: ClientId


class RuleIn(Wire):
    """Set a standing rule."""

    kind: RecipientKind
    purpose: Purpose
    categories: list[Category] = Field(min_length=1, max_length=len(Category))
    effect: Literal["create", "stop"]
    client_id: ClientId


class RuleEndIn(Wire):
    """End a standing rule."""

    client_id: ClientId


class ChangedOut(Wire):
    """A change that the server has: its id, and its signed receipt as compact JWS."""

    id: str
    at: datetime
    kind: Literal["switch", "pause", "rule", "nextgen"]
    is_on: bool
    receipt: str


class RuleChangedOut(Wire):
    """A rule that was set or ended, and the switches it moved."""

    rule: str
    change: ChangedOut
    switches: list[ChangedOut]


class ChangeOut(Wire):
    """One line of the history of changes."""

    id: str
    at: datetime
    kind: Literal["switch", "pause", "rule", "nextgen"]
    is_on: bool
    recipient: str | None
    names: WordsOut | None
    purpose: Purpose | None
    category: Category | None
    by_rule: bool
    text_id: str | None
    text_version: int | None


class HistoryOut(Wire):
    """Changes, newest first; `next` asks for the following page."""

    changes: list[ChangeOut]
    next: str | None


class ReadOut(Wire):
    """One read by somebody else; `what` counts values by category, `metrics` by metric; a refused try has a reason."""

    id: str
    at: datetime
    recipient: str | None
    names: WordsOut | None
    role: str
    purpose: Purpose
    is_denied: bool
    reason: str | None
    what: dict[Category, int]
    metrics: dict[str, int]
    grants: list[str]


class ReadsPageOut(Wire):
    """Reads, newest first; `next` asks for the following page."""

    reads: list[ReadOut]
    next: str | None


class ConsentReceiptOut(Wire):
    """A signed receipt (compact JWS, EdDSA) with its inclusion proof inside."""

    id: str
    receipt: str


class JwkOut(Wire):
    """A public key (RFC 8037)."""

    kty: str
    crv: str
    x: str
    kid: str
    use: str
    alg: str


class KeysOut(Wire):
    """The public keys that verify receipts (RFC 7517)."""

    keys: list[JwkOut]


class WordingOut(Wire):
    """What a person reads before switching."""

    short: str
    who: str
    what: str
    why: str
    until: str
    stop: str


class TextFullOut(Wire):
    """One version of one wording, verbatim."""

    id: str
    version: int
    sha256: str
    ja: WordingOut
    ja_easy: WordingOut = Field(serialization_alias="ja-easy", validation_alias="ja-easy")
    en: WordingOut


class CheckQuestionOut(Wire):
    """One question; its words are `consent.check.<id>` and `consent.check.<id>.<option>`."""

    id: str
    options: list[str]


class CheckOut(Wire):
    """The questions before the first entrustment."""

    is_passed: bool
    questions: list[CheckQuestionOut]


class CheckIn(Wire):
    """Answers by question."""

    answers: dict[str, str] = Field(max_length=10)


class CheckedOut(Wire):
    """Whether all were right; `wrong` names those to read again."""

    is_passed: bool
    wrong: list[str]


class NextGenOut(Wire):
    """How I stand under the Next-Generation Medical Infrastructure Act."""

    notice_version: int
    noticed_at: datetime | None
    usable_from: datetime | None
    stopped_at: datetime | None


class NextGenIn(Wire):
    """Stop the use, or let it go on."""

    stop: bool
    client_id: ClientId


class PageQuery(Wire):
    """Which page of a list."""

    before: Id | None = None
    limit: int = Field(default=50, ge=1, le=200)


class IdPath(Wire):
    """One thing by its id."""

    id: Id


class TextPath(Wire):
    """One version of one wording."""

    id: Id
    version: int = Field(ge=1, le=10_000)


def words_out(words: Words) -> WordsOut:
    """Return a phrase as the API shows it."""
    return WordsOut(ja=words.ja, ja_easy=words.ja_easy, en=words.en)


def reads_out(reads: ReadSummary) -> ReadsOut:
    """Return read counts as the API shows them."""
    return ReadsOut(week=reads.week, ever=reads.ever, last_at=reads.last_at)


def _switch_out(switch: SwitchView) -> SwitchOut:
    return SwitchOut(
        category=switch.category,
        is_on=switch.is_on,
        since=switch.since,
        can_turn_on=switch.can_turn_on,
        why_not=switch.why_not,
        must_ask_again=switch.must_ask_again,
        by_rule=switch.by_rule,
        reads=reads_out(switch.reads),
    )


def card_out(card: Card) -> CardOut:
    """Return a card as the API shows it."""
    text, terms = card.text, card.terms
    return CardOut(
        recipient=card.recipient,
        kind=card.kind,
        names=words_out(card.names),
        is_synthetic=card.is_synthetic,
        purpose=card.purpose,
        why=WordsOut(ja=text.ja.short, ja_easy=text.ja_easy.short, en=text.en.short) if text else None,
        text=TextOut(id=text.id, version=text.version, sha256=text.sha256) if text else None,
        identifiability=terms.identifiability if terms else None,
        mode=terms.mode if terms else None,
        status=card.status,
        start=card.start,
        until=card.until,
        erase_at=card.erase_at,
        erase_after_days=terms.erase_after_days if terms else None,
        reads_per_day=terms.reads_per_day if terms else None,
        needs_step_up=card.kind is not RecipientKind.COUNSELLOR,
        categories=[_switch_out(each) for each in card.switches],
        reads=reads_out(card.reads),
    )


def text_out(text: ConsentText) -> TextFullOut:
    """Return a wording as the API shows it."""

    def wording(part: Any) -> WordingOut:
        return WordingOut(
            short=part.short, who=part.who, what=part.what, why=part.why, until=part.until, stop=part.stop
        )

    return TextFullOut(
        id=text.id,
        version=text.version,
        sha256=text.sha256,
        ja=wording(text.ja),
        ja_easy=wording(text.ja_easy),
        en=wording(text.en),
    )
