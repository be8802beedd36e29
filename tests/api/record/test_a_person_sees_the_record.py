"""Home, timeline, metric pages and the origin of a value, as the phone gets them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from backend import base, care, consent, governance, record
from backend.record.shapes import HomeAnswer
from tests.api.record.conftest import lab, steps, tokyo_today


def test_an_empty_home_teaches(resident: Callable[..., Any]) -> None:
    home = HomeAnswer.model_validate(resident().get("/home").json)
    assert home.tiles == []
    assert home.missing[0].action == "link"
    assert home.last_stored_at is None
    words = base.all_words()
    assert all(one.text.key in words for one in home.missing)


def test_home_shows_todays_numbers_with_their_line(resident: Callable[..., Any], put: Callable[..., Any]) -> None:
    phone = resident()
    for day in range(7):
        at = tokyo_today() - timedelta(days=day + 1) + timedelta(hours=7)
        entry = {
            "client_id": f"morning-{day}",
            "kind": "blood_pressure",
            "sbp": 130 + day,
            "dbp": 86,
            "at": at.isoformat(),
        }
        assert phone.post("/entries", entry).status_code == 201
    put(phone, "i1", [lab("hba1c_pct", 5.9, 200), *[steps(day, 9, 6820, "Apple Watch") for day in range(1, 5)]])
    home = HomeAnswer.model_validate(phone.get("/home").json)
    tiles = {tile.id: tile for tile in home.tiles}
    pressure = tiles["blood_pressure"]
    # Six of the seven mornings lie within the seven days that end today.
    assert [value.value for value in pressure.values] == [pytest.approx(132.5), 86]
    assert pressure.title.params == {"days": 6}
    assert (pressure.chip and pressure.chip.key, pressure.chip and pressure.chip.tone) == (
        "record.chip.bp_home_above",
        "attention",
    )
    assert pressure.trend is not None
    assert len(pressure.trend.days) == 30
    assert pressure.trend.values[0][-2] == 130
    assert tiles["steps"].values[0].value == 6820
    assert tiles["steps"].chip is not None
    assert tiles["steps"].chip.params == {"steps": 1180}
    assert tiles["hba1c_pct"].chip is not None
    assert tiles["hba1c_pct"].chip.key == "record.chip.guidance"
    assert home.counts.readings == 15
    words = base.all_words()
    assert all(tile.title.key in words and (tile.chip is None or tile.chip.key in words) for tile in home.tiles)


def test_no_usual_cut_off_is_shown_in_pregnancy(resident: Callable[..., Any], put: Callable[..., Any]) -> None:
    phone = resident()
    put(phone, "i1", [lab("hba1c_pct", 5.9, 20), steps(1, 9, 3000, "iPhone")])
    assert phone.get("/metrics/hba1c_pct").json["reference"] != []
    phone.http.put("/api/profile/pregnancy", json={"answer": "value", "value": {"status": "yes"}})
    assert phone.get("/metrics/hba1c_pct").json["reference"] == []
    assert all(tile["chip"] is None for tile in phone.get("/home").json["tiles"])


def test_one_timeline_of_all_sources_with_filters(resident: Callable[..., Any], put: Callable[..., Any]) -> None:
    phone = resident()
    put(phone, "i1", [lab("hba1c_pct", 5.9, 30), lab("ldl_mgdl", 130, 30, flag="H"), steps(2, 9, 500, "iPhone")])
    at = (tokyo_today() - timedelta(days=1)).isoformat()
    phone.post("/entries", {"client_id": "weight-01", "kind": "weight", "weight_kg": 62.5, "at": at})
    found = phone.get("/timeline").json
    assert [(entry["kind"], entry["n_items"]) for entry in found["entries"]] == [
        ("own", 1),
        ("device_day", 1),
        ("checkup", 2),
    ]
    assert {one["id"] for one in found["filters"]["sources"]} == {"home", "iPhone", "健診機関 2799999999"}
    only = phone.get("/timeline?category=C-LAB").json
    assert (only["total"], only["entries"][0]["n_items"]) == (1, 2)
    assert phone.get("/timeline?metric=ldl_mgdl").json["entries"][0]["items"][0]["flag"] == "H"
    assert phone.get("/timeline?source=iPhone&source=home").json["total"] == 2
    since = (tokyo_today() - timedelta(days=2)).date().isoformat()
    assert phone.get(f"/timeline?since={since}").json["total"] == 2
    assert phone.get(f"/timeline?until={since}").json["total"] == 2


def test_pages_of_the_timeline_join_without_gap_or_repeat(
    resident: Callable[..., Any], put: Callable[..., Any]
) -> None:
    phone = resident()
    put(phone, "i1", [lab("hba1c_pct", 5.0 + day / 100, day * 3) for day in range(1, 12)])
    ids, cursor = [], ""
    while True:
        found = phone.get(f"/timeline?limit=4{cursor}").json
        assert found["total"] == 11
        ids += [entry["id"] for entry in found["entries"]]
        if found["next_cursor"] is None:
            break
        cursor = f"&cursor={found['next_cursor']}"
    assert len(ids) == len(set(ids)) == 11
    assert ids == sorted(ids, reverse=True)
    assert phone.get("/timeline?cursor=zzz").json["key"] == "record.bad_cursor"


@pytest.mark.feature("C02")
def test_a_lab_trend_with_ranges_units_and_gaps(resident: Callable[..., Any], put: Callable[..., Any]) -> None:
    phone = resident()
    put(phone, "i1", [lab("hba1c_pct", 5.5, 900), lab("hba1c_pct", 5.6, 870), lab("hba1c_pct", 6.5, 20)])
    page = phone.get("/metrics/hba1c_pct?range=5y").json
    assert [(row["low"], row["high"], row["status"]) for row in page["reference"]] == [
        (None, 5.6, "verified"),
        (5.6, 6.5, "verified"),
        (6.5, None, "verified"),
    ]
    assert len(page["gaps"]) == 1
    assert page["gaps"][0]["days"] == 849
    assert page["sentence"] == {
        "key": "record.sentence.up",
        "params": {
            "value": "6.5",
            "unit": "%",
            "n": 3,
            "change": "1.0",
            "day": (tokyo_today() - timedelta(days=20)).date().isoformat(),
            "first_day": (tokyo_today() - timedelta(days=900)).date().isoformat(),
        },
    }
    other = phone.get("/metrics/hba1c_pct?range=5y&unit=mmol/mol").json
    assert [round(point["value"]) for point in other["points"]] == [37, 38, 48]
    assert [row["low"] for row in other["reference"]][1:] == [pytest.approx(37.708), pytest.approx(47.545)]
    figure = phone.get("/metrics/hba1c_pct/figure?range=5y&theme=dark&locale=en").json
    line = next(trace for trace in figure["data"] if trace["type"] == "scatter")
    assert None in line["y"]
    assert line["connectgaps"] is False
    assert figure["layout"]["paper_bgcolor"] == "rgba(0,0,0,0)"
    assert len(figure["layout"]["shapes"]) == 3
    assert phone.get("/metrics/hba1c_pct?unit=kg").json["key"] == "record.unknown_unit"
    assert phone.get("/metrics/no_such").json["key"] == "record.unknown_metric"
    assert phone.get("/metrics/ldl_mgdl").json["sentence"]["key"] == "record.sentence.nothing"


@pytest.mark.feature("B05")
def test_the_same_export_twice_adds_nothing_and_devices_are_not_counted_double(
    resident: Callable[..., Any], put: Callable[..., Any]
) -> None:
    phone = resident()
    export = [steps(1, 9, 600, "Apple Watch"), steps(1, 9, 900, "iPhone", minutes=120, line=2)]
    assert put(phone, "i1", export).new == 2
    before = phone.get("/metrics/steps_count").json
    again = put(phone, "i2", export)
    assert (again.new, again.already) == (0, 2)
    assert phone.get("/metrics/steps_count").json == before
    # 9-10 h: only the watch; 10-11 h: the phone's second half.
    assert before["days"][0]["value"] == 600 + 450
    assert before["rule"]["key"] == "record.rule.overlap"
    day = (tokyo_today() - timedelta(days=1)).date()
    detail = phone.get(f"/readings/day.steps_count.{day}").json
    assert [(one["source"], one["n"], one["rank"]) for one in detail["shares"]] == [
        ("Apple Watch", 600, 1),
        ("iPhone", 450, 2),
    ]
    assert [(one["file_name"], one["place"]) for one in detail["imports"]] == [("export.zip", "line 1–2")] * 2


@pytest.mark.feature("C10")
def test_a_value_tells_its_source_import_file_and_who_looked(
    resident: Callable[..., Any], put: Callable[..., Any], worker: Callable[..., Any]
) -> None:
    phone = resident()
    put(phone, "i1", [lab("ldl_mgdl", 140, 30, flag="H")])
    reading = phone.get("/metrics/ldl_mgdl").json["points"][0]["id"]
    detail = phone.get(f"/readings/{reading}").json
    assert (detail["source"], detail["code"], detail["flag"]) == ("健診機関 2799999999", "3D046000001906202", "H")
    assert (detail["original_value"], detail["original_unit"]) == ("140", "mg/dL")
    assert detail["imports"][0]["file_name"] == "export.zip"
    assert detail["imports"][0]["sha256"] == "ab" * 32
    assert detail["imports"][0]["place"] == "h1.xml#12"
    assert detail["seen_by"] == []
    nurse = _shared_with_counsellor(phone, worker)
    person = phone.get("/me").json["person"]["id"]
    assert nurse.get(f"/care/people/{person}").status_code == 200
    seen = phone.get(f"/readings/{reading}").json["seen_by"]
    assert seen
    assert {one["purpose"] for one in seen} == {"P-CARE"}


def test_who_looked_is_told_for_the_very_item_with_name_time_and_purpose(
    resident: Callable[..., Any], phone: Callable[..., Any], worker: Callable[..., Any], put: Callable[..., Any]
) -> None:
    mine = resident()
    put(mine, "i1", [lab("ldl_mgdl", 140.0, 200), lab("hba1c_pct", 5.9, 20), lab("alt_ul", 20.0, 20)])
    nurse = _shared_with_counsellor(mine, worker)
    person = mine.get("/me").json["person"]["id"]
    assert nurse.get(f"/care/people/{person}").status_code == 200
    read = mine.get("/consent/reads").json["reads"][0]
    shown = set(read["metrics"])
    assert shown
    for metric in ("ldl_mgdl", "hba1c_pct", "alt_ul"):
        reading = mine.get(f"/metrics/{metric}").json["points"][0]["id"]
        seen = mine.get(f"/readings/{reading}").json["seen_by"]
        # An item that was not among those read was not looked at, although its kind was.
        assert bool(seen) is (metric in shown), metric
        for one in seen:
            assert one["is_exact"] is True
            assert one["names"]["ja"]
            assert one["at"]


def _shared_with_counsellor(phone: Any, worker: Callable[..., Any]) -> Any:
    """The resident lets the town's counsellors see laboratory values."""
    with base.write_unit() as session:
        governance.put_in_force(session, site="suita")
        care.put_team(session, site="suita")
    nurse = worker("suita", "counsellor", name="保健師 見本")
    switch = {"recipient": "counsellors-suita", "purpose": "P-CARE", "category": "C-LAB", "on": True}
    assert phone.http.put("/api/consent/switch", json={**switch, "client_id": "client-0001"}).status_code == 200
    with base.write_unit() as session:
        consent.add_member(session, recipient="counsellors-suita", account=nurse.get("/me").json["account"])
    return nurse


