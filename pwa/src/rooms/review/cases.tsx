// The reviewer's desk: cases, the declaration, six questions with two wordings each, conditions; others' reviews after one's own.
import { useState } from "preact/hooks";
import { api, asProblem, body, type Problem, type Schemas } from "../../api/client";
import { markup, number, t, tx } from "../../i18n";
import { ago, day } from "../../i18n/time";
import { outdate, useCached } from "../../offline/cached";
import type { Match } from "../../router";
import { Check, Choices, Field, Stepper } from "../../ui/form";
import { Button, Card, Chip, Disclosure, Facts } from "../../ui/index";
import { toast } from "../../ui/overlay";
import { BackLink, WithAnswer } from "../../ui/page";
import { StaffRow, StaffShell } from "../../ui/staff";
import { Area, ColumnList, NamedProblem, said, StateChip, UseFacts } from "./parts";

type Case = Schemas["CaseOut"];
type Finding = Schemas["FindingShape"];

export const PLACES = () => [
  { href: "/review", word: tx("review.cases") },
  { href: "/review/uses", word: tx("review.uses") },
  { href: "/register", word: tx("review.register") },
];

export function Cases({ match }: { match: Match }) {
  const list = useCached("/api/governance/cases");
  const open = match.application;
  return (
    <StaffShell title={t("review.cases")} work={tx("review.work_reviewer")} places={PLACES()} listLabel={t("review.cases")} listHref="/review"
      isCaseOpen={open !== undefined}
      list={<>
        <div class="staff-list-head"><h1 tabIndex={-1}>{tx("review.cases")}</h1></div>
        <WithAnswer answer={list}>
          {({ cases }) => (cases.length === 0 ? <p class="soft pad">{tx("review.cases_none")}</p> : <>{cases.map((one) => (
            <StaffRow key={one.application} href={`/review/cases/${one.application}`} current={one.application === open} title={one.title}
              note={<>{said(one.organisation)} · {tx(`review.application.${one.kind}`)}</>}
              chip={<StateChip state={one.state === "review" ? one.mine : one.state} />} time={one.filed_at ? ago(one.filed_at) : ""} />
          ))}</>)}
        </WithAnswer>
      </>}>
      {open === undefined ? <p class="soft">{tx("review.choose_case")}</p> : <OpenCase id={open} key={open} />}
    </StaffShell>
  );
}

function OpenCase({ id }: { id: string }) {
  const answer = useCached("/api/governance/cases/{application}", { path: { application: id } });
  return (
    <>
      <BackLink to="/review" word={markup("review.cases")} />
      <WithAnswer answer={answer}>{(one) => <TheCase one={one} />}</WithAnswer>
    </>
  );
}

function TheCase({ one }: { one: Case }) {
  const asked = one.columns.map((column) => ({ name: column.name, category: column.category }));
  const special = Object.entries(one.offers).filter(([, offer]) => offer !== "ask");
  return (
    <div class="stack-l">
      <div class="row-between"><h2>{one.form.title}</h2><StateChip state={one.line.state === "review" ? one.line.mine : one.line.state} /></div>
      <p class="soft">{said(one.line.organisation)} · {one.line.filed_at && tx("review.filed_on", { day: day(one.line.filed_at) })}</p>
      {one.before && <Card tone="info"><p>{tx("review.amends", { n: one.before.serial })}</p></Card>}
      <Card title={tx("review.application_title")}>
        <UseFacts form={one.form} />
        <ColumnList columns={asked} names={one.columns} />
        {special.length > 0 && <p class="notice"><span>{special.map(([kind, offer]) => <span key={kind}>{tx(`consent.category.${kind}`)}: {tx(`review.offer.${offer}`)} </span>)}</span></p>}
        <h3>{tx("review.field.benefit")}</h3><p>{one.form.benefit}</p>
        <h3>{tx("review.field.plan")}</h3><p>{one.form.plan}</p>
        <h3>{tx("review.field.safeguards")}</h3><p>{one.form.safeguards}</p>
        <p class="soft">{tx("review.votes", { yes: number(one.votes.for_it), no: number(one.votes.against), unsure: number(one.votes.unsure) })}</p>
      </Card>
      {one.line.state === "review" && one.line.mine === "assigned" && <Declare one={one} />}
      {one.line.state === "review" && one.line.mine === "declared" && <Judge one={one} />}
      {one.line.mine === "decided" && <Reviews one={one} />}
      {one.line.mine === "conflict" && <Card tone="info"><p>{tx("review.you_stepped_back")}</p></Card>}
    </div>
  );
}

function Declare({ one }: { one: Case }) {
  const [conflict, setConflict] = useState("");
  const [problem, setProblem] = useState<Problem | null>(null);
  const say = async (has_conflict: boolean) => {
    setProblem(null);
    try {
      await body(api.POST("/api/governance/cases/{application}/declare", { params: { path: { application: one.line.application } }, body: { has_conflict, conflict } }));
      outdate("/api/governance/cases");
    } catch (error) {
      setProblem(asProblem(error));
    }
  };
  return (
    <Card tone="look" title={tx("review.declare_title")}>
      <p>{tx("review.declare_lead")}</p>
      <div><Button kind="main" onClick={() => void say(false)}>{tx("review.declare_none")}</Button></div>
      <Disclosure summary={tx("review.declare_some")}>
        <Field label={tx("review.which_conflict")} value={conflict} onInput={setConflict} maxLength={400} />
        <div><Button disabled={!conflict.trim()} onClick={() => void say(true)}>{tx("review.step_back")}</Button></div>
      </Disclosure>
      <NamedProblem problem={problem} />
    </Card>
  );
}

