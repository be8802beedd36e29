"""HTTP of consent: who may use what, switches, pause, rules, history, receipts, reads, public keys."""

from __future__ import annotations

import msgspec
from flask import Response, make_response
from pydantic import BaseModel

from backend import base, people
from backend.base import ledger
from backend.consent import fhir, service, standing_rules, views, wire
from backend.consent import notices as act
from backend.consent import understanding as check
from backend.consent.texts import texts

api = base.APIBlueprint("consent")


def _answer(value: BaseModel) -> Response:
    response = make_response(value.model_dump_json(by_alias=True))
    response.headers["Content-Type"] = "application/json"
    return response


def _changed(change: service.Changed) -> wire.ChangedOut:
    return wire.ChangedOut(**msgspec.structs.asdict(change))


@api.get("/consent", endpoint="consent", responses={"200": wire.ConsentOut})
def consent() -> Response:
    """Who may use what of my data, for what, until when."""
    with base.read_session() as session:
        seen = views.overview(session, actor=people.current_actor())
    return _answer(
        wire.ConsentOut(
            is_paused=seen.paused_since is not None,
            paused_since=seen.paused_since,
            bank=[wire.card_out(each) for each in seen.bank],
            counsellors=[wire.card_out(each) for each in seen.counsellors],
            rules=[
                wire.StandingRuleOut(
                    id=each.id,
                    kind=each.kind,
                    purpose=each.purpose,
                    categories=list(each.categories),
                    effect=each.effect,
                    since=each.since,
                )
                for each in seen.rules
            ],
            rules_are_draft=seen.is_draft,
            asks_again=seen.asks_again,
        )
    )


@api.put("/consent/switch", endpoint="switch", responses={"200": wire.ChangedOut})
def switch(body: wire.SwitchIn) -> Response:
    """Turn one switch; the answer is the signed receipt. Off holds from the next read on."""
    with base.write_unit(urgent=not body.on) as session:
        changed = service.set_switch(
            session,
            actor=people.current_actor(),
            recipient=body.recipient,
            purpose=body.purpose,
            category=body.category,
            on=body.on,
            client_id=body.client_id,
        )
    return _answer(_changed(changed))


@api.put("/consent/pause", endpoint="pause", responses={"200": wire.ChangedOut})
def pause(body: wire.PauseIn) -> Response:
    """Pause all provision through the information bank, or take it up again."""
    with base.write_unit(urgent=body.on) as session:
        changed = service.set_pause(session, actor=people.current_actor(), on=body.on, client_id=body.client_id)
    return _answer(_changed(changed))


@api.post("/consent/rules", endpoint="add_rule", responses={"200": wire.RuleChangedOut})
def add_rule(body: wire.RuleIn) -> Response:
    """Set a standing rule for a class of recipients and apply it at once."""
    with base.write_unit() as session:
        done = standing_rules.add_rule(
            session,
            actor=people.current_actor(),
            kind=body.kind,
            purpose=body.purpose,
            categories=frozenset(body.categories),
            effect=body.effect,
            client_id=body.client_id,
        )
    return _answer(_rule_changed(done))


@api.put("/consent/rules/<string:id>/end", endpoint="end_rule", responses={"200": wire.RuleChangedOut})
def end_rule(path: wire.IdPath, body: wire.RuleEndIn) -> Response:
    """End a standing rule; what it alone had switched on goes off."""
    with base.write_unit() as session:
        done = standing_rules.end_rule(session, actor=people.current_actor(), rule=path.id, client_id=body.client_id)
    return _answer(_rule_changed(done))


def _rule_changed(done: standing_rules.RuleChanged) -> wire.RuleChangedOut:
    return wire.RuleChangedOut(
        rule=done.rule, change=_changed(done.change), switches=[_changed(each) for each in done.switches]
    )


@api.get("/consent/history", endpoint="history", responses={"200": wire.HistoryOut})
def history(query: wire.PageQuery) -> Response:
    """My changes of consent, newest first."""
    with base.read_session() as session:
        found = views.history(session, actor=people.current_actor(), before=query.before, limit=query.limit)
    changes = [
        wire.ChangeOut(**{**msgspec.structs.asdict(each), "names": wire.words_out(each.names) if each.names else None})
        for each in found
    ]
    return _answer(wire.HistoryOut(changes=changes, next=found[-1].id if len(found) == query.limit else None))


