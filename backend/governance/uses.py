"""Approved uses as other rooms meet them: which verdict is in force, and does a request stay inside it?"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlmodel import Session, col

from backend import base, consent
from backend.consent import Beyond, HeldUse, Identifiability, Purpose, UseState, Verdict
from backend.governance.refusals import (
    BeyondVerdict,
    CertificateExpired,
    ColumnNotApproved,
    DerivedNotNamed,
    LaneNotApproved,
    NothingAsked,
    PurposeNotApproved,
    RecipientNotApproved,
    UseIsSuspended,
    UseNotBegun,
    UseOver,
    UseUnreviewed,
)
from backend.governance.tables import OrganisationRow

_REFUSALS: dict[Beyond, type[BeyondVerdict]] = {
    Beyond.NOT_BEGUN: UseNotBegun,
    Beyond.OVER: UseOver,
    Beyond.UNREVIEWED: UseUnreviewed,
    Beyond.RECIPIENT: RecipientNotApproved,
    Beyond.PURPOSE: PurposeNotApproved,
    Beyond.IDENTIFIABILITY: LaneNotApproved,
    Beyond.DERIVED: DerivedNotNamed,
    Beyond.COLUMN: ColumnNotApproved,
    Beyond.NOTHING: NothingAsked,
}


def held(session: Session, *, use: str) -> HeldUse:
    """Return a use as it stands, live or not; raises NotFound."""
    found = consent.held_use(session, use=use)
    if found is None:
        raise base.NotFound
    return found


def verdict(session: Session, *, use: str) -> Verdict:
    """Return the newest verdict of a use, whatever its state; raises NotFound."""
    return held(session, use=use).verdict


def live_uses(session: Session, *, site: str | None = None, clock: base.Clock = base.CLOCK) -> list[Verdict]:
    """Return the verdicts of all uses that may read at this moment (None: at every site), oldest first."""
    now = clock.now()
    found = consent.held_uses(session, site=site, state=UseState.LIVE)
    return [each.verdict for each in found if each.is_live(now)]


def require_read(
    session: Session,
    *,
    use: str,
    columns: Sequence[str],
    purpose: Purpose | None = None,
    recipient: str | None = None,
    identifiability: Identifiability | None = None,
    clock: base.Clock = base.CLOCK,
) -> Verdict:
    """Return the verdict if every column may leave now; raises the refusal that names what is outside it.

    Reads the state of the use from the table each time, so that a suspension counts from its commit.
    """
    found = held(session, use=use)
    if found.state is UseState.SUSPENDED:
        raise UseIsSuspended
    if found.state is UseState.ENDED:
        raise UseOver
    outside = consent.beyond(
        found.verdict,
        columns,
        clock.now(),
        purpose=purpose,
        recipient=recipient,
        identifiability=identifiability,
    )
    if outside is None:
        _check_certificate(session, found.verdict.organisation, clock)
        return found.verdict
    why, name = outside
    raise _REFUSALS[why](**({"column": name} if why in {Beyond.COLUMN, Beyond.DERIVED} else {}))


def _check_certificate(session: Session, organisation: str, clock: base.Clock) -> None:
    # Guideline: recipients are chosen and supervised; one whose certificate ran out gets nothing more.
    query = select(col(OrganisationRow.certified_until)).where(col(OrganisationRow.id) == organisation)
    until = session.execute(query).scalar_one_or_none()
    if until is not None and clock.now() >= until:
        raise CertificateExpired
