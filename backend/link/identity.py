"""Whose file is it: pure rules that compare what a file says about a person with what Meguri knows.

Birth date and sex decide, because check-up files carry both and write names in katakana only. A name
never proves anything by itself; a differing one only makes us ask.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Literal

import msgspec

Sex = Literal["male", "female"]


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """The person who links the file, as entered at sign-up."""

    name: str
    kana: str
    birth: date
    sex: str


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """One person as a file describes them; None where the file is silent."""

    key: str
    names: tuple[str, ...] = ()
    birth: date | None = None
    sex: str | None = None


class Verdict(StrEnum):
    """How a person in a file relates to the person who links it."""

    SAME = "same"
    NAME_DIFFERS = "name_differs"
    UNKNOWN = "unknown"
    OTHER = "other"


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """Which persons of a file are meant: one person, under one key or several (a file a year)."""

    verdict: Verdict
    keys: tuple[str, ...]
    name: str | None
    others: int


class TwoPeopleMatch(Exception):  # noqa: N818  (an answer to the question, not a fault)
    """Two differing people of a file have the resident's birth date and sex: choosing would be a guess."""


_LARGE = str.maketrans("ァィゥェォッャュョヮヵヶヂヅヲ", "アイウエオツヤユヨワカケジズオ")
_ROWS = {
    "ア": "アカサタナハマヤラワガザダバパ",
    "イ": "イキシチニヒミリギジビピ",
    "ウ": "ウクスツヌフムユルグズブプヴ",
    "エ": "エケセテネヘメレゲゼデベペ",
    "オ": "オコソトノホモヨロヲゴゾドボポ",
}
_VOWEL = {kana: vowel for vowel, row in _ROWS.items() for kana in row}
# Written alike by one office and apart by the next: オオノ・オーノ, ユウコ・ユーコ, ケイコ・ケーコ.
_LENGTHENS = {("オ", "ウ"): "オ", ("エ", "イ"): "エ"}


def kana_form(text: str) -> str:
    """Return a kana name as one comparable string: width, script, small kana and long vowels evened out."""
    wide = unicodedata.normalize("NFKC", text)
    katakana = "".join(chr(ord(c) + 0x60) if "ぁ" <= c <= "ゖ" else c for c in wide)
    letters = [c for c in katakana.translate(_LARGE) if c == "ー" or "ァ" <= c <= "ヺ"]
    out: list[str] = []
    for letter in letters:
        before = _VOWEL.get(out[-1], "") if out else ""
        if letter == "ー":
            out.append(before)
        else:
            out.append(_LENGTHENS.get((before, letter), letter))
    return "".join(out)


def plain_form(text: str) -> str:
    """Return a name in any script with width, case and spaces evened out."""
    wide = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c for c in wide if c.isalnum())


def is_kana(text: str) -> bool:
    """Say whether a name is written in kana only (spaces and marks aside)."""
    letters = [c for c in unicodedata.normalize("NFKC", text) if c.isalpha()]
    return bool(letters) and all("ぁ" <= c <= "ゖ" or "ァ" <= c <= "ヺ" or c == "ー" for c in letters)


def is_latin(text: str) -> bool:
    """Say whether a name has Latin letters only."""
    letters = [c for c in unicodedata.normalize("NFKC", text) if c.isalpha()]
    return bool(letters) and all(c.isascii() for c in letters)


def name_agrees(known: Known, names: Sequence[str]) -> bool | None:
    """Compare names script by script; None where no two are in the same script.

    Kana decides where both sides have it, since kanji have variants (渡辺, 渡邊) that mean no other person.
    """
    ours = [name for name in (known.name, known.kana) if plain_form(name)]
    theirs = [name for name in names if plain_form(name)]
    our_kana = {kana_form(name) for name in ours if is_kana(name)}
    their_kana = {kana_form(name) for name in theirs if is_kana(name)}
    if our_kana and their_kana:
        return bool(our_kana & their_kana)
    for same_script in (is_latin, lambda name: not is_kana(name) and not is_latin(name)):
        left = {plain_form(name) for name in ours if same_script(name)}
        right = {plain_form(name) for name in theirs if same_script(name)}
        if left and right:
            return bool(left & right)
    return None


def compare(known: Known, found: Found) -> Verdict:
    """Say whether a person in a file is the one who links it, someone else, or must be asked."""
    if found.birth is not None and found.birth != known.birth:
        return Verdict.OTHER
    if found.sex is not None and found.sex != known.sex:
        return Verdict.OTHER
    if found.birth is None or (found.sex is None and not found.names):
        return Verdict.UNKNOWN
    agrees = name_agrees(known, found.names)
    if agrees is False:
        return Verdict.NAME_DIFFERS
    if found.sex is None and agrees is None:
        return Verdict.UNKNOWN
    return Verdict.SAME


def choose(known: Known, people: Sequence[Found]) -> Choice:
    """Choose the resident among the people of a file; raises TwoPeopleMatch where it would be a guess.

    The same birth date, sex and name under several keys (a file for each year, a changed insurer) are
    one person. With several people in a file someone without identity is nobody's.
    """
    verdicts = {found.key: compare(known, found) for found in people}
    candidates = [found for found in people if verdicts[found.key] in (Verdict.SAME, Verdict.NAME_DIFFERS)]
    if len(candidates) > 1 and not _are_one(candidates):
        candidates = [found for found in candidates if name_agrees(known, found.names)]
        if not candidates or not _are_one(candidates):
            raise TwoPeopleMatch
    if not candidates and len(people) == 1 and verdicts[people[0].key] is Verdict.UNKNOWN:
        return Choice(verdict=Verdict.UNKNOWN, keys=(people[0].key,), name=None, others=0)
    if not candidates:
        return Choice(verdict=Verdict.OTHER, keys=(), name=None, others=len(people))
    first = candidates[0]
    # A name is shown only where birth date and sex in the file are the reader's own.
    is_own = first.birth is not None and first.sex is not None
    return Choice(
        verdict=verdicts[first.key],
        keys=tuple(found.key for found in candidates),
        name=first.names[0] if first.names and is_own else None,
        others=len(people) - len(candidates),
    )


def _are_one(candidates: Sequence[Found]) -> bool:
    forms = {
        (found.birth, found.sex, frozenset(kana_form(n) if is_kana(n) else plain_form(n) for n in found.names))
        for found in candidates
    }
    return len(forms) == 1
