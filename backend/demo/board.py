"""The demo's review board: an invented university with one use in force and one case in the middle of its review."""

from __future__ import annotations

from datetime import timedelta

from backend import bank, base, consent, governance, people
from backend.consent import Identifiability, Purpose, RecipientKind, Words
from backend.governance import Conditions, Decision, Finding, Form, Judgement, LegalBasis, Mark
from backend.people import AccountFacts, Actor, Role

_UNIVERSITIES = {
    "suita": Words(ja="見本大学 公衆衛生学教室", ja_easy="{見本|みほん}{大学|だいがく}", en="Sample University"),
    "senboku": Words(ja="見本大学 まちづくり研究室", ja_easy="{見本|みほん}{大学|だいがく}", en="Sample University"),
}
_PEOPLE = (
    (Role.REVIEWER, ("審査員 見本 いちか", "審査員 見本 じろう", "審査員 見本 みつき")),
    (Role.AUDITOR, ("監査 見本 しおり",)),
)
_SHARERS = 24
_CHECK = (("stop", "a"), ("refuse", "b"), ("results", "b"))
"""The right answers to the three questions before a first entrustment."""
_REASONS = {
    "purpose": ("地域の健診計画に資する。公益性が認められる。", "町の健診をよくするために使います。"),
    "basis": ("本人同意（撤回可能）に基づく。", "スイッチを入れた人のデータだけを使います。"),
    "minimal": ("目的に照らして項目は必要最小限である。", "いらない項目は使いません。"),
    "privacy": ("集計のみで、少数のセルは秘匿される。", "だれのことかは分からないようにします。"),
    "fairness": ("特定の集団に不利益を生じるおそれは小さい。", "だれかが損をすることはありません。"),
    "return": ("結果は台帳で公表される。端末管理は適切である。", "分かったことは、みなさんにお知らせします。"),
}


def put_board(session: base.Session, *, site: str, clock: base.Clock = base.CLOCK) -> None:
    """Make a site's university, reviewers and auditor with their cases; twice is once."""
    if any(each.is_synthetic for each in governance.organisations(session, site=site)):
        return
    for role, names in _PEOPLE:
        for name in names:
            people.create_account(
                session, site=site, roles=frozenset({role}), display_name=name, is_demo=True, clock=clock
            )
    staff = _actor(people.accounts_with_role(session, site=site, role=Role.STAFF)[0], clock)
    made = governance.register_organisation(
        session,
        site=site,
        kind=RecipientKind.RESEARCH,
        names=_UNIVERSITIES[site],
        contact="研究支援課（見本）",
        security="ISMS（見本）",
        is_synthetic=True,
        clock=clock,
    )
    _, account = governance.approve_organisation(session, actor=staff, organisation=made.id, clock=clock)
    user = _actor(people.account(session, account=account), clock)
    agreed = _file(session, user, _counting(clock), clock)
    for reviewer in _asked(session, site, agreed, clock):
        _review(session, reviewer, agreed, clock)
    _share(session, site, agreed, clock)
    _ask_residents(session, site, user, clock)
    waiting = _file(session, user, _study(clock), clock)
    # One of two has decided: the other one's desk has something to do.
    _review(session, _asked(session, site, waiting, clock)[0], waiting, clock)


def _actor(account: AccountFacts, clock: base.Clock) -> Actor:
    return Actor(
        account=account.id,
        person=account.person,
        roles=account.roles,
        site=account.site,
        session="demo",
        stepped_up_at=clock.now(),
    )


def _counting(clock: base.Clock) -> Form:
    return Form(
        title="血圧と体格の町の集計",
        title_easy="{町|まち}の{血圧|けつあつ}の{数|かず}",
        title_en="Blood pressure and weight in town",
        purpose=Purpose.STATS,
        legal_basis=LegalBasis.CONSENT,
        columns=("sbp_mmhg", "dbp_mmhg", "bmi", "age_band", "sex"),
        identifiability=Identifiability.ANONYMOUS,
        retention_end=(clock.now() + timedelta(days=700)).astimezone(base.TOKYO).date(),
        recipient="見本大学の研究者3人",
        benefit="血圧の高い人が多い年代が分かり、健診の案内に役立ちます。",
        benefit_easy="{健診|けんしん}のお{知|し}らせに{役|やく}だてます。",
        benefit_en="Shows which ages have high blood pressure, to plan check-up invitations.",
        plan="性別・年代別に血圧とBMIの平均を集計する（見本の計画）。",
        safeguards="集計結果だけを扱う。端末は学内に限る。",
    )


