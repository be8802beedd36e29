"""Independent double review: who is asked, who has a conflict of interest, what each decides, who breaks a tie."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime

import msgspec
from sqlalchemy import func, select
from sqlmodel import Session, col

from backend import base, people
from backend.base import ledger
from backend.governance import settling
from backend.governance.applicants import NOBODY, members_of
from backend.governance.forms import (
    PLAIN_SENTENCE,
    Decision,
    Form,
    Mark,
    State,
    elsi_items,
    end_of,
    is_plain,
    limits,
)
from backend.governance.policies_held import source_of
from backend.governance.refusals import (
    AlreadyDecided,
    ConditionInvalid,
    ConditionTooWeak,
    DeclareFirst,
    FindingsMissing,
    NoPublicInterest,
    NotPlain,
    NotYourReview,
    OwnCase,
    WrongState,
)
from backend.governance.settling import Judgement, ReviewState, opinions_of
from backend.governance.tables import ApplicationRow, ReviewRow


class Review(msgspec.Struct, frozen=True, kw_only=True):
    """One reviewer's part as the screen may show it; `judgement` is None while it must not be seen."""

    reviewer: str
    place: int
    state: ReviewState
    conflict: str
    judgement: Judgement | None
    assigned_at: datetime
    decided_at: datetime | None


def _choose(names: list[str]) -> str:
    return secrets.choice(names)


def assign(session: Session, row: ApplicationRow, *, clock: base.Clock = base.CLOCK) -> None:
    """Ask as many reviewers as the case still needs: two, and a third once two have disagreed.

    Nobody of the applicant's organisation, nobody with a conflict; among the others those with the
    fewest open cases. Where too few are left the case waits, and the clock task tries again.
    """
    held = _rows(session, row.id)
    working = [each for each in held if each.state != ReviewState.CONFLICT]
    decisions = [Decision(each.decision) for each in working if each.decision]
    wanted = 3 if len(decisions) == 2 and settling.outcome(decisions) is None else 2
    barred = {each.reviewer for each in held} | members_of(session, organisation=row.organisation) | {row.account}
    for place in range(len(working) + 1, wanted + 1):
        free = _free(session, row.site, barred)
        if not free:
            return
        chosen = _choose(free)
        barred.add(chosen)
        session.add(
            ReviewRow(
                application=row.id, reviewer=chosen, place=place, state=ReviewState.ASSIGNED, assigned_at=clock.now()
            )
        )
        session.flush()


def _free(session: Session, site: str, barred: set[str]) -> list[str]:
    known = [each.id for each in people.accounts_with_role(session, site=site, role=people.Role.REVIEWER)]
    names = [name for name in known if name not in barred]
    busy: dict[str, int] = {
        str(name): int(open_cases)
        for name, open_cases in session.execute(
            select(col(ReviewRow.reviewer), func.count())
            .where(col(ReviewRow.reviewer).in_(names), col(ReviewRow.decided_at).is_(None))
            .group_by(col(ReviewRow.reviewer))
        )
    }
    fewest = min((busy.get(name, 0) for name in names), default=0)
    return [name for name in names if busy.get(name, 0) == fewest]


def _rows(session: Session, application: str) -> list[ReviewRow]:
    query = select(ReviewRow).where(col(ReviewRow.application) == application)
    return list(session.scalars(query.order_by(col(ReviewRow.place), col(ReviewRow.assigned_at))))


def _mine(session: Session, actor: people.Actor, application: str) -> tuple[ApplicationRow, ReviewRow]:
    # The lock makes two reviewers queue: each sees the other's decision, and one of them settles the case.
    query = select(ApplicationRow).where(col(ApplicationRow.id) == application).with_for_update()
    row = session.scalars(query).first()
    if row is None or row.site != actor.site:
        raise base.NotFound
    if actor.account == row.account or actor.account in members_of(session, organisation=row.organisation):
        raise OwnCase
    review = session.get(ReviewRow, (application, actor.account))
    if review is None:
        raise NotYourReview
    return row, review


def declare(
    session: Session,
    *,
    actor: people.Actor,
    application: str,
    has_conflict: bool,
    conflict: str = "",
    clock: base.Clock = base.CLOCK,
) -> ReviewState:
    """Say whether there is a conflict of interest; with one, somebody else is asked at once."""
    row, review = _mine(session, actor, application)
    if row.state != State.REVIEW:
        raise WrongState
    if review.state not in {ReviewState.ASSIGNED, ReviewState.DECLARED}:
        raise AlreadyDecided
    review.state = ReviewState.CONFLICT if has_conflict else ReviewState.DECLARED
    review.conflict = conflict.strip()
    session.add(review)
    session.flush()
    if has_conflict:
        review.decided_at = clock.now()
        assign(session, row, clock=clock)
    return ReviewState(review.state)


