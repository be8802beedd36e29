"""A check-up file as the MHLW table means it: items, states, one value per metric."""

from __future__ import annotations

import csv
import importlib.util
import io
import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from lxml import etree

from backend.cli import main
from backend.link.checkup.items import table
from backend.link.opening import open_source
from backend.link.reading import Source
from backend.record import ItemState, Reading, catalogue

SAMPLES = Path(__file__).resolve().parents[2] / "samples" / "link"


def _make() -> ModuleType:
    spec = importlib.util.spec_from_file_location("link_samples", SAMPLES / "make.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


make = _make()


def opened(*entries: str, exam: str = "20250512") -> Source:
    content = make.document(make.HANAKO, list(entries), exam=exam)
    return open_source(io.BytesIO(content), filename="h1.xml")


def read(source: Source) -> dict[str, Reading]:
    person = source.persons()[0].key
    return {reading.metric: reading for batch in source.readings(person) for reading in batch}


def canonical(source: Source) -> dict[str, float | str]:
    return dict(next(iter(source.files.values())).canonical)


DRAW_CASUAL = make.coded("9N141000000000011", "3", "1.2.392.200119.6.2202")
DRAW_FASTING = make.coded("9N141000000000011", "2", "1.2.392.200119.6.2202")


def test_inspect_prints_exactly_what_the_shared_files_hold(
    shared: Callable[[str], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    folder = shared("formats-jp/cda_synthetic")
    expected = json.loads((folder / "expected.json").read_text("utf-8"))
    assert main(["link", "inspect", str(folder / "2799999999_99999999_202506101_1.zip"), "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["files"] == expected
    assert printed["format"] == "checkup-zip"
    assert [(one["birth"], one["sex"]) for one in printed["persons"]] == [
        ("1978-03-04", "female"),
        ("1969-09-17", "male"),
        ("1955-12-31", "male"),
    ]
    assert printed["metrics"]["sbp_mmhg"] == {
        "count": 2,
        "sum": 114.0 + 148.0,
        "first": "2025-05-20",
        "last": "2025-05-20",
    }
    assert printed["left_out"] == []
    for name in expected:
        assert main(["link", "inspect", str(folder / name), "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["files"] == {name: expected[name]}


def test_own_documents_are_valid_by_the_ministrys_schema(shared: Callable[[str], Path]) -> None:
    schema = etree.XMLSchema(etree.parse(shared("formats-jp/xsd/hc08_V08.xsd")))
    for person, entries in ((make.HANAKO, make.hanako()), (make.TARO, make.taro()), (make.TSURU, make.tsuru())):
        assert schema.validate(etree.fromstring(make.document(person, entries))), schema.error_log


def test_committed_samples_are_what_the_generator_makes() -> None:
    for name, content in make.SAMPLES.items():
        assert (SAMPLES / name).read_bytes() == content(), f"run tests/samples/link/make.py: {name}"


def test_the_item_table_holds_all_322_codes_of_the_ministry(shared: Callable[[str], Path]) -> None:
    with shared("formats-jp/tokutei_items.csv").open(encoding="utf-8-sig") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == len(table()) == 322
    for row in rows:
        ours = table()[row["code17"]]
        assert ours.metric == (row["canonical_metric"] or row["code17"])
        assert (ours.name, ours.value_type, ours.unit) == (row["name_ja"], row["value_type"], row["ucum"])
        if row["preference_order"]:
            assert ours.preference == int(row["preference_order"])


def test_all_322_items_are_read_and_none_is_lost() -> None:
    entries = []
    for row in table().values():
        if row.value_type == "PQ":
            entries.append(make.pq(row.code, _plausible(row.metric), row.unit or "1"))
        elif row.value_type == "ST":
            entries.append(make.said(row.code, "所見の文"))
        else:
            entries.append(make.coded(row.code, "1", row.result_list, kind=row.value_type))
    source = opened(*entries)
    found = read(source)
    assert source.left_out == ()
    assert len(found) == 322
    assert {reading.code for reading in found.values()} == set(table())
    assert all(isinstance(found[row.metric].value, str) for row in table().values() if row.value_type == "ST")


def _plausible(metric: str) -> str:
    known = catalogue.metric(metric)
    low, high = known.plausible_low or 0.0, known.plausible_high or 100.0
    return f"{min(max(low, 1.0), high):g}"


@pytest.mark.parametrize(
    ("codes", "metric", "wins"),
    [
        (("9A751000000000001", "9A752000000000001", "9A755000000000001"), "sbp_mmhg", "9A755000000000001"),
        (("9A752000000000001", "9A751000000000001"), "sbp_mmhg", "9A752000000000001"),
        (("9A761000000000001", "9A765000000000001"), "dbp_mmhg", "9A765000000000001"),
        (("9N016160300000001", "9N016160200000001", "9N016160100000001"), "waist_cm", "9N016160100000001"),
        (("9N016160300000001", "9N016160200000001"), "waist_cm", "9N016160200000001"),
        (("3F077000002391901", "3F077000002327101"), "ldl_mgdl", "3F077000002327101"),
    ],
)
def test_the_preferred_code_carries_the_metric(codes: tuple[str, ...], metric: str, wins: str) -> None:
    units = {"sbp_mmhg": "mm[Hg]", "dbp_mmhg": "mm[Hg]", "waist_cm": "cm", "ldl_mgdl": "mg/dL"}
    source = opened(*[make.pq(code, str(100 + number), units[metric]) for number, code in enumerate(codes)])
    found = read(source)
    assert found[metric].code == wins
    assert canonical(source) == {metric: float(100 + codes.index(wins))}
    assert {reading.metric for reading in found.values()} == {metric} | (set(codes) - {wins})


def test_a_preferred_code_without_value_gives_way() -> None:
    source = opened(make.not_measurable("9A755000000000001"), make.pq("9A751000000000001", "131", "mm[Hg]"))
    assert canonical(source) == {"sbp_mmhg": 131.0}
    assert read(source)["9A755000000000001"].state is ItemState.NOT_MEASURABLE


def test_states_of_items_are_kept() -> None:
    source = opened(
        make.not_done("3F077000002327101"),
        make.not_measurable("9N016160100000001"),
        make.beyond("3B035000002327201", "L"),
        make.beyond("3B090000002327101", "H"),
    )
    found = read(source)
    assert {metric: reading.state for metric, reading in found.items()} == {
        "ldl_mgdl": ItemState.NOT_DONE,
        "waist_cm": ItemState.NOT_MEASURABLE,
        "ast_ul": ItemState.BELOW_LIMIT,
        "ggt_ul": ItemState.ABOVE_LIMIT,
    }
    assert all(reading.value is None for reading in found.values())
    assert canonical(source) == {}


@pytest.mark.parametrize(
    ("draw", "metric", "fasting"),
    [
        (DRAW_CASUAL, "glucose_casual_mgdl", False),
        (DRAW_FASTING, "glucose_fasting_mgdl", True),
        ("", "glucose_fasting_mgdl", None),
    ],
)
def test_a_value_drawn_after_a_meal_is_never_called_fasting(draw: str, metric: str, fasting: bool | None) -> None:
    source = opened(make.pq("3D010000001927201", "121", "mg/dL"), draw)
    assert read(source)[metric].is_fasting is fasting
    assert canonical(source)[metric] == 121.0


def test_a_casual_code_stays_casual_whatever_the_draw_time_says() -> None:
    assert (
        read(opened(make.pq("3D010129901927201", "121", "mg/dL"), DRAW_FASTING))["glucose_casual_mgdl"].is_fasting
        is False
    )


def test_an_answer_from_an_older_list_is_not_taken_for_todays() -> None:
    older = "1.2.392.200119.6.2003"
    smokes = read(opened(make.coded("9N736000000000011", "1", older)))
    assert smokes["q_smoking"].value == "1"
    says_no = read(opened(make.coded("9N736000000000011", "2", older)))
    assert "q_smoking" not in says_no
    assert says_no["9N736000000000011"].value == "2"


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (make.pq("3A015000002327101", "3.9", "mg/L"), "link.left_implausible"),
        (make.pq("9N001000000000001", "1720", "cm"), "link.left_implausible"),
        (make.pq("3D046000001920402", "5.8", "kg"), "link.left_unit"),
        (make.pq("3D046000001920402", "five", "%"), "link.left_no_number"),
        (make.pq("3D046000001920402", "NaN", "%"), "link.left_no_number"),
        (make.pq("1022000011", "5", "kg"), "link.left_unknown_item"),
    ],
)
def test_what_cannot_be_right_is_left_out_with_place_and_reason(entry: str, reason: str) -> None:
    source = opened(make.pq("9N006000000000001", "61.8", "kg"), entry)
    assert set(read(source)) == {"weight_kg"}
    assert [(left.place, left.key) for left in source.left_out] == [("h1.xml#2", reason)]
    assert canonical(source) == {"weight_kg": 61.8}


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        ("1.564", "m", 156.4),
        ("156.4", "cm", 156.4),
        ("156.4", "", 156.4),
    ],
)
def test_other_spellings_of_a_length_become_centimetres(value: str, unit: str, expected: float) -> None:
    reading = read(opened(make.pq("9N001000000000001", value, unit)))["height_cm"]
    assert (reading.value, reading.unit, reading.original_value) == (expected, "cm", value)


@pytest.mark.parametrize(
    ("exam", "reason"),
    [
        ("", "link.left_undated"),
        ("202505", "link.left_undated"),
        ("20251399", "link.left_undated"),
        ("20990101", "link.left_future"),
    ],
)
def test_a_check_up_without_a_day_places_nothing_on_the_record(exam: str, reason: str) -> None:
    source = opened(make.pq("9N006000000000001", "61.8", "kg"), exam=exam)
    assert read(source) == {}
    assert [left.key for left in source.left_out] == [reason]


def test_people_of_a_zip_are_kept_apart() -> None:
    with open_source(SAMPLES / "checkup-three-people.zip", filename="any.bin") as source:
        people = source.persons()
        assert [(one.name, one.sex, str(one.birth)) for one in people] == [
            ("ミホン ハナコ", "female", "1968-04-12"),
            ("ミホン タロウ", "male", "1963-09-05"),
            ("レイジ ツル", "female", "1950-01-21"),
        ]
        weights = [
            reading.value
            for one in people
            for batch in source.readings(one.key)
            for reading in batch
            if reading.metric == "weight_kg"
        ]
        assert weights == [61.8, 72.0, 44.1]
        assert source.warnings == ()


def test_an_index_that_counts_otherwise_and_a_broken_document_are_said() -> None:
    content = make.document(make.HANAKO, make.hanako())
    packed = make.packed(
        {
            "x/ix08_V08.xml": b'<index xmlns="a"><totalRecordCount value="9"/></index>',
            "x/DATA/h1.xml": content,
            "x/DATA/h2.xml": content[:-40],
        }
    )
    with open_source(io.BytesIO(packed), filename="x.zip") as source:
        assert len(source.persons()) == 1
        assert [one.key for one in source.warnings] == ["link.warn_index_differs", "link.warn_document_unreadable"]


def test_file_names_in_cp932_are_read_as_their_makers_meant() -> None:
    packed = make.packed({"KENSHIN/DATA/hABCD.xml": make.document(make.HANAKO, make.hanako())})
    packed = packed.replace(b"KENSHIN", "健診結果"[:3].encode("cp932") + b"_")
    with open_source(io.BytesIO(packed), filename="x.zip") as source:
        assert list(source.files) == ["hABCD.xml"]


def test_a_negative_hcv_titre_is_never_shown_as_positive() -> None:
    titre = make.coded("5F360149702399811", "1", "1.2.392.200119.6.2103", kind="CO")
    (reading,) = read(opened(titre)).values()
    said = catalogue.choice(reading.metric, str(reading.value))
    assert said is not None
    assert said.en == "Negative"
    antigen = make.coded("5F360150002399811", "1", "1.2.392.200119.6.2100")
    found = read(opened(titre, antigen))
    assert {metric: catalogue.choice(metric, "1").en for metric in found} == {  # type: ignore[union-attr]
        "5F360149702399811": "Negative",
        "hcv": "Positive",
    }


def test_every_answer_of_the_form_is_shown_in_the_words_of_its_own_list() -> None:
    for row in table().values():
        if row.value_type in ("CD", "CO"):
            (reading,) = read(opened(make.coded(row.code, "1", row.result_list, kind=row.value_type))).values()
            shown = catalogue.metric(reading.metric).choices
            assert shown == row.result_list or (shown == "medicine" and reading.metric.startswith("q_med_")), row.code