def _study(clock: base.Clock) -> Form:
    return Form(
        title="歩数と血圧の関係の研究",
        title_easy="{歩|ある}くことと{血圧|けつあつ}の{研究|けんきゅう}",
        title_en="Steps and blood pressure",
        purpose=Purpose.RESEARCH,
        legal_basis=LegalBasis.CONSENT,
        columns=("sbp_mmhg", "dbp_mmhg", "steps_count", "age_band", "sex"),
        cohort=consent.Cohort(age_from=40, age_to=79),
        identifiability=Identifiability.PSEUDONYMOUS,
        retention_end=(clock.now() + timedelta(days=500)).astimezone(base.TOKYO).date(),
        recipient="見本大学の研究者3人と統計の担当1人",
        benefit="どのくらい歩くと血圧に役立つかを、町のみなさんにお返しします。",
        benefit_easy="どのくらい{歩|ある}くとよいかを{伝|つた}えます。",
        benefit_en="Tells residents how much walking helps their blood pressure.",
        plan="1日の歩数と血圧の関係を、40歳から79歳で調べる（見本の計画）。",
        safeguards="学内の端末だけで扱い、記録を残す。",
    )


def _asking(clock: base.Clock) -> Form:
    return Form(
        title="朝の血圧と歩く習慣の研究",
        title_easy="{朝|あさ}の{血圧|けつあつ}と{歩|ある}くことの{研究|けんきゅう}",
        title_en="Morning blood pressure and walking",
        purpose=Purpose.RESEARCH,
        legal_basis=LegalBasis.CONSENT,
        columns=("sbp_mmhg", "dbp_mmhg", "steps_count", "age_band", "sex"),
        cohort=consent.Cohort(age_from=20, age_to=79),
        identifiability=Identifiability.PSEUDONYMOUS,
        retention_end=(clock.now() + timedelta(days=360)).astimezone(base.TOKYO).date(),
        recipient="見本大学の研究者2人",
        benefit="歩く時間と朝の血圧の関係を調べ、町の健康教室に役立てます。",
        benefit_easy="{町|まち}の{健康|けんこう}の{教室|きょうしつ}に{役|やく}だてます。",
        benefit_en="Shows how walking goes with morning blood pressure, for the town's health classes.",
        plan="1日の歩数と朝の血圧の関係を、20歳から79歳で調べる（見本の計画）。",
        safeguards="名前のないデータを、学内の端末だけで扱う。",
    )


def _ask_residents(session: base.Session, site: str, user: Actor, clock: base.Clock) -> None:
    """Make an approved study ask everybody it concerns, so that the residents' inbox has something to answer."""
    application = _file(session, user, _asking(clock), clock)
    for reviewer in _asked(session, site, application, clock):
        _review(session, reviewer, application, clock)
    verdict = next(
        each for each in governance.live_uses(session, site=site, clock=clock) if each.application == application
    )
    bank.open_programme(
        session,
        actor=user,
        use=verdict.use,
        unit="points",
        amount=300,
        due_days=60,
        answer_days=30,
        clock=clock,
    )


def _file(session: base.Session, user: Actor, form: Form, clock: base.Clock) -> str:
    begun = governance.start(session, actor=user, form=form, clock=clock)
    return governance.file(session, actor=user, application=begun.id, clock=clock).id


def _asked(session: base.Session, site: str, application: str, clock: base.Clock) -> list[Actor]:
    known = [_actor(each, clock) for each in people.accounts_with_role(session, site=site, role=Role.REVIEWER)]
    return [each for each in known if application in dict(governance.my_cases(session, actor=each))]


def _review(session: base.Session, reviewer: Actor, application: str, clock: base.Clock) -> None:
    governance.declare(session, actor=reviewer, application=application, has_conflict=False, clock=clock)
    findings = tuple(
        Finding(item=item, mark=Mark.OK, reason=reason, plain=plain) for item, (reason, plain) in _REASONS.items()
    )
    judgement = Judgement(
        decision=Decision.APPROVE,
        findings=findings,
        summary="町の健康づくりに役立ちます。名前は渡りません。",
        conditions=Conditions(),
    )
    governance.decide(session, actor=reviewer, application=application, judgement=judgement, clock=clock)


def _share(session: base.Session, site: str, application: str, clock: base.Clock) -> None:
    """Let some of the invented residents switch the approved use on, so that its tables are not empty."""
    verdict = next(
        each for each in governance.live_uses(session, site=site, clock=clock) if each.application == application
    )
    for person in people.persons(session, site=site, is_demo=True)[:_SHARERS]:
        account = people.account_of(session, person=person.id)
        if account is None:
            continue
        resident = _actor(account, clock)
        consent.answer_check(session, actor=resident, answers=dict(_CHECK), clock=clock)
        for category in sorted(verdict.categories):
            consent.set_switch(
                session,
                actor=resident,
                recipient=verdict.recipient,
                purpose=verdict.purpose,
                category=category,
                on=True,
                client_id=f"demo-{person.id}-{category}-use",
                clock=clock,
            )
