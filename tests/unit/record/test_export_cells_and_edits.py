"""A CSV of ours runs nothing in a spreadsheet, and one that somebody changed is refused with its line."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from typing import Any

import pytest

from backend import base, people, record
from backend.link import open_source
from backend.record import Reading
from backend.record.export import answers, csvfile, observation, samples
from backend.record.export.whole import Whole
from backend.record.model import StoredReading

NOW = datetime(2026, 4, 1, tzinfo=UTC)
ME = people.PersonFacts(id="p", name="=見本", kana="みほん", birth=date(1980, 4, 2), sex="female", site="suita")


def stored(**more: Any) -> StoredReading:
    found: dict[str, Any] = {"metric": "text_other_findings", "unit": "", "start": NOW, "source": "+home", **more}
    if record.catalogue.find(found["metric"]) is None:
        found["metric"] = "medication"
    return StoredReading(id="r", import_id="i", stored_at=NOW, **found)


def main_table(*readings: StoredReading) -> bytes:
    whole = Whole(person=ME, readings=readings, said=(), facts=(), series=(), made_at=NOW)
    out = io.BytesIO()
    csvfile.write(out, whole, series=())
    import zipfile

    return zipfile.ZipFile(out).read("record.csv")


RISKY = ["=1+1", "+cmd", "-2+3", "@SUM(A1)", "'quoted", "\tTAB", "＝1+1", "＋", "－2", "＠SUM(A1)"]


@pytest.mark.parametrize("text", RISKY)
def test_no_cell_is_a_formula_and_all_come_back(text: str) -> None:
    table = main_table(stored(value=text, original_value=text))
    cells = [cell for line in table.decode("utf-8-sig").splitlines() for cell in line.split(",")]
    assert not [cell for cell in cells if cell[:1] in ("=", "+", "@", "\t", "＝", "＋", "－", "＠")]
    with open_source(io.BytesIO(table), filename="record.csv") as source:
        (person,) = source.persons()
        assert person.name == "=見本"
        (batch,) = [part for part in source.readings(person.key) if part]
    assert (batch[0].value, batch[0].original_value, batch[0].source) == (text, text, "+home")


@pytest.mark.parametrize(
    ("old", "new"),
    [("値,medication", "値,medication,extra"), ("2026-04-01T", "1 April "), ("measured", "invented"), (",文字", ",絵")],
)
def test_a_changed_table_is_refused_with_its_line(old: str, new: str) -> None:
    table = main_table(stored(value="x")).decode("utf-8").replace(old, new).encode()
    with pytest.raises(base.Refusal) as refused, open_source(io.BytesIO(table), filename="x") as source:
        list(source.readings(source.persons()[0].key))
    assert (refused.value.key, refused.value.params["line"]) == ("link.csv_changed", 6)


def test_an_edited_observation_is_not_taken_for_ours() -> None:
    reading = stored(metric="hba1c_pct", value=5.9, unit="%", source="home")
    made = observation.write(reading, id="r", subject={"reference": "x"})
    assert observation.read(made, "here") is not None
    for change in ({"valueQuantity": {**made["valueQuantity"], "value": 6.0}}, {"status": "entered-in-error"}):
        assert observation.read({**made, **change}, "here") is None
    assert observation.read({**made, "code": {"coding": [{"system": "x", "code": "hba1c_pct"}]}}, "here") is None
    assert observation.read({**made, "extension": made["extension"] * 2}, "here") is None


@pytest.mark.parametrize("broken", ["", "AAAA", "H4sIAAAAAAAA", 5, None])
def test_broken_attachments_are_no_samples(broken: Any) -> None:
    extension = [{"url": samples.codes.SAMPLES, "valueCode": "steps_count"}]
    document = {
        "resourceType": "DocumentReference",
        "extension": extension,
        "content": [{"attachment": {"data": broken}}],
    }
    assert samples.read(document) is None


def test_answers_of_others_are_left_alone() -> None:
    ours: dict[str, Any] = {"questionnaire": answers.codes.QUESTIONS, "status": "completed", "authored": "2026-01-01"}
    assert answers.read({"questionnaire": "https://elsewhere.example/q", "status": "completed"}) == []
    assert answers.read({**ours, "item": [{"linkId": "smoking"}]}) == []  # a day is no moment
    assert answers.read({**ours, "authored": NOW.isoformat(), "item": [{}]}) == []


def test_a_limit_keeps_its_sign() -> None:
    reading: Reading = stored(
        metric="crp_mgdl",
        value=None,
        unit="mg/dL",
        state=record.ItemState.BELOW_LIMIT,
        original_value="<0.02",
        original_unit="mg/dL",
    )
    assert observation.says(reading)["valueQuantity"] == {"value": 0.02, "comparator": "<", "unit": "mg/dL"}
