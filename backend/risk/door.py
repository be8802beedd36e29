"""The room's blueprint, and the permit of the person who asks."""

from __future__ import annotations

from backend import base, consent, people
from backend.risk import service

api = base.APIBlueprint("risk")


def own_permit(session: base.Session) -> consent.Permit:
    """Return the permit of the person who asks, for her own record; raises NoOwnRecord."""
    actor = people.current_actor()
    if actor.person is None:
        raise service.NoOwnRecord
    return consent.permit(session, actor=actor, person=actor.person, purpose=consent.Purpose.SELF)
