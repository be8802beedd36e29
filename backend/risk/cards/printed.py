"""What a check-up file prints and we may not compute: the metabolic-syndrome judgement."""

from __future__ import annotations

from backend.risk.inputs import CHECKUP_LIMIT_DAYS, Gathered, day_of
from backend.risk.model import ClassShown, Detail, Text, Tone
from backend.risk.shape import from_reading, missing

CODES: dict[str, tuple[str, Tone]] = {
    "1": ("applicable", "watch"),
    "2": ("reserve", "watch"),
    "3": ("not_applicable", "good"),
    "4": ("cannot_judge", "info"),
}
SOURCE = "the check-up file itself (code list 1.2.392.200119.6.1008); our own criteria rows are unverified"


def metabolic_syndrome(known: Gathered) -> Detail | None:
    """Return the judgement that the newest check-up file prints; never one of our own."""
    if known.pregnant() is True:
        return None
    head = {
        "model": "metsyn_printed",
        "title": Text(key="risk.metsyn.title"),
        "question": Text(key="risk.metsyn.question"),
        "display_class": "recognised",
        "version": "1",
        "source": SOURCE,
        "age_limit_days": CHECKUP_LIMIT_DAYS,
        "notes": [Text(key="risk.metsyn.note")],
    }
    reading = known.newest("metsyn_class")
    code = CODES.get(str(reading.value)) if reading is not None else None
    if reading is None or code is None:
        return Detail(**head, state="missing", headline=Text(key="risk.state.missing"), missing=missing(["metsyn"]))
    name, tone = code
    return Detail(
        **head,
        state="ok",
        headline=Text(key=f"risk.metsyn.{name}"),
        meaning=Text(key="risk.metsyn.meaning"),
        klass=ClassShown(key=name, text=Text(key=f"risk.metsyn.{name}"), tone=tone),
        next_step=Text(key=f"risk.metsyn.next.{name}"),
        day=day_of(reading),
        inputs=[from_reading("metsyn", reading).model_copy(update={"shown": Text(key=f"risk.metsyn.{name}")})],
    )
