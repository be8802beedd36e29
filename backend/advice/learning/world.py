"""A simulated town for trying reminder policies: a year of weeks, with what a policy that knows everything would get.

Written and committed before any policy was tuned. Nothing here is an estimate from real people: the sizes are
assumptions in the order of published micro-randomised trials (effects of a tenth, half of it gone in a year).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

KIND_OF: Ints = np.array([0, 0, 1, 1, 2, 2, 3, 3])
"""Eight suggestions of four kinds; at most one reminder of a kind and three in all a week."""
KINDS, ACTIONS, MOST = 4, 8, 3
FEATURES = (
    "always",
    "is_65_or_older",
    "is_busy_week",
    "is_active",
    "uses_phone_often",
    "reminders_last_week",
    "newness",
)


@dataclass(frozen=True)
class FatiguePrice:
    """What a reminder costs the resident, in the same unit as the benefit (0 to 1 a suggestion done).

    n reminders in a week after a week with m cost each * n + crowd * n(n-1)/2 + carry * n * m.
    """

    each: float = 0.03
    crowd: float = 0.015
    carry: float = 0.01

    def of(self, now: Floats | Ints, before: Floats | Ints) -> Floats:
        """The price of so many reminders now after so many last week."""
        n = np.asarray(now, dtype=float)
        m = np.asarray(before, dtype=float)
        return np.asarray(self.each * n + self.crowd * n * (n - 1) / 2 + self.carry * n * m)


PRICE = FatiguePrice()


@dataclass(frozen=True)
class Week:
    """What a policy may know when it decides: features (people x features), benefit and who may get what."""

    number: int
    features: Floats
    benefit: Floats
    eligible: Bools
    before: Ints


@dataclass(frozen=True)
class Seen:
    """What came of a week: the reminders sent and what was done, reminded or not (people x actions)."""

    sent: Bools
    done: Bools


class Policy(Protocol):
    """Decides a week's reminders and learns from what came of them."""

    def decide(self, week: Week) -> Bools: ...

    def learn(self, week: Week, seen: Seen) -> None: ...


@dataclass(frozen=True)
class Year:
    """The result of a policy: its gain over silence, expected under the true effects, and its reminders."""

    gain: float
    weekly: Floats
    reminders_a_week: float
    most_in_a_week: int


