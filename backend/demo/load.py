"""Loads the demo site through the doors that everybody uses: sign-up, files, entries, switches, consultations."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from io import BytesIO
from random import Random
from time import sleep

import msgspec

from backend import bank, base, care, consent, governance, link, people, record
from backend.consent import Category, Purpose, Words
from backend.demo import apple_file, checkup_file, fhir_file
from backend.demo.board import put_board
from backend.demo.body import checkup
from backend.demo.people import Resident, residents
from backend.demo.providers import put_providers
from backend.people import Actor, Role

SITES = ("suita", "senboku")
Told = Callable[[int, int], None]


def _words(ja: str, ja_easy: str, en: str) -> Words:
    return Words(ja=ja, ja_easy=ja_easy, en=en)


_COUNSELLORS = (
    ("suita", _words("保健師 見本 みどり", "{保健師|ほけんし} みほん みどり", "Nurse Mihon Midori")),
    ("suita", _words("助産師 見本 あおい", "{助産師|じょさんし} みほん あおい", "Midwife Mihon Aoi")),
    ("senboku", _words("保健師 見本 そら", "{保健師|ほけんし} みほん そら", "Nurse Mihon Sora")),
)
_STAFF = (("suita", "事務局 見本 吹田"), ("senboku", "事務局 見本 泉北"))
_INVITES = 40
_SHARED = (Category.VITAL, Category.CHECKUP, Category.LAB, Category.ACT)
_QUESTIONS = (
    ("朝の血圧について", "このごろ朝の血圧が130をこえる日が続いています。受診したほうがよいでしょうか。"),
    ("妊娠中の体重について", "8か月に入りました。体重のふえ方が気になっています。電話で相談できますか。"),
    ("健診の結果について", "健診の結果が届きました。見方を教えてください。"),
    ("運動について", "ひざに負担の少ない運動を知りたいです。"),
)


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """One way into the demo: whose, and the account to make a sign-in link for."""

    key: str
    site: str
    account: str


def load(*, tell: Told, clock: base.Clock = base.CLOCK) -> bool:
    """Load whatever of the demo is missing; returns False where all of it was there already."""
    today = clock.now().astimezone(base.TOKYO).date()
    with base.read_session() as session:
        held = {one.id: one for site in SITES for one in people.persons(session, site=site, is_demo=True)}
    everybody = residents(today)
    if _is_loaded() and len(held) >= len(everybody):
        return False
    with base.write_unit() as session:
        for site in SITES:
            governance.put_in_force(session, site=site, clock=clock)
            care.put_team(session, site=site)
            bank.put_recipients(session, site=site)
        put_providers(session, clock=clock)
        workers = _workers(session, clock)
    for number, resident in enumerate(everybody):
        tell(number, len(everybody))
        if resident.person in held:
            # Loaded on an earlier day: birthdays stay as they were then, ages are one of the things shown.
            resident = msgspec.structs.replace(resident, birth=held[resident.person].birth)
        _resident(resident, number, workers, today, clock)
    with base.write_unit() as session:
        for site in SITES:
            put_board(session, site=site, clock=clock)
    tell(len(everybody), len(everybody))
    _mark_loaded()
    return True


def ways_in() -> tuple[Way, ...]:
    """Return the accounts that the demo shows doors for: two residents, the desks of both sites."""
    wanted = [("resident_rich", "demo-01"), ("resident_pregnant", "demo-02")]
    by_ref = {one.ref: one for one in residents(base.CLOCK.now().astimezone(base.TOKYO).date())}
    found = []
    with base.read_session() as session:
        for key, ref in wanted:
            account = people.account_of(session, person=by_ref[ref].person)
            if account is not None:
                found.append(Way(key=key, site=account.site, account=account.id))
        for role in (Role.COUNSELLOR, Role.STAFF, Role.PROVIDER, Role.DATA_USER, Role.AUDITOR):
            for site in SITES:
                for account in people.accounts_with_role(session, site=site, role=role):
                    if account.is_demo:
                        found.append(Way(key=role.value, site=site, account=account.id))
                        break
        for site in SITES:
            # All reviewers: whoever of them a case was given to, somebody can go on with it.
            for account in people.accounts_with_role(session, site=site, role=Role.REVIEWER):
                if account.is_demo:
                    found.append(Way(key=Role.REVIEWER.value, site=site, account=account.id))
    return tuple(found)


def _marker_text() -> str:
    return base.runtime().settings.database


def _is_loaded() -> bool:
    marker = base.runtime().settings.home / "demo.loaded"
    return marker.exists() and marker.read_text("utf-8") == _marker_text()


def _mark_loaded() -> None:
    (base.runtime().settings.home / "demo.loaded").write_text(_marker_text(), "utf-8")


def _workers(session: base.Session, clock: base.Clock) -> dict[str, Actor]:
    """Make staff and counsellors where they are missing; returns the first counsellor of each site."""
    first: dict[str, Actor] = {}
    for role, wanted in (
        (Role.COUNSELLOR, [(site, words.ja) for site, words in _COUNSELLORS]),
        (Role.STAFF, list(_STAFF)),
    ):
        names = {words.ja: words for _, words in _COUNSELLORS}
        for site, name in wanted:
            there = people.accounts_with_role(session, site=site, role=role)
            account = next((one for one in there if one.display_name == name), None)
            if account is None:
                account = people.create_account(
                    session, site=site, roles=frozenset({role}), display_name=name, is_demo=True, clock=clock
                )
            if role is Role.COUNSELLOR:
                care.put_counsellor(session, site=site, account=account.id, names=names[name], is_synthetic=True)
                first.setdefault(site, _actor(account, clock))
    return first


def _actor(account: people.AccountFacts, clock: base.Clock) -> Actor:
    return Actor(
        account=account.id,
        person=account.person,
        roles=account.roles,
        site=account.site,
        session="demo",
        stepped_up_at=clock.now(),
    )


def _resident(resident: Resident, number: int, workers: dict[str, Actor], today: date, clock: base.Clock) -> None:
    with base.write_unit() as session:
        account = people.account_of(session, person=resident.person)
        if account is None:
            account = _join(session, resident, clock)
        if resident.tells_profile:
            _profile(session, resident, today, clock)
        if resident.has_cuff and not resident.has_watch:
            _entries(session, resident, today, clock)
    for name, content in _files(resident, today):
        _import(resident.person, name, content)
    if resident.shares_with_counsellor:
        with base.write_unit() as session:
            _share(session, resident, number, _actor(account, clock), workers[resident.site], clock)


def open_code(session: base.Session, *, site: str, clock: base.Clock = base.CLOCK) -> str:
    """An unused invite code of the demo's own batch at a site; makes the batch where none is left."""
    label = base.say("demo.invite_label", "ja")
    made = [one for one in people.batches(session, site=site, clock=clock) if one.label == label]
    codes = [one.code for batch in made for one in batch.invites if one.state == "open"]
    if codes:
        return codes[0]
    until = clock.now() + timedelta(days=365)
    batch = people.make_batch(session, site=site, label=label, count=_INVITES, expires_at=until, clock=clock)
    return batch.invites[0].code


