"""`meguri anonymise` and `meguri anonymise attack`, as an operator types them."""

from __future__ import annotations

import collections
import json
from datetime import date

import pytest

from backend.cli import main

QUASI = "sex,age,race,marital-status,education,native-country,workclass,occupation"


def run(capsys, *words):
    code = main(["anonymise", *map(str, words)])
    said = capsys.readouterr()
    return code, said.out, said.err


def small(bench):
    table = bench.table(bench.rows(120))
    return ["--quasi", "age,sex,town", "--sensitive", "condition", "--hierarchies", bench.folder / "h"], table


@pytest.mark.feature("F01")
def test_k_l_t_and_uniqueness_stand_in_the_report_and_an_impossible_demand_writes_nothing(bench, capsys):
    options, table = small(bench)
    out, report, page, sheet = (bench.folder / name for name in ("o.csv", "o.json", "o.html", "o.txt"))
    code, said, _ = run(
        capsys,
        table,
        *options,
        "--k",
        4,
        "--l",
        2,
        "--t",
        0.5,
        "--out",
        out,
        "--report",
        report,
        "--page",
        page,
        "--sheet",
        sheet,
    )
    assert code == 0
    assert "k=" in said
    held = json.loads(report.read_text("utf-8"))
    assert held["release"]["k"] >= 4
    assert held["release"]["sensitive"][0]["l_distinct"] >= 2
    assert held["release"]["sensitive"][0]["t"] <= 0.5
    assert held["uniqueness"]["before"] > held["uniqueness"]["after"] == 0
    for who in ("prosecutor", "journalist", "marketer"):
        assert who in held["risk"]["after"]
    assert held["risk"]["after"]["prosecutor"]["highest"] == 1 / held["release"]["k"]
    assert {"marginal_difference", "correlation_difference", "reference_model", "loss", "classes"} <= set(held)
    text = page.read_text("utf-8")
    assert text.count("<svg") >= 6
    assert "<script" not in text
    assert "http://" not in text.replace("http://www.w3.org/2000/svg", "")
    for number in "12345":
        assert f"施行規則第34条第{number}号" in sheet.read_text("utf-8")
    limited = (
        table,
        *options,
        "--out",
        bench.folder / "no.csv",
        "--report",
        bench.folder / "no.json",
        "--max-risk",
        0.1,
    )
    code, _, err = run(capsys, *limited, "--k", 4)
    assert code == 1
    assert "0.1" in err
    assert not (bench.folder / "no.csv").exists()
    assert run(capsys, *limited, "--k", 10)[0] == 0
    (bench.folder / "no.csv").unlink()
    (bench.folder / "no.json").unlink()
    code, _, err = run(
        capsys, table, *options, "--k", 121, "--out", bench.folder / "no.csv", "--report", bench.folder / "no.json"
    )
    assert code == 1
    assert "121" in err
    assert not (bench.folder / "no.csv").exists()
    assert not (bench.folder / "no.json").exists()


@pytest.mark.feature("F02")
def test_an_unclassified_column_blocks_the_export(bench, capsys):
    options, _ = small(bench)
    table = bench.table(
        "\n".join(f"{line},{'xyz' if n == 0 else n % 3}" for n, line in enumerate(bench.rows(120).splitlines())) + "\n"
    )
    out = bench.folder / "o.csv"
    code, _, err = run(capsys, table, *options, "--k", 4, "--out", out, "--report", bench.folder / "o.json")
    assert code == 1
    assert "xyz" in err
    assert not out.exists()


