"""Judge a release: every attack beside a known leak and a known safe set of the same shape, or no judgement."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from backend.anonymise import minimality
from backend.anonymise.attackers import attacks
from backend.anonymise.attackers.files import Held, People, Released, as_release, hold, stem_report
from backend.anonymise.attackers.second_opinion import second_opinion
from backend.anonymise.boxes import boxes, join_leftovers, open_hidden
from backend.anonymise.columns import role_by_name
from backend.anonymise.hierarchy import Hierarchy, find, read
from backend.anonymise.lattice import walk
from backend.anonymise.privacy import Demand, Distance, Diversity, Secret, meets
from backend.anonymise.refusals import NotReadable
from backend.anonymise.table import Table, open_table

MARGIN = 0.1
"""Leak and safe set must lie at least this far apart, or the attack cannot judge."""
ALLOWED = {"linkage": 0.2, "singling_out": 0.05, "inference": 0.1, "membership": 0.2, "differencing": 0.05}
"""How far above the safe set a release may score: linkage one in five (k = 5 when every row is recognised)."""
ALLOWED_SHARE = 0.25
"""... and never more than this share of the way from the safe set to the known leak."""
FEWEST_PEOPLE = 20
UNREAD = 0.01
"""The largest share of rows whose label may have no meaning to the attackers."""


@dataclass(frozen=True)
class Target:
    """What is judged: the release, the table it was made from, and people who are not in it."""

    release: Path
    original: Path
    control: Path
    report: Path | None = None
    """The release's own report; by default the .json beside it, if it is one."""
    earlier: Path | None = None
    quasi: tuple[str, ...] = ()
    sensitive: tuple[str, ...] = ()
    hierarchies: Path | None = None
    delimiter: str | None = None


def _report(target: Target) -> dict[str, Any] | None:
    path = target.report or stem_report(target.release)
    if not path.is_file():
        return None
    try:
        found = json.loads(path.read_text("utf-8"))
    except ValueError:
        return None
    return found if isinstance(found, dict) and "demand" in found and "columns" in found else None


def roles(
    target: Target, report: dict[str, Any] | None, release: Table, original: Table
) -> tuple[list[str], str | None]:
    """Which columns the attacker knows and which one he wants: by option, by report, by rule and by what changed."""
    if target.quasi:
        return list(target.quasi), next(iter(target.sensitive), None)
    if report is not None:
        named = {role: [c["name"] for c in report["columns"] if c["role"] == role] for role in ("quasi", "sensitive")}
        return named["quasi"], next(iter(named["sensitive"]), None)
    shared = [name for name in release.header if name in original.header]
    if len(shared) < 2:
        raise NotReadable(file=target.release.name)
    unchanged = [name for name in shared if set(release.texts(name)) <= set(original.texts(name))]
    by_rule = [name for name in unchanged if (role_by_name(name) or ("", ""))[0] == "sensitive"]
    wanted = next(iter([*target.sensitive, *by_rule[-1:], *unchanged[-1:]]), None)
    return [name for name in shared if name != wanted], wanted


def _judged(name: str, score: float, leak: float, safe: float, **more: object) -> dict[str, Any]:
    """A verdict: never safe where the known leak and the known safe set do not separate."""
    allowed = min(ALLOWED[name], ALLOWED_SHARE * (leak - safe))
    verdict = "cannot_judge" if not leak - safe >= MARGIN else "withstood" if score <= safe + allowed else "leaks"
    numbers = {"score": round(score, 4), "known_leak": round(leak, 4), "known_safe": round(safe, 4)}
    return {"attack": name, "verdict": verdict, "allowed_above_safe": round(allowed, 4), **numbers, **more}


def _four(held: Held) -> list[dict[str, Any]]:
    """The attacks that need release, original and control only."""
    for_safe, outside = held.others.halves()
    leak = as_release(held.members, held.widths, held.secret_values)
    safe = as_release(for_safe, held.widths, held.secret_values)
    members, others = held.members.sampled(), outside.sampled()
    tried: list[tuple[str, Callable[[Released, People, People], float], People, People]] = [
        ("linkage", attacks.linkage, members, others),
        ("singling_out", attacks.singling_out, held.members, outside),
        ("inference", attacks.inference, members, others),
        ("membership", attacks.membership, members, others),
    ]
    if len(held.others) < FEWEST_PEOPLE or len(held.members) < FEWEST_PEOPLE:
        return [_none(name, "too_few_people") for name, *_ in tried]
    verdicts = []
    for name, run, inside, out in tried:
        if name == "inference" and held.secret_values < 2:
            verdicts.append(_none(name, "no_sensitive_column"))
            continue
        scores = (run(held.release, inside, out), run(leak, inside, out), run(safe, inside, out))
        verdicts.append(_read(_judged(name, *scores, people=len(inside)), held))
    return verdicts


def _read(verdict: dict[str, Any], held: Held) -> dict[str, Any]:
    """Nothing is withstood by labels that these attackers could not read: others may hold the key."""
    if verdict["verdict"] == "withstood" and held.unread > UNREAD:
        return {**verdict, "verdict": "cannot_judge", "why": "labels_nobody_can_read", "unread": round(held.unread, 4)}
    return verdict


def _none(name: str, why: str, verdict: str = "cannot_judge") -> dict[str, Any]:
    return {"attack": name, "verdict": verdict, "why": why}