function Judge({ one }: { one: Case }) {
  const [findings, setFindings] = useState<Finding[]>(() => one.items.map((item) => ({ item: item.id, mark: "ok", reason: "", plain: "" })));
  const [decision, setDecision] = useState<"approve" | "reject" | null>(null);
  const [summary, setSummary] = useState("");
  const [min_k, setK] = useState(one.least_k);
  const [min_cell, setCell] = useState(one.least_cell);
  const [dropped, setDropped] = useState<string[]>([]);
  const [review_on, setReviewOn] = useState("");
  const [others, setOthers] = useState("");
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isBusy, setBusy] = useState(false);
  const set = (item: string, changed: Partial<Finding>) => setFindings(findings.map((held) => (held.item === item ? { ...held, ...changed } : held)));
  const send = async () => {
    if (!decision) return;
    setBusy(true);
    setProblem(null);
    try {
      const asked = decision === "approve" ? {
        min_k: min_k > one.least_k ? min_k : null, min_cell: min_cell > one.least_cell ? min_cell : null,
        review_on: review_on || null, dropped, others: others.split("\n").map((line) => line.trim()).filter(Boolean),
      } : { min_k: null, min_cell: null, review_on: null, dropped: [], others: [] };
      await body(api.POST("/api/governance/cases/{application}/decide", {
        params: { path: { application: one.line.application } }, body: { decision, findings, summary, conditions: asked },
      }));
      outdate("/api/governance");
      toast(tx("review.handed_in"));
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <div class="stack-l">
      <Card title={tx("review.your_review")}>
        <p class="soft">{tx("review.your_review_lead")}</p>
        {one.items.map((item) => {
          const held = findings.find((found) => found.item === item.id)!;
          return (
            <section key={item.id} class="finding stack-s">
              <Choices legend={<b>{said(item.names)}</b>} value={held.mark} onChange={(mark) => set(item.id, { mark })}
                options={(["ok", "concern", "no"] as const).map((value) => ({ value, label: tx(`review.mark.${value}`) }))} />
              <div class="grid-2">
                <Area label={tx("review.reason_professional")} value={held.reason} onInput={(reason) => set(item.id, { reason })} maxLength={2000} />
                <Area label={tx("review.reason_plain")} hint={tx("review.plain_hint")} value={held.plain} onInput={(plain) => set(item.id, { plain })} maxLength={1000} />
              </div>
            </section>
          );
        })}
      </Card>
      <Card title={tx("review.your_decision")}>
        <Choices legend={tx("review.decision_label")} value={decision} onChange={setDecision}
          options={(["approve", "reject"] as const).map((value) => ({ value, label: tx(`review.decision.${value}`) }))} />
        {decision === "approve" && (
          <div class="stack">
            <h3>{tx("review.conditions")}</h3>
            <p class="soft">{tx("review.conditions_lead")}</p>
            <div class="grid-2">
              <Stepper label={tx("review.min_k")} name={t("review.min_k")} unit={t("review.people_unit")} value={min_k} onChange={setK} min={one.least_k} max={10000} />
              <Stepper label={tx("review.min_cell")} name={t("review.min_cell")} unit={t("review.people_unit")} value={min_cell} onChange={setCell} min={one.least_cell} max={10000} />
              <Field label={tx("review.review_on")} hint={tx("review.review_on_hint")} type="date" value={review_on} onInput={setReviewOn} />
            </div>
            <Disclosure summary={tx("review.drop_columns")}>
              {one.columns.map((column) => (
                <Check key={column.name} checked={dropped.includes(column.name)}
                  onChange={(isOn) => setDropped(isOn ? [...dropped, column.name] : dropped.filter((name) => name !== column.name))}>{said(column.names)}</Check>
              ))}
            </Disclosure>
            <Area label={tx("review.other_conditions")} hint={tx("review.one_a_line")} value={others} onInput={setOthers} maxLength={4000} />
            <p class="soft small">{tx("review.always")}</p>
          </div>
        )}
        <Area label={tx("review.summary")} hint={tx("review.summary_hint")} value={summary} onInput={setSummary} rows={2} maxLength={400} />
        <NamedProblem problem={problem} />
        <div><Button kind="main" busy={isBusy} disabled={!decision} onClick={() => void send()}>{tx("review.hand_in")}</Button></div>
        <p class="soft small">{tx("review.hand_in_note")}</p>
      </Card>
    </div>
  );
}

function Reviews({ one }: { one: Case }) {
  return (
    <Card title={tx("review.all_reviews")}>
      {one.reviews.map((review) => (
        <section key={review.place} class="finding stack-s">
          <h3>{tx("review.reviewer_n", { n: review.place })} {review.is_mine && <Chip>{tx("review.mine")}</Chip>}</h3>
          {review.decision ? (
            <>
              <p><Chip tone={review.decision === "approve" ? "good" : "now"}>{tx(`review.decision.${review.decision}`)}</Chip> {review.summary}</p>
              <Disclosure summary={tx("review.reasons")}>
                <Facts rows={review.findings.map((found) => [
                  <span key="i">{said(one.items.find((item) => item.id === found.item)!.names)}</span>,
                  <span key="r">{tx(`review.mark.${found.mark}`)}: {found.reason}<br /><span class="soft">{found.plain}</span></span>,
                ])} />
              </Disclosure>
            </>
          ) : <p class="soft">{tx(`review.waiting.${review.state}`)}</p>}
        </section>
      ))}
    </Card>
  );
}
