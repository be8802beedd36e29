"""Medicine notebooks (JAHIS): every record read to a fact, split ones joined, nothing dropped in silence."""

from __future__ import annotations

import io
import itertools
import json
import unicodedata
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from backend import link
from backend.link import unreadable
from backend.link.opening import open_source
from backend.link.reading import Fact, Source

SAMPLES = Path(__file__).resolve().parents[2] / "samples" / "link"
CP932 = (SAMPLES / "notebook-cp932.csv").read_bytes()
PARTS = [(SAMPLES / f"notebook-part-{number}.txt").read_text(encoding="utf-8") for number in (1, 2)]


def opened(content: bytes) -> Source:
    return open_source(io.BytesIO(content), filename="x")


def facts(content: bytes) -> list[Fact]:
    with opened(content) as source:
        assert list(source.readings("me")) == [[]]
        return list(source.facts("me"))


def plain(found: list[Fact]) -> list[tuple[object, ...]]:
    return [(one.kind, one.text, one.dose, one.code, one.start, one.end, one.source) for one in found]


def test_a_notebook_in_cp932_reads_as_it_stands() -> None:
    with opened(CP932) as source:
        (person,) = source.persons()
        list(source.readings("me"))
        found = plain(list(source.facts("me")))
        assert dict(source.unknown) == {"record 777": 1}
        assert [(one.key, one.place) for one in source.left_out] == [("link.left_undated", "line 2")]
        assert [one.key for one in source.warnings] == ["link.warn_types_not_read"]
    assert (person.name, person.kana, person.birth, person.sex) == (
        "ミホン　ハナコ",
        "ミホン ハナコ",
        date(1968, 4, 12),
        "female",
    )
    day, shop = date(2025, 6, 10), "見本薬局 千里店"
    assert found == [
        (
            "medication",
            "ミホン降圧錠5mg",
            "1日量 1錠 朝：１錠 【分１ 朝食後服用】 28日分 （処方 見本クリニック 内科 医師 見本）",
            "1234567A8901",
            day,
            date(2025, 7, 7),
            shop,
        ),
        (
            "medication",
            "ミホン鎮痛錠60mg",
            "1回量 1錠 【痛いとき】 10回分 （処方 見本クリニック 内科 医師 見本）",
            "620000001",
            day,
            None,
            shop,
        ),
        (
            "medication",
            "ミホン軟膏",
            "全量 5g 【患部に塗布】 1調剤 （処方 見本クリニック 皮膚科 医師 例示）",
            "620000002",
            day,
            None,
            shop,
        ),
        ("medicine_note", "容器", "全量 1個 1調剤 （処方 見本クリニック 皮膚科 医師 例示）", None, day, None, shop),
        ("medicine_note", "ミホン降圧錠5mg：立ちくらみに注意してください。", None, None, day, None, shop),
        ("medicine_note", "残薬：ミホン降圧錠が６錠残っている", None, None, day, None, shop),
        ("medicine_note", "調剤：見本薬局 千里店 薬剤師 見本", None, None, day, None, shop),
        ("allergy", "そば", None, None, day, None, "お薬手帳"),
        ("allergy", "副作用歴：ミホンマイシン（発疹）", None, None, day, None, "お薬手帳"),
        ("condition", "胃潰瘍（2015年）", None, None, day, None, "お薬手帳"),
        (
            "medication",
            "見本かぜ薬",
            "市販薬（アセトアミノフェン）",
            None,
            date(2025, 6, 1),
            date(2025, 6, 3),
            "お薬手帳",
        ),
        ("medicine_note", "予防接種を受けた", None, None, date(2025, 5, 20), None, "お薬手帳"),
        ("medicine_note", "夜に少しめまい", None, None, date(2025, 6, 12), None, "お薬手帳"),
    ]


def test_encodings_and_marks_change_nothing() -> None:
    text = CP932.decode("cp932")
    for content in (
        text.encode(),
        b"\xef\xbb\xbf" + text.encode(),
        text.replace("\r\n", "\n").encode(),
        CP932 + b"\x1a",
    ):
        assert plain(facts(content)) == plain(facts(CP932))


def test_parts_join_in_any_order_and_twice_is_fine() -> None:
    whole = CP932.decode("cp932")
    for order in itertools.permutations(PARTS):
        assert link.jahis_join(order) == whole
        assert plain(facts("\r\n".join(order).encode())) == plain(facts(CP932))
    assert link.jahis_join([*PARTS, PARTS[0]]) == whole
    assert link.jahis_join([whole]) == whole


def test_what_does_not_join_is_refused_by_name() -> None:
    with pytest.raises(unreadable.JahisPartsMissing) as caught:
        link.jahis_join(PARTS[1:])
    assert caught.value.params == {"have": 1, "total": 2}
    with pytest.raises(unreadable.JahisPartsMissing):
        facts(PARTS[0].encode())
    other = PARTS[1].replace("12345678901234", "99999999999999")
    with pytest.raises(unreadable.JahisPartsMissing):
        link.jahis_join([PARTS[0], other])
    with pytest.raises(unreadable.JahisPartsMixed):
        link.jahis_join([*PARTS, PARTS[1].replace("めまい", "頭痛")])
    with pytest.raises(unreadable.JahisPartsMixed):
        link.jahis_join([*PARTS, "JAHISTC08,1\r\n5,R070610,1"])
    for bad in ([], [""], ["hello"], [PARTS[0].replace(",2,1", ",2,x")], ["JAHISTCxx,1"], ["x" * (5 << 20)]):
        with pytest.raises(unreadable.JahisDamaged):
            link.jahis_join(bad)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("R010501", date(2019, 5, 1)),
        ("H310430", date(2019, 4, 30)),
        ("S010101", date(1926, 1, 1)),
        ("T150101", date(1926, 1, 1)),
        ("M450101", date(1912, 1, 1)),
        ("s330303", date(1958, 3, 3)),
        ("20250229", None),
        ("R071301", None),
        ("X010101", None),
        ("2025", None),
        ("", None),
        ("２０２５０６１０", date(2025, 6, 10)),
    ],
)
def test_days_of_five_eras(text: str, day: date | None) -> None:
    from backend.link.jahis.parts import day_of

    assert day_of(text) == day


