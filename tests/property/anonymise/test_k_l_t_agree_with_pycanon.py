"""k, l and t as pycanon measures them, on 1,000 random tables."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from pycanon.anonymity import entropy_l_diversity, k_anonymity, l_diversity, t_closeness

from backend.anonymise.privacy import Distance, Secret, measure


@pytest.mark.parametrize("block", range(4))
def test_they_agree(block):
    rng = np.random.default_rng(block)
    for _ in range(250):
        rows = int(rng.integers(4, 25))
        quasi = rng.integers(0, 3, (rows, 2))
        secret = rng.integers(0, int(rng.integers(2, 5)), rows)
        if len(set(secret.tolist())) < 2:
            secret[0], secret[1] = 0, 1
        _, of_row = np.unique(quasi[:, 0] * 3 + quasi[:, 1], return_inverse=True)
        classes = int(of_row.max()) + 1
        values, codes = np.unique(secret, return_inverse=True)
        frame = pd.DataFrame(
            {"a": quasi[:, 0].astype(str), "b": quasi[:, 1].astype(str), "s": secret, "w": [f"v{s}" for s in secret]}
        )
        assert k_anonymity(frame, ["a", "b"]) == np.bincount(of_row).min()
        texts = tuple(map(str, values.tolist()))
        ordered = measure(of_row, classes, Secret("s", codes.astype(np.int32), texts, Distance.ORDERED))
        equal = measure(of_row, classes, Secret("w", codes.astype(np.int32), texts, Distance.EQUAL))
        assert l_diversity(frame, ["a", "b"], ["s"]) == ordered.l_distinct
        assert abs(entropy_l_diversity(frame, ["a", "b"], ["s"]) - ordered.l_entropy) < 1 + 1e-9
        assert t_closeness(frame, ["a", "b"], ["s"]) == pytest.approx(ordered.t, abs=1e-9)
        assert t_closeness(frame, ["a", "b"], ["w"]) == pytest.approx(equal.t, abs=1e-9)