@api.get("/consent/receipts/<string:id>", endpoint="receipt", responses={"200": wire.ConsentReceiptOut})
def receipt(path: wire.IdPath) -> Response:
    """The signed receipt of one of my changes."""
    with base.read_session() as session:
        signed = views.receipt_of(session, actor=people.current_actor(), change=path.id)
    return _answer(wire.ConsentReceiptOut(id=path.id, receipt=signed))


@api.get("/consent/reads", endpoint="reads", responses={"200": wire.ReadsPageOut})
def reads(query: wire.PageQuery) -> Response:
    """Who read my data, and who tried and was refused, newest first."""
    with base.read_session() as session:
        found = views.reads(session, actor=people.current_actor(), before=query.before, limit=query.limit)
    shown = [
        wire.ReadOut(
            **{
                **msgspec.structs.asdict(each),
                "names": wire.words_out(each.names) if each.names else None,
                "grants": list(each.grants),
            }
        )
        for each in found
    ]
    return _answer(wire.ReadsPageOut(reads=shown, next=found[-1].id if len(found) == query.limit else None))


@api.get("/consent/keys", endpoint="keys", responses={"200": wire.KeysOut})
def keys() -> Response:
    """The public keys that verify receipts, for whoever wants to check one."""
    return _answer(wire.KeysOut(keys=[wire.JwkOut(**each) for each in ledger.public_keys()]))


@api.get("/consent/texts/<string:id>/<int:version>", endpoint="text", responses={"200": wire.TextFullOut})
def text(path: wire.TextPath) -> Response:
    """One version of the wording that a switch rests on, verbatim, old versions included."""
    return _answer(wire.text_out(texts().version(path.id, path.version)))


@api.get("/consent/check", endpoint="check", responses={"200": wire.CheckOut})
def check_questions() -> Response:
    """The three questions before the first entrustment, and whether I have answered them."""
    actor = people.current_actor()
    with base.read_session() as session:
        is_passed = actor.person is not None and check.has_understood(session, person=actor.person)
    asked = [wire.CheckQuestionOut(id=each.id, options=list(each.options)) for each in check.questions().questions]
    return _answer(wire.CheckOut(is_passed=is_passed, questions=asked))


@api.post("/consent/check", endpoint="answer_check", responses={"200": wire.CheckedOut})
def answer_check(body: wire.CheckIn) -> Response:
    """Answer them; wrong ones come back and can be answered again."""
    with base.write_unit() as session:
        done = check.answer_check(session, actor=people.current_actor(), answers=body.answers)
    return _answer(wire.CheckedOut(is_passed=done.is_passed, wrong=list(done.wrong)))


def _nextgen(found: act.NextGen) -> Response:
    return _answer(wire.NextGenOut(**msgspec.structs.asdict(found)))


@api.get("/consent/nextgen", endpoint="nextgen", responses={"200": wire.NextGenOut})
def nextgen() -> Response:
    """How I stand under the Next-Generation Medical Infrastructure Act: noticed since when, stopped or not."""
    actor = people.current_actor()
    if actor.person is None:
        raise base.NotAllowed
    with base.read_session() as session:
        return _nextgen(act.nextgen(session, person=actor.person))


@api.post("/consent/nextgen/seen", endpoint="nextgen_seen", responses={"200": wire.NextGenOut})
def nextgen_seen() -> Response:
    """The notice was shown to me; the first time starts the waiting time."""
    with base.write_unit() as session:
        return _nextgen(act.note_notice(session, actor=people.current_actor()))


@api.put("/consent/nextgen", endpoint="stop_nextgen", responses={"200": wire.ChangedOut})
def stop_nextgen(body: wire.NextGenIn) -> Response:
    """Stop the use of my data under the Act, or let it go on; the answer is the signed receipt."""
    with base.write_unit(urgent=body.stop) as session:
        changed = act.stop_nextgen(session, actor=people.current_actor(), stop=body.stop, client_id=body.client_id)
    return _answer(_changed(changed))


@api.get("/consent/fhir", endpoint="fhir", responses={"200": None})
def fhir_export() -> Response:
    """My consents, my changes and every read by others as a FHIR R4 bundle; needs the passkey once more."""
    actor = people.current_actor()
    people.require_step_up(actor)
    with base.read_session() as session:
        bundle = fhir.export(session, actor=actor)
    response = make_response(msgspec.json.encode(bundle))
    response.headers["Content-Type"] = "application/fhir+json"
    response.headers["Content-Disposition"] = 'attachment; filename="meguri-consent.fhir.json"'
    return response
