"""Partly verified rows stay silent until a clinician signed them; unverified ones stay silent for ever."""

from __future__ import annotations

from models import bp_class


def test_every_line_of_home_grade_1_waits() -> None:
    assert bp_class.judge("home", 140, 84).sbp_class is None
    signed = bp_class.judge("home", 140, 84, signed={"bp/home-grade1"})
    assert (signed.sbp_class, signed.dbp_class, signed.statement) == ("grade1", None, "at_or_above_135_85")
    assert "bp/home-elevated" in signed.awaiting


def test_no_combined_class_even_when_every_row_is_signed() -> None:
    every = {row.signoff for row in bp_class.ROWS}
    judged = bp_class.judge("office", 150, 105, signed=every)
    assert (judged.sbp_class, judged.dbp_class) == ("grade1", "grade2")
    assert not hasattr(judged, "klass")


def test_a_signature_under_an_unverified_row_opens_nothing() -> None:
    row = bp_class.Row("office", "x", "grade1", "or", (140, 160), (90, 100), "unverified", "memory")
    assert row.may_be_shown({"bp/x"}) is False
