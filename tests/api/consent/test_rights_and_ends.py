"""The questions before entrusting, the list of sensitive items, the Next-Generation Act, FHIR, and erasing a person."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from backend import bank, base, care, consent
from backend.base import journal
from backend.base.ledger_verify import verify
from backend.cli import main

LAB, RESEARCH, VITAL = "sample-univ-obstetrics", "P-RESEARCH", "C-VITAL"
TEAM = "counsellors-suita"


def problems():
    with base.read_session() as session:
        return verify(session, checks=(consent.differences_from_ledger, bank.differences_from_ledger)).problems


@pytest.mark.feature("E16")
def test_three_questions_come_before_the_first_entrustment(town, resident):
    hanako = resident("suita", knows_rules=False)
    refused = town.switch(hanako, LAB, RESEARCH, VITAL, True)
    assert (refused.status_code, refused.json["key"]) == (403, "consent.check_needed")
    asked = hanako.get("/consent/check").json
    assert (asked["is_passed"], len(asked["questions"])) == (False, 3)
    wrong = hanako.post("/consent/check", {"answers": {"stop": "b", "refuse": "b", "results": "a"}}).json
    assert wrong == {"is_passed": False, "wrong": ["stop", "results"]}
    right = hanako.post("/consent/check", {"answers": {"stop": "a", "refuse": "b", "results": "b"}}).json
    assert right == {"is_passed": True, "wrong": []}
    assert town.switch(hanako, LAB, RESEARCH, VITAL, True).status_code == 200


def test_no_question_before_a_counsellor_or_before_switching_off(town, resident):
    hanako = resident("suita", knows_rules=False)
    assert town.switch(hanako, TEAM, "P-CARE", VITAL, True).status_code == 200
    assert town.switch(hanako, LAB, RESEARCH, VITAL, False).status_code == 200
    assert town.pause(hanako, True).status_code == 200


def test_a_pregnancy_study_is_not_shown_to_men(town, resident):
    man = resident("suita", sex="male", name="見本 太郎", kana="みほん たろう")
    shown = {each["recipient"] for each in man.get("/consent").json["bank"]}
    assert LAB not in shown
    assert "sample-city-suita" in shown
    refused = town.switch(man, LAB, RESEARCH, VITAL, True)
    assert (refused.status_code, refused.json["key"]) == (422, "consent.not_offered")


def test_sensitive_kinds_stay_closed_until_the_list_is_loaded(town, resident, runtime, tmp_path, capsys):
    from backend.consent import Concerns

    assert Concerns(sexes=("female",)).holds(age_years=30, sex="female")
    hanako = resident("suita")
    with base.write_unit() as session:
        held = consent.recipient_of(session, recipient="sample-kitchen-suita")
        asks = (*held.terms[0].categories, consent.Category.DX)
        terms = consent.Terms(**{**_fields(held.terms[0]), "categories": asks})
        consent.register_recipient(session, recipient=consent.Recipient(**{**_fields(held), "terms": (terms,)}))
    refused = town.switch(hanako, "sample-kitchen-suita", "P-ADVICE", "C-DX", True)
    assert (refused.status_code, refused.json["key"]) == (422, "consent.sensitive_closed")
    card = town.card(hanako, "sample-kitchen-suita")
    assert next(each for each in card["categories"] if each["category"] == "C-DX")["why_not"] == "sensitive_closed"

    bad = tmp_path / "bad.json"
    bad.write_text('{"source": "", "items": {}}', "utf-8")
    assert main(["bank", "sensitive", str(bad)]) == 1
    good = tmp_path / "good.json"
    good.write_text(json.dumps({"source": "見本の一覧", "items": {"C-DX": ["diagnosis"]}}), "utf-8")
    assert main(["bank", "sensitive", str(good)]) == 0
    assert town.switch(hanako, "sample-kitchen-suita", "P-ADVICE", "C-DX", True).status_code == 200
    assert consent.may_be_held(consent.Category.DX, "diagnosis")
    assert not consent.may_be_held(consent.Category.DX, "something-else")


def _fields(value):
    import msgspec

    return msgspec.structs.asdict(value)


def test_the_next_generation_act_waits_after_the_notice_and_stops_without_a_passkey(town, resident, client):
    hanako = resident("suita")
    person = town.person(hanako)
    assert hanako.get("/consent/nextgen").json["noticed_at"] is None

    def usable(days):
        clock = base.FixedClock(base.CLOCK.now() + timedelta(days=days))
        with base.read_session() as session:
            return person in consent.nextgen_usable(session, clock=clock)

    assert not usable(400), "never without a notice"
    assert hanako.post("/consent/nextgen/seen").status_code == 200
    assert not usable(29)
    assert usable(31)
    body = {"stop": True, "client_id": "nextgen-01"}
    stopped = hanako.http.put("/api/consent/nextgen", json=body)
    assert stopped.status_code == 200
    assert not usable(31)
    assert hanako.get("/consent/history").json["changes"][0]["kind"] == "nextgen"
    assert hanako.get("/consent/nextgen").json["stopped_at"] is not None
    assert problems() == ()


@pytest.mark.feature("K02")
def test_consents_reads_and_changes_leave_as_valid_fhir(town, resident, lab):
    from fhir.resources.R4B.bundle import Bundle

    hanako = resident("suita")
    town.put(hanako, sbp_mmhg=118)
    town.switch(hanako, LAB, RESEARCH, VITAL, True)
    path = f"/bank/provisions/{LAB}/people/{town.readable(lab, LAB)[0]['pseudonym']}"
    assert lab.get(path).status_code == 200
    town.pause(hanako, True)
    assert lab.get(path).status_code == 403
    answer = hanako.get("/consent/fhir")
    assert answer.status_code == 200
    Bundle.model_validate_json(answer.get_data(as_text=True))
    found = [each["resource"] for each in json.loads(answer.get_data(as_text=True))["entry"]]
    kinds = [each["resourceType"] for each in found]
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {
        "Patient": 1,
        "Consent": 1,
        "Provenance": 2,
        "AuditEvent": 2,
    }
    given = next(each for each in found if each["resourceType"] == "Consent")["provision"]
    assert given["purpose"][0]["code"] == "HRESCH"
    assert given["class"][0]["code"] == VITAL
    assert {each["outcome"] for each in found if each["resourceType"] == "AuditEvent"} == {"0", "4"}


def test_erasing_needs_the_passkey_and_the_word(town, resident):
    hanako = resident("suita")
    assert hanako.post("/me/erase", {"confirm": "yes"}).status_code == 422
    hanako.forget_step_up() if hasattr(hanako, "forget_step_up") else None
    with base.write_unit() as session:
        session.connection().exec_driver_sql("UPDATE people_session SET stepped_up_at = NULL")
    refused = hanako.post("/me/erase", {"confirm": "erase"})
    assert (refused.status_code, refused.json["key"]) == (403, "base.step_up_needed")


def test_an_erased_person_is_gone_everywhere_and_the_ledger_stays_sound(town, resident, worker, lab):
    hanako, taro = resident("suita"), resident("suita")
    midwife = worker("suita", "counsellor", name="保健師 見本")
    for phone in (hanako, taro):
        town.put(phone, sbp_mmhg=118)
        town.switch(phone, TEAM, "P-CARE", VITAL, True)
        town.switch(phone, LAB, RESEARCH, VITAL, True)
        consultation = {"subject": "血圧", "text": "上が高いです", "client_id": base.new_id()}
        assert phone.post("/consultations", consultation).status_code in {200, 201}
    person = town.person(hanako)
    assert len(midwife.get("/care/people").json["people"]) == 2
    pseudonym = town.readable(lab, LAB)[0]["pseudonym"]
    for each in town.readable(lab, LAB):
        lab.get(f"/bank/provisions/{LAB}/people/{each['pseudonym']}")

    erased = hanako.post("/me/erase", {"confirm": "erase"})
    assert erased.status_code == 200, erased.json
    assert erased.json["receipt"].count(".") == 2
    assert hanako.get("/me").status_code == 401
    assert len(midwife.get("/care/people").json["people"]) == 1
    assert len(midwife.get("/care/consultations").json["consultations"]) == 1
    assert len(town.readable(lab, LAB)) == 1
    orders = lab.get(f"/bank/orders?recipient={LAB}").json["erasures"]
    assert [(each["why"], each["state"]) for each in orders] == [("erased", "waiting")]
    assert lab.get(f"/bank/provisions/{LAB}/people/{orders[0]['pseudonym']}").status_code == 403
    assert problems() == ()
    with base.read_unit() as connection:
        for table in ("record_point", "consent_read", "consent_grant", "care_message", "people_person"):
            column = {"people_person": "id", "record_point": "person_id"}.get(table, "person")
            count = connection.exec_driver_sql(f"SELECT count(*) FROM {table} WHERE {column} = ?", (person,))
            assert count.scalar_one() == 0, table
    with pytest.raises(base.SealBroken):
        base.seal(person, table="t", column="c", row="r", version=1, plain=b"x")
    assert pseudonym
    assert care.team_of("suita") == TEAM


def test_the_files_of_an_erased_person_are_off_the_disk(resident, runtime):
    hanako, taro = resident("suita"), resident("suita")
    held = []
    for phone in (hanako, taro):
        sent = phone.http.post(
            "/api/link/uploads", data=b"PK\x03\x04" + bytes(5000), headers={"X-Filename": "export.zip"}
        )
        assert sent.status_code == 201, sent.json
        with base.read_unit() as connection:
            query = "SELECT file_id FROM link_upload WHERE id = ?"
            held.append(connection.exec_driver_sql(query, (sent.json["id"],)).scalar_one())
    assert all(list(runtime.settings.home.rglob(f"{each}*")) for each in held)
    assert hanako.post("/me/erase", {"confirm": "erase"}).status_code == 200
    assert list(runtime.settings.home.rglob(f"{held[0]}*")) == []
    assert list(runtime.settings.home.rglob(f"{held[1]}*")), "the files of others stay"


def test_a_restored_backup_does_again_what_was_withdrawn_and_erased(town, resident, lab, runtime):
    hanako, taro = resident("suita"), resident("suita")
    for phone in (hanako, taro):
        town.put(phone, sbp_mmhg=118)
        town.switch(phone, LAB, RESEARCH, VITAL, True)
    with base.write_unit() as session:  # any change of this kind, so that the backup knows a position
        journal.note(session, kind="test", body={})
    backup = _copy(runtime)
    taken = town.person(taro)
    town.switch(hanako, LAB, RESEARCH, VITAL, False)
    assert taro.post("/me/erase", {"confirm": "erase"}).status_code == 200
    _restore(runtime, backup)
    assert len(hanako.get("/consent").json["bank"]) > 0
    assert town.is_on(hanako, LAB, VITAL), "the backup is older than the withdrawal"
    assert journal.replay() >= 2
    assert not town.is_on(hanako, LAB, VITAL)
    assert town.readable(lab, LAB) == []
    with base.read_unit() as connection:
        left = connection.exec_driver_sql("SELECT count(*) FROM people_person WHERE id = ?", (taken,))
        assert left.scalar_one() == 0
    assert problems() == ()
    assert journal.replay() == 0


def _copy(runtime):
    import sqlite3

    held = sqlite3.connect(runtime.settings.home / "meguri.db")
    kept = sqlite3.connect(":memory:")
    held.backup(kept)
    held.close()
    return kept


def _restore(runtime, kept):
    import sqlite3

    runtime.close()
    target = sqlite3.connect(runtime.settings.home / "meguri.db")
    kept.backup(target)
    target.close()
