"""FHIR files of Japan and elsewhere: what is measured, of whom, and what is not taken."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from backend import base
from backend.link.opening import open_source
from backend.link.reading import Source
from backend.record import ItemState, Reading

SAMPLES = Path(__file__).resolve().parents[2] / "samples" / "link"
LOINC = "http://loinc.org"


def opened(*resources: dict[str, Any]) -> Source:
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in resources]}
    return open_source(io.BytesIO(json.dumps(bundle).encode()), filename="x")


def observation(code: str = "29463-7", system: str = LOINC, **more: Any) -> dict[str, Any]:
    made: dict[str, Any] = {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": system, "code": code}]},
        "effectiveDateTime": "2025-04-03T10:15:00+09:00",
    }
    made.update(more)
    return {key: value for key, value in made.items() if value is not None}


def amount(value: float, unit: str | None = None, code: str | None = None, **more: Any) -> dict[str, Any]:
    made = {"value": value, "unit": unit, "code": code, "system": "http://unitsofmeasure.org" if code else None, **more}
    return {key: one for key, one in made.items() if one is not None}


def read(source: Source, person: str | None = None) -> list[Reading]:
    people = [person] if person else [one.key for one in source.persons()]
    return [reading for key in people for batch in source.readings(key) for reading in batch]


def values(source: Source) -> dict[str, float | str | None]:
    return {one.metric: one.value for one in read(source)}


def left(source: Source) -> list[tuple[str, str]]:
    read(source)
    return [(one.place, one.key) for one in source.left_out]


# Written from the files: metrics with values, and what is left out.
EXPECTED: dict[str, tuple[dict[str, float | str | None], list[tuple[str, str]]]] = {
    "jp-core-1.1.2/Observation-jp-observation-bodyMeasurement-example-1.json": ({"weight_kg": 63.5}, []),
    "jp-core-1.1.2/Observation-jp-observation-labresult-example-1.json": ({"uric_acid_mgdl": 3.5}, []),
    "jp-core-1.1.2/Observation-jp-observation-vitalsigns-example-1.json": ({}, [("resource", "link.left_implausible")]),
    "jp-core-1.1.2/DiagnosticReport-jp-diagnosticreport-labresult-example-1.json": (
        {"hb_gdl": 17.6, "2A990000001992051": 5.9, "hct_pct": 55.0},
        [],
    ),
    "jp-clins/Observation-Example-JP-Obs-LabResult-eCS-Alb.json": ({}, [("resource", "link.left_implausible")]),
    "jp-clins/Observation-Example-JP-Obs-LabResult-eCS-K.json": ({"potassium_meql": 3.5}, []),
    "jp-clins/Observation-Example-JP-Obs-LabResult-eCS-eGFR.json": ({"egfr": 75.0}, []),
    "jp-clins/Observation-Example-JP-Obs-Common-eCS-PS-textOnly01.json": ({}, [("resource", "link.left_unknown_item")]),
    "jp-clins/Bundle-Bundle-CLINS-Observations-Example-01.json": (
        {"potassium_meql": 3.5, "egfr": 75.0, "urine_protein": "2"},
        [("entry[1]", "link.left_implausible")],
    ),
    "echeckup/Observation-Instance-for-Obs-BH.json": ({"height_cm": 162.3}, []),
    "echeckup/Observation-Instance-for-Obs-BW.json": ({"weight_kg": 65.5}, []),
    "echeckup/Observation-Instance-for-Obs-BMI.json": ({"bmi": 24.9}, []),
}


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_single_files_hold_what_was_read_from_them(shared: Callable[[str], Path], name: str) -> None:
    with open_source(shared(f"formats-jp/fhir/{name}"), filename=name) as source:
        assert (values(source), left(source)) == EXPECTED[name]


def test_every_shared_file_is_read_and_the_broken_one_refused(shared: Callable[[str], Path]) -> None:
    files = sorted(shared("formats-jp/fhir").rglob("*.json")) + sorted(shared("wearables/ips").glob("*.json"))
    assert len(files) > 100
    refused = []
    for file in files:
        try:
            with open_source(file, filename=file.name) as source:
                assert source.format == "fhir-json"
                read(source)
                for person in source.persons():
                    source.facts(person.key)
        except base.Refusal as refusal:
            refused.append((file.name, refusal.key))
    assert refused == [("Bundle-example18.json", "link.json_damaged")]


def test_an_echeckup_report_gives_the_metrics_of_the_form(shared: Callable[[str], Path]) -> None:
    name = "formats-jp/fhir/echeckup/Bundle-Bundle-eCheckupReport-Sample-01.json"
    with open_source(shared(name), filename="x") as source:
        (person,) = source.persons()
        assert (person.name, person.kana, str(person.birth), person.sex) == (
            "健診 太郎",
            "ケンシン タロウ",
            "1950-05-04",
            "male",
        )
        found = {one.metric: one for one in read(source)}
        numbers = {metric: one.value for metric, one in found.items() if isinstance(one.value, float)}
        assert numbers == {
            "height_cm": 162.3,
            "weight_kg": 65.5,
            "bmi": 24.9,
            "waist_cm": 70.0,
            "sbp_mmhg": 149.0,
            "dbp_mmhg": 90.0,
            "tg_fasting_mgdl": 60.0,
            "hdl_mgdl": 45.0,
            "ldl_mgdl": 88.0,
            "ast_ul": 32.0,
            "alt_ul": 16.0,
            "ggt_ul": 55.0,
            "hba1c_pct": 7.0,
        }
        assert len(found) == 46  # 44 observations and two texts in their components
        assert (found["text_history"].value, found["text_history"].place) == (
            "ヘルニア、膀胱炎",
            found["history_flag"].place + ".component[0]",
        )
        assert found["tg_fasting_mgdl"].is_fasting is True
        assert source.left_out == ()


def test_undated_screening_results_are_left_out(shared: Callable[[str], Path]) -> None:
    with open_source(shared("formats-jp/fhir/municipal/Bundle-example17.json"), filename="x") as source:
        assert read(source) == []
        assert {one.key for one in source.left_out} == {"link.left_undated"}
        assert len(source.left_out) == 14


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("jp-clins/Bundle-Bundle-CLINS-Referral-Example-01.json", {"condition", "allergy"}),
        ("jp-core-1.1.2/Immunization-jp-immunization-example-1.json", {"immunization"}),
        ("jp-core-1.1.2/Coverage-jp-coverage-example-1.json", {"coverage"}),
        ("../../wearables/ips/bundle-minimal.json", {"condition", "allergy", "medication"}),
        ("../../wearables/ips/bundle-no-info-required-sections.json", {"immunization"}),
    ],
)
def test_facts_besides_measurements(shared: Callable[[str], Path], name: str, kinds: set[str]) -> None:
    with open_source(shared("formats-jp/fhir") / name, filename="x") as source:
        facts = [fact for one in source.persons() for fact in source.facts(one.key)]
        assert kinds <= {fact.kind for fact in facts}
        assert all(fact.text and fact.place for fact in facts)


def test_our_own_bundle() -> None:
    with open_source(SAMPLES / "fhir-bundle.json", filename="x") as source:
        assert values(source) == {
            "creatinine_mgdl": 0.73,
            "hba1c_pct": 5.9,
            "glucose_mgdl": pytest.approx(109.89516),
            "potassium_meql": 4.2,
            "sbp_mmhg": 139.0,
            "dbp_mmhg": 86.0,
        }
        assert left(source) == [
            ("entry[6]", "link.left_implausible"),
            ("entry[7]", "link.left_implausible"),
            ("entry[8]", "link.left_undated"),
        ]
        facts = source.facts(source.persons()[0].key)
        assert [(one.kind, one.text, str(one.start)) for one in facts] == [
            ("condition", "高血圧症", "2025-04-03"),
            ("allergy", "さば", "2019-08-01"),
            ("medication", "アムロジピン錠2.5mg", "2025-04-03"),
            ("immunization", "インフルエンザワクチン", "2024-11-15"),
        ]
        assert dict(source.unknown) == {"CarePlan": 1}


@pytest.mark.parametrize(
    ("code", "quantity", "metric", "expected"),
    [
        ("29463-7", amount(136.2, "lb", "[lb_av]"), "weight_kg", 61.779280794),
        ("29463-7", amount(61800, "g", "g"), "weight_kg", 61.8),
        ("8302-2", amount(63, "in", "[in_i]"), "height_cm", 160.02),
        ("8310-5", amount(98.6, "degF", "[degF]"), "body_temp_c", 37.0),
        ("4548-4", amount(5.9, "%", "%"), "hba1c_pct", 5.9),
        ("59261-8", amount(41, "mmol/mol", "mmol/mol"), "hba1c_pct", 5.90268),
        ("2160-0", amount(62, "umol/L", "umol/L"), "creatinine_mgdl", 0.701344),
        ("2093-3", amount(5.2, "mmol/L", "mmol/L"), "tc_mgdl", 201.058),
        ("2571-8", amount(1.5, "mmol/L", "mmol/L"), "tg_mgdl", 132.81),
        ("1751-7", amount(39, "g/L", "g/L"), "albumin_gdl", 3.9),
        ("718-7", amount(140, "g/L", "g/L"), "hb_gdl", 14.0),
        ("6690-2", amount(5.4, "10^9/L", "10*9/L"), "wbc_ul", 5400.0),
        ("777-3", amount(210, "10*3/uL", "10*3/uL"), "plt_10e4ul", 21.0),
        ("789-8", amount(4.6, "10*6/uL", "10*6/uL"), "rbc_10e4ul", 460.0),
        ("2951-2", amount(140, "mmol/L", "mmol/L"), "sodium_meql", 140.0),
        ("1558-6", amount(98, "mg/dl"), "glucose_fasting_mgdl", 98.0),
        ("59408-5", amount(97, "%", "%"), "spo2_pct", 97.0),
    ],
)
def test_codes_and_units_of_plain_bundles(code: str, quantity: dict[str, Any], metric: str, expected: float) -> None:
    found = values(opened(observation(code, valueQuantity=quantity)))
    assert found == {metric: pytest.approx(expected, rel=1e-6)}


@pytest.mark.parametrize(
    ("resource", "reason"),
    [
        (observation(valueQuantity=amount(60)), "link.left_no_unit"),
        (observation(valueQuantity=amount(60, "mmHg", "mm[Hg]")), "link.left_unit"),
        (observation(valueQuantity=amount(60, "lb", "kg")), "link.left_unit"),
        (observation(valueQuantity=amount(60, "furlong")), "link.left_unit"),
        (observation(valueQuantity=amount(6000, "kg", "kg")), "link.left_implausible"),
        (observation(valueString="about sixty"), "link.left_no_number"),
        (observation(), "link.left_no_value"),
        (observation("0000-0", valueQuantity=amount(60, "kg")), "link.left_unknown_item"),
        (observation(valueQuantity=amount(60, "kg", "kg"), effectiveDateTime=None), "link.left_undated"),
        (observation(valueQuantity=amount(60, "kg", "kg"), effectiveDateTime="2025"), "link.left_undated"),
        (observation(valueQuantity=amount(60, "kg", "kg"), effectiveDateTime="2025-04"), "link.left_undated"),
        (observation(valueQuantity=amount(60, "kg", "kg"), effectiveDateTime="2099-04-01"), "link.left_future"),
        (observation(valueQuantity=amount(60, "kg", "kg"), status="entered-in-error"), "link.left_entered_in_error"),
        (observation("9279-1", valueQuantity=amount(400, "/min", "/min")), "link.left_implausible"),
        (observation("1751-7", valueQuantity=amount(3.9, "mg/L", "mg/L")), "link.left_implausible"),
    ],
)
def test_what_cannot_be_right_is_left_out_with_place_and_reason(resource: dict[str, Any], reason: str) -> None:
    source = opened(observation("8302-2", valueQuantity=amount(160, "cm", "cm")), resource)
    assert values(source) == {"height_cm": 160.0}
    assert left(source) == [("entry[1]", reason)]


def test_below_the_limit_of_a_test_is_a_state_not_a_number() -> None:
    (reading,) = read(opened(observation("1988-5", valueQuantity=amount(0.3, "mg/L", "mg/L", comparator="<"))))
    assert (reading.state, reading.value, reading.original_value) == (ItemState.BELOW_LIMIT, None, "<0.3")


def test_not_performed_is_a_state() -> None:
    absent = {"coding": [{"code": "not-performed"}]}
    (reading,) = read(opened(observation(dataAbsentReason=absent)))
    assert (reading.state, reading.value) == (ItemState.NOT_DONE, None)


def test_a_hospitals_glucose_is_not_called_fasting_but_the_check_up_forms_is() -> None:
    code, quantity = "3D010000001927201", amount(98, "mg/dL", "mg/dL")
    hospital = opened(observation(code, "urn:oid:1.2.392.200119.4.504", valueQuantity=quantity))
    form = opened(observation(code, "urn:oid:1.2.392.200119.6.1005", valueQuantity=quantity))
    assert list(values(hospital)) == ["glucose_mgdl"]
    assert list(values(form)) == ["glucose_fasting_mgdl"]


def test_repeats_of_the_form_count_once_by_preference() -> None:
    system = "urn:oid:1.2.392.200119.6.1005"
    pressure = amount(140, "mmHg", "mm[Hg]")
    source = opened(
        observation("9A751000000000001", system, valueQuantity=pressure),
        observation("9A755000000000001", system, valueQuantity={**pressure, "value": 134}),
    )
    assert values(source) == {"9A751000000000001": 140.0, "sbp_mmhg": 134.0}


def test_resources_of_two_people_are_kept_apart() -> None:
    people = [
        {"resourceType": "Patient", "id": one, "birthDate": born, "gender": "female"}
        for one, born in (("a", "1968-04-12"), ("b", "1990-01-01"))
    ]
    source = opened(
        *people,
        observation(subject={"reference": "Patient/a"}, valueQuantity=amount(61, "kg", "kg")),
        observation(subject={"reference": "https://h.example/fhir/Patient/b"}, valueQuantity=amount(48, "kg", "kg")),
        observation(valueQuantity=amount(99, "kg", "kg")),
    )
    assert {str(one.birth): [reading.value for reading in read(source, one.key)] for one in source.persons()} == {
        "1968-04-12": [61.0],
        "1990-01-01": [48.0],
    }
    assert ("entry[4]", "link.left_whose") in left(source)


def test_ndjson_is_read_line_by_line() -> None:
    lines = [
        {"resourceType": "Patient", "id": "a", "birthDate": "1968-04-12"},
        observation(subject={"reference": "Patient/a"}, valueQuantity=amount(61, "kg", "kg")),
    ]
    source = open_source(io.BytesIO("\n".join(json.dumps(one) for one in lines).encode()), filename="x")
    (reading,) = read(source)
    assert (source.format, reading.value, reading.place) == ("fhir-ndjson", 61.0, "line 2")


def test_a_refuted_diagnosis_and_an_unsure_one_are_marked() -> None:
    def condition(verification: str) -> dict[str, Any]:
        return {
            "resourceType": "Condition",
            "code": {"text": "糖尿病"},
            "onsetDateTime": "2020-01-01",
            "verificationStatus": {"coding": [{"code": verification}]},
            "clinicalStatus": {"coding": [{"code": "active"}]},
        }

    source = opened(condition("refuted"), condition("provisional"), condition("confirmed"))
    facts = source.facts(source.persons()[0].key)
    assert [(one.is_refuted, one.status) for one in facts] == [
        (True, "active"),
        (False, "unconfirmed"),
        (False, "active"),
    ]


def test_an_answer_from_an_unknown_list_is_not_read_as_ours() -> None:
    system, code = "urn:oid:1.2.392.200119.4.504", "1A010000000190111"

    def answered(answers: str) -> Source:
        return opened(observation(code, system, valueCodeableConcept={"coding": [{"system": answers, "code": "2"}]}))

    assert values(answered("urn:oid:1.2.392.200119.6.2102")) == {"urine_protein": "2"}
    assert values(answered("urn:oid:9.9.9")) == {}
    assert left(answered("urn:oid:9.9.9")) == [("entry[0]", "link.left_unknown_answer")]