@pytest.mark.feature("F04")
def test_a_release_is_attacked_and_the_success_rates_are_kept(bench, capsys):
    options, _ = small(bench)
    lines = bench.rows(1000).splitlines()
    head, rows = lines[0], lines[1:]
    table = bench.table("\n".join([head, *rows[:200]]) + "\n")
    control = bench.folder / "control.csv"
    control.write_text("\n".join([head, *rows[200:]]) + "\n")
    out, report = bench.folder / "o.csv", bench.folder / "o.json"
    assert run(capsys, table, *options, "--k", 40, "--out", out, "--report", report)[0] == 0
    code, said, _ = run(
        capsys, "attack", out, "--original", table, "--control", control, "--hierarchies", bench.folder / "h", "--json"
    )
    found = json.loads(said)
    assert code in (0, 3)
    for one in found["attacks"]:
        assert one["verdict"] in ("withstood", "leaks", "cannot_judge", "not_applicable")
        if one["verdict"] in ("withstood", "leaks") and one["attack"] != "minimality":
            assert one["known_leak"] - one["known_safe"] >= 0.1
    code, said, _ = run(capsys, "attack", table, "--original", table, "--control", control, "--json")
    assert code == 3
    assert json.loads(said)["verdict"] == "leaks"


@pytest.mark.feature("F08")
def test_ages_are_top_coded_and_the_method_sheet_says_so(bench, capsys):
    ages = [116, 103, 97, 95, 93, 91, *range(30, 60)]
    table = bench.table(
        "age,sex,condition\n"
        + "".join(f"{a},{'fm'[n % 2]},{('flu', 'cold')[n // 2 % 2]}\n" for n, a in enumerate(ages))
    )
    out, report, sheet = (bench.folder / name for name in ("o.csv", "o.json", "o.txt"))
    words = (
        "--quasi",
        "age,sex",
        "--sensitive",
        "condition",
        "--builtin",
        "age=age",
        "--hierarchies",
        bench.folder / "h",
    )
    assert run(capsys, table, *words, "--k", 3, "--out", out, "--report", report, "--sheet", sheet)[0] == 0
    text = out.read_text()
    assert "116" not in text
    assert "90+" in text
    assert "90歳以上" in sheet.read_text("utf-8")


def _visits():
    """Two visits each; one disease that one person in the table has."""
    lines = ["patient_id,age,sex,visited,diagnosis"]
    for n in range(60):
        disease = "rare-one" if n == 7 else ("flu", "cold")[n % 2]
        lines += [
            f"P{n:03d},{30 + n % 20},{'fm'[n // 20 % 2]},2024-0{1 + n % 5}-{10 + v * 7},{disease}" for v in (0, 1)
        ]
    return "\n".join(lines) + "\n"


@pytest.mark.feature("F08")
def test_dates_move_together_for_one_person_and_rare_diseases_are_grouped(bench, capsys):
    table = bench.table(_visits())
    out, report, sheet = (bench.folder / name for name in ("o.csv", "o.json", "o.txt"))
    words = (
        table,
        "--quasi",
        "age,sex",
        "--sensitive",
        "diagnosis",
        "--other",
        "visited",
        "--hierarchies",
        bench.folder / "h",
    )
    words += ("--shift-dates", "visited", "--person", "patient_id", "--shift-days", 20, "--rare", 5, "--k", 3)
    words += ("--out", out, "--report", report, "--sheet", sheet)
    assert run(capsys, *words, "--shift-seed", "one")[0] == 0
    before = [line.split(",") for line in _visits().splitlines()[1:]]
    after = [line.split(",") for line in out.read_text("utf-8").splitlines()[1:]]
    moved = {}
    for was, now in zip(before, after, strict=True):
        moved.setdefault(was[0], set()).add((date.fromisoformat(now[2]) - date.fromisoformat(was[3])).days)
    assert all(len(days) == 1 for days in moved.values()), "one person, one shift"
    assert len(set().union(*moved.values())) > 10, "not one shift for all"
    assert all(-20 <= day <= 20 for days in moved.values() for day in days)
    assert "rare-one" not in out.read_text("utf-8")
    assert {row[3] for row in after} >= {"その他（少数）"}
    assert "前後 20 日" in sheet.read_text("utf-8")
    assert "その他（少数）" in sheet.read_text("utf-8")
    first = out.read_bytes()
    assert run(capsys, *words, "--shift-seed", "one")[0] == 0
    assert out.read_bytes() == first
    assert run(capsys, *words)[0] == 0
    assert out.read_bytes() != first, "without a seed the shift is fresh"