@pytest.mark.parametrize("version", range(1, 9))
def test_every_version_is_read_and_a_later_one_says_so(version: int) -> None:
    content = CP932.replace(b"JAHISTC08", b"JAHISTC%02d" % version)
    with opened(content) as source:
        assert not source.warnings
    assert plain(facts(content)) == plain(facts(CP932))
    with opened(CP932.replace(b"JAHISTC08", b"JAHISTC09")) as source:
        assert [one.key for one in source.warnings] == ["link.warn_jahis_version"]


def test_half_a_notebook_gives_what_is_sound() -> None:
    content = (
        CP932.replace("そば".encode("cp932"), b"\x81\x00\xff") + b"281,9,floating,1\r\n201,9,,1,x\r\n4,,R070101\r\n"
    )
    with opened(content) as source:
        list(source.readings("me"))
        assert len(source.facts("me")) == 12
        assert Counter(one.key for one in source.left_out) == {
            "link.left_torn_line": 1,
            "link.left_undated": 1,
            "link.left_unplaced": 1,
            "link.left_no_value": 2,
        }


def test_notebooks_of_two_people_are_not_one() -> None:
    other = CP932.decode("cp932").replace("ミホン　ハナコ", "ミホン　タロウ")
    with pytest.raises(unreadable.JahisPartsMixed):
        opened(CP932.decode("cp932").encode() + other.encode())


def test_the_size_has_a_limit() -> None:
    with pytest.raises(unreadable.FileTooLarge) as caught:
        opened(CP932 + b"4,x\r\n" * 900_000)
    assert caught.value.params == {"limit_mb": 4}


def _expected_medicines(node: Any) -> list[str]:
    """Every medicine that the other reader's answer names, wherever it stands in its tree."""
    if isinstance(node, list):
        return [name for one in node for name in _expected_medicines(one)]
    if not isinstance(node, dict):
        return []
    here = [one["name"] for one in node.get("medicine") or []]
    return here + [name for value in node.values() for name in _expected_medicines(value)]


@pytest.mark.parametrize("name", ["1", "2", "3", "4", "5", "6", "7", "8", "11"])
def test_the_published_cases_in_cp932(shared: Callable[[str], Path], name: str) -> None:
    content = shared(f"formats-jp/jahis/tsuchi84_sjis/{name}.csv").read_bytes()
    rows = [row.split(",") for row in content.decode("cp932").splitlines()]
    found = facts(content)
    (person,) = opened(content).persons()
    assert (person.name, person.birth, person.sex) == ("鈴木 太郎", date(1958, 3, 3), "male")
    drugs = [row for row in rows if row[0] in ("201", "3")]
    named = [one for one in found if one.kind == "medication" or (one.dose or "").startswith(("全量", "60本", "1個"))]
    assert len(named) == len(drugs)
    printed = json.loads(shared(f"formats-jp/jahis/tsuchi84_expected_json/{name}.json").read_text(encoding="utf-8"))
    theirs = Counter(unicodedata.normalize("NFKC", one) for one in _expected_medicines(printed))
    ours = Counter(
        unicodedata.normalize("NFKC", one.text) for one in named if not (one.dose or "").startswith("市販薬")
    )
    assert ours == theirs
    assert theirs.total() == sum(row[0] == "201" for row in rows)
    # Medicines to be taken by days end on their last day, counted in the file's own words.
    in_days = [row for row in rows if row[0] == "301" and row[4] == "日分"]
    spans = {one.end - one.start for one in found if one.end is not None and one.start is not None and one.code}
    assert spans == {timedelta(days=int(row[3]) - 1) for row in in_days}
    assert sum(one.kind == "allergy" for one in found) == sum(row[0] == "2" and row[1] in "12" for row in rows)
    assert sum(one.kind == "condition" for one in found) == sum(row[0] == "2" and row[1] == "3" for row in rows)
    assert not opened(content).unknown


def test_the_published_split_notebook(shared: Callable[[str], Path]) -> None:
    texts = [shared(f"formats-jp/jahis/v26/split-part-{n}.txt").read_text(encoding="utf-8") for n in (2, 1)]
    found = facts(link.jahis_join(texts).encode())
    by_text = {one.text: one for one in found}
    powder = by_text["レベニン散"]
    assert powder.dose == "1日量 2g 【分３ 毎食後服用】 5日分 （処方 医療法人 工業会病院 内科 工業会 次郎）"
    assert by_text["リンデロン-VG軟膏0.12%"].dose is not None
    assert "皮膚科 佐藤 三郎" in by_text["リンデロン-VG軟膏0.12%"].dose
    assert sum(one.kind == "medication" for one in found) == 8
    assert {one.text for one in found if one.kind == "medicine_note"} == {
        "ペンニードル30G/8mm(ノボ)",
        "容器",
        "正しい飲み方は薬袋等をご覧下さい。",
        "調剤：株式会社 工業会薬局 駅前店 薬剤師 太郎",
    }
