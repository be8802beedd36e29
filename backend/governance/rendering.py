"""The rules of a place for people: every Cedar rule with its sentence, and the table of what may be asked for."""

from __future__ import annotations

import re

import msgspec

from backend.consent import Category, Purpose, RecipientKind
from backend.governance.model import PolicySource

_RULE = re.compile(
    r'((?:^//[^\n]*\n)*)^@id\("([^"]+)"\)\n(permit|forbid)\s*\((.*?)\)\s*(?:when\s*\{.*?\}\s*)?;', re.M | re.S
)


class ReadableRule(msgspec.Struct, frozen=True, kw_only=True):
    """One rule: its id (which has words under `governance.rule.<id>`), what it does, and the text that runs."""

    id: str
    effect: str
    cedar: str
    is_local: bool


class ReadableLine(msgspec.Struct, frozen=True, kw_only=True):
    """What the table says about one purpose for one kind of data, and which kinds of organisation may ask."""

    purpose: Purpose
    category: Category
    rule: str
    kinds: tuple[RecipientKind, ...]


def readable_rules(source: PolicySource) -> tuple[ReadableRule, ...]:
    """Return the rules of a place in the order of its files; the text shown is the text that is evaluated."""
    found = []
    for name in ("common.cedar", f"{source.site}.cedar"):
        for match in _RULE.finditer(source.texts.get(name, "")):
            found.append(
                ReadableRule(
                    id=match.group(2),
                    effect=match.group(3),
                    cedar=match.group(0)[len(match.group(1)) :].strip(),
                    is_local=name != "common.cedar",
                )
            )
    return tuple(found)


def readable_table(source: PolicySource) -> tuple[ReadableLine, ...]:
    """Return the table row by row."""
    return tuple(
        ReadableLine(
            purpose=row.purpose,
            category=row.category,
            rule=row.rule,
            kinds=tuple(kind for kind, purposes in source.purposes_of.items() if row.purpose in purposes),
        )
        for row in source.rows
    )
