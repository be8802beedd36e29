"""Which reminders a week brings: linear Thompson sampling, pooled across residents, with an explicit fatigue price.

What is learned: how much more often a suggestion is done when it is reminded of (probability), by what is known of
the person and the week. Effects are shared by all (pooled); each person has a deviation of her own, drawn towards
the shared one (partial pooling). What is kept of a person are sums (`Sums`), no history.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from backend.advice.learning.world import (
    ACTIONS,
    FEATURES,
    KIND_OF,
    MOST,
    PRICE,
    Bools,
    FatiguePrice,
    Floats,
    Ints,
    Seen,
    Week,
)

KNOWN = len(FEATURES) - 2
"""The features that shift an effect; the last two (reminders last week, newness) scale it."""


@dataclass(frozen=True)
class Settings:
    """What is assumed before anything was seen; chosen on seeds from 1000 on, reported on 0-19 (notebook).

    `boldness` scales the spread of the draws, `explore` is the share of weeks left to chance; the news of reminders
    is taken to wear off by `wear` within about `wear_weeks`, and each of last week's to take `tired` off the effect.
    """

    price: FatiguePrice = PRICE
    draws: int = 40
    noise: float = 0.4
    effect: float = 0.14
    effect_spread: float = 0.08
    slope_spread: float = 0.06
    base: float = 0.2
    base_spread: float = 0.1
    person_spread: float = 0.06
    kind_spread: float = 0.04
    own_base_spread: float = 0.08
    explore: float = 0.01
    boldness: float = 0.1
    wear: float = 0.5
    wear_weeks: float = 20.0
    tired: float = 0.15
    weeks_ahead: int = 4


@dataclass
class Sums:
    """Sufficient sums of what was seen: by action, and by person and action (rows are person-weeks)."""

    people: int
    actions: int = ACTIONS
    width: int = 2 * KNOWN
    xx: Floats = field(init=False)
    xy: Floats = field(init=False)
    x_all: Floats = field(init=False)
    x_sent: Floats = field(init=False)
    y_all: Floats = field(init=False)
    y_sent: Floats = field(init=False)
    n_all: Floats = field(init=False)
    n_sent: Floats = field(init=False)
    n_sent2: Floats = field(init=False)

    def __post_init__(self) -> None:
        """Start empty."""
        a, p, w = self.actions, self.people, self.width
        self.xx, self.xy = np.zeros((a, w, w)), np.zeros((a, w))
        self.x_all, self.x_sent = np.zeros((p, a, w)), np.zeros((p, a, w))
        self.y_all, self.y_sent = np.zeros((p, a)), np.zeros((p, a))
        self.n_all, self.n_sent, self.n_sent2 = np.zeros((p, a)), np.zeros((p, a)), np.zeros((p, a))

    def add(self, features: Floats, strength: Floats, eligible: Bools, sent: Bools, done: Bools) -> None:
        """Add one week: features people x d, how strong a reminder was (by person), the rest people x actions."""
        seen, was_sent = eligible.astype(float), (sent & eligible) * strength[:, None]
        y = done * seen
        rows = np.concatenate(
            [np.repeat(features[:, None, :], self.actions, axis=1), features[:, None, :] * was_sent[:, :, None]], axis=2
        )
        rows *= seen[:, :, None]
        self.xx += np.einsum("paw,pav->awv", rows, rows)
        self.xy += np.einsum("paw,pa->aw", rows, y)
        self.x_all += rows
        self.x_sent += rows * was_sent[:, :, None]
        self.y_all += y
        self.y_sent += y * was_sent
        self.n_all += seen
        self.n_sent += was_sent
        self.n_sent2 += was_sent**2


@dataclass(frozen=True)
class Belief:
    """What is thought of effects after the sums: normal, by action and by person (own base, then one per kind)."""

    mean: Floats
    chol: Floats
    person_mean: Floats
    person_chol: Floats

    def draw(self, draw: np.random.Generator, times: int) -> tuple[Floats, Floats]:
        """Draw slopes of the effect (times x actions x d) and own deviations (times x people x kinds)."""
        half = self.mean.shape[1] // 2
        z = draw.standard_normal((times, *self.mean.shape))
        slopes = self.mean + np.einsum("awv,tav->taw", self.chol, z)
        own_z = draw.standard_normal((times, *self.person_mean.shape))
        own = self.person_mean + np.einsum("pkl,tpl->tpk", self.person_chol, own_z)
        return slopes[:, :, half:], own[:, :, 1:]


def believe(sums: Sums, settings: Settings, kind_of: Ints = KIND_OF, *, rounds: int = 3) -> Belief:
    """Fit shared slopes and own deviations in turn (a few rounds of backfitting, each exact given the other)."""
    d = sums.width // 2
    s = settings
    prior_mean = np.zeros(sums.width)
    prior_mean[0], prior_mean[d] = s.base, s.effect
    spread = np.full(sums.width, s.slope_spread)
    spread[0], spread[d] = s.base_spread, s.effect_spread
    noise = s.noise**2
    inverse = np.linalg.inv(sums.xx / noise + np.diag(spread**-2))
    kind = np.eye(int(kind_of.max()) + 1)[kind_of]  # actions x kinds
    own_inverse = _own_inverse(sums, s, kind)
    person = np.zeros((sums.people, kind.shape[1] + 1))
    mean = np.zeros((sums.actions, sums.width))
    for _ in range(rounds):
        moved = np.einsum("paw,p->aw", sums.x_all, person[:, 0]) + np.einsum(
            "paw,pa->aw", sums.x_sent, person[:, 1:] @ kind.T
        )
        mean = np.einsum("awv,av->aw", inverse, (sums.xy - moved) / noise + prior_mean / spread**2)
        person = _own_mean(sums, mean, s, kind, own_inverse)
    return Belief(
        mean=mean,
        chol=s.boldness * np.linalg.cholesky(inverse),
        person_mean=person,
        person_chol=np.asarray(s.boldness * np.linalg.cholesky(own_inverse), dtype=float),
    )


def for_person(shared: Belief, sums: Sums, settings: Settings, kind_of: Ints = KIND_OF) -> Belief:
    """The belief about one person: what is shared by all, and her own deviation from her own sums."""
    kind = np.eye(int(kind_of.max()) + 1)[kind_of]
    own_inverse = _own_inverse(sums, settings, kind)
    return Belief(
        mean=shared.mean,
        chol=shared.chol,
        person_mean=_own_mean(sums, shared.mean, settings, kind, own_inverse),
        person_chol=np.asarray(settings.boldness * np.linalg.cholesky(own_inverse), dtype=float),
    )


def _own_inverse(sums: Sums, s: Settings, kind: Floats) -> Floats:
    kinds = kind.shape[1]
    prior = np.full((kinds + 1, kinds + 1), s.person_spread**2)
    prior[0, :], prior[:, 0] = 0, 0
    prior[0, 0] = s.own_base_spread**2
    prior[1:, 1:] += np.eye(kinds) * s.kind_spread**2
    return np.asarray(np.linalg.inv(_own_precision(sums, kind) / s.noise**2 + np.linalg.inv(prior)), dtype=float)


def _own_mean(sums: Sums, mean: Floats, s: Settings, kind: Floats, own_inverse: Floats) -> Floats:
    left_all = sums.y_all - np.einsum("paw,aw->pa", sums.x_all, mean)
    left_sent = sums.y_sent - np.einsum("paw,aw->pa", sums.x_sent, mean)
    pulls = np.concatenate([left_all.sum(axis=1, keepdims=True), left_sent @ kind], axis=1) / s.noise**2
    return np.asarray(np.einsum("pkl,pl->pk", own_inverse, pulls))


def _own_precision(sums: Sums, kind: Floats) -> Floats:
    by_kind = sums.n_sent @ kind
    k = by_kind.shape[1]
    found = np.zeros((sums.people, k + 1, k + 1))
    found[:, 0, 0] = sums.n_all.sum(axis=1)
    found[:, 0, 1:] = by_kind
    found[:, 1:, 0] = by_kind
    index = np.arange(k)
    found[:, index + 1, index + 1] = sums.n_sent2 @ kind
    return found


def best_sets(
    gains: Floats, before: Ints, price: FatiguePrice, weeks_ahead: int, kind_of: Ints = KIND_OF, most: int = MOST
) -> Bools:
    """The best reminders of this week for each draw and person, with the weeks to come in view.

    `gains` (draws x people x 4 x actions) is benefit times effect, minus infinity where not eligible, by how many
    reminders last week had. The coming weeks are taken to be like this one.
    """
    kinds = int(kind_of.max()) + 1
    by_kind = np.stack([gains[..., kind == kind_of].max(axis=-1) for kind in range(kinds)], axis=-1)
    top = np.cumsum(-np.sort(-by_kind, axis=-1)[..., :MOST], axis=-1)
    value = np.concatenate([np.zeros((*top.shape[:-1], 1)), top], axis=-1)  # ... x before x count
    counts = np.arange(MOST + 1)
    value = value - price.of(counts[None, :], counts[:, None])
    value[..., most + 1 :] = -np.inf  # the person's own budget
    ahead = np.zeros(value.shape[:-1])
    for _ in range(weeks_ahead):
        ahead = (value + ahead[..., None, :]).max(axis=-1)
    people = np.arange(gains.shape[1])
    count = (value + ahead[..., None, :])[:, people, before].argmax(axis=-1)
    mine = gains[:, people, before]
    chosen = np.zeros(mine.shape, dtype=bool)
    left = mine.copy()
    for n in range(MOST):
        best = left.argmax(axis=-1)
        take = (count > n) & np.isfinite(np.take_along_axis(left, best[..., None], axis=-1)[..., 0])
        had = np.take_along_axis(chosen, best[..., None], axis=-1)
        np.put_along_axis(chosen, best[..., None], take[..., None] | had, axis=-1)
        left = np.where(kind_of[None, None, :] == kind_of[best][..., None], -np.inf, left)
    return chosen


class Learner:
    """The policy: believes, draws, plans, and says with which probability it sends what."""

    def __init__(self, *, people: int, seed: int, settings: Settings | None = None) -> None:
        """Draws come from the seed; knows nothing but the settings."""
        self.settings = settings or Settings()
        self.sums = Sums(people)
        self._draw = np.random.default_rng([7, seed])
        self.probabilities: Floats = np.zeros((people, ACTIONS))

    def decide(self, week: Week) -> Bools:
        """Draw one plan out of many; `probabilities` then holds how often each reminder was in them."""
        s = self.settings
        slopes, own = believe(self.sums, s).draw(self._draw, s.draws)
        sent, self.probabilities = decide(
            slopes, own, week.features, week.benefit, week.eligible, week.before, s, self._draw
        )
        return sent

    def learn(self, week: Week, seen: Seen) -> None:
        """Add what came of it to the sums."""
        strength = strength_of(week.features, self.settings, week.before)
        self.sums.add(week.features[:, :KNOWN], strength, week.eligible, seen.sent, seen.done)


def strength_of(features: Floats, settings: Settings, before: Floats | Ints) -> Floats:
    """How much of its first effect a reminder still has: the news wears off, and last week's reminders tire."""
    newness = features[:, FEATURES.index("newness")]
    fresh = 1 - settings.wear + settings.wear * newness ** (20 / settings.wear_weeks)
    return np.asarray(fresh * (1 - settings.tired * np.asarray(before, dtype=float)))


