"""Any history of switches, pauses and time: a look finds what a plain set says, nothing after a withdrawal."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend import bank, base, care, consent, governance, people
from backend.base.ledger_verify import verify
from backend.consent import Category, Purpose

LAB, CITY, TEAM = "sample-univ-obstetrics", "sample-city-suita", "counsellors-suita"
ASKED = {
    LAB: (Purpose.RESEARCH, (Category.VITAL, Category.LAB, Category.MCH)),
    CITY: (Purpose.PUBHEALTH, (Category.VITAL, Category.ACT)),
    TEAM: (Purpose.CARE, (Category.VITAL, Category.MENTAL)),
}
SWITCHES = [(name, category) for name, (_, categories) in ASKED.items() for category in categories]
STEPS = st.one_of(
    st.tuples(st.just("switch"), st.sampled_from(SWITCHES), st.booleans()),
    st.tuples(st.just("pause"), st.none(), st.booleans()),
    st.tuples(st.just("wait"), st.none(), st.sampled_from([True, False])),
)


@pytest.fixture
def actors(runtime):
    """Somebody acting for each recipient; the operator's list lets the laboratory hold mother-and-child data."""
    listed = '{"source": "見本", "items": {"C-MCH": ["gestational_weeks"]}}'
    (runtime.settings.home / "sensitive-items.json").write_text(listed, encoding="utf-8")
    with base.write_unit() as session:
        governance.put_in_force(session, site="suita")
        bank.put_recipients(session, site="suita")
        care.put_team(session, site="suita")
        made = {}
        for name in ASKED:
            role = people.Role.COUNSELLOR if name == TEAM else people.Role.DATA_USER
            account = people.create_account(session, site="suita", roles=frozenset({role}), display_name=name)
            consent.add_member(session, recipient=name, account=account.id)
            made[name] = people.Actor(account=account.id, person=None, roles=account.roles, site="suita", session="s")
    return made


def _resident(clock: base.FixedClock) -> people.Actor:
    with base.write_unit() as session:
        person = people.create_person(
            session, site="suita", name="見本 花子", kana="ミホン ハナコ", birth=date(1990, 1, 1), sex="female"
        )
    actor = people.Actor(
        account=base.new_id(),
        person=person.id,
        roles=frozenset({people.Role.RESIDENT}),
        site="suita",
        session="s",
        stepped_up_at=clock.now(),
    )
    with base.write_unit() as session:
        answers = {each.id: each.right for each in consent.questions().questions}
        assert consent.answer_check(session, actor=actor, answers=answers, clock=clock).is_passed
    return actor


def _look(actor: people.Actor, person: str, recipient: str, clock: base.Clock) -> frozenset[Category]:
    try:
        with base.write_unit() as session:
            permit = consent.permit(
                session,
                actor=actor,
                person=person,
                purpose=ASKED[recipient][0],
                recipient=recipient,
                clock=clock,
            )
            consent.note_read(session, permit=permit, what=dict.fromkeys(permit.categories, 1), clock=clock)
    except consent.NotPermitted:
        return frozenset()
    return permit.categories


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEPS, min_size=1, max_size=12))
def test_a_look_finds_exactly_what_is_on(actors, steps):
    clock = base.FixedClock(base.CLOCK.now())
    me = _resident(clock)
    on: set[tuple[str, Category]] = set()
    is_paused = False
    for index, (what, place, is_on) in enumerate(steps):
        client = f"step-{index:04}"
        if what == "switch":
            recipient, category = place
            with base.write_unit() as session:
                consent.set_switch(
                    session,
                    actor=me,
                    recipient=recipient,
                    purpose=ASKED[recipient][0],
                    category=category,
                    on=is_on,
                    client_id=client,
                    clock=clock,
                )
            (on.add if is_on else on.discard)((recipient, category))
        elif what == "pause":
            with base.write_unit() as session:
                consent.set_pause(session, actor=me, on=is_on, client_id=client, clock=clock)
            is_paused = is_on
        else:
            clock.move(timedelta(seconds=1))
        for recipient, actor in actors.items():
            expected = {category for name, category in on if name == recipient}
            if is_paused and recipient != TEAM:
                expected = set()
            assert _look(actor, me.person, recipient, clock) == expected
        with base.read_session() as session:
            listed = {
                name: consent.people_sharing(
                    session,
                    recipient=consent.recipient_of(session, recipient=name),
                    purpose=ASKED[name][0],
                    clock=clock,
                )
                for name in ASKED
            }
        for name, shares in listed.items():
            hers = [each for each in shares if each.person == me.person]
            expected = {category for held, category in on if held == name}
            shown = expected and not (is_paused and name != TEAM)
            assert [set(each.categories) for each in hers] == ([expected] if shown else [])
    with base.read_session() as session:
        assert verify(session, checks=(consent.differences_from_ledger,)).problems == ()


def test_a_permit_taken_before_the_withdrawal_reads_nothing_after_it(actors):
    clock = base.FixedClock(base.CLOCK.now())
    me = _resident(clock)

    def switch(on: bool, client: str) -> None:
        with base.write_unit() as session:
            consent.set_switch(
                session,
                actor=me,
                recipient=LAB,
                purpose=Purpose.RESEARCH,
                category=Category.VITAL,
                on=on,
                client_id=client,
                clock=clock,
            )

    switch(True, "client-01")
    with base.write_unit() as session:
        permit = consent.permit(
            session, actor=actors[LAB], person=me.person, purpose=Purpose.RESEARCH, recipient=LAB, clock=clock
        )
    switch(False, "client-02")
    switch(True, "client-03")
    with pytest.raises(consent.ConsentWithdrawn), base.write_unit() as session:
        consent.note_read(session, permit=permit, what={Category.VITAL: 1}, clock=clock)
    with base.write_unit() as session:
        fresh = consent.permit(
            session, actor=actors[LAB], person=me.person, purpose=Purpose.RESEARCH, recipient=LAB, clock=clock
        )
    clock.move(timedelta(seconds=60))
    with pytest.raises(consent.ConsentWithdrawn), base.write_unit() as session:
        consent.note_read(session, permit=fresh, what={Category.VITAL: 1}, clock=clock)