def _join(session: base.Session, resident: Resident, clock: base.Clock) -> people.AccountFacts:
    # Invited like everybody, so that the funnel of the demo adds up.
    people.use_invite(session, code=open_code(session, site=resident.site, clock=clock), clock=clock)
    people.create_person(
        session,
        site=resident.site,
        name=resident.name,
        kana=resident.kana,
        birth=resident.birth,
        sex=resident.sex,
        is_demo=True,
        person=resident.person,
        clock=clock,
    )
    account = people.create_account(
        session,
        site=resident.site,
        roles=frozenset({Role.RESIDENT}),
        person=resident.person,
        settings=people.AccountSettings(large_type=_is_old(resident, clock)),
        is_demo=True,
        clock=clock,
    )
    people.mark_step(session, person=resident.person, step="signed_up", clock=clock)
    return account


def _is_old(resident: Resident, clock: base.Clock) -> bool:
    return resident.age(clock.now().astimezone(base.TOKYO).date()) >= 75


def _profile(session: base.Session, resident: Resident, today: date, clock: base.Clock) -> None:
    said: dict[str, object] = {
        "area": resident.municipality,
        "diabetes": "yes" if resident.takes_glucose_drug else "no",
        "hypertension": "yes" if resident.takes_bp_drug else "no",
        "coronary_disease": "no",
        "stroke": "no",
        "ckd": "no",
        "allergies": [],
    }
    if resident.is_main:
        unasked = ("pad", "heart_failure", "dialysis", "familial_hypercholesterolaemia", "dyslipidaemia", "retinopathy")
        said |= dict.fromkeys(unasked, "no")
        said |= dict.fromkeys(("osteoporosis", "joint_pain", "doctor_limits_exercise", "doctor_limits_diet"), "no")
        said |= {"insulin_or_su": "no", "warfarin": "no", "activity": "low", "medicines": []}
    if resident.sex == "female" and resident.age(today) < 55:
        due = (today + timedelta(days=70)).isoformat() if resident.is_pregnant else None
        said["pregnancy"] = {"status": "yes" if resident.is_pregnant else "no", "due": due}
    for key, value in said.items():
        record.answer(session, person=resident.person, key=key, answer=record.Answer.VALUE, value=value, clock=clock)


