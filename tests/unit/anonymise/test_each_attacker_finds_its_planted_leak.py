"""Each attacker finds the leak it is made for, lets a good release pass, and says nothing where it cannot judge."""

from __future__ import annotations

import json

import numpy as np
import pytest

from backend import anonymise
from backend.anonymise.attackers.attacks import differencing
from backend.anonymise.attackers.files import People, Released, as_release

TOWNS = ("Aoba", "Izumi", "Sakae", "Minami")


def lines(rng, count, secret="by_chance"):
    """People with age, sex, town; their secret by chance, or tied to who they are."""
    rows = []
    for _ in range(count):
        age, sex, town = int(rng.integers(20, 80)), "fm"[int(rng.integers(2))], TOWNS[int(rng.integers(4))]
        rows.append(f"{age},{sex},{town},{('flu', 'cold', 'none')[int(rng.integers(3))]}")
    return rows


HEAD = "age,sex,town,condition\n"


@pytest.fixture(scope="module")
def population():
    rng = np.random.default_rng(6)
    return lines(rng, 200), lines(rng, 800)


def write(bench, name, rows):
    path = bench.folder / name
    path.write_text(HEAD + "".join(row + "\n" for row in rows), "utf-8")
    return path


def judge(bench, released, population, **more):
    target = anonymise.Target(
        released,
        write(bench, "original.csv", population[0]),
        write(bench, "control.csv", population[1]),
        quasi=("age", "sex", "town"),
        sensitive=("condition",),
        hierarchies=bench.folder / "h",
        **more,
    )
    found = anonymise.attack(target)
    return found, {one["attack"]: one for one in found["attacks"]}


def test_a_good_release_is_withstood(bench, population):
    outcome = anonymise.anonymise(bench.request(HEAD + "\n".join(population[0]) + "\n", demand=anonymise.Demand(50)))
    found, by_name = judge(bench, outcome.out, population)
    assert found["verdict"] == "withstood"
    assert {name for name, one in by_name.items() if one["verdict"] == "withstood"} == {
        "linkage",
        "singling_out",
        "inference",
        "membership",
    }
    for one in by_name.values():
        assert one["verdict"] in ("withstood", "not_applicable")


def test_the_table_itself_is_caught_by_all_four(bench, population):
    _, by_name = judge(bench, write(bench, "copy.csv", population[0]), population)
    assert [by_name[name]["verdict"] for name in ("linkage", "singling_out", "inference", "membership")] == [
        "leaks"
    ] * 4


def test_half_of_true_people_among_strangers_is_singled_out(bench, population):
    strangers = lines(np.random.default_rng(99), 100)
    found, by_name = judge(bench, write(bench, "mixed.csv", population[0][:100] + strangers), population)
    assert by_name["singling_out"]["verdict"] == "leaks"
    assert found["verdict"] == "leaks"


def test_a_few_rows_left_as_they_were_are_singled_out(bench, population):
    """One row in twenty is untouched: averages over everybody do not show it, the smallest classes do."""
    outcome = anonymise.anonymise(bench.request(HEAD + "\n".join(population[0]) + "\n", demand=anonymise.Demand(50)))
    released = outcome.out.read_text("utf-8").splitlines()[1:]
    assert judge(bench, outcome.out, population)[0]["verdict"] == "withstood"
    leaky = [population[0][n] if n % 20 == 0 else row for n, row in enumerate(released)]
    found, by_name = judge(bench, write(bench, "leaky.csv", leaky), population, report=outcome.report_path)
    assert by_name["singling_out"]["verdict"] == "leaks"
    assert found["verdict"] == "leaks"


@pytest.mark.parametrize("change", ["shuffled", "one_row_short"])
def test_labels_nobody_can_read_are_never_called_safe(bench, population, change):
    """The table itself in another spelling: whoever knows the spelling knows everything."""
    coded = ["x" + row.replace(",", ",x", 2) for row in population[0]]
    coded = coded[1:] if change == "one_row_short" else [coded[n] for n in np.random.default_rng(1).permutation(200)]
    found, by_name = judge(bench, write(bench, "coded.csv", coded), population)
    for name in ("linkage", "singling_out", "inference", "membership"):
        assert by_name[name]["verdict"] == "cannot_judge"
        assert by_name[name]["why"] == "labels_nobody_can_read"
    assert found["verdict"] == "cannot_judge"


