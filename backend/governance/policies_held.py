"""The rule sets a place ever had, ready to be asked again: each under the version that old decisions name."""

from __future__ import annotations

import json

from sqlmodel import Session

from backend import base, consent
from backend.governance.model import PolicySource
from backend.governance.service import Board, source_from


def source_of(session: Session, *, site: str, version: str | None = None) -> PolicySource:
    """Return the rules of a place in force now or at a version; raises NotFound where none were kept."""
    wanted = version or consent.rule_set(session, site=site).version
    kept = consent.rule_source(session, site=site, version=wanted)
    if kept is None:
        raise base.NotFound
    texts = json.loads(kept).get("texts")
    if not isinstance(texts, dict):
        raise base.NotFound
    return source_from(site=site, texts=texts)


def board_of(session: Session, *, site: str, version: str | None = None) -> tuple[PolicySource, Board]:
    """Return the rules and Cedar ready to be asked about them."""
    source = source_of(session, site=site, version=version)
    return source, _board(source)


_boards: dict[str, Board] = {}


def _board(source: PolicySource) -> Board:
    # The version is a hash of the content, so that a kept board cannot be an outdated one.
    if source.version not in _boards:
        _boards[source.version] = Board(source)
    return _boards[source.version]