class Town:
    """People who differ in what they answer to, in a year that is given wholly by its seed."""

    def __init__(self, seed: int, *, people: int = 150, weeks: int = 52, price: FatiguePrice = PRICE) -> None:
        """Draw the town; the same seed is the same town."""
        draw = np.random.default_rng([20261122, seed])
        self.people, self.weeks, self.price, self.seed = people, weeks, price, seed
        self.fixed = np.column_stack([
            np.ones(people), draw.random(people) < 0.35, draw.random(people) < 0.5, draw.random(people) < 0.6,
        ]).astype(float)  # fmt: skip
        self.busy = (draw.random((weeks, people)) < 0.3).astype(float)
        # Effects: a tenth on average, different by suggestion and by what is known of a person, and by person.
        self.effect = np.column_stack([draw.normal(0.12, 0.08, ACTIONS), draw.normal(0, 0.06, (ACTIONS, 4))])
        self.own = draw.normal(0, 0.06, (people, 1)) + draw.normal(0, 0.04, (people, KINDS))[:, KIND_OF]
        self.base = np.column_stack([draw.normal(0.2, 0.05, ACTIONS), draw.normal(0, 0.04, (ACTIONS, 4))])
        self.own_base = draw.normal(0, 0.08, (people, 1))
        self.benefit = draw.uniform(0.2, 1.0, (people, ACTIONS))
        self.eligible = draw.random((people, ACTIONS)) < 0.7
        self.luck = draw.random((weeks, people, ACTIONS))

    def _known(self, week: int) -> Floats:
        return np.column_stack([self.fixed[:, :2], self.busy[week], self.fixed[:, 2:]])

    def shift(self, week: int, before: Ints) -> tuple[Floats, Floats]:
        """What is done unreminded, and how much a reminder adds to it (probabilities, people x actions)."""
        known = self._known(week)
        base = np.clip(known @ self.base.T + self.own_base, 0.02, 0.9)
        fresh = 0.5 + 0.5 * np.exp(-week / 20)  # the news wears off over the year
        tired = 1 - 0.15 * np.asarray(before, dtype=float)[:, None]
        effect = (known @ self.effect.T + self.own) * fresh * tired
        return base, np.clip(base + effect, 0.01, 0.97) - base

    def week(self, number: int, before: Ints) -> Week:
        """What a policy may know in a week."""
        features = np.column_stack([
            self._known(number), before / MOST, np.full(self.people, np.exp(-number / 20)),
        ])  # fmt: skip
        return Week(number=number, features=features, benefit=self.benefit, eligible=self.eligible, before=before)

    def run(self, policy: Policy) -> Year:
        """Live the year with a policy. A reminder of what must not be proposed, or a second of a kind, is an error."""
        before = np.zeros(self.people, dtype=np.int64)
        weekly, total, most = np.zeros(self.weeks), 0, 0
        for number in range(self.weeks):
            known = self.week(number, before)
            sent = policy.decide(known)
            per_kind = np.stack([sent[:, kind == KIND_OF].sum(axis=1) for kind in range(KINDS)])
            if (sent & ~self.eligible).any() or per_kind.max() > 1 or sent.sum(axis=1).max() > MOST:
                raise ValueError("a reminder that must not be")
            base, effect = self.shift(number, before)
            done = self.luck[number] < base + effect * sent
            count = sent.sum(axis=1)
            weekly[number] = float((self.benefit * effect * sent).sum() - self.price.of(count, before).sum())
            policy.learn(known, Seen(sent=sent, done=done & self.eligible))
            total, most, before = total + int(count.sum()), max(most, int(count.max())), count
        return Year(
            gain=float(weekly.sum()),
            weekly=weekly,
            reminders_a_week=total / self.people / self.weeks,
            most_in_a_week=most,
        )

    def clairvoyant(self) -> float:
        """The largest gain that any plan can have: true effects and all coming weeks known (dynamic programming).

        Given last week's count all effects shrink alike (up to clipping, which is computed), so the best n
        reminders are the n best kinds; the state is last week's count.
        """
        ahead = np.zeros((self.people, MOST + 1))
        for number in reversed(range(self.weeks)):
            now = np.full((self.people, MOST + 1), -np.inf)
            for before in range(MOST + 1):
                _, effect = self.shift(number, np.full(self.people, before))
                gains = np.where(self.eligible, self.benefit * effect, -np.inf)
                best = np.stack([gains[:, kind == KIND_OF].max(axis=1) for kind in range(KINDS)], axis=1)
                top = -np.sort(-best, axis=1)
                for count in range(MOST + 1):
                    gain = top[:, :count].sum(axis=1) - self.price.of(np.array(count), np.array(before))
                    now[:, before] = np.maximum(now[:, before], gain + ahead[:, count])
            ahead = now
        return float(ahead[:, 0].sum())


class Silence:
    """Never reminds: the zero of the scale."""

    def decide(self, week: Week) -> Bools:
        """No reminder."""
        return np.zeros(week.eligible.shape, dtype=bool)

    def learn(self, week: Week, seen: Seen) -> None:
        """Nothing to learn."""


class Chance:
    """Three eligible kinds at random every week, whatever they do."""

    def __init__(self, seed: int) -> None:
        """Draws come from the seed."""
        self._draw = np.random.default_rng(seed)

    def decide(self, week: Week) -> Bools:
        """Up to three at random."""
        order = np.where(week.eligible, self._draw.random(week.eligible.shape), -1)
        sent = np.zeros(week.eligible.shape, dtype=bool)
        rows = np.arange(len(order))
        for _ in range(MOST):
            best = order.argmax(axis=1)
            good = order[rows, best] >= 0
            sent[rows[good], best[good]] = True
            order[KIND_OF[None, :] == KIND_OF[best][:, None]] = -1
        return sent

    def learn(self, week: Week, seen: Seen) -> None:
        """Nothing to learn."""