def _entries(session: base.Session, resident: Resident, today: date, clock: base.Clock) -> None:
    values = checkup(resident, today)
    random = Random(resident.seed * 19)  # noqa: S311
    for back in range(1, 29):
        on = today - timedelta(days=back)
        if random.random() < 0.3:
            continue
        record.enter(
            session,
            person=resident.person,
            entry=record.Entry(
                client_id=f"demo-bp-{on:%Y%m%d}",
                kind="blood_pressure",
                at=datetime.combine(on, time(6, 45 + random.randint(0, 14)), base.TOKYO),
                sbp=round(float(values["sbp_mmhg"]) + random.gauss(0, 5)),
                dbp=round(float(values["dbp_mmhg"]) + random.gauss(0, 3)),
                is_confirmed=True,
            ),
            clock=clock,
        )


def _files(resident: Resident, today: date) -> Iterator[tuple[str, bytes]]:
    random = Random(resident.seed * 23)  # noqa: S311
    days = [today - timedelta(days=365 * back + 120 + random.randint(0, 60)) for back in range(resident.years)]
    if days:
        exams = [
            checkup_file.exam(resident, on, checkup(resident, on, is_newest=on == days[0])) for on in reversed(days)
        ]
        yield "見本_健診結果.zip", checkup_file.archive(exams)
    if resident.has_watch:
        many = 365 if resident.is_main else 90
        yield "見本_ヘルスケア.zip", apple_file.archive(resident, until=today, days=many)
    if resident.has_fhir or resident.takes_glucose_drug:
        yield "見本_病院.json", fhir_file.bundle(resident, today - timedelta(days=45 + random.randint(0, 30)))


def _import(person: str, name: str, content: bytes) -> None:
    upload = link.send(person=person, stream=BytesIO(content), file_name=name, size=len(content))
    while upload.state is link.UploadState.READING:
        _work()
        upload = link.upload_state(person=person, upload=upload.id)
    if upload.preview is None or upload.preview.question is not None:
        raise RuntimeError(f"the demo file {name} was not taken: {upload.refusal}")
    if upload.preview.already_imported_at is not None:
        link.drop(person=person, upload=upload.id)
        return
    running = link.confirm(person=person, upload=upload.id, answers={})
    while running.state is link.ImportState.RUNNING:
        _work()
        running = link.import_state(person=person, import_id=running.id)


def _work() -> None:
    # A worker may be running beside us and take the job: then there is nothing to do but wait.
    if base.run_due_jobs(limit=1) == 0:
        sleep(0.05)


def _share(
    session: base.Session, resident: Resident, number: int, actor: Actor, counsellor: Actor, clock: base.Clock
) -> None:
    team = care.team_of(resident.site)
    categories = (*_SHARED, Category.MCH) if resident.is_pregnant and resident.site == "suita" else _SHARED
    for category in categories:
        consent.set_switch(
            session,
            actor=actor,
            recipient=team,
            purpose=Purpose.CARE,
            category=category,
            on=True,
            client_id=f"demo-{resident.person}-{category}",
            clock=clock,
        )
    if not resident.is_main and number % 3:
        return
    subject, text = _QUESTIONS[number % len(_QUESTIONS)]
    opened = care.open_consultation(
        session, actor=actor, subject=subject, text=text, client_id=f"demo-{resident.person}-ask", clock=clock
    )
    if number % 2:
        care.add_message(
            session,
            actor=counsellor,
            consultation=opened.id,
            text="ご相談ありがとうございます。次の健診の日まで、朝の値を週に3回記録してみませんか。",
            client_id=f"demo-{resident.person}-answer",
            clock=clock,
        )