def test_an_altered_value_is_an_error_and_never_no_data(resident: Callable[..., Any], put: Callable[..., Any]) -> None:
    phone = resident()
    put(phone, "i1", [lab("hba1c_pct", 5.9, 20), steps(1, 9, 600, "iPhone")])
    with base.write_unit() as session:
        connection = session.connection()
        for table in ("record_point", "record_daily"):
            sealed = connection.exec_driver_sql(f"SELECT sealed FROM {table}").scalar_one()
            flipped = sealed[:20] + bytes([sealed[20] ^ 1]) + sealed[21:]
            connection.exec_driver_sql(f"UPDATE {table} SET sealed = ?", (flipped,))
    for path in ("/home", "/timeline", "/metrics", "/metrics/hba1c_pct", "/metrics/steps_count"):
        answer = phone.get(path)
        assert (answer.status_code, answer.json["key"]) == (500, "base.seal_broken"), path


def test_signed_out_or_staff_see_nothing(phone: Callable[..., Any], worker: Callable[..., Any]) -> None:
    paths = ("/home", "/timeline", "/metrics", "/metrics/hba1c_pct", "/profile", "/readings/abc")
    assert {phone().get(path).status_code for path in paths} == {401}
    staff = worker("suita", "staff")
    assert {staff.get(path).status_code for path in paths} == {403}
    assert record.Added().new == 0