def decide(
    session: Session, *, actor: people.Actor, application: str, judgement: Judgement, clock: base.Clock = base.CLOCK
) -> State:
    """Hand in one review; the second (or third) one settles the case in the same unit. Returns where it stands."""
    row, review = _mine(session, actor, application)
    if review.state == ReviewState.DECIDED:
        raise AlreadyDecided
    if row.state != State.REVIEW:
        raise WrongState
    if review.state != ReviewState.DECLARED:
        raise DeclareFirst
    form = msgspec.json.decode(row.form, type=Form)
    _check(judgement, form, clock)
    if judgement.decision is Decision.APPROVE:
        _check_public_interest(session, row, form, judgement)
    review.state, review.decision, review.decided_at = ReviewState.DECIDED, judgement.decision, clock.now()
    review.body = msgspec.json.encode(judgement, order="deterministic").decode()
    session.add(review)
    session.flush()
    said = {"application": row.id, "place": review.place, "review": settling.digest(review.body)}
    ledger.append(session, kind="governance.review", person=NOBODY, body=said, clock=clock)
    opinions = opinions_of(session, row.id)
    settling.settle(session, row, opinions, clock=clock)
    if row.state == State.REVIEW:
        assign(session, row, clock=clock)
    return State(row.state)


def _check(judgement: Judgement, form: Form, clock: base.Clock) -> None:
    wanted = [item.id for item in elsi_items()]
    given = {each.item: each for each in judgement.findings}
    gone = [
        name for name in wanted if name not in given or not given[name].reason.strip() or not given[name].plain.strip()
    ]
    if gone or len(given) != len(judgement.findings) or set(given) - set(wanted) or not judgement.summary.strip():
        raise FindingsMissing(items=",".join(gone or ["summary"]))
    for name in wanted:
        if not is_plain(given[name].plain):
            raise NotPlain(item=name, most=PLAIN_SENTENCE)
    if not is_plain(judgement.summary):
        raise NotPlain(item="summary", most=PLAIN_SENTENCE)
    asked = judgement.conditions
    if (asked.min_k or limits().min_k) < limits().min_k:
        raise ConditionTooWeak(least=limits().min_k)
    if (asked.min_cell or limits().min_cell) < limits().min_cell:
        raise ConditionTooWeak(least=limits().min_cell)
    if set(asked.dropped) - set(form.columns) or set(asked.dropped) >= set(form.columns):
        raise ConditionInvalid
    if asked.review_on is not None and end_of(asked.review_on) <= clock.now():
        raise ConditionInvalid


def _check_public_interest(session: Session, row: ApplicationRow, form: Form, judgement: Judgement) -> None:
    # Guideline Ver3.0: use that is not for the person needs a finding of the board that it serves the public.
    source = source_of(session, site=row.site, version=row.policy)
    grounds = {each.ground for each in source.rows if each.purpose is form.purpose}
    found = next(each for each in judgement.findings if each.item == "purpose")
    if "public interest" in grounds and found.mark is not Mark.OK:
        raise NoPublicInterest


def reviews_of(session: Session, *, actor: people.Actor, application: str) -> list[Review]:
    """Return the reviews of a case as this reviewer may see them: the others' only after the own decision."""
    rows = _rows(session, application)
    own = next((each for each in rows if each.reviewer == actor.account), None)
    may_see = own is not None and own.state == ReviewState.DECIDED
    return [
        Review(
            reviewer=each.reviewer,
            place=each.place,
            state=ReviewState(each.state),
            conflict=each.conflict if may_see or each is own else "",
            judgement=msgspec.json.decode(each.body, type=Judgement)
            if each.body and (may_see or each is own)
            else None,
            assigned_at=each.assigned_at,
            decided_at=each.decided_at if may_see or each is own else None,
        )
        for each in rows
        # Whether somebody else has decided yet says how: it stays hidden until one's own decision.
        if may_see or each is own
    ]


def my_cases(session: Session, *, actor: people.Actor) -> list[tuple[str, ReviewState]]:
    """Return the applications this reviewer was asked about and the own state, newest first."""
    query = select(col(ReviewRow.application), col(ReviewRow.state)).where(col(ReviewRow.reviewer) == actor.account)
    found = session.execute(query.order_by(col(ReviewRow.assigned_at).desc()))
    return [(name, ReviewState(state)) for name, state in found]


def waiting_counts(session: Session, *, applications: list[str]) -> Mapping[str, tuple[int, int]]:
    """Return by application how many reviewers were asked and how many have decided; for the applicant's progress."""
    found: dict[str, tuple[int, int]] = {}
    query = select(col(ReviewRow.application), col(ReviewRow.state)).where(
        col(ReviewRow.application).in_(applications), col(ReviewRow.state) != ReviewState.CONFLICT
    )
    for name, state in session.execute(query):
        asked, done = found.get(name, (0, 0))
        found[name] = (asked + 1, done + (state == ReviewState.DECIDED))
    return found


def assign_waiting(session: Session, *, clock: base.Clock = base.CLOCK) -> None:
    """Ask reviewers for cases that lack one, since there were too few when they came in."""
    for row in list(session.scalars(select(ApplicationRow).where(col(ApplicationRow.state) == State.REVIEW))):
        assign(session, row, clock=clock)
