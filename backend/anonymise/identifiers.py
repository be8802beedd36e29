"""Individual identification codes and addresses of people, found by format and check digit."""

from __future__ import annotations

import re

_TWELVE = re.compile(r"(?<!\d)\d{4}[ -]?\d{4}[ -]?\d{4}(?!\d)")
_PASSPORT = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d{7}(?![A-Za-z0-9])")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
_PHONE = re.compile(r"(?<!\d)0\d{1,4}-\d{1,4}-\d{3,4}(?!\d)|(?<!\d)0[789]0\d{8}(?!\d)")
_PENSION = re.compile(r"(?<!\d)\d{4}-\d{6}(?!\d)")
_EIGHT = re.compile(r"^\d{8}$")


def is_my_number(digits: str) -> bool:
    """Check digit of the individual number: 11 - (sum of P_n x Q_n mod 11), 0 where the remainder is 0 or 1.

    Source: ordinance of the Ministry of Internal Affairs on individual numbers (2014, no. 85), article 5.
    """
    if len(digits) != 12 or not digits.isdigit():
        return False
    total = sum(int(p) * (n + 1 if n <= 6 else n - 5) for n, p in enumerate(reversed(digits[:11]), start=1))
    rest = total % 11
    return int(digits[11]) == (0 if rest <= 1 else 11 - rest)


def is_insurer_number(digits: str) -> bool:
    """Check digit of an 8-digit insurer number: weights 2, 1 from the right, digit sums, complement to ten."""
    if not _EIGHT.match(digits):
        return False
    total = sum(sum(divmod(int(d) * (2 if place % 2 == 0 else 1), 10)) for place, d in enumerate(reversed(digits[:7])))
    return int(digits[7]) == (10 - total % 10) % 10


def found_in(text: str) -> str | None:
    """The kind of the first identifying code in `text`, or None."""
    for match in _TWELVE.finditer(text):
        if is_my_number(re.sub(r"\D", "", match.group())):
            return "my_number"
    if _EMAIL.search(text):
        return "email"
    if _PASSPORT.search(text):
        return "passport"
    if _PHONE.search(text):
        return "phone"
    if _PENSION.search(text):
        return "pension_number"
    return None


def are_insurer_numbers(texts: list[str]) -> bool:
    """Whether a whole column holds insurer numbers: one match in ten is chance, so nearly all must match."""
    return len(texts) > 0 and sum(map(is_insurer_number, texts)) >= 0.9 * len(texts)