def test_classes_of_one_secret_give_it_away(bench, population):
    """k = 10 and everybody in a class has the same condition: inference must see it."""
    rng = np.random.default_rng(3)
    rows = [
        f"{age},{sex},{town},{('flu', 'cold', 'none')[int(rng.integers(3))]}"
        for age in range(20, 80)
        for sex in "fm"
        for town in TOWNS
    ]
    of_cell = {row.rsplit(",", 1)[0]: row.rsplit(",", 1)[1] for row in rows}
    inside = [f"{cell},{secret}" for cell, secret in of_cell.items()] * 2
    released = [f"{cell},{secret}" for cell, secret in of_cell.items()] * 2
    _, by_name = judge(bench, write(bench, "same.csv", released), (inside, population[1]))
    assert by_name["inference"]["verdict"] == "leaks"


def test_where_leak_and_safe_set_do_not_separate_nothing_is_called_safe(bench):
    """Everybody has one of two sets of values: even the table itself tells no person from another."""
    rows = ["20,f,Aoba,flu", "21,m,Aoba,cold"] * 100
    found, by_name = judge(bench, write(bench, "copy.csv", rows), (rows, rows))
    assert by_name["singling_out"]["verdict"] == "cannot_judge"
    assert by_name["linkage"]["verdict"] == "cannot_judge"
    assert found["verdict"] == "cannot_judge"


def test_the_second_opinion_says_why_it_was_not_asked(bench, population, monkeypatch):
    monkeypatch.delenv("MEGURI_ANONYMETER_PYTHON", raising=False)
    found, _ = judge(bench, write(bench, "copy.csv", population[0]), population)
    assert found["second_opinion"] == {"asked": False, "why": "anonymeter_is_not_installed"}
    outcome = anonymise.anonymise(bench.request(HEAD + "\n".join(population[0]) + "\n", demand=anonymise.Demand(50)))
    found, _ = judge(bench, outcome.out, population)
    assert found["second_opinion"] == {"asked": False, "why": "labels_are_not_values"}


def test_too_few_people_cannot_be_judged(bench, population):
    found, _ = judge(bench, write(bench, "copy.csv", population[0]), (population[0], population[1][:5]))
    assert found["verdict"] == "cannot_judge"


def test_minimality_finds_a_release_made_without_the_guard(bench, population, monkeypatch):
    from backend.anonymise import diversity

    rows = (
        ["20,f,Aoba,flu"] * 5
        + ["21,f,Aoba,cold"] * 6
        + [f"{60 + i % 9},m,Sakae,{('flu', 'none', 'cold')[i % 3]}" for i in range(60)]
    )
    asked = bench.request(HEAD + "\n".join(rows) + "\n", demand=anonymise.Demand(5, l=2))
    kept = anonymise.anonymise(asked)
    _, by_name = judge(bench, kept.out, (rows, population[1]))
    assert by_name["minimality"]["verdict"] == "withstood"
    assert by_name["minimality"]["merges"] >= 1
    monkeypatch.setattr(diversity, "tells_too_much", lambda *given: np.zeros(len(given[3][0]), bool))
    open_one = anonymise.anonymise(asked)
    assert json.loads(open_one.report_path.read_text())["release"]["merges_widened_after_minimality_attack"] == 0
    _, by_name = judge(bench, open_one.out, (rows, population[1]))
    assert by_name["minimality"]["verdict"] == "leaks"


def test_two_releases_that_cross_tell_what_neither_tells():
    """Release one groups by town, release two by age band; the two meet in one person."""
    people = People([np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])], np.array([0, 1, 2, 3]))
    by_first = Released(
        [np.array([0, 1]), np.array([0, 0])],
        np.array([2, 2]),
        np.array([[1, 1, 0, 0], [0, 0, 1, 1]]),
        [np.eye(2, dtype=bool), np.ones((1, 2), bool)],
    )
    by_second = Released(
        [np.array([0, 0]), np.array([0, 1])],
        np.array([2, 2]),
        np.array([[1, 0, 1, 0], [0, 1, 0, 1]]),
        [np.ones((1, 2), bool), np.eye(2, dtype=bool)],
    )
    assert differencing([by_first, by_second], people, people) == 1.0
    assert differencing([by_first, by_first], people, people) == 0.0
    exact = as_release(people, [2, 2], 4)
    assert differencing([exact, by_first], people, people) == 0.0, "the exact one tells it alone"


def test_differencing_between_two_files(bench, population):
    rows = [f"{20 + i % 60},{'fm'[i % 2]},{TOWNS[i % 4]},{('flu', 'cold', 'none')[i * 7 % 3]}" for i in range(600)]
    first = anonymise.anonymise(bench.request(HEAD + "\n".join(rows) + "\n", demand=anonymise.Demand(10)))
    same = bench.folder / "earlier.csv"
    same.write_bytes(first.out.read_bytes())
    _, by_name = judge(bench, first.out, (rows, population[1]), earlier=same)
    assert by_name["differencing"]["verdict"] == "withstood"
    assert by_name["differencing"]["score"] == by_name["differencing"]["known_safe"]
