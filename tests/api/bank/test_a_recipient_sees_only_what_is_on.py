"""The recipient's side: own pseudonyms, no hidden rows in lists and counts, names only in the named lane."""

from __future__ import annotations

from datetime import timedelta

from backend import base, consent, record
from backend.record import Reading

LAB, CITY, SHOP = "sample-univ-obstetrics", "sample-city-suita", "sample-kitchen-suita"


def test_lists_and_counts_hold_only_who_shares_now(town, resident, lab):
    phones = [resident("suita") for _ in range(4)]
    for phone in phones[:3]:
        town.put(phone, sbp_mmhg=118)
        town.switch(phone, LAB, "P-RESEARCH", "C-VITAL", True)
    town.switch(phones[0], LAB, "P-RESEARCH", "C-VITAL", False)
    town.pause(phones[1], True)
    listed = town.readable(lab, LAB)
    assert len(listed) == 1
    assert set(listed[0]) == {"pseudonym", "categories"}
    mine = lab.get("/bank/provisions").json["recipients"]
    assert [each["recipient"] for each in mine] == [LAB]
    assert not any("people" in each or "total" in each for each in mine)


def test_two_recipients_cannot_join_their_pseudonyms(town, resident, worker, lab):
    hanako = resident("suita")
    desk = worker("suita", "data_user", name="市 花子")
    town.join(desk, CITY)
    town.switch(hanako, LAB, "P-RESEARCH", "C-VITAL", True)
    town.switch(hanako, CITY, "P-PUBHEALTH", "C-VITAL", True)
    (one,), (other,) = town.readable(lab, LAB), town.readable(desk, CITY)
    assert one["pseudonym"] != other["pseudonym"]
    assert lab.get(f"/bank/provisions/{LAB}/people/{other['pseudonym']}").status_code == 403
    assert lab.get(f"/bank/provisions/{CITY}/people/{other['pseudonym']}").status_code == 403
    assert town.person(hanako) not in one["pseudonym"]
    town.switch(hanako, LAB, "P-RESEARCH", "C-VITAL", False)
    town.switch(hanako, LAB, "P-RESEARCH", "C-VITAL", True)
    assert town.readable(lab, LAB)[0]["pseudonym"] == one["pseudonym"]


def test_the_name_goes_only_to_a_named_recipient_and_only_while_it_is_on(town, resident, worker, lab):
    hanako = resident("suita")
    town.put(hanako, sbp_mmhg=118)
    kitchen = worker("suita", "provider", name="食堂 次郎")
    town.join(kitchen, SHOP)
    town.switch(hanako, SHOP, "P-ADVICE", "C-VITAL", True)
    path = f"/bank/provisions/{SHOP}/people/{town.readable(kitchen, SHOP)[0]['pseudonym']}"
    assert kitchen.get(path).json["identity"] is None
    town.switch(hanako, SHOP, "P-ADVICE", "C-ID", True)
    assert kitchen.get(path).json["identity"]["name"] == "吹田 花子"
    town.switch(hanako, SHOP, "P-ADVICE", "C-ID", False)
    assert kitchen.get(path).json["identity"] is None
    assert town.switch(hanako, LAB, "P-RESEARCH", "C-ID", True).json["key"] == "consent.not_offered"


def test_values_leave_without_source_place_or_our_ids_and_free_text_stays(town, resident, lab):
    hanako = resident("suita")
    at = base.CLOCK.now() - timedelta(hours=1)
    text = next(each for each in record.catalogue.all_metrics().values() if each.value == "text")
    readings = [
        Reading(metric="sbp_mmhg", value=118.0, unit="mm[Hg]", start=at, source="見本の機器", place="line 3"),
        Reading(metric=text.code, value="医師 見本 一郎", unit=text.unit, start=at, source="健診", place="line 4"),
    ]
    with base.write_unit() as session:
        added = record.add(session, person=town.person(hanako), readings=readings, import_id=base.new_id())
        assert added.new == 2, added
    town.switch(hanako, LAB, "P-RESEARCH", "C-VITAL", True)
    assert town.switch(hanako, LAB, "P-RESEARCH", "C-CHECKUP", True).status_code == 200
    (only,) = town.readable(lab, LAB)
    answer = lab.get(f"/bank/provisions/{LAB}/people/{only['pseudonym']}")
    (given,) = answer.json["values"]
    assert set(given) == {"metric", "category", "day", "value", "unit", "state"}
    assert "見本" not in answer.get_data(as_text=True).replace("見本大学", "")
    assert town.person(hanako) not in answer.get_data(as_text=True)


def test_a_data_user_without_a_recipient_reads_nothing(town, resident, worker):
    hanako = resident("suita")
    town.switch(hanako, LAB, "P-RESEARCH", "C-VITAL", True)
    stranger = worker("suita", "data_user", name="よその人")
    assert stranger.get("/bank/provisions").json["recipients"] == []
    assert stranger.get(f"/bank/provisions/{LAB}/people").status_code == 403


def test_a_member_at_another_place_reads_nothing(town, resident, worker):
    hanako = resident("suita")
    town.switch(hanako, LAB, "P-RESEARCH", "C-VITAL", True)
    elsewhere = worker("senboku", "data_user", name="よその人")
    town.join(elsewhere, LAB)
    assert elsewhere.get(f"/bank/provisions/{LAB}/people").status_code == 403


def test_a_closed_recipient_reads_nothing_and_can_still_be_switched_off(town, resident, lab):
    hanako = resident("suita")
    town.put(hanako, sbp_mmhg=118)
    town.switch(hanako, LAB, "P-RESEARCH", "C-VITAL", True)
    path = f"/bank/provisions/{LAB}/people/{town.readable(lab, LAB)[0]['pseudonym']}"
    assert lab.get(path).status_code == 200
    with base.write_unit() as session:
        open_one = consent.recipient_of(session, recipient=LAB)
        closed = consent.Recipient(
            id=open_one.id,
            site=open_one.site,
            kind=open_one.kind,
            names=open_one.names,
            is_open=False,
            terms=open_one.terms,
        )
        consent.register_recipient(session, recipient=closed)
    assert lab.get(path).status_code == 403
    assert town.readable(lab, LAB) == []
    assert town.switch(hanako, LAB, "P-RESEARCH", "C-VITAL", True).json["key"] == "consent.recipient_gone"
    assert town.switch(hanako, LAB, "P-RESEARCH", "C-VITAL", False).status_code == 200
