"""Two invented meal providers, one a site, whose catalogues come through the door that every provider uses."""

from __future__ import annotations

from importlib import resources

from backend import base, people
from backend.advice import provider
from backend.people import Actor, Role

PROVIDERS = (("suita", "見本 みのり宅食"), ("senboku", "見本 泉北おたがい食堂"))


def put_providers(session: base.Session, *, clock: base.Clock) -> None:
    """Make the providers and put their catalogues on offer where they are missing."""
    for site, name in PROVIDERS:
        there = people.accounts_with_role(session, site=site, role=Role.PROVIDER)
        account = next((one for one in there if one.display_name == name), None)
        if account is None:
            account = people.create_account(
                session, site=site, roles=frozenset({Role.PROVIDER}), display_name=name, is_demo=True, clock=clock
            )
        actor = Actor(account=account.id, person=None, roles=account.roles, site=site, session="demo")
        if not provider.versions(session, actor=actor):
            text = resources.files(__package__).joinpath(f"dishes_{site}.csv").read_text("utf-8")
            loaded = provider.load(
                session, actor=actor, file_name="見本_料理.csv", text=text, client_id="demo-dishes", clock=clock
            )
            provider.publish(session, actor=actor, version=loaded.id, clock=clock)
