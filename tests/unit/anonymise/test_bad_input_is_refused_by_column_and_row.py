"""Every bad table is refused with column and row, and nothing is written."""

from __future__ import annotations

import pytest

from backend import anonymise, base

HEAD = "age,sex,town,condition\n"
GOOD = "".join(
    f"{20 + i % 30},{'fm'[i % 2]},{('Aoba', 'Sakae')[i % 2]},{('flu', 'cold')[i // 2 % 2]}\n" for i in range(20)
)


@pytest.mark.parametrize(
    ("text", "key", "column", "row"),
    [
        (HEAD + GOOD + "30,f,Aoba\n", "ragged", "town", 22),
        (HEAD + GOOD + "30,f,Aoba,flu,flu\n", "ragged", "condition", 22),
        (HEAD + GOOD + "30,f,Nowhere,flu\n", "not_in_hierarchy", "town", 22),
        (HEAD + GOOD + "NaN,f,Aoba,flu\n", "missing", "age", 22),
        (HEAD + GOOD + ",f,Aoba,flu\n", "missing", "age", 22),
        (HEAD + GOOD + "30,f,Aoba,nan\n", "missing", "condition", 22),
        (HEAD + GOOD + "昭和30年,f,Aoba,flu\n", "date_as_text", "age", 22),
        (HEAD + GOOD + "1990/4/1,f,Aoba,flu\n", "date_as_text", "age", 22),
        (HEAD + GOOD.replace(",m,", ",f,"), "constant", "sex", 2),
        (HEAD + GOOD.replace(",cold", ",flu"), "constant", "condition", 2),
        (HEAD + GOOD.replace(",flu", ",").replace(",cold", ","), "all_missing", "condition", 2),
        (HEAD + GOOD.replace(",Aoba,", ",,").replace(",Sakae,", ",,"), "all_missing", "town", 2),
        ("age,age,town,condition\n" + GOOD, "duplicate_column", "age", 1),
    ],
)
def test_cell(bench, text, key, column, row):
    refusal = bench.refused(text)
    assert refusal.key == f"anonymise.{key}"
    assert (refusal.params["column"], refusal.params["row"]) == (column, row)
    for locale in base.LOCALES:
        said = base.say_refusal(refusal, locale)
        assert column in said
        assert str(row) in said
        assert "{" not in said


def test_a_line_in_another_encoding(bench):
    text = (HEAD + GOOD).replace("Aoba", "青葉").encode() + "30,f,青葉,flu\n".encode("cp932")
    refusal = bench.refused(text)
    assert refusal.key == "anonymise.mixed_encodings"
    assert (refusal.params["column"], refusal.params["row"]) == ("town", 22)


def test_a_whole_table_in_cp932_is_read_and_written_so(bench):
    bench.hierarchy("town", [["青葉", "北", "*"], ["栄", "南", "*"]])
    text = (HEAD + GOOD).replace("Aoba", "青葉").replace("Sakae", "栄").encode("cp932")
    outcome = anonymise.anonymise(bench.request(text))
    released = outcome.out.read_text("cp932").splitlines()
    assert len(released) == 21
    assert {line.split(",")[2] for line in released[1:]} <= {"青葉", "栄", "北", "南", "*"}


def test_more_k_than_rows(bench):
    refusal = bench.refused(HEAD + GOOD, demand=anonymise.Demand(21))
    assert refusal.key == "anonymise.too_few_rows"
    assert refusal.params == {"k": 21, "rows": 20}
    assert len(bench.released(HEAD + GOOD, demand=anonymise.Demand(20))) == 21


@pytest.mark.parametrize(
    ("rows", "value", "row"),
    [
        ([["f", "x", "*"], ["m", "x", "*"], ["f", "y", "*"]], "f", 3),
        ([["f", "x", "*"], ["m", "x", "o"]], "x", 2),
        ([["f", "x", "*"], ["m", "*"]], "m", 2),
        ([["f", "m", "*"], ["m", "x", "*"]], "m", 1),
    ],
)
def test_a_hierarchy_that_is_no_tree(bench, rows, value, row):
    bench.hierarchy("sex", rows)
    refusal = bench.refused()
    assert refusal.key == "anonymise.not_a_tree"
    assert refusal.params == {"column": "sex", "row": row, "value": value}


def test_free_text_blocks(bench):
    head = HEAD.replace("condition", "condition,story")
    lines = [
        f"{line},came in on a rainy day number {i} and told us about it" for i, line in enumerate(GOOD.splitlines())
    ]
    refusal = bench.refused(head + "\n".join(lines) + "\n", other=("story",))
    assert refusal.key == "anonymise.free_text"
    assert (refusal.params["column"], refusal.params["row"]) == ("story", 2)
    refusal = bench.refused((head + "\n".join(lines) + "\n").replace("story", "memo"))
    assert refusal.key == "anonymise.free_text"


def test_an_empty_file(bench):
    assert bench.refused("").key == "anonymise.not_readable"
    assert bench.refused(HEAD).key == "anonymise.not_readable"


@pytest.mark.parametrize("demand", [(1, None, None), (3, 0.5, None), (3, 1.5, None), (3, None, 1.5), (3, None, -0.1)])
def test_a_demand_outside_its_meaning(bench, demand):
    assert bench.refused(demand=anonymise.Demand(*demand)).key == "anonymise.bad_demand"


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf")])
@pytest.mark.parametrize("what", ["l", "t", "max_risk", "sampled_share"])
def test_a_number_that_is_none(bench, number, what):
    asked = {"demand": anonymise.Demand(3, **{what: number})} if what in {"l", "t"} else {what: number}
    assert bench.refused(**asked).key == "anonymise.bad_demand"


@pytest.mark.parametrize("share", [0, 1.5, -1])
def test_a_share_of_the_population_that_is_none(bench, share):
    assert bench.refused(sampled_share=share).key == "anonymise.bad_demand"


@pytest.mark.parametrize("mark", ["", ";;", '"', "\n", "、"])
def test_a_delimiter_that_is_none(bench, mark):
    assert bench.refused(delimiter=mark).key == "anonymise.bad_demand"


@pytest.mark.parametrize("length", [200_000, 3_000_000])
def test_a_cell_as_long_as_a_document_is_free_text(bench, length):
    rows = HEAD + GOOD + f"30,f,Aoba,{'x' * length}\n30,f\n"
    refusal = bench.refused(rows)
    assert refusal.key == "anonymise.free_text"
    assert refusal.params == {"column": "condition", "row": 22}


def test_utf_16_and_lines_ended_by_cr_alone(bench):
    assert bench.refused((HEAD + GOOD).encode("utf-16")).key == "anonymise.not_readable"
    assert bench.refused((HEAD + GOOD).replace("\n", "\r").encode()).key == "anonymise.not_readable"


def test_l_beyond_the_table(bench):
    assert bench.refused(demand=anonymise.Demand(3, l=4)).key == "anonymise.unreachable"
    assert (
        bench.refused(demand=anonymise.Demand(3, l=2), sensitive=(), other=("condition",)).key
        == "anonymise.no_sensitive"
    )


def test_the_input_is_never_overwritten(bench):
    request = bench.request()
    with pytest.raises(anonymise.Refused, match="would_overwrite"):
        anonymise.anonymise(bench.request(out=request.table))


def test_a_hierarchy_is_never_overwritten(bench):
    file = bench.folder / "h" / "age.csv"
    before = file.read_bytes()
    for place in ("out", "report", "page", "method_sheet"):
        with pytest.raises(anonymise.Refused, match="would_overwrite"):
            anonymise.anonymise(bench.request(**{place: file}))
    assert file.read_bytes() == before
