"""Built-in hierarchies: what they say, where they come from, and which are refused for want of a table."""

from __future__ import annotations

import pytest

from backend import anonymise
from backend.anonymise import builtin


def labels(kind, text, texts=()):
    tree = builtin.load(kind, "c", [text, *texts])
    leaf = tree.index[text]
    return [tree.labels[level][tree.codes[level, leaf]] for level in range(tree.depth)]


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("age", "23", ["23", "20-24", "20-29", "20-39", "*"]),
        ("age", "116", ["116", "90+", "90+", "80+", "*"]),
        ("age", "89", ["89", "85-89", "80-89", "80+", "*"]),
        ("date", "2024-02-29", ["2024-02-29", "2024-02", "2024", "2020-2029", "*"]),
        ("medical_area", "2701", ["2701", "大阪府", "近畿地方", "*"]),
        ("medical_area", "豊能", ["豊能", "大阪府", "近畿地方", "*"]),
        ("municipality", "吹田市", ["吹田市", "豊能", "大阪府", "近畿地方", "*"]),
        ("municipality", "堺市", ["堺市", "堺市", "大阪府", "近畿地方", "*"]),
        ("height", "172", ["172", "170-174", "170-179", "160-179", "*"]),
        ("weight", "64.5", ["64.5", "60-64", "60-69", "60-79", "*"]),
        ("bmi", "24.9", ["24.9", "24.5-<25.0", "18.5-<25", "*"]),
        ("bmi", "25.0", ["25.0", "25.0-<25.5", "25-<30", "*"]),
        ("bmi", "18.4", ["18.4", "18.0-<18.5", "<18.5", "*"]),
        ("icd10", "E11", ["E11", "E11", "IV (E00-E90)", "*"]),
        ("icd10", "E11.9", ["E11.9", "E11", "IV (E00-E90)", "*"]),
        ("icd10", "D50", ["D50", "D50", "III (D50-D89)", "*"]),
        ("icd10", "D48", ["D48", "D48", "II (C00-D48)", "*"]),
        ("jlac10", "3D046000001906202", ["3D046000001906202", "3D046…", "3D…", "3…", "*"]),
    ],
)
def test_labels(kind, text, expected):
    assert labels(kind, text, ("3D045", "1A010") if kind == "jlac10" else ()) == expected


def test_every_hierarchy_names_its_source():
    assert set(builtin.KINDS) == {*builtin.SOURCES, *builtin.MISSING_TABLES}
    assert builtin.load("age", "c", ["1"]).source


def test_japan_has_335_areas_in_47_prefectures_and_osaka_43_municipalities():
    tree = builtin.load("medical_area", "c", ["2701"])
    assert [len(names) for names in tree.labels] == [335, 47, 8, 1]
    towns = builtin.load("municipality", "c", ["吹田市"])
    assert sum(towns.labels[2][code] == "大阪府" for code in towns.codes[2]) == 43


def test_occupation_is_refused_by_the_name_of_its_missing_table(bench):
    text = bench.rows().replace("town", "occupation")
    refusal = bench.refused(text, quasi=("age", "sex", "occupation"))
    assert refusal.key == "anonymise.no_source_table"
    assert "日本標準職業分類" in refusal.params["table"]


def test_a_quasi_identifier_without_any_hierarchy(bench):
    text = bench.rows().replace("town", "q17")
    refusal = bench.refused(text, quasi=("age", "sex", "q17"))
    assert (refusal.key, refusal.params["column"]) == ("anonymise.no_hierarchy", "q17")


def test_the_engine_runs_on_them_alone(bench):
    lines = ["年齢,市町村,検査日,condition"]
    towns = ("吹田市", "豊中市", "堺市", "高槻市")
    lines += [f"{40 + i % 9},{towns[i % 4]},2024-0{1 + i % 3}-{1 + i % 28:02d},{'ab'[i // 2 % 2]}" for i in range(80)]
    released = bench.released("\n".join(lines) + "\n", quasi=("年齢", "市町村", "検査日"), hierarchies=None)
    assert len(released) == 81
    refusal = bench.refused(
        "\n".join([*lines, "41,吹田市,2024-02-30,a"]) + "\n", quasi=("年齢", "市町村", "検査日"), hierarchies=None
    )
    assert (refusal.key, refusal.params["row"]) == ("anonymise.date_as_text", 82)
    assert anonymise.KINDS
