"""Risks, losses and the reference model, against hand-made figures and scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score
from sklearn.naive_bayes import CategoricalNB

from backend import anonymise
from backend.anonymise import release, reporting, utility
from backend.anonymise.boxes import Boxes
from backend.anonymise.hierarchy import from_paths


def test_risks_by_hand():
    got = reporting.risks(np.array([2, 3, 5]), 3, 1.0)
    assert got["prosecutor"] == {
        "highest": 0.5,
        "average": pytest.approx(0.3),
        "rows_above_1_over_k": pytest.approx(0.2),
    }
    assert got["journalist"]["highest"] == 0.5
    assert got["marketer"]["expected_share_of_hits"] == pytest.approx(0.3)
    sampled = reporting.risks(np.array([2, 3, 5]), 3, 0.1)
    assert sampled["prosecutor"]["highest"] == 0.5
    assert sampled["journalist"]["highest"] == pytest.approx(0.05)
    assert sampled["marketer"]["expected_share_of_hits"] == pytest.approx(0.03)


def test_class_facts_by_hand():
    facts = reporting.class_facts(np.array([1, 1, 4, 12]), 5)
    assert (facts.rows, facts.classes, facts.smallest, facts.unique_rows, facts.rows_under_k) == (18, 4, 1, 2, 6)
    assert facts.discernibility == 1 + 1 + 16 + 144
    assert [(b["from"], b["to"], b["classes"], b["rows"]) for b in facts.histogram] == [
        (1, 1, 2, 2),
        (3, 4, 1, 4),
        (10, 19, 1, 12),
    ]


def test_label_costs_count_all_leaves_and_a_shared_name_costs_what_it_can_mean():
    tree = from_paths("c", [["a", "x", "*"], ["b", "x", "*"], ["c", "c", "*"], ["d", "c", "*"]], "invented")
    leaf = tree.index
    assert tree.cost[0, leaf["a"]] == 0
    assert tree.cost[1, leaf["a"]] == pytest.approx(1 / 3)
    assert tree.cost[2, leaf["a"]] == 1
    assert tree.cost[0, leaf["c"]] == pytest.approx(1 / 3), "the reader cannot tell the value c from the group c"
    assert tree.cost[0, leaf["d"]] == 0


def test_the_reference_model_is_scikit_learns():
    rng = np.random.default_rng(1)
    truth = rng.random(900) < 0.4
    features = [rng.integers(0, 4, 900) + truth * rng.integers(0, 3, 900), rng.integers(0, 6, 900)]
    is_test = np.arange(900) % 3 == 0
    stacked = np.stack(features, 1)
    model = CategoricalNB(alpha=1.0, min_categories=stacked.max(0) + 1).fit(stacked[~is_test], truth[~is_test])
    theirs = roc_auc_score(truth[is_test], model.predict_log_proba(stacked[is_test])[:, 1])
    assert utility.naive_bayes_auroc(features, truth, is_test) == pytest.approx(theirs, abs=1e-9)


def test_marginals_and_correlations_of_an_exact_release_do_not_move(bench):
    report = anonymise.anonymise(
        bench.request(
            bench.rows(40) * 1 + "\n".join(bench.rows(40).splitlines()[1:]) + "\n", demand=anonymise.Demand(2)
        )
    ).report
    assert report["loss"]["mean"] == 0
    assert all(value == 0 for value in report["marginal_difference"].values())
    assert report["correlation_difference"]["largest"] == 0
    assert report["reference_model"][0]["gap"] == 0


def test_ranges_are_never_wider_than_labels(bench):
    labels = anonymise.anonymise(bench.request(bench.rows(200)))
    text = labels.out.read_text()
    ranges = anonymise.anonymise(bench.request(bench.rows(200), form=anonymise.Form.RANGES))
    assert ranges.report["loss"]["mean"] <= labels.report["loss"]["mean"]
    assert ranges.out.read_text() != text


def test_no_path_and_no_time_of_day_in_the_report(bench):
    outcome = anonymise.anonymise(bench.request())
    assert str(bench.folder) not in outcome.report_path.read_text("utf-8")


def test_a_range_never_reads_like_a_label_of_other_values():
    """Bands one off, as in the Adult hierarchies: the label 20-24 covers 21 to 25, so 20 to 24 cannot be written so."""
    tree = from_paths("age", [[str(a), f"{(a - 1) // 5 * 5}-{(a - 1) // 5 * 5 + 4}", "*"] for a in range(20, 80)], "x")
    at = tree.index
    low, high = np.array([at["20"], at["21"], at["20"], at["33"]]), np.array([at["24"], at["25"], at["23"], at["33"]])
    made = release.spans(Boxes([low], [high], np.array([5, 5, 5, 5])), [tree], anonymise.Form.RANGES)
    assert made.texts[0] == ["*", "21-25", "20-23", "33"]
    assert made.costs[0].tolist() == pytest.approx([1, 4 / 59, 3 / 59, 0])
