"""A monotone curve through the class borders: it gives the point of a position, never its interval."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def slopes(x: Floats, y: Floats) -> Floats:
    """Return Fritsch-Carlson slopes (harmonic mean), so that the cubic between two borders never turns."""
    steps = np.diff(x)
    rises = np.diff(y) / steps
    if len(rises) == 1:
        return np.array([rises[0], rises[0]])
    found = np.zeros_like(x)
    for n in range(1, len(x) - 1):
        if rises[n - 1] * rises[n] > 0:
            near, far = 2 * steps[n] + steps[n - 1], steps[n] + 2 * steps[n - 1]
            found[n] = (near + far) / (near / rises[n - 1] + far / rises[n])
    found[0], found[-1] = _end(steps[:2], rises[:2]), _end(steps[:-3:-1], rises[:-3:-1])
    return found


def _end(steps: Floats, rises: Floats) -> float:
    slope = ((2 * steps[0] + steps[1]) * rises[0] - steps[0] * rises[1]) / (steps[0] + steps[1])
    if slope * rises[0] <= 0:
        return 0.0
    return float(min(slope, 3 * rises[0]))


def share_below(
    limits: Sequence[tuple[float | None, float | None]], people: Sequence[float], value: float
) -> float | None:
    """Return the percent of people below the value, or None in an open class (it has no outer border)."""
    borders = [upper for _, upper in limits if upper is not None]
    total = sum(people)
    if len(borders) < 2 or total <= 0 or not borders[0] <= value <= borders[-1]:
        return None
    x = np.array(borders, dtype=np.float64)
    y = np.cumsum(np.array(people[:-1], dtype=np.float64)) / total * 100
    at = int(np.clip(np.searchsorted(x, value, side="right") - 1, 0, len(x) - 2))
    step = x[at + 1] - x[at]
    t = (value - x[at]) / step
    m = slopes(x, y)
    start, end = y[at], y[at + 1]
    h = t * t * (3 - 2 * t)
    point = start * (1 - h) + end * h + step * t * (1 - t) * ((1 - t) * m[at] - t * m[at + 1])
    return float(min(max(point, start), end))
