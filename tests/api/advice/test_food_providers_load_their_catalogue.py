"""A provider tries a file, loads it, puts it on offer and takes it back; residents' plans see only what is on offer."""

from __future__ import annotations

import csv
import io

import pytest

from backend import base
from backend.advice import provider

GOOD = {
    "料理番号": "A1",
    "料理名": "さばの弁当",
    "よみ": "さばのべんとう",
    "英語名": "Mackerel box",
    "区分": "弁当",
    "食事": "昼;夕",
    "主な材料": "魚",
    "価格（円）": "780",
    "配達地域": "吹田市;豊中市",
    "曜日": "月火水木金",
    "最小注文数": "1",
    "何日前まで": "2",
    "エネルギー（kcal）": "540",
    "たんぱく質（g）": "24.5",
    "脂質（g）": "16.2",
    "炭水化物（g）": "74",
    "食塩相当量（g）": "2.4",
    "アレルゲン": "さば;小麦;大豆",
    "アレルゲンの範囲": "すべて",
    "特徴": "やわらか",
    "妊娠中": "可",
    "水銀に注意する魚（g）": "",
}


def sheet(*rows, heads=None):
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=heads or list(GOOD), extrasaction="ignore")
    writer.writeheader()
    writer.writerows({**GOOD, **row} for row in rows)
    return out.getvalue()


def load(desk, text, client_id="load-0001"):
    return desk.post("/provider/versions", {"client_id": client_id, "file_name": "料理.csv", "text": text})


def on_offer(town="27205", weekday=None):
    with base.read_session() as session:
        return provider.catalogue(session, municipality=town, weekday=weekday)


def test_try_load_publish_withdraw(worker):
    desk = worker("suita", "provider", "見本 食堂")
    tried = desk.post("/provider/check", {"text": sheet({}, {"料理番号": "A2", "料理名": "別の弁当"})}).json
    assert (tried["rows"], tried["errors"], tried["warnings"], len(tried["dishes"])) == (2, 0, 0, 2)
    assert tried["dishes"][0]["allergens"] == ["mackerel", "soy", "wheat"]
    assert desk.get("/provider/versions").json["versions"] == [], "a dry run keeps nothing"

    made = load(desk, sheet({}))
    assert made.status_code == 201
    assert (made.json["number"], made.json["state"], made.json["dishes"]) == (1, "draft", 1)
    assert on_offer() == (), "loaded is not yet on offer"

    published = desk.post(f"/provider/versions/{made.json['id']}/publish", {}).json
    assert published["state"] == "published"
    found = on_offer()
    assert [(dish.name.ja, dish.provider_name, dish.price_yen) for dish in found] == [("さばの弁当", "見本 食堂", 780)]
    assert found[0].nutrients["salt_g"].value == 2.4
    assert found[0].nutrients["iron_mg"].value is None
    assert not found[0].nutrients["iron_mg"].is_known
    assert on_offer("27140") == ()
    assert len(on_offer(weekday=4)) == 1
    assert on_offer(weekday=5) == ()

    second = load(desk, sheet({"価格（円）": "800"}), "load-0002").json
    desk.post(f"/provider/versions/{second['id']}/publish", {})
    states = [(one["number"], one["state"]) for one in desk.get("/provider/versions").json["versions"]]
    assert states == [(2, "published"), (1, "withdrawn")]
    assert [dish.price_yen for dish in on_offer()] == [800]

    desk.post(f"/provider/versions/{made.json['id']}/publish", {})
    assert [dish.price_yen for dish in on_offer()] == [780], "an older version can come back"
    for _ in range(2):
        desk.post(f"/provider/versions/{made.json['id']}/withdraw", {})
    assert on_offer() == ()


def test_one_wrong_row_keeps_everything_out(worker):
    desk = worker("suita", "provider")
    refused = load(desk, sheet({}, {"料理番号": "A2", "価格（円）": "無料"}))
    assert (refused.status_code, refused.json["key"], refused.json["params"]) == (422, "provider.has_errors", {"n": 1})
    assert desk.get("/provider/versions").json["versions"] == []


def test_a_retry_loads_once_and_another_file_under_the_same_id_is_refused(worker):
    desk = worker("suita", "provider")
    first, again = load(desk, sheet({})), load(desk, sheet({}))
    assert first.json == again.json
    assert load(desk, sheet({"料理名": "別"})).json["key"] == "base.key_reused"
    assert len(desk.get("/provider/versions").json["versions"]) == 1


def test_nobody_reads_or_moves_anothers_catalogue(worker):
    one, other = worker("suita", "provider"), worker("suita", "provider", "別の食堂")
    made = load(one, sheet({})).json
    for refused in (
        other.get(f"/provider/versions/{made['id']}"),
        other.get(f"/provider/versions/{made['id']}/file"),
        other.post(f"/provider/versions/{made['id']}/publish", {}),
        other.post(f"/provider/versions/{made['id']}/withdraw", {}),
    ):
        assert (refused.status_code, refused.json["key"]) == (404, "provider.no_such_version")
    assert other.get("/provider/versions").json["versions"] == []


def test_the_file_comes_back_as_it_was(worker):
    desk = worker("suita", "provider")
    made = load(desk, sheet({})).json
    assert desk.get(f"/provider/versions/{made['id']}/file").data.decode("utf-8-sig") == sheet({})
    whole = desk.get(f"/provider/versions/{made['id']}").json
    assert whole["dishes"][0]["areas"] == ["27203", "27205"]


def test_the_template_loads_as_it_stands(worker):
    desk = worker("suita", "provider")
    text = desk.get("/provider/template").data.decode("utf-8")
    assert desk.post("/provider/check", {"text": text}).json["errors"] == 0


@pytest.mark.parametrize("role", ["staff", "counsellor"])
def test_only_providers(worker, resident, role):
    for phone in (worker("suita", role), resident()):
        assert phone.get("/provider/versions").status_code == 403
        assert phone.post("/provider/check", {"text": "x"}).status_code == 403