def decide(
    slopes: Floats,
    own: Floats,
    features: Floats,
    benefit: Floats,
    eligible: Bools,
    before: Ints,
    settings: Settings,
    draw: np.random.Generator,
    kind_of: Ints = KIND_OF,
    most: int = MOST,
) -> tuple[Bools, Floats]:
    """The reminders of one drawn plan, and the probability of each reminder under all plans.

    With probability `explore` a single eligible one (or none) is taken at random, so that no probability is 0 or 1.
    """
    effect = np.einsum("pd,tad->tpa", features[:, :KNOWN], slopes) + own[:, :, kind_of]
    fresh = strength_of(features, settings, np.zeros(len(features)))
    steps = 1 - settings.tired * np.arange(MOST + 1)
    gain = benefit * effect * fresh[:, None]
    gains = np.where(eligible[None, :, None, :], gain[:, :, None, :] * steps[None, None, :, None], -np.inf)
    plans = best_sets(gains, before, settings.price, settings.weeks_ahead, kind_of, most)
    people = np.arange(len(features))
    chosen = plans[draw.integers(0, len(plans), len(features)), people]
    options = eligible.sum(axis=1) + 1
    probabilities = (1 - settings.explore) * plans.mean(axis=0) + settings.explore * eligible / options[:, None]
    is_random = draw.random(len(features)) < settings.explore
    pick = draw.integers(0, options)
    order = np.cumsum(eligible, axis=1) * eligible
    chosen[is_random] = (order == pick[:, None])[is_random] & (pick > 0)[is_random][:, None]
    return chosen & eligible, probabilities
