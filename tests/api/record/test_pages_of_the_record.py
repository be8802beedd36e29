"""Continuous glucose, the emergency sheet and the completeness of the record, as the phone gets them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import plotly.graph_objects as go
import pytest

from backend import base
from backend.record import Reading
from backend.record.completeness import CompletenessAnswer
from backend.record.emergency import EmergencySheet
from backend.record.glucose import GlucosePage
from tests.api.record.conftest import lab, steps, tokyo_today


def sensor(days: int, *, every: int = 15, source: str = "見本センサー") -> list[Reading]:
    """A sensor's readings of the days before today: 200 from 13 to 15 o'clock, else 120."""
    found = []
    for back in range(days, 0, -1):
        day = tokyo_today() - timedelta(days=back)
        for minute in range(0, 24 * 60, every):
            value = 200.0 if 13 <= minute // 60 < 15 else 120.0
            at = day + timedelta(minutes=minute)
            found.append(
                Reading(metric="cgm_glucose_mgdl", value=value, unit="mg/dL", start=at, source=source, place="line 1")
            )
    return found


def test_without_a_sensor_the_page_teaches(resident: Callable[..., Any]) -> None:
    page = GlucosePage.model_validate(resident().get("/glucose").json)
    assert (page.state, page.refusal and page.refusal.key) == ("none", "record.cgm.none")


def test_a_sensor_gives_the_figures_of_the_consensus(resident: Callable[..., Any], put: Callable[..., Any]) -> None:
    phone = resident(sex="male")
    put(phone, "i1", sensor(14))
    page = GlucosePage.model_validate(phone.get("/glucose").json)
    assert (page.state, page.days, page.interval_minutes, page.source) == ("ok", 14, 15, "見本センサー")
    assert page.active_percent == pytest.approx(100)
    shares = {one.id: one.percent for one in page.ranges}
    assert shares["target"] == pytest.approx(100 * 22 / 24)
    assert shares["high"] == pytest.approx(100 * 2 / 24)
    assert sum(shares.values()) == pytest.approx(100)
    assert {one.id: one.minutes for one in page.ranges}["high"] == 120
    numbers = {one.id: one.value for one in page.numbers}
    mean = (22 * 120 + 2 * 200) / 24
    assert numbers["mean"] == pytest.approx(mean)
    assert numbers["gmi"] == pytest.approx(3.31 + 0.02392 * mean)
    words = base.all_words()
    for word in (page.takeaway, *(one.label for one in page.ranges), *(one.why for one in page.numbers)):
        assert word is not None
        assert word.key in words
    figure = phone.get("/glucose/figure?theme=dark&locale=en").json
    go.Figure(data=figure["data"], layout=figure["layout"])
    assert figure["sentence"] == {"key": "record.figure.agp.highest", "params": {"value": "200", "hour": 13}}
    assert len(figure["rows"]) == 24


def test_below_seventy_percent_there_is_no_figure(resident: Callable[..., Any], put: Callable[..., Any]) -> None:
    phone = resident()
    put(phone, "i1", sensor(9))
    page = GlucosePage.model_validate(phone.get("/glucose").json)
    assert (page.state, page.ranges, page.numbers) == ("too_few", [], [])
    assert page.refusal is not None
    assert page.refusal.params == {"active": 64, "needed": 70, "days": 14}
    assert phone.get("/glucose/figure").status_code == 404


def test_a_second_sensor_is_not_mixed_in(resident: Callable[..., Any], put: Callable[..., Any]) -> None:
    phone = resident()
    put(phone, "i1", sensor(14))
    alone = phone.get("/glucose").json["numbers"]
    put(phone, "i2", sensor(3, source="別のセンサー", every=60))
    assert phone.get("/glucose").json["numbers"] == alone


def test_in_pregnancy_the_range_is_63_to_140_and_gmi_is_left_out(
    resident: Callable[..., Any], put: Callable[..., Any]
) -> None:
    phone = resident()
    put(phone, "i1", sensor(14))
    answer = {"answer": "value", "value": {"status": "yes", "due": None}}
    assert phone.http.put("/api/profile/pregnancy", json=answer).status_code == 200
    page = GlucosePage.model_validate(phone.get("/glucose").json)
    assert [(one.id, one.low, one.high) for one in page.ranges] == [
        ("above", 140, None),
        ("target", 63, 140),
        ("below", None, 63),
    ]
    assert "gmi" not in {one.id for one in page.numbers}


def say(phone: Any, key: str, value: Any, answer: str = "value") -> None:
    assert phone.http.put(f"/api/profile/{key}", json={"answer": answer, "value": value}).status_code == 200


def test_the_emergency_sheet_says_what_was_said_and_what_nobody_knows(
    resident: Callable[..., Any], put: Callable[..., Any]
) -> None:
    phone = resident()
    empty = EmergencySheet.model_validate(phone.get("/emergency").json)
    assert {one.id: one.state for one in empty.parts} == dict.fromkeys(
        ("allergies", "medicines", "pregnancy", "conditions", "treatments"), "unknown"
    )
    assert empty.contact is None
    due = (tokyo_today() + timedelta(days=280 - (23 * 7 + 4))).date().isoformat()
    say(phone, "allergies", ["egg", "medicine"])
    say(phone, "medicines", [])
    say(phone, "pregnancy", {"status": "yes", "due": due})
    say(phone, "warfarin", "yes")
    say(phone, "emergency_contact", {"name": "吹田 太郎", "relation": "夫", "phone": "090-0000-0000"})
    put(
        phone,
        "i1",
        [
            lab("allergy", "ペニシリン", 400, unit="", source="見本病院"),
            lab("condition", "気管支喘息", 90, unit="", source="見本病院"),
        ],
    )
    sheet = EmergencySheet.model_validate(phone.get("/emergency").json)
    parts = {one.id: one for one in sheet.parts}
    allergies = parts["allergies"].lines
    assert [one.word.key if one.word else one.text for one in allergies] == [
        "record.choice.egg",
        "record.choice.medicine",
        "ペニシリン",
    ]
    assert [one.source for one in allergies] == ["self", "self", "見本病院"]
    assert (parts["medicines"].state, parts["medicines"].lines) == ("none", [])
    weeks = parts["pregnancy"].lines[0].word
    assert weeks is not None
    assert (weeks.params["weeks"], weeks.params["days"]) == (23, 4)
    assert [one.text for one in parts["conditions"].lines] == ["気管支喘息"]
    assert [one.word.key for one in parts["treatments"].lines if one.word] == ["record.emergency.warfarin"]
    assert sheet.contact is not None
    assert (sheet.contact.name, sheet.contact.phone) == ("吹田 太郎", "090-0000-0000")
    words = base.all_words()
    for part in sheet.parts:
        assert part.title.key in words
        assert all(line.word is None or line.word.key in words for line in part.lines)


def test_nothing_is_called_none_that_was_not_asked(resident: Callable[..., Any]) -> None:
    phone = resident(sex="male")
    say(phone, "diabetes", "no")
    parts = {one["id"]: one["state"] for one in phone.get("/emergency").json["parts"]}
    assert "pregnancy" not in parts
    assert parts["conditions"] == "unknown"


def test_a_medicine_that_ended_is_not_on_the_sheet(resident: Callable[..., Any], put: Callable[..., Any]) -> None:
    phone = resident()
    ended = tokyo_today() - timedelta(days=10)
    put(
        phone,
        "i1",
        [
            lab("medication", "古い薬", 40, unit="", end=ended, source="見本病院"),
            lab("medication", "今の薬", 40, unit="", end=tokyo_today() + timedelta(days=1), source="見本病院"),
        ],
    )
    parts = {one["id"]: one for one in phone.get("/emergency").json["parts"]}
    assert [line["text"] for line in parts["medicines"]["lines"]] == ["今の薬"]


@pytest.mark.parametrize(
    "bad",
    [
        {"name": "", "relation": "夫", "phone": "090-0000-0000"},
        {"name": "太郎", "relation": "夫", "phone": "なし"},
        {"name": "太郎", "relation": "夫", "phone": "1"},
        {"name": "太郎", "phone": "090-0000-0000"},
        "太郎",
    ],
)
def test_a_contact_has_a_name_and_a_number_to_dial(resident: Callable[..., Any], bad: Any) -> None:
    answer = resident().http.put("/api/profile/emergency_contact", json={"answer": "value", "value": bad})
    assert (answer.status_code, answer.json["key"]) == (422, "record.wrong_kind")


def test_full_width_digits_are_a_number(resident: Callable[..., Any]) -> None:
    phone = resident()
    say(phone, "emergency_contact", {"name": "太郎", "relation": "", "phone": "０９０－００００－００００"})
    assert phone.get("/emergency").json["contact"]["phone"] == "090-0000-0000"


@pytest.mark.feature("C09")
def test_the_meter_falls_and_rises_with_what_is_there(resident: Callable[..., Any], put: Callable[..., Any]) -> None:
    phone = resident()

    def meter() -> CompletenessAnswer:
        return CompletenessAnswer.model_validate(phone.get("/completeness").json)

    def domain(name: str) -> tuple[int, list[str]]:
        found = next(one for one in meter().domains if one.id == name)
        return found.have, [gap.id for gap in found.gaps]

    assert domain("checkup") == (0, ["blood_sugar", "lipids", "kidney", "liver", "waist", "urine"])
    words = base.all_words()
    assert all(gap.text.key in words for one in meter().domains for gap in one.gaps)
    put(phone, "i1", [lab("hba1c_pct", 5.6, 549), lab("ldl_mgdl", 120.0, 551)])
    have, gaps = domain("checkup")
    assert (have, "blood_sugar" in gaps, "lipids" in gaps) == (1, False, True)
    lipids = next(gap for one in meter().domains for gap in one.gaps if gap.id == "lipids")
    assert (lipids.action, lipids.last) == ("link", (tokyo_today() - timedelta(days=551)).date())
    put(phone, "i2", [steps(day, 9, 5000, "Apple Watch") for day in range(1, 20)])
    assert "steps" in domain("devices")[1]
    put(phone, "i3", [steps(day, 9, 5000, "Apple Watch") for day in range(20, 23)])
    assert "steps" not in domain("devices")[1]
    assert domain("emergency") == (0, ["allergies", "medicines", "emergency_contact"])
    say(phone, "medicines", None, "unknown")
    assert domain("emergency")[1] == ["allergies", "emergency_contact"]
    before = meter()
    say(phone, "smoking", "never")
    after = meter()
    assert (after.have, after.of) == (before.have + 1, before.of)


def test_an_office_value_is_no_week_at_home(resident: Callable[..., Any], put: Callable[..., Any]) -> None:
    phone = resident()
    put(phone, "i1", [lab("sbp_mmhg", 120.0 + day, day) for day in range(1, 7)])
    home = next(one for one in phone.get("/completeness").json["domains"] if one["id"] == "home")
    gap = next(gap for gap in home["gaps"] if gap["id"] == "bp_week")
    assert (gap["action"], gap["text"]["params"]) == ("enter_bp", {"n": 5})


@pytest.mark.parametrize(
    ("sbp", "dbp", "asks"),
    [
        (290, 88, "record.pressure_unlikely"),
        (251, 150, "record.pressure_unlikely"),
        (250, 150, None),
        (218, 87, "record.pressure_unlikely"),
        (217, 87, None),
        (129, 120, "record.pressure_unlikely"),
        (130, 120, None),
        (120, 120, "record.upper_not_above_lower"),
    ],
)
def test_a_pair_that_hardly_goes_together_is_asked_about_and_can_be_confirmed(
    resident: Callable[..., Any], sbp: int, dbp: int, asks: str | None
) -> None:
    phone = resident()
    entry = {
        "client_id": "pair-0001",
        "kind": "blood_pressure",
        "sbp": sbp,
        "dbp": dbp,
        "at": (tokyo_today() - timedelta(hours=2)).isoformat(),
    }
    answer = phone.post("/entries", entry)
    assert (answer.status_code, answer.json.get("key")) == ((409, asks) if asks else (201, None))
    assert phone.post("/entries", entry | {"confirm_implausible": True}).status_code in (200, 201)