def test_a_date_in_words_cannot_be_shifted(bench, capsys):
    table = bench.table(_visits().replace("2024-01-10", "2024年1月10日"))
    code, _, err = run(
        capsys, table, "--quasi", "age,sex", "--sensitive", "diagnosis", "--other", "visited", "--hierarchies",
        bench.folder / "h", "--shift-dates", "visited", "--person", "patient_id", "--k", 3,
        "--out", bench.folder / "o.csv", "--report", bench.folder / "o.json",
    )  # fmt: skip
    assert code == 1
    assert "visited" in err
    assert "2行目" in err


@pytest.mark.feature("F09")
def test_the_same_request_twice_gives_the_same_hashes(bench, capsys):
    options, table = small(bench)
    seen = set()
    for _ in range(2):
        out, report = bench.folder / "o.csv", bench.folder / "o.json"
        assert run(capsys, table, *options, "--k", 4, "--l", 2, "--out", out, "--report", report)[0] == 0
        seen.add((out.read_bytes(), report.read_bytes()))
    assert len(seen) == 1


@pytest.mark.parametrize(
    ("k", "loss", "discernibility"), [(5, 0.055, 2.43e5), (10, 0.080, 4.38e5), (100, 0.195, 3.54e6)]
)
def test_adult_reaches_the_goals(shared, bench, capsys, k, loss, discernibility):
    out, report = bench.folder / "o.csv", bench.folder / "o.json"
    table = shared("trust/adult/adult.csv")
    code, _, _ = run(
        capsys,
        table,
        "--quasi",
        QUASI,
        "--sensitive",
        "salary-class",
        "--hierarchies",
        table.parent,
        "--k",
        k,
        "--out",
        out,
        "--report",
        report,
    )
    assert code == 0
    held = json.loads(report.read_text("utf-8"))
    raw = out.read_bytes()
    assert raw.count(b"\r\n") == 30_163 == raw.count(b"\n")
    lines = raw.decode().splitlines()
    assert lines[0] == table.read_text().splitlines()[0]
    sizes = collections.Counter(line.rsplit(";", 1)[0] for line in lines[1:]).values()
    assert min(sizes) >= k
    assert sum(n * n for n in sizes) == held["loss"]["discernibility"] < discernibility
    assert held["loss"]["mean"] <= loss
    assert "*;*;*;*;*;*;*;*" not in raw.decode()


def test_misuse_is_an_error_on_stderr(bench, capsys):
    with pytest.raises(SystemExit) as caught:
        run(capsys, bench.table("a\n1\n"), "--quasi", "a")
    assert caught.value.code == 2
    assert "--k" in capsys.readouterr().err


def test_numbers_and_delimiters_that_are_none_are_refused_in_words(bench, capsys):
    options, table = small(bench)
    to = ("--out", bench.folder / "o.csv", "--report", bench.folder / "o.json")
    for wrong in (
        ("--k", 0),
        ("--k", 4, "--l", "nan"),
        ("--k", 4, "--max-risk", "nan"),
        ("--k", 4, "--sampled-share", 0),
        ("--k", 4, "--delimiter", ";;"),
    ):
        code, said, error = run(capsys, table, *options, *to, *wrong)
        assert (code, said) == (1, "")
        assert "使えません。何も書き出していません。" in error
        assert not (bench.folder / "o.csv").exists()
    table.write_text(table.read_text("utf-8").replace(",", "\t"), "utf-8")
    assert run(capsys, table, *options, *to, "--k", 4, "--delimiter", r"\t")[0] == 0
