"""Columns are classified by rule or option; what is neither blocks, and what lies is caught by its values."""

from __future__ import annotations

import pytest

from backend.anonymise.columns import role_by_name
from backend.anonymise.identifiers import found_in, is_insurer_number, is_my_number


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("氏名", "direct"),
        ("patient_id", "direct"), ("e-mail", "direct"), ("被保険者番号", "direct"), ("ID", "direct"),
        ("age", "quasi"), ("生年月日", "quasi"), ("native-country", "quasi"), ("二次医療圏", "quasi"),
        ("salary-class", "sensitive"), ("icd10", "sensitive"), ("hba1c_pct", "sensitive"), ("病名", "sensitive"),
        ("単位", "other"), ("年度", "other"), ("備考", "free_text"), ("comment", "free_text"),
        ("xyz", None), ("q17", None),
    ],
)  # fmt: skip
def test_role_by_name(name, role):
    found = role_by_name(name)
    assert (found and found[0]) == role


def _with(bench, name, cells):
    lines = bench.rows().splitlines()
    return (
        "\n".join([f"{lines[0]},{name}", *(f"{line},{cell}" for line, cell in zip(lines[1:], cells, strict=True))])
        + "\n"
    )


def test_an_unknown_column_blocks_until_it_is_named(bench):
    text = _with(bench, "xyz", [str(i % 4) for i in range(40)])
    refusal = bench.refused(text)
    assert refusal.key == "anonymise.unclassified"
    assert (refusal.params["column"], refusal.params["row"]) == ("xyz", 1)
    assert bench.released(text, other=("xyz",))[0] == "age,sex,town,condition,xyz"
    assert bench.released(text, direct=("xyz",))[0] == "age,sex,town,condition"


def test_a_direct_identifier_never_survives(bench):
    text = _with(bench, "氏名", [f"山田{i}" for i in range(40)])
    released = bench.released(text)
    assert released[0] == "age,sex,town,condition"
    assert "山田" not in "".join(released)


def test_a_quasi_identifier_that_nobody_named_blocks(bench):
    refusal = bench.refused(_with(bench, "height", [str(150 + i % 5) for i in range(40)]))
    assert (refusal.key, refusal.params["column"]) == ("anonymise.unclassified", "height")


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        ("memo 1234 5678 9018 end", "my_number"), ("a@example.jp", "email"), ("TK1234567", "passport"),
        ("06-1234-5678", "phone"), ("1234-567890", "pension_number"),
    ],
)  # fmt: skip
def test_codes_hidden_in_a_kept_column(bench, cell, kind):
    refusal = bench.refused(_with(bench, "xyz", ["a"] * 20 + [cell] + ["b"] * 19), other=("xyz",))
    assert refusal.key == "anonymise.looks_direct"
    assert (refusal.params["row"], refusal.params["kind"]) == (22, kind)


def test_a_column_with_its_own_value_for_everybody_looks_direct(bench):
    assert (
        bench.refused(_with(bench, "xyz", [f"u{i:03d}" for i in range(40)]), other=("xyz",)).key
        == "anonymise.looks_direct"
    )


def test_check_digits():
    assert is_my_number("123456789018")
    assert not is_my_number("123456789012")
    assert found_in("no number 123456789012 here") is None
    assert is_insurer_number("06139463")
    assert not is_insurer_number("06139464")
