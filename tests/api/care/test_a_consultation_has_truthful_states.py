"""A resident writes, a counsellor answers, and each sees when the server had it and when the other side saw it."""

from __future__ import annotations

import sqlite3

import pytest

from backend import base


@pytest.fixture
def nurse(town, worker):
    """The phone of a public health nurse of Suita."""
    return worker("suita", "counsellor", name="保健師 見本")


def _open(phone, text="夜 3 回起きるのがつらいです。", client_id="consult-0001", **more):
    body = {"subject": "睡眠について", "text": text, "client_id": client_id, **more}
    return phone.post("/consultations", body)


def test_question_and_answer_with_states_on_both_sides(town, resident, nurse):
    hanako = resident("suita")
    opened = _open(hanako)
    assert opened.status_code == 200, opened.json
    thread = opened.json["id"]
    (mine,) = opened.json["messages"]
    assert (mine["is_mine"], mine["read_at"]) == (True, None)
    assert mine["stored_at"] <= base.CLOCK.now().isoformat()

    inbox = nurse.get("/care/consultations").json
    (line,) = inbox["consultations"]
    assert (line["name"], line["unread"], line["waiting_since"]) == ("吹田 花子", 1, mine["stored_at"])
    seen = nurse.get(f"/consultations/{thread}").json
    assert seen["messages"][0]["text"] == "夜 3 回起きるのがつらいです。"
    assert hanako.get(f"/consultations/{thread}").json["messages"][0]["read_at"] is None, "opened is not yet read"

    read = nurse.post(f"/consultations/{thread}/read", {"up_to": mine["id"]})
    assert read.json["unread"] == 0
    first_read = hanako.get(f"/consultations/{thread}").json["messages"][0]["read_at"]
    assert first_read is not None
    assert nurse.get("/care/consultations").json["consultations"][0]["waiting_since"] == mine["stored_at"]

    answer = {"text": "おひとりの夜はつらいですね。", "client_id": "answer-0001"}
    sent = nurse.post(f"/consultations/{thread}/messages", answer)
    assert (sent.status_code, sent.json["author"], sent.json["read_at"]) == (200, "保健師 見本", None)
    assert nurse.get("/care/consultations").json["consultations"][0]["waiting_since"] is None
    listed = hanako.get("/consultations").json["consultations"][0]
    assert (listed["unread"], listed["last_side"], listed["person"]) == (1, "counsellor", None)

    hanako.post(f"/consultations/{thread}/read", {"up_to": sent.json["id"]})
    both = nurse.get(f"/consultations/{thread}").json["messages"]
    assert [each["read_at"] is not None for each in both] == [True, True]
    nurse.post(f"/consultations/{thread}/read", {"up_to": both[-1]["id"]})
    assert hanako.get(f"/consultations/{thread}").json["messages"][0]["read_at"] == first_read, "the first look counts"


def test_an_answer_needs_no_shared_data(town, resident, nurse):
    hanako = resident("suita")
    town.put(hanako, sbp_mmhg=118)
    thread = _open(hanako).json["id"]
    page = nurse.get(f"/care/people/{town.person(hanako)}").json
    assert (page["shared"], page["metrics"], page["name"]) == ([], [], "吹田 花子")
    assert [each["id"] for each in page["consultations"]] == [thread]
    assert (
        nurse.post(f"/consultations/{thread}/messages", {"text": "はい。", "client_id": "answer-01"}).status_code == 200
    )
    assert hanako.get("/consent/reads").json["reads"] == []


def test_a_resend_is_the_same_message_and_another_text_is_refused(town, resident, nurse):
    hanako = resident("suita")
    first, again = _open(hanako), _open(hanako)
    assert again.json["id"] == first.json["id"]
    assert _open(hanako, text="別の文").json["key"] == "base.key_reused"
    path = f"/consultations/{first.json['id']}/messages"
    sent = [hanako.post(path, {"text": "追伸", "client_id": "message-01"}).json for _ in range(3)]
    assert sent[0] == sent[1] == sent[2]
    assert hanako.post(path, {"text": "別", "client_id": "message-01"}).status_code == 422
    assert len(hanako.get(f"/consultations/{first.json['id']}").json["messages"]) == 2
    assert len(hanako.get("/consultations").json["consultations"]) == 1


def test_nobody_else_reads_or_answers(town, resident, nurse, worker):
    hanako, taro = resident("suita"), resident("suita")
    thread = _open(hanako).json["id"]
    elsewhere = worker("senboku", "counsellor", name="保健師 泉北")
    for phone in (taro, elsewhere):
        assert phone.get(f"/consultations/{thread}").status_code == 404
        said = phone.post(f"/consultations/{thread}/messages", {"text": "x", "client_id": "stranger-1"})
        assert said.status_code == 404
        assert phone.post(f"/consultations/{thread}/read", {"up_to": "zzz"}).status_code == 404
    assert elsewhere.get("/care/consultations").json["consultations"] == []
    assert taro.get("/consultations").json["consultations"] == []


def test_texts_are_sealed_at_rest(town, resident, nurse, runtime):
    hanako = resident("suita")
    thread = _open(hanako, text="ひみつのはなし").json["id"]
    nurse.get("/care/people")
    nurse.post(f"/consultations/{thread}/messages", {"text": "ひみつのこたえ", "client_id": "answer-01"})
    connection = sqlite3.connect(runtime.settings.home / "meguri.db")
    dump = "\n".join(connection.iterdump())
    connection.close()
    for plain in ("ひみつのはなし", "ひみつのこたえ", "睡眠について"):
        assert plain.encode() not in _all_bytes(runtime)
        assert plain not in dump


def _all_bytes(runtime) -> bytes:
    return b"".join(file.read_bytes() for file in runtime.settings.home.glob("meguri.db*"))


def test_words_are_needed_and_have_a_limit(town, resident, nurse):
    hanako = resident("suita")
    assert _open(hanako, text="  \n ").json["key"] == "care.empty_message"
    assert _open(hanako, text="あ" * 4001).status_code == 422
    assert _open(hanako, text="あ" * 4000).status_code == 200
    assert _open(hanako, to="counsellors-senboku", client_id="consult-02").json["key"] == "care.nobody_to_ask"
    assert _open(hanako, to="sample-univ-obstetrics", client_id="consult-03").json["key"] == "care.nobody_to_ask"


def test_who_can_be_written_to(town, resident, worker):
    from backend import care
    from backend.consent import Words

    midwife = worker("suita", "counsellor", name="助産師 見本")
    names = Words(ja="助産師 見本さん", ja_easy="{助産師|じょさんし} みほんさん", en="Midwife Mihon")
    with base.write_unit() as session:
        made = care.put_counsellor(session, site="suita", account=town.account(midwife), names=names)
    hanako = resident("suita")
    shown = hanako.get("/consultations/addressees").json["addressees"]
    assert [(each["is_team"], each["names"]["ja"]) for each in shown] == [
        (True, "吹田の保健師・助産師（相談チーム）"),
        (False, "助産師 見本さん"),
    ]
    thread = _open(hanako, to=made.id).json["id"]
    assert midwife.get(f"/consultations/{thread}").status_code == 200
    other = worker("suita", "counsellor", name="保健師 見本")
    other.get("/care/people")
    assert other.get(f"/consultations/{thread}").status_code == 404
