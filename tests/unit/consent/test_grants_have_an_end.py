"""A grant carries start, end, erase-by and mode; what is agreed to later does not widen what was agreed to before."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from backend import base, consent, governance, people
from backend.consent import Category, Identifiability, Mode, Purpose, Recipient, RecipientKind, Terms, Words

END = datetime(2026, 12, 31, 15, 0, tzinfo=UTC)
TICK = timedelta(microseconds=1)
TERMS = Terms(
    recipient="study",
    purpose=Purpose.RESEARCH,
    identifiability=Identifiability.PSEUDONYMOUS,
    mode=Mode.QUERY,
    categories=(Category.VITAL, Category.LAB),
    text_id="research-walking",
    ends_at=END,
    erase_after_days=30,
)
STUDY = Recipient(
    id="study",
    site="suita",
    kind=RecipientKind.RESEARCH,
    names=Words(ja="研究", ja_easy="けんきゅう", en="Study"),
    terms=(TERMS,),
)


@pytest.fixture
def clock(runtime):
    with base.write_unit() as session:
        governance.put_in_force(session, site="suita")
        consent.register_recipient(session, recipient=STUDY)
    return base.FixedClock(END - timedelta(days=10))


@pytest.fixture
def me(clock):
    with base.write_unit() as session:
        made = people.create_person(
            session, site="suita", name="見本 花子", kana="ミホン ハナコ", birth=date(1990, 1, 1), sex="female"
        )
    roles = frozenset({people.Role.RESIDENT})
    actor = people.Actor(account="a", person=made.id, roles=roles, site="suita", session="s", stepped_up_at=clock.now())
    with base.write_unit() as session:
        answers = {each.id: each.right for each in consent.questions().questions}
        assert consent.answer_check(session, actor=actor, answers=answers, clock=clock).is_passed
    return actor


@pytest.fixture
def reader(clock):
    with base.write_unit() as session:
        roles = frozenset({people.Role.DATA_USER})
        account = people.create_account(session, site="suita", roles=roles, display_name="研究")
        consent.add_member(session, recipient="study", account=account.id)
    return people.Actor(account=account.id, person=None, roles=roles, site="suita", session="s")


def switch(me, clock, on=True, category=Category.VITAL):
    with base.write_unit() as session:
        return consent.set_switch(
            session,
            actor=msgspec.structs.replace(me, stepped_up_at=clock.now()),
            recipient="study",
            purpose=Purpose.RESEARCH,
            category=category,
            on=on,
            client_id=base.new_id(),
            clock=clock,
        )


def look(me, reader, clock, **asked):
    with base.write_unit() as session:
        return consent.permit(
            session, actor=reader, person=me.person, purpose=Purpose.RESEARCH, recipient="study", clock=clock, **asked
        )


def card(me, clock):
    with base.read_session() as session:
        return next(each for each in consent.overview(session, actor=me, clock=clock).bank if each.recipient == "study")


def terms_become(**changed):
    with base.write_unit() as session:
        terms = msgspec.structs.replace(TERMS, **changed)
        consent.register_recipient(session, recipient=msgspec.structs.replace(STUDY, terms=(terms,)))


def test_reads_end_with_the_grant_to_the_microsecond(me, reader, clock):
    switch(me, clock)
    clock.move(END - clock.now() - TICK)
    permit = look(me, reader, clock)
    assert permit.until == END
    assert not permit.allows(Category.VITAL, END)
    clock.move(TICK)
    with pytest.raises(consent.NotPermitted):
        look(me, reader, clock)
    assert card(me, clock).status == "ended"


def test_the_erase_date_follows_the_end_or_the_withdrawal(me, clock):
    switch(me, clock)
    assert card(me, clock).erase_at == END + timedelta(days=30)
    withdrawn = clock.now() + timedelta(days=1)
    clock.move(timedelta(days=1))
    heard = []
    base.subscribe(consent.ConsentChanged, lambda _, news: heard.append(news))
    switch(me, clock, on=False)
    assert heard[-1].erase_at == withdrawn + timedelta(days=30)


def test_wider_terms_do_not_widen_what_was_agreed_to(me, reader, clock):
    switch(me, clock)
    terms_become(categories=(*TERMS.categories, Category.ACT), ends_at=END + timedelta(days=365))
    assert look(me, reader, clock).categories == {Category.VITAL}
    with pytest.raises(consent.NotPermitted):
        look(me, reader, clock, categories=frozenset({Category.VITAL, Category.ACT}))
    clock.move(END - clock.now())
    with pytest.raises(consent.NotPermitted):
        look(me, reader, clock)
    switch(me, clock, category=Category.LAB)
    assert look(me, reader, clock).categories == {Category.LAB}, "a new grant holds only what was switched on under it"


def test_agreeing_to_new_terms_ends_the_old_ones_in_plain_sight(me, reader, clock):
    switch(me, clock)
    terms_become(mode=Mode.STORE)
    switch(me, clock, category=Category.LAB)
    assert look(me, reader, clock).categories == {Category.LAB}
    with base.read_session() as session:
        lines = [(each.category, each.is_on) for each in consent.history(session, actor=me)]
        assert base.ledger_verify.verify(session, checks=(consent.differences_from_ledger,)).problems == ()
    assert lines == [("C-LAB", True), ("C-VITAL", False), ("C-VITAL", True)]


def test_asking_for_one_category_more_is_refused_whole_and_logged_by_name(me, reader, clock):
    switch(me, clock)
    with pytest.raises(consent.NotPermitted):
        look(me, reader, clock, categories=frozenset({Category.VITAL, Category.LAB}))
    with base.read_session() as session:
        (tried,) = consent.reads(session, actor=me)
    assert (tried.is_denied, tried.reason) == (True, "category_not_granted")
    assert set(tried.what) == {"C-VITAL", "C-LAB"}


def test_another_purpose_is_refused_and_logged_by_name(me, reader, clock):
    switch(me, clock)
    with pytest.raises(consent.NotPermitted), base.write_unit() as session:
        consent.permit(session, actor=reader, person=me.person, purpose=Purpose.PRODUCT, recipient="study", clock=clock)
    with base.read_session() as session:
        (tried,) = consent.reads(session, actor=me)
    assert tried.reason == "purpose_not_granted"


def test_one_s_own_record_needs_no_switch_and_nobody_else_s_is_self(me, reader, clock):
    with base.write_unit() as session:
        permit = consent.permit(session, actor=me, person=me.person, purpose=Purpose.SELF, clock=clock)
        assert permit.is_own
        assert permit.categories == frozenset(Category)
        consent.note_read(session, permit=permit, what={Category.VITAL: 3}, clock=clock)
    with pytest.raises(consent.NotPermitted), base.write_unit() as session:
        consent.permit(session, actor=reader, person=me.person, purpose=Purpose.SELF, clock=clock)
    with base.read_session() as session:
        assert [each.is_denied for each in consent.reads(session, actor=me)] == [True]


def test_a_refused_change_leaves_no_trace(me, clock):
    with pytest.raises(base.StepUpNeeded), base.write_unit() as session:
        consent.set_switch(
            session,
            actor=msgspec.structs.replace(me, stepped_up_at=None),
            recipient="study",
            purpose=Purpose.RESEARCH,
            category=Category.VITAL,
            on=True,
            client_id="client-01",
            clock=clock,
        )
    with base.read_session() as session:
        assert consent.history(session, actor=me) == []
        assert base.ledger.head(session) is None
