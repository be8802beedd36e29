"""Which picture a card or a position has, in the person's language, with its sentence and its table."""

from __future__ import annotations

from backend import base, consent, record
from backend.risk import cards, figures, positions
from backend.risk.inputs import Gathered
from backend.risk.model import Detail, FigureQuery, FigureShown, PositionShown, ScopePosition, Text
from backend.risk.service import NoSuchCard, known_of
from models import ndb_position

POSITION = ndb_position.CARD.tool


def put(text: Text, locale: str) -> str:
    """Return a text in words; a parameter that starts with "@" is itself a key."""
    params = {
        name: base.say(value[1:], locale) if isinstance(value, str) and value.startswith("@") else value
        for name, value in text.params.items()
    }
    return base.say(text.key, locale, **params)


def figure(
    session: base.Session, *, permit: consent.Permit, model: str, query: FigureQuery, clock: base.Clock = base.CLOCK
) -> FigureShown:
    """Return one picture; raises NoSuchCard where there is no such picture for this person."""
    known = known_of(session, permit=permit, clock=clock)
    if model == POSITION:
        return _small_multiples(known, query) if query.kind == "small_multiples" else _distribution(known, query)
    builder = cards.BUILDERS.get(model)
    card = builder(known) if builder else None
    if card is None or not card.figures:
        raise NoSuchCard
    kind = query.kind or card.figures[0]
    if kind not in card.figures:
        raise NoSuchCard
    if kind == "icon_array":
        return _icon_array(card, query)
    return _contributions(card, query) if kind == "contributions" else _heat_map(card, query)


def _icon_array(card: Detail, query: FigureQuery) -> FigureShown:
    own, numbers = card.frequency, card.icon_array
    if own is None or numbers is None:
        raise NoSuchCard
    rows: list[list[str | float | int | None]] = [[put(own.text, query.locale), put(own.counter_text, query.locale)]]
    if card.baseline is not None and card.baseline_text is not None:
        rows.append([put(card.baseline_text, query.locale), put(card.baseline.counter_text, query.locale)])
    return FigureShown(
        figure=figures.icon_array(
            filled=numbers.filled,
            words=(put(own.text, query.locale), put(own.counter_text, query.locale)),
            baseline=None if numbers.baseline_is_under_one else numbers.baseline_filled,
            theme=query.theme,
        ),
        takeaway=own.text,
        table_head=[Text(key="risk.table.happens"), Text(key="risk.table.happens_not")],
        table=rows,
    )


def _contributions(card: Detail, query: FigureQuery) -> FigureShown:
    names = [put(part.label, query.locale) for part in card.contributions]
    unit = base.say(f"risk.unit.{card.contributions[0].unit}", query.locale) if card.contributions else ""
    return FigureShown(
        figure=figures.contributions(parts=card.contributions, names=names, unit=unit, theme=query.theme),
        takeaway=Text(key="risk.contributions.takeaway", params={"total": f"{card.total or 0:g}"}),
        table_head=[Text(key="risk.table.part"), Text(key="risk.table.amount"), Text(key="risk.table.highest")],
        table=[[n, part.amount, part.highest] for n, part in zip(names, card.contributions, strict=True)],
    )


def _heat_map(card: Detail, query: FigureQuery) -> FigureShown:
    stage = str(card.findings[0].text.params["stage"])
    picture = record.figures.ckd_map(g=stage[:-2], a=stage[-2:], theme=query.theme, locale=query.locale)
    return FigureShown(
        figure=picture.figure,
        takeaway=Text(key=picture.takeaway.key, params=dict(picture.takeaway.params)),
        table_head=[Text(key=head.key, params=dict(head.params)) for head in picture.head],
        table=[list(row) for row in picture.rows],
    )


def _scope(found: PositionShown, query: FigureQuery) -> ScopePosition:
    wanted = query.scope or (found.scopes[0].scope if found.scopes else None)
    scope = next((s for s in found.scopes if s.scope == wanted), None)
    if scope is None:
        raise NoSuchCard
    return scope


def _distribution(known: Gathered, query: FigureQuery) -> FigureShown:
    found = positions.build(known, metric=query.metric)
    if not found:
        raise NoSuchCard
    scope = _scope(found[0], query)
    names = [class_name(c.label, query.locale) for c in scope.classes]
    return FigureShown(
        figure=figures.distribution(
            classes=scope.classes, names=names, you=base.say("risk.you", query.locale), theme=query.theme
        ),
        takeaway=scope.text,
        table_head=[Text(key="risk.table.class"), Text(key="risk.table.people"), Text(key="risk.table.share")],
        table=[
            [
                n,
                c.count if c.count is not None else f"{c.count_range[0]}-{c.count_range[1]}",
                _percent(c.share_percent_range),
            ]
            for n, c in zip(names, scope.classes, strict=True)
        ],
    )


def _small_multiples(known: Gathered, query: FigureQuery) -> FigureShown:
    found = [p for p in positions.build(known) if p.state == "ok"]
    if not found:
        raise NoSuchCard
    scopes = [_scope(p, query) for p in found]
    names = [base.say(f"risk.item.{p.item}", query.locale) for p in found]
    return FigureShown(
        figure=figures.small_multiples(
            panels=[(n, s.classes) for n, s in zip(names, scopes, strict=True)],
            you=base.say("risk.you", query.locale), theme=query.theme,
        ),
        takeaway=Text(key="risk.position.many", params={"n": len(found)}),
        table_head=[Text(key="risk.table.part"), Text(key="risk.table.above")],
        table=[[n, _percent(s.above_percent_range)] for n, s in zip(names, scopes, strict=True)],
    )  # fmt: skip


def class_name(label: str, locale: str) -> str:
    """Return the publisher's class label; in English 5.6以上6.0未満 becomes 5.6 to <6.0."""
    if locale != "en":
        return label
    for ja, en in (("以上", " to <"), ("未満", ""), ("以下", "")):
        if ja == "以上" and label.endswith("以上"):
            return f"{label[:-2]} or more"
        if "以上" not in label and label.endswith("未満"):
            return f"under {label[:-2]}"
        if "以上" not in label and label.endswith("以下"):
            return f"up to {label[:-2]}"
        label = label.replace(ja, en if not label.endswith("以下") or ja != "以上" else " to ")
    return label


def _percent(interval: tuple[float, float]) -> str:
    low, high = interval
    return f"{low:g}-{high:g} %" if low != high else f"{low:g} %"
