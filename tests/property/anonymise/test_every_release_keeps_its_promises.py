"""Whatever the table: labels cover the truth, classes hold k, bytes do not hang on row order, more k costs more."""

from __future__ import annotations

import collections
import itertools
import tempfile
from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend import anonymise
from backend.anonymise.hierarchy import from_paths

TOWNS = [
    ["Aoba", "North", "*"],
    ["Izumi", "North", "*"],
    ["Sakae", "South", "*"],
    ["Minami", "South", "*"],
    ["Oki", "Isle", "*"],
]
AGES = [[str(a), f"{a // 5 * 5}-{a // 5 * 5 + 4}", f"{a // 20 * 20}-{a // 20 * 20 + 19}", "*"] for a in range(20, 60)]
SEXES = [["f", "*"], ["m", "*"]]
TREES = {"age": AGES, "town": TOWNS, "sex": SEXES}

person = st.tuples(
    st.sampled_from([row[0] for row in AGES]), st.sampled_from([row[0] for row in TOWNS]), st.sampled_from("fm"),
    st.sampled_from(["flu", "cold", "none"]),
)  # fmt: skip
people = st.lists(person, min_size=12, max_size=80).filter(
    lambda rows: all(len({row[c] for row in rows}) > 1 for c in range(4))
)
quick = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow]
)


def release(rows, demand, form=anonymise.Form.LABELS, **more):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for column, tree in TREES.items():
            (folder / f"{column}.csv").write_text("".join(",".join(row) + "\n" for row in tree))
        table = folder / "table.txt"
        table.write_text("age,town,sex,condition\n" + "".join(",".join(row) + "\n" for row in rows))
        outcome = anonymise.anonymise(
            anonymise.Request(
                table,
                ("age", "town", "sex"),
                demand,
                folder / "o.txt",
                folder / "o.json",
                ("condition",),
                hierarchies=folder,
                form=form,
                **more,
            )
        )
        text = outcome.out.read_text()
        return [tuple(line.split(",")) for line in text.splitlines()[1:]], outcome.report, text


def covers(column, label, value):
    row = next(row for row in TREES[column] if row[0] == value)
    if label in row:
        return True
    low, _, high = label.partition("-")
    return column == "age" and int(low) <= int(value) <= int(high or low)


@quick
@given(people, st.integers(2, 12), st.sampled_from(list(anonymise.Form)))
def test_labels_cover_the_truth_and_classes_hold_k(rows, k, form):
    released, report, _ = release(rows, anonymise.Demand(k), form)
    assert len(released) == len(rows)
    for was, now in zip(rows, released, strict=True):
        assert was[3] == now[3]
        for place, column in enumerate(TREES):
            assert covers(column, now[place], was[place])
    sizes = collections.Counter(row[:3] for row in released).values()
    assert min(sizes) >= k
    assert report["release"]["k"] == min(sizes)
    assert report["release"]["suppressed_rows"] == 0
    assert report["loss"]["discernibility"] == sum(size**2 for size in sizes)


@quick
@given(
    people,
    st.randoms(use_true_random=False),
    st.sampled_from([(3, None, None), (3, 2, None), (2, None, 0.4), (2, 2, 0.5)]),
)
def test_row_order_is_irrelevant_and_bytes_repeat(rows, random, demand):
    asked = anonymise.Demand(demand[0], l=demand[1], t=demand[2])
    first, report, text = release(rows, asked)
    _, again, same = release(rows, asked)
    assert (text, report) == (same, again)
    order = list(range(len(rows)))
    random.shuffle(order)
    shuffled, _, _ = release([rows[i] for i in order], asked)
    assert shuffled == [first[i] for i in order]


@quick
@given(
    people, st.sampled_from([1.5, 2, 3]), st.sampled_from(list(anonymise.Diversity)), st.sampled_from([None, 0.2, 0.5])
)
def test_l_and_t_hold(rows, l, diversity, t):  # noqa: E741
    if diversity is anonymise.Diversity.DISTINCT:
        l = int(l)  # noqa: E741
    try:
        released, report, _ = release(rows, anonymise.Demand(2, l=l, t=t, diversity=diversity))
    except anonymise.Refused as refusal:
        assert refusal.key == "anonymise.unreachable"  # noqa: PT017  (a refusal is one of the two right answers)
        return
    share = {value: count / len(rows) for value, count in collections.Counter(row[3] for row in rows).items()}
    classes = collections.defaultdict(collections.Counter)
    for row in released:
        classes[row[:3]][row[3]] += 1
    for counter in classes.values():
        size = sum(counter.values())
        assert size >= 2
        p = np.array([count / size for count in counter.values()])
        if diversity is anonymise.Diversity.DISTINCT:
            assert len(counter) >= l
        else:
            assert np.exp(-(p * np.log(p)).sum()) >= l - 1e-6
        if t is not None:
            assert 0.5 * sum(abs(counter[v] / size - share[v]) for v in share) <= t + 1e-6
    held = report["release"]["sensitive"][0]
    assert held["l_distinct"] == min(len(counter) for counter in classes.values())


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000))
def test_more_k_never_loses_less_by_more_than_noise(seed):
    rng = np.random.default_rng(seed)
    rows = [
        (AGES[a][0], TOWNS[b][0], "fm"[c], ("flu", "cold")[d])
        for a, b, c, d in zip(
            rng.integers(0, 40, 400),
            rng.integers(0, 5, 400),
            rng.integers(0, 2, 400),
            rng.integers(0, 2, 400),
            strict=True,
        )
    ]
    losses = [release(rows, anonymise.Demand(k))[1]["loss"]["mean"] for k in (2, 4, 8, 16, 32, 64)]
    assert all(more >= less - 0.01 for less, more in itertools.pairwise(losses)), losses


@quick
@given(people, st.integers(10, 40))
def test_partitions_keep_every_promise(rows, limit):
    released, report, _ = release(rows, anonymise.Demand(3), partition_rows=limit)
    assert len(released) == len(rows)
    assert min(collections.Counter(row[:3] for row in released).values()) >= 3
    for was, now in zip(rows, released, strict=True):
        for place, column in enumerate(TREES):
            assert covers(column, now[place], was[place])
    assert report["release"]["parts"] >= (1 if len(rows) <= limit else 2)


@given(st.permutations(TOWNS))
def test_a_hierarchy_does_not_hang_on_the_order_of_its_lines(lines):
    made = from_paths("town", lines, "x")
    assert made.labels == from_paths("town", TOWNS, "x").labels
    for label, (first, last) in made.covers.items():
        assert {made.leaves[leaf] for leaf in range(first, last + 1)} == {row[0] for row in TOWNS if label in row}