def _differencing(held: Held, earlier: Held | None) -> dict[str, Any]:
    if earlier is None:
        return _none("differencing", "no_earlier_release", "not_applicable")
    if held.secret_values < 2:
        return _none("differencing", "no_sensitive_column")
    members = held.members.sampled()
    plain = as_release(held.members, held.widths, held.secret_values)
    blank = _all_alike(held)
    score = attacks.differencing([held.release, earlier.release], members, members)
    leak = attacks.differencing([blank, _halved(plain, held)], members, members) + _told(plain, members)
    safe = attacks.differencing([held.release, held.release], members, members)
    judged = _judged("differencing", score, leak, safe, people=len(members))
    return _read(_read(judged, held), earlier)


def _told(release: Released, members: People) -> float:
    """How many secrets an exact earlier release would tell by itself: the upper end of what differencing can reach."""
    agree = release.matches(members)
    possible = agree.astype(float) @ release.secrets > 0
    return float((possible.sum(1) == 1).mean())


def _all_alike(held: Held) -> Released:
    """One class that covers everybody."""
    secrets = held.release.secrets.sum(0, keepdims=True)
    return Released(
        [np.zeros(1, np.int64) for _ in held.widths],
        secrets.sum(1),
        secrets,
        [np.ones((1, width), bool) for width in held.widths],
    )


def _halved(plain: Released, held: Held) -> Released:
    """The exact table without its last column: coarser than the leak, finer than any release."""
    covers = [*plain.covers[:-1], np.ones_like(plain.covers[-1])] if len(held.widths) > 1 else plain.covers
    return Released(plain.labels, plain.sizes, plain.secrets, covers)


def _minimality(
    held: Held, report: dict[str, Any] | None, hierarchies: dict[str, Hierarchy], original: Table
) -> dict[str, Any]:
    """Repeat the algorithm on the quasi-identifiers, find what was merged, and deal the secrets anew."""
    if report is None:
        return _none("minimality", "no_report")
    demand = Demand(
        report["demand"]["k"], report["demand"]["l"], report["demand"]["t"], Diversity(report["demand"]["diversity"])
    )
    if demand.l is None and demand.t is None:
        return _none("minimality", "classes_do_not_hang_on_secrets", "not_applicable")
    if set(hierarchies) != set(held.columns):
        return _none("minimality", "no_hierarchies")
    if len(held.class_of_line) != len(held.members):
        return _none("minimality", "lines_do_not_stand_side_by_side")
    trees = [hierarchies[name] for name in held.columns]
    leaves = []
    for name, tree in zip(held.columns, trees, strict=True):
        own = np.array([tree.index[text] for text in original.texts(name)])
        leaves.append(own[original.codes([name])[0]])
    of_row = open_hidden(walk(leaves, trees, demand.k), trees, leaves)
    left = of_row < 0
    whole = boxes(of_row, leaves)
    of_row[left] = join_leftovers(whole, [column[left] for column in leaves], trees)
    home = held.class_of_line[np.unique(of_row, return_index=True)[1]]
    distance = Distance(report["release"]["sensitive"][0]["distance"])
    secret = Secret("", held.members.secret.astype(np.int32), tuple(map(str, range(held.secret_values))), distance)
    _, classes = np.unique(home, return_inverse=True)
    tables = np.zeros((classes.max() + 1, held.secret_values), np.int64)
    np.add.at(tables, (classes[of_row], held.members.secret), 1)
    first = np.zeros((len(whole.sizes), held.secret_values), np.int64)
    np.add.at(first, (of_row, held.members.secret), 1)
    fine = meets(first, secret.shares, demand, distance)
    telling = minimality.tells_too_much(classes, fine, whole.sizes, [tables], [secret], demand)
    merged = np.bincount(classes) > 1
    share = float(telling.sum() / max(1, merged.sum()))
    planted = minimality.Merge(np.array([5, 6]), [np.array([6, 5])])
    two = Secret("", np.array([0] * 6 + [1] * 5, np.int32), ("0", "1"), Distance.EQUAL)
    sure = minimality.certainty(planted, [two], Demand(5, l=2))[0]
    leak = float(sure.max() - (6 / 11 + minimality.GAIN) > 0)
    verdict = "cannot_judge" if leak < 1 else "withstood" if share == 0 else "leaks"
    return {
        "attack": "minimality",
        "verdict": verdict,
        "score": round(share, 4),
        "known_leak": leak,
        "known_safe": 0.0,
        "allowed_above_safe": 0.0,
        "merges": int(merged.sum()),
    }


def attack(target: Target) -> dict[str, Any]:
    """Verdicts of all attackers, and one overall: withstood only if every attack that applies was withstood."""
    report = _report(target)
    with (
        open_table(target.release, target.delimiter) as release,
        open_table(target.original, target.delimiter) as original,
        open_table(target.control, target.delimiter) as control,
    ):
        quasi, wanted = roles(target, report, release, original)
        trees: dict[str, Hierarchy] = {}
        for name in quasi:
            path = find(target.hierarchies, name) if target.hierarchies is not None else None
            if path is not None:
                trees[name] = read(path, name, original.texts(name), original.delimiter)
        held = hold(release, original, control, quasi, wanted, trees)
        earlier = None
        if target.earlier is not None:
            with open_table(target.earlier, target.delimiter) as before:
                earlier = hold(before, original, control, quasi, wanted, trees)
        verdicts = [*_four(held), _minimality(held, report, trees, original), _differencing(held, earlier)]
        opinion = second_opinion(release, original, control, quasi, wanted)
    judged = [one["verdict"] for one in verdicts]
    overall = "leaks" if "leaks" in judged else "cannot_judge" if "cannot_judge" in judged else "withstood"
    return {
        "release": target.release.name,
        "known_to_attacker": quasi,
        "wanted": wanted,
        "attacks": verdicts,
        "second_opinion": opinion,
        "verdict": overall,
    }
