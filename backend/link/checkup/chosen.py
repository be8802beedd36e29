"""From the items of a document to readings: plausible, in canonical units, one per metric and day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from backend import base
from backend.link.checkup.document import Document, FoundItem, midnight
from backend.link.checkup.items import (
    CASUAL,
    CASUAL_DRAWS,
    CASUAL_OF,
    DRAW_TIME,
    FASTING_DRAW,
    ITEM_SYSTEM,
    SAME_ANSWER,
    YES_NO,
)
from backend.link.reading import LeftOutLog
from backend.link.units import UnitMismatch, to_canonical
from backend.record import ItemState, Reading, catalogue

_STATES = {
    "measured": ItemState.MEASURED,
    "not_done": ItemState.NOT_DONE,
    "not_measurable": ItemState.NOT_MEASURABLE,
    "at_or_below_input_min": ItemState.BELOW_LIMIT,
    "at_or_above_input_max": ItemState.ABOVE_LIMIT,
}
_OFFICE = frozenset({"sbp_mmhg", "dbp_mmhg"})


def is_own_list(metric: str, answer_list: str) -> bool:
    """Say whether an answer list is the one that the metric's answers are written in.

    HCV titre answers 1 for negative where the other HCV tests answer 1 for positive.
    """
    known = catalogue.find(metric)
    ours = known.choices if known is not None else ""
    return answer_list == (YES_NO if ours == "medicine" else ours)


class Judged:
    """An item with its metric and value after all rules; `reason` says why it cannot be taken."""

    def __init__(self, item: FoundItem, draw: str | None) -> None:
        """Apply the rules to one item; `draw` is the answer to 採血時間 of the same document."""
        self.item = item
        self.metric = item.metric
        self.value: float | str | None = item.value
        self.reason: str | None = None
        self.params: dict[str, str | int | float] = {}
        if item.state == "measured":
            self._judge()
        if self.metric in CASUAL_OF and draw in CASUAL_DRAWS and item.state != "not_done":
            self.metric = CASUAL_OF[self.metric]
        self.is_fasting: bool | None = None
        if self.metric in CASUAL:
            self.is_fasting = False
        elif self.metric in CASUAL_OF:
            self.is_fasting = True if draw == FASTING_DRAW else None

    def _judge(self) -> None:
        item = self.item
        known = catalogue.find(self.metric)
        if known is None:
            self._refuse("link.left_unknown_item", item=item.code)
        elif item.row is not None and item.row.value_type == "PQ":
            self._judge_number(known)
        elif item.row is not None and item.row.value_type in ("CD", "CO"):
            self._judge_answer(item.row.result_list)
        elif isinstance(item.value, float) and item.row is not None:
            self.value = item.raw
        elif item.value is None:
            self._refuse("link.left_no_number", item=item.display or item.code, text=(item.raw or "")[:40])

    def _judge_number(self, known: catalogue.Metric) -> None:
        item = self.item
        if not isinstance(item.value, float):
            return self._refuse("link.left_no_number", item=item.display, text=(item.raw or "")[:40])
        # The form fixes the unit of every item; a file that leaves it away means that one.
        unit = item.unit or (item.row.unit if item.row is not None else "")
        try:
            number = to_canonical(self.metric, item.value, unit or "1")
        except UnitMismatch:
            return self._refuse("link.left_unit", item=item.display, unit=unit[:40])
        if not known.is_plausible(number):
            return self._refuse("link.left_implausible", item=item.display, text=(item.raw or "")[:40], unit=unit[:40])
        self.value = number
        return None

    def _judge_answer(self, expected: str) -> None:
        item = self.item
        if not isinstance(item.value, str):
            self.value = item.raw
        given = item.answer_list or expected
        if is_own_list(self.metric, given):
            return
        same = SAME_ANSWER.get((item.code, given, item.raw or ""))
        if same is not None:
            self.value = same
        else:
            # Another answer list means another question: the answer stays, under its own code.
            self.metric = item.code if self.metric != item.code else self.metric

    def _refuse(self, reason: str, **params: str | int | float) -> None:
        self.reason, self.params, self.value = reason, params, None

    @property
    def counts(self) -> bool:
        """Whether this is a value."""
        return self.item.state == "measured" and self.reason is None and self.value is not None


def judge(document: Document) -> list[Judged]:
    """Apply the rules to every item of a document."""
    draws = [item.value for item in document.items if item.code == DRAW_TIME and item.state == "measured"]
    draw = draws[0] if draws and isinstance(draws[0], str) else None
    return [Judged(item, draw) for item in document.items]


def _rank(judged: Judged) -> tuple[int, int, int, int]:
    row = judged.item.row
    is_own = row is not None and row.metric == judged.metric
    return (
        0 if judged.counts else 1,
        0 if is_own else 1,
        row.preference if row is not None else 99,
        judged.item.number,
    )


def canonical(document: Document) -> Mapping[str, float | str]:
    """Return the one value of each metric that counts; free text and unmeasured items have none."""
    best: dict[str, Judged] = {}
    for judged in judge(document):
        row = judged.item.row
        if row is None or row.value_type == "ST" or not judged.counts:
            continue
        # An answer stays as the file gives it, under the metric of the table.
        key = judged.metric if isinstance(judged.value, float) else judged.item.metric
        if key not in best or _rank(judged) < _rank(best[key]):
            best[key] = judged
    found: dict[str, float | str] = {}
    for key, judged in best.items():
        value = judged.value if isinstance(judged.value, float) else judged.item.value
        if value is not None:
            found[key] = value
    return found


def _best(all_judged: list[Judged]) -> dict[str, Judged]:
    best: dict[str, Judged] = {}
    for judged in all_judged:
        if judged.metric not in best or _rank(judged) < _rank(best[judged.metric]):
            best[judged.metric] = judged
    return best


def readings(
    document: Document,
    *,
    person: str,
    file_name: str,
    log: LeftOutLog,
    text_limit: int,
    clock: base.Clock = base.CLOCK,
) -> list[Reading]:
    """Return the readings of a document; what is not taken goes to `log` with place and reason.

    Where several codes give one metric the preferred one carries the metric; the others keep their
    17-digit code as metric, so that nothing is lost and nothing counts twice.
    """
    latest = clock.now().astimezone(base.TOKYO).date() + timedelta(days=1)
    all_judged = judge(document)
    best = _best(all_judged)
    made: list[Reading] = []
    seen: set[str] = set()
    for judged in all_judged:
        item = judged.item
        place = f"{file_name}#{item.number}"
        on = item.on or document.exam_date
        if judged.reason is not None:
            log.add(person, judged.reason, place, **judged.params)
            continue
        if on is None or on > latest:
            reason = "link.left_undated" if on is None else "link.left_future"
            log.add(person, reason, place, item=item.display or item.code)
            continue
        metric = judged.metric if best[judged.metric] is judged else item.code
        if metric in seen or catalogue.find(metric) is None:
            reason = "link.left_repeated" if metric in seen else "link.left_unknown_item"
            log.add(person, reason, place, item=item.display or item.code)
            continue
        seen.add(metric)
        value = judged.value
        if isinstance(value, str) and len(value) > text_limit:
            value = value[:text_limit]
        known = catalogue.metric(metric)
        made.append(
            Reading(
                metric=metric,
                value=value,
                unit=known.unit if known.value == "number" else "",
                start=midnight(on),
                is_date_only=True,
                state=_STATES[item.state],
                source=document.facility or "健診",
                code=item.code,
                code_system=ITEM_SYSTEM,
                original_value=item.raw[:text_limit] if item.raw is not None else None,
                original_unit=item.unit,
                place=place,
                flag=item.flag,
                context="office" if metric in _OFFICE else None,
                is_fasting=judged.is_fasting,
            )
        )
    return made
