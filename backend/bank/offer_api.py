"""HTTP of offers, benefits, deliveries and erasures: the resident's side first, then the recipient's."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
from flask import Response

from backend import base, consent, governance, people
from backend.bank import benefits, deliveries, erasures, offers, service
from backend.bank import offer_wire as w
from backend.bank.api import _answer, _caller, api
from backend.bank.wire import ProvisionOut, WordsOut
from backend.consent import Words


def _words(words: Words) -> WordsOut:
    return WordsOut(ja=words.ja, ja_easy=words.ja_easy, en=words.en)


def _me() -> tuple[people.Actor, str]:
    actor = people.current_actor()
    if actor.person is None:
        raise base.NotAllowed
    return actor, actor.person


def _offer(offer: offers.Offer) -> w.OfferOut:
    verdict = offer.verdict
    left = (offer.expires_at - base.CLOCK.now()) / timedelta(days=1)
    return w.OfferOut(
        use=offer.use,
        recipient=offer.recipient.id,
        names=_words(offer.recipient.names),
        kind=offer.recipient.kind,
        is_synthetic=offer.recipient.is_synthetic,
        purpose=verdict.purpose,
        title=_words(verdict.texts.title),
        benefit=_words(verdict.texts.benefit),
        reason=_words(verdict.texts.reason),
        conditions=list(verdict.conditions),
        columns=[w.OfferColumnOut(name=each.name, category=each.category) for each in verdict.columns],
        categories=sorted(verdict.categories),
        closed=list(offer.closed),
        added=list(offer.added),
        accepted=list(offer.accepted),
        identifiability=verdict.identifiability,
        is_onward_allowed=verdict.is_onward_allowed,
        state=offer.state,
        made_at=offer.made_at,
        expires_at=offer.expires_at,
        days_left=max(0, int(left)),
        until=verdict.ends,
        erase_after_days=offer.erase_after_days,
        answered_at=offer.answered_at,
        later_until=offer.later_until,
        rule=offer.rule,
        unit=offer.unit,
        amount=offer.amount,
        due_days=offer.due_days,
        receipts=list(offer.receipts),
    )


@api.get("/bank/offers", endpoint="offers", responses={"200": w.OffersOut})
def my_offers() -> Response:
    """The offers made to me, newest first; `waiting` counts those without an answer."""
    with base.read_session() as session:
        found = offers.my_offers(session, actor=people.current_actor())
    return _answer(
        w.OffersOut(offers=[_offer(each) for each in found], waiting=sum(each.state == "open" for each in found))
    )


@api.post("/bank/offers/<string:use>/answer", endpoint="answer_offer", responses={"200": w.OfferOut})
def answer_offer(path: w.UsePath, body: w.OfferAnswerIn) -> Response:
    """Agree (to some kinds of data), decline, leave it for a week, or take an answer back."""
    with base.write_unit(urgent=body.answer in {"decline", "reopen"}) as session:
        done = offers.answer_offer(
            session,
            actor=people.current_actor(),
            use=path.use,
            answer=body.answer,
            categories=frozenset(body.categories),
            client_id=body.client_id,
        )
    return _answer(_offer(done))


@api.get("/bank/benefits", endpoint="benefits", responses={"200": w.BenefitsOut})
def my_benefits() -> Response:
    """What was promised to me, what arrived and when."""
    _, person = _me()
    with base.read_session() as session:
        found = benefits.my_benefits(session, person=person, at=base.CLOCK.now())
        uses = {each.use: governance.held(session, use=each.use).verdict for each in found}
        names = {use: consent.recipient_of(session, recipient=verdict.recipient).names for use, verdict in uses.items()}
    shown = [
        w.BenefitOut(
            **msgspec.structs.asdict(each), names=_words(names[each.use]), title=_words(uses[each.use].texts.title)
        )
        for each in found
    ]
    sums = []
    for unit in ("yen", "points"):
        mine = [each for each in found if each.unit == unit and each.lapsed_at is None]
        if mine:
            delivered = sum(each.amount for each in mine if each.delivered_at is not None)
            sums.append(w.BenefitSumOut(unit=unit, promised=sum(each.amount for each in mine), delivered=delivered))
    return _answer(w.BenefitsOut(benefits=shown, sums=sums))


def _erasure(each: erasures.Erasure, names: dict[str, Words]) -> w.ErasureOut:
    held: dict[str, Any] = msgspec.structs.asdict(each)
    return w.ErasureOut(
        **{
            **held,
            "categories": list(each.categories),
            "names": _words(names[each.recipient]) if each.recipient in names else None,
        }
    )


@api.get("/bank/erasures", endpoint="erasures", responses={"200": w.ErasuresOut})
def my_erasures() -> Response:
    """Who must erase what of mine until when, and the certificates that came."""
    actor, person = _me()
    with base.read_session() as session:
        found = erasures.my_erasures(session, person=person)
        names = {each.id: each.names for each in consent.recipients(session, site=actor.site)}
    return _answer(w.ErasuresOut(erasures=[_erasure(each, names) for each in found]))


@api.get("/bank/given", endpoint="given", responses={"200": w.GivenAwayOut})
def given() -> Response:
    """Every package made of my data: for whom, when, what, and whether it was fetched."""
    actor, person = _me()
    with base.read_session() as session:
        found = deliveries.provided(session, person=person)
        names = {each.id: each.names for each in consent.recipients(session, site=actor.site)}
    return _answer(
        w.GivenAwayOut(
            provisions=[
                w.ProvidedOutRow(
                    recipient=each.recipient,
                    names=_words(names[each.recipient]) if each.recipient in names else None,
                    purpose=each.purpose,
                    version=each.version,
                    at=each.at,
                    categories=list(each.categories),
                    values=each.n_values,
                    fetched_at=each.fetched_at,
                )
                for each in found
            ]
        )
    )


# --- the recipient's side ---------------------------------------------------------------------


def _programme(found: offers.Programme) -> w.ProgrammeOut:
    return w.ProgrammeOut.model_validate(msgspec.structs.asdict(found))


@api.get("/bank/uses/<string:use>/programme", endpoint="programme", responses={"200": w.MaybeProgrammeOut})
def programme(path: w.UsePath) -> Response:
    """What is promised for a use I act for, and how many were asked."""
    actor = people.current_actor()
    with base.read_session() as session:
        verdict = governance.verdict(session, use=path.use)
        service.recipient_for(session, actor, verdict.recipient, verdict.purpose)
        found = offers.programme_of(session, use=path.use)
    return _answer(w.MaybeProgrammeOut(programme=_programme(found) if found else None))


@api.put("/bank/uses/<string:use>/programme", endpoint="open_programme", responses={"200": w.ProgrammeOut})
def open_programme(path: w.UsePath, body: w.ProgrammeIn) -> Response:
    """Promise a benefit and make the offer of my approved use to everybody it can concern."""
    with base.write_unit() as session:
        made = offers.open_programme(
            session,
            actor=people.current_actor(),
            use=path.use,
            unit=body.unit,
            amount=body.amount,
            due_days=body.due_days,
            answer_days=body.answer_days,
        )
    return _answer(_programme(made))


@api.post("/bank/uses/<string:use>/benefits", endpoint="deliver_benefit", responses={"204": None})
def deliver_benefit(path: w.UsePath, body: w.BenefitIn) -> Response:
    """Say that a promised benefit reached the person behind one of my pseudonyms."""
    actor = governance.caller(path.use)
    with base.write_unit() as session:
        verdict = governance.verdict(session, use=path.use)
        person = service.person_behind(
            session, actor=actor, recipient=verdict.recipient, purpose=verdict.purpose, pseudonym=body.pseudonym
        )
        benefits.deliver_benefit(session, person=person, use=path.use)
    return Response(status=204)


def _delivery(found: deliveries.Delivery) -> w.DeliveryOut:
    return w.DeliveryOut.model_validate(msgspec.structs.asdict(found))


@api.post("/bank/deliveries", endpoint="start_delivery", responses={"200": w.DeliveryOut})
def start_delivery(body: w.DeliveryIn) -> Response:
    """Start a batch; the same version again is the same batch."""
    actor = _caller(body.recipient)
    with base.write_unit() as session:
        made = deliveries.start_delivery(
            session,
            actor=actor,
            recipient=body.recipient,
            purpose=body.purpose,
            version=body.version,
        )
    return _answer(_delivery(made))


@api.get("/bank/deliveries", endpoint="deliveries", responses={"200": w.DeliveriesOut})
def list_deliveries(query: w.RecipientQuery) -> Response:
    """The batches of a recipient I act for."""
    actor = _caller(query.recipient)
    with base.read_session() as session:
        found = deliveries.batches(session, actor=actor, recipient=query.recipient)
    return _answer(w.DeliveriesOut(deliveries=[_delivery(each) for each in found]))


@api.get("/bank/deliveries/<string:recipient>/<string:version>", endpoint="fetch", responses={"200": w.PackagesOut})
def fetch(path: w.DeliveryPath) -> Response:
    """The packages of a batch that may be read at this moment; consent is asked once more for each."""
    actor = _caller(path.recipient)
    with base.write_unit() as session:
        found = deliveries.fetch(session, actor=actor, recipient=path.recipient, purpose=None, version=path.version)
    return _answer(
        w.PackagesOut(
            packages=[
                w.PackageOut(
                    provision=ProvisionOut.model_validate(msgspec.to_builtins(each.provision)),
                    obligations=each.obligations,
                    seal=each.seal,
                )
                for each in found
            ]
        )
    )


@api.get("/bank/orders", endpoint="orders", responses={"200": w.ErasuresOut})
def orders(query: w.RecipientQuery) -> Response:
    """What I must still erase and what I have certified, the next due first."""
    actor = _caller(query.recipient)
    with base.read_session() as session:
        found, _ = service.recipient_for(session, actor, query.recipient, None)
        held = erasures.erasures_for(session, recipients=[found.id])
    return _answer(w.ErasuresOut(erasures=[_erasure(each, {found.id: found.names}) for each in held]))


@api.post("/bank/orders/<string:id>/certificate", endpoint="certify", responses={"200": w.ErasureOut})
def certify(path: w.ErasurePath, body: w.CertificateIn) -> Response:
    """Give the certificate that it was erased; the person sees it at once."""
    with base.read_session() as session:
        recipient = erasures.recipient_of_order(session, erasure=path.id)
    actor = _caller(recipient)
    with base.write_unit() as session:
        done = erasures.certify(
            session,
            actor=actor,
            erasure=path.id,
            erased_on=body.erased_on,
            method=body.method,
            signer=body.signer,
        )
    return _answer(_erasure(done, {}))
