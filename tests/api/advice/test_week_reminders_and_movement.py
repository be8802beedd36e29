"""A resident sets reminders, gets them within the budget, plans movement, and unsafe things vanish at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import numpy as np
import pytest

from backend import base, people, record
from backend.advice.week import kept, reminding, service, settings, tables, trials

MONDAY = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)  # 10:00 in Tokyo


def give(person: str, values: dict[str, float | str], *, day: datetime | None = None) -> None:
    at = day or base.CLOCK.now() - timedelta(days=20)
    readings = [
        record.Reading(
            metric=metric, value=value, unit=record.catalogue.metric(metric).unit, start=at, is_date_only=True,
            source="見本健診機関", context="office" if metric in {"sbp_mmhg", "dbp_mmhg"} else None,
        )
        for metric, value in values.items()
    ]  # fmt: skip
    with base.write_unit() as session:
        record.add(session, person=person, readings=readings, import_id=base.new_id())


VALUES: dict[str, float | str] = {
    "sbp_mmhg": 134.0,
    "dbp_mmhg": 86.0,
    "hba1c_pct": 6.1,
    "q_walk_1h": "2",
    "q_eat_late": "1",
}
ON = {
    "reminders_a_week": 2, "quiet_from": 21, "quiet_to": 8,
    "topics": ["meal", "movement", "telemedicine", "guidance"], "learns": True,
}  # fmt: skip


@pytest.fixture
def woman(resident: Callable[..., Any]) -> Any:
    phone = resident("suita", birth="1985-05-05", sex="female")
    give(phone.get("/me").json["person"]["id"], VALUES)
    for key in ("doctor_limits_exercise", "osteoporosis", "joint_pain", "retinopathy", "insulin_or_su", "stroke",
                "coronary_disease", "heart_failure", "dialysis"):  # fmt: skip
        assert phone.http.put(f"/api/profile/{key}", json={"answer": "value", "value": "no"}).status_code == 200
    said = phone.http.put("/api/profile/pregnancy", json={"answer": "value", "value": {"status": "no"}})
    assert said.status_code == 200, said.json
    return phone


def person_of(phone: Any) -> str:
    return str(phone.get("/me").json["person"]["id"])


def test_without_a_word_there_are_no_reminders_and_nothing_is_learned(woman: Any) -> None:
    assert woman.get("/advice/settings").json == {
        "reminders_a_week": 0, "quiet_from": 21, "quiet_to": 8,
        "topics": ["telemedicine", "guidance", "meal", "movement"], "learns": False,
    }  # fmt: skip
    assert woman.get("/advice/week").json["days"][0]["reminders"] == []


def put(phone: Any, **wanted: Any) -> Any:
    return phone.http.put("/api/advice/settings", json=ON | wanted)


def test_settings_are_kept_and_impossible_ones_refused(woman: Any) -> None:
    assert put(woman).json == ON
    assert woman.get("/advice/settings").json == ON
    assert put(woman, reminders_a_week=4).status_code == 422
    assert put(woman, quiet_from=8, quiet_to=8).json["key"] == "advice.week.no_hour_left"


def week_of_reminders(person: str) -> int:
    """Live the week in steps of three hours, as the clock process does in steps of minutes."""
    sent = 0
    for hour in range(0, 7 * 24, 3):
        sent += service.remind_due(clock=base.FixedClock(MONDAY + timedelta(hours=hour)))
    return sent


@pytest.mark.feature("D11")
def test_reminders_keep_to_the_budget_the_quiet_hours_and_the_topics(woman: Any) -> None:
    person = person_of(woman)
    # 160 or more: see a doctor. That is reminded of first, whatever was learned.
    give(person, VALUES | {"sbp_mmhg": 165.0}, day=MONDAY - timedelta(days=9))
    with base.write_unit() as session:
        clock = base.FixedClock(MONDAY)
        permit = service.permit_of(session, person=person, clock=clock)
        wanted = settings.Wishes(reminders_a_week=2, learns=True)
        settings.put_wishes(session, permit=permit, wishes=wanted, clock=clock)
    assert 1 <= week_of_reminders(person) <= 2
    with base.read_session() as session:
        plan = kept.load(session, person=person, monday=date(2026, 11, 16))
    assert plan is not None
    times = [one.sent_at.astimezone(base.TOKYO) for one in plan.reminders if one.sent_at]
    assert all(8 <= at.hour < 21 for at in times)
    assert next(one.rule for one in plan.reminders) == "clinic_bp_prompt"
    assert all(0 < one.probability < 1 for one in plan.decisions)
    assert {one.rule for one in plan.decisions} <= set(plan.proposed)


def test_a_topic_that_is_off_is_not_reminded_of(woman: Any) -> None:
    put(woman, reminders_a_week=3, topics=["guidance"])
    assert all(day["reminders"] == [] for day in woman.get("/advice/week").json["days"])
    with base.read_session() as session:
        [plan] = kept.weeks(session, person=person_of(woman))
    assert plan.reminders == ()
    assert plan.decisions == ()


def test_quiet_hours_move_a_reminder_to_the_next_loud_hour() -> None:
    night = datetime(2026, 11, 16, 14, 30, tzinfo=UTC)  # 23:30 in Tokyo
    moved = settings.next_loud(settings.Wishes(), night).astimezone(base.TOKYO)
    assert (moved.day, moved.hour) == (17, 8)
    assert settings.is_quiet(settings.Wishes(), 20) is False
    assert settings.is_quiet(settings.Wishes(), 21) is True
    assert settings.is_quiet(settings.Wishes(), 7) is True
    assert settings.is_quiet(settings.Wishes(), 8) is False


def test_who_takes_the_yes_to_learning_back_is_forgotten_by_it(woman: Any) -> None:
    person = person_of(woman)
    put(woman, reminders_a_week=3)
    with base.read_session() as session:
        assert any(plan.decisions for plan in kept.weeks(session, person=person))
    put(woman, learns=False)
    with base.read_session() as session:
        assert not any(plan.decisions or plan.trial for plan in kept.weeks(session, person=person))


@pytest.mark.feature("D05")
def test_movement_grows_from_the_last_weeks_and_is_planned_anew_after_a_missed_day(woman: Any) -> None:
    plan = woman.get("/advice/movement").json
    assert plan["is_blocked"] is False
    kinds = [day["kind"] for day in plan["days"]]
    assert kinds.count("walk") == 3
    assert kinds.count("strength") >= 1
    assert plan["guide_mets_hours"] == 23
    assert all(exercise["names"]["ja_easy"] for day in plan["days"] for exercise in day["exercises"])
    today = plan["today"]
    marked = woman.http.put(f"/api/advice/movement/{today}", json={"mark": "done"})
    assert marked.status_code == 200, marked.json
    assert [day["mark"] for day in marked.json["days"] if day["day"] == today] == ["done"]
    later = (date.fromisoformat(plan["monday"]) + timedelta(days=7)).isoformat()
    assert (
        woman.http.put(f"/api/advice/movement/{later}", json={"mark": "done"}).json["key"]
        == "advice.week.not_this_week"
    )


@pytest.mark.feature("D02")
def test_the_same_resident_becomes_pregnant_and_unsafe_things_are_gone_with_the_reason(woman: Any) -> None:
    before = woman.get("/advice").json
    assert "move_walk" in [one["id"] for one in before["suggestions"]]
    put(woman, reminders_a_week=3)
    due = (base.CLOCK.now().date() + timedelta(days=120)).isoformat()
    said = woman.http.put("/api/profile/pregnancy", json={"answer": "value", "value": {"status": "yes", "due": due}})
    assert said.status_code == 200, said.json
    after = woman.get("/advice").json
    assert not {"movement", "guidance", "telemedicine"} & {one["kind"] for one in after["suggestions"]}
    assert {"pregnant_movement", "pregnant_meal"} <= {one["reason"]["key"].split(".")[-1] for one in after["masked"]}
    plan = woman.get("/advice/movement").json
    assert plan["is_blocked"] is True
    assert "pregnant_movement" in [one["id"] for one in plan["blocked"]]
    # A reminder drawn before she said it does not go out.
    person = person_of(woman)
    sent = sum(
        service.remind_due(clock=base.FixedClock(base.CLOCK.now() + timedelta(hours=hour))) for hour in range(0, 168, 3)
    )
    with base.read_session() as session:
        plans = kept.weeks(session, person=person)
    assert sent == sum(1 for plan in plans for one in plan.reminders if one.sent_at)
    assert not [one.rule for plan in plans for one in plan.reminders if one.sent_at and one.kind == "movement"]


def test_every_suggestion_names_a_value_that_stands_in_the_record(woman: Any) -> None:
    for one in woman.get("/advice").json["suggestions"]:
        reading = woman.get(f"/readings/{one['trigger']['reading']}")
        assert reading.status_code == 200
        assert one["minutes"] >= 0
        assert one["yen"] is None or one["yen"] >= 0


def test_settings_and_weeks_say_nothing_of_their_subject_at_rest(woman: Any, runtime: base.Runtime) -> None:
    put(woman, reminders_a_week=3)
    runtime.write_engine.dispose()
    stored = b"".join(path.read_bytes() for path in runtime.settings.home.glob("meguri.db*"))
    assert b"meal_salt" not in stored


def learners(count: int, *, weeks: int = 4, trial: str | None = None) -> None:
    """Residents who allowed learning, with weeks behind them."""
    rule = "meal_salt"
    for number in range(count):
        with base.write_unit() as session:
            person = people.create_person(
                session, site="suita", name=f"見本 {number}", kana="みほん", birth=date(1970, 1, 1), sex="female"
            ).id
            wishes = settings.Wishes(reminders_a_week=2, learns=True)
            sealed = base.seal(
                person, table="advice_settings", column="sealed", row=person, version=1,
                plain=msgspec.json.encode(wishes),
            )  # fmt: skip
            session.add(tables.AdviceSettingsRow(person_id=person, version=1, learns=True, next_at=None, sealed=sealed))
            for week in range(weeks):
                reminded = (number + week) % 2 == 0
                made = kept.WeekPlan(
                    monday=kept.base_monday(base.CLOCK.now()) - timedelta(days=7 * (week + 1)),
                    made_at=base.CLOCK.now(),
                    proposed=(rule,),
                    decisions=(
                        kept.Decision(
                            rule=rule, known=(1.0, 0.0, 0.0, 0.0, 1.0), strength=1.0, benefit=0.7, reminded=reminded,
                            probability=0.5,
                        ),
                    ),
                    hour=8 if number % 2 else 18,
                    trial=trial,
                    said={rule: "done"} if reminded else {},
                )  # fmt: skip
                kept.save(session, person=person, plan=made)


class TestStaff:
    @pytest.mark.parametrize(("count", "is_shown"), [(9, False), (12, True)])
    def test_figures_of_ten_people_and_more_with_intervals(
        self, worker: Callable[..., Any], count: int, is_shown: bool
    ) -> None:
        desk = worker("suita", "staff")
        learners(count)
        assert service.learn_now() == count
        shown = desk.get("/advice/staff/learning").json
        assert (shown["people"] is not None) is is_shown
        by_name = {(one["name"], one["method"]): one for one in shown["figures"]}
        if is_shown:
            # Done whenever reminded and never otherwise: the truth is 1 and 0.
            assert by_name["always", "ips"]["value"] == pytest.approx(1, abs=0.01)
            assert by_name["never", "doubly_robust"]["value"] == pytest.approx(0, abs=0.01)
            assert by_name["as_it_was", "ips"]["people"] == count
        else:
            assert by_name == {}

    def test_what_was_learned_raises_the_chance_of_what_helps(self, runtime: base.Runtime) -> None:
        learners(40, weeks=8)
        service.learn_now()
        with base.read_session() as session:
            pooled = service.pooled(session)
        assert pooled is not None
        known = np.array([1.0, 0.0, 0.0, 0.0, 1.0])
        place = pooled.actions.index("meal_salt")
        learned = np.array(pooled.mean[place])[5:] @ known
        before = reminding.believed(None, []).mean[place][5:] @ known
        assert learned > before + 0.2

    @pytest.mark.feature("D13")
    def test_a_comparison_is_written_down_first_and_drawn_by_chance(self, worker: Callable[..., Any]) -> None:
        desk = worker("suita", "staff")
        start = base.CLOCK.now().astimezone(base.TOKYO).date() + timedelta(days=1)
        wanted = {
            "name": "朝か夕方か", "hours": [8, 18], "metric": "accepted_or_done_in_week", "planned_people": 40,
            "starts_on": start.isoformat(), "ends_on": (start + timedelta(days=27)).isoformat(),
        }  # fmt: skip
        made = desk.post("/advice/staff/trials", wanted)
        assert made.status_code == 200, made.json
        assert desk.post("/advice/staff/trials", wanted).json["key"] == "advice.week.trial_overlaps"
        early = wanted | {"starts_on": (start - timedelta(days=1)).isoformat()}
        assert desk.post("/advice/staff/trials", early).json["key"] == "advice.week.trial_not_plain"
        shown = desk.get("/advice/staff/learning").json
        assert [one["name"] for one in shown["trials"]] == ["朝か夕方か"]
        assert shown["trials"][0]["figures"] is None
        assert (shown["people"], shown["figures"]) == (None, [])
        arms = []
        with base.read_session() as session:
            for _ in range(200):
                found = trials.arm_of(session, site="suita", person=base.new_id(), monday=start + timedelta(days=7))
                assert found is not None
                arms.append(found[1])
        assert 60 < arms.count(8) < 140
