// One application: filled in step by step, kept as it is, filed when nothing is missing, followed until it is decided.
import { useEffect, useRef, useState } from "preact/hooks";
import { api, asProblem, body, type Problem, type Schemas } from "../../api/client";
import { markup, number, t, tx } from "../../i18n";
import { ago, day } from "../../i18n/time";
import { outdate, useCached } from "../../offline/cached";
import { prefs } from "../../prefs";
import type { Match } from "../../router";
import { Check, Choices, Field, Stepper } from "../../ui/form";
import { Button, Card, Chip, Disclosure } from "../../ui/index";
import { toast } from "../../ui/overlay";
import { BackLink, WithAnswer } from "../../ui/page";
import { StaffShell } from "../../ui/staff";
import { nextStep, PLACES } from "./desk";
import { Area, ColumnList, NamedProblem, said, saidText, StateChip, UseFacts, type Form } from "./parts";

type Application = Schemas["ApplicationOut"];
type Help = Schemas["FormHelp"];
const LANES = ["anonymous", "pseudonymous", "named"] as const;
const BASES = ["consent", "anonymised", "nextgen", "research"] as const;

export function Apply({ match }: { match: Match }) {
  const id = match.application ?? "";
  const answer = useCached("/api/governance/applications/{application}", { path: { application: id } });
  return (
    <StaffShell title={t("review.application_title")} work={tx("review.work_user")} places={PLACES()}>
      <BackLink to="/desk" word={markup("review.desk")} />
      <WithAnswer answer={answer}>{(one) => (one.state === "draft" ? <Draft one={one} key={one.id} /> : <Followed one={one} />)}</WithAnswer>
    </StaffShell>
  );
}

function Draft({ one }: { one: Application }) {
  const help = useCached("/api/governance/form");
  const [form, setForm] = useState<Form>(one.form);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [savedAt, setSavedAt] = useState(one.updated_at);
  const [isBusy, setBusy] = useState(false);
  const set = (changed: Partial<Form>) => setForm((held) => ({ ...held, ...changed }));
  const kept = useRef(JSON.stringify(one.form));
  const newest = useRef(form);
  const isFiling = useRef(false);
  newest.current = form;
  const path = { params: { path: { application: one.id } } };
  const save = async () => {
    const sent = newest.current;
    const known = await body(api.PUT("/api/governance/applications/{application}", { ...path, body: { form: sent } }));
    kept.current = JSON.stringify(sent);
    setSavedAt(known.updated_at);
    outdate("/api/governance/applications", "/api/governance/desk");
  };
  const run = async (what: () => Promise<void>) => {
    setBusy(true);
    setProblem(null);
    try {
      await what();
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  const file = () => run(async () => {
    isFiling.current = true; // what is handed in is not saved once more behind its back
    try {
      await save();
      await hand();
    } finally {
      isFiling.current = false;
    }
  });
  const hand = async () => {
    await body(api.POST("/api/governance/applications/{application}/file", path));
    outdate("/api/governance/applications", "/api/governance/desk");
    kept.current = JSON.stringify(newest.current);
    toast(tx("review.filed"));
  };
  const isDirty = () => !isFiling.current && JSON.stringify(newest.current) !== kept.current;
  useEffect(() => {
    if (!isDirty()) return undefined;
    const timer = setTimeout(() => isDirty() && void save().catch((error) => setProblem(asProblem(error))), 1500);
    return () => clearTimeout(timer);
  }, [JSON.stringify(form)]);
  // Leaving the page keeps what was typed.
  useEffect(() => () => { if (isDirty()) void save().catch(() => undefined); }, []);
  return (
    <div class="stack-l">
      <div class="row-between"><h1 tabIndex={-1}>{form.title || tx("review.new_application")}</h1><StateChip state="draft" /></div>
      <p class="soft small" role="status">{tx("review.saved", { when: ago(savedAt) })}</p>
      <WithAnswer answer={help}>{(known) => (
        <>
          <Card title={tx("review.step.what")}>
            <Field label={tx("review.field.title")} value={form.title ?? ""} onInput={(title) => set({ title })} maxLength={120} />
            <Field label={tx("review.field.title_easy")} hint={tx("review.ruby_hint")} value={form.title_easy ?? ""} onInput={(title_easy) => set({ title_easy })} maxLength={120} />
            <Choices legend={tx("review.field.purpose")} value={form.purpose ?? null} onChange={(purpose) => set({ purpose })}
              options={known.purposes.map((value) => ({ value, label: tx(`consent.purpose.${value}`) }))} />
            <Choices legend={tx("review.field.legal_basis")} value={form.legal_basis ?? null} onChange={(legal_basis) => set({ legal_basis })}
              options={BASES.map((value) => ({ value, label: tx(`review.basis.${value}`) }))} />
            <Area label={tx("review.field.plan")} hint={tx("review.plan_hint")} value={form.plan ?? ""} onInput={(plan) => set({ plan })} rows={5} maxLength={4000} />
          </Card>
          <Card title={tx("review.step.data")}>
            <div class="choices-long"><Choices legend={tx("review.field.identifiability")} value={form.identifiability ?? null} onChange={(identifiability) => set({ identifiability })}
              options={LANES.map((value) => ({ value, label: <>{tx(`review.lane.${value}`)}<br /><span class="soft small">{tx(`review.lane_note.${value}`)}</span></> }))} /></div>
            <Columns form={form} help={known} set={set} />
            <h3>{tx("review.field.cohort")}</h3>
            <div class="grid-2">
              <Stepper label={tx("review.age_from")} name={t("review.age_from")} unit={t("review.years")} value={form.cohort?.age_from ?? 0} min={0} max={150}
                onChange={(age_from) => set({ cohort: { ...whole(form), age_from } })} />
              <Stepper label={tx("review.age_to")} name={t("review.age_to")} unit={t("review.years")} value={form.cohort?.age_to ?? 150} min={0} max={150}
                onChange={(age_to) => set({ cohort: { ...whole(form), age_to } })} />
            </div>
            <Choices legend={tx("review.cohort_sex")} value={form.cohort?.sexes?.length === 1 ? form.cohort.sexes[0]! : "all"}
              options={(["all", "female", "male"] as const).map((value) => ({ value, label: value === "all" ? tx("review.everyone") : tx(`review.sex.${value}`) }))}
              onChange={(value) => set({ cohort: { ...whole(form), sexes: value === "all" ? [] : [value] } })} />
            <Towns form={form} known={known.municipalities} set={set} />
          </Card>
          <Card title={tx("review.step.who")}>
            <Field label={tx("review.field.recipient")} hint={tx("review.recipient_hint")} value={form.recipient ?? ""} onInput={(recipient) => set({ recipient })} maxLength={400} />
            <Field label={tx("review.field.retention_end")} hint={tx("review.retention_hint", { years: known.most_years })} type="date" value={form.retention_end ?? ""}
              onInput={(text) => set({ retention_end: text || null })} />
            <Area label={tx("review.field.safeguards")} value={form.safeguards ?? ""} onInput={(safeguards) => set({ safeguards })} maxLength={4000} />
            <Check checked={form.is_onward ?? false} onChange={(is_onward) => set({ is_onward })}>{tx("review.field.is_onward")}</Check>
          </Card>
          <Card title={tx("review.step.benefit")}>
            <p class="soft">{tx("review.benefit_lead")}</p>
            <Area label={tx("review.field.benefit")} value={form.benefit ?? ""} onInput={(benefit) => set({ benefit })} maxLength={4000} />
            <Area label={tx("review.field.benefit_easy")} hint={tx("review.ruby_hint")} value={form.benefit_easy ?? ""} onInput={(benefit_easy) => set({ benefit_easy })} maxLength={4000} />
            <Disclosure summary={tx("review.in_english")}>
              <Field label={tx("review.field.title_en")} lang="en" value={form.title_en ?? ""} onInput={(title_en) => set({ title_en })} maxLength={120} />
              <Area label={tx("review.field.benefit_en")} lang="en" value={form.benefit_en ?? ""} onInput={(benefit_en) => set({ benefit_en })} maxLength={4000} />
            </Disclosure>
          </Card>
          <Card>
            <NamedProblem problem={problem} />
            <div class="row">
              <Button kind="main" busy={isBusy} onClick={() => void file()}>{tx("review.file")}</Button>
              <Button busy={isBusy} onClick={() => void run(async () => { await save(); toast(tx("review.kept")); })}>{tx("review.keep")}</Button>
            </div>
            <p class="soft small">{tx("review.file_note")}</p>
          </Card>
        </>
      )}</WithAnswer>
    </div>
  );
}

/** Only some towns of the place; none chosen means all of them. */
function Towns({ form, known, set }: { form: Form; known: string[]; set: (changed: Partial<Form>) => void }) {
  const names = useCached("/api/municipalities");
  const chosen = form.cohort?.municipalities ?? [];
  if (known.length < 2) return null;
  return (
    <Disclosure open={chosen.length > 0} summary={chosen.length ? tx("review.in_towns", { n: chosen.length }) : tx("review.towns_all")}>
      {known.map((code) => (
        <Check key={code} checked={chosen.includes(code)} onChange={(isOn) => set({ cohort: { ...whole(form), municipalities: isOn ? [...chosen, code] : chosen.filter((one) => one !== code) } })}>
          {townName(names.data?.municipalities ?? [], code)}
        </Check>
      ))}
    </Disclosure>
  );
}

const townName = (towns: Schemas["MunicipalityOut"][], code: string): string => {
  const found = towns.find((one) => one.code === code);
  return (prefs.get().locale === "en" ? found?.en : found?.ja) ?? code;
};

const whole = (form: Form) => form.cohort ?? { age_from: 0, age_to: 150, sexes: [], municipalities: [] };

const nameOf = (names: Schemas["ColumnOut"][], name: string): string => {
  const known = names.find((one) => one.name === name);
  return known ? saidText(known.names) : name;
};

function Columns({ form, help, set }: { form: Form; help: Help; set: (changed: Partial<Form>) => void }) {
  const chosen = new Set(form.columns ?? []);
  const kinds = [...new Set(help.columns.map((one) => one.category))].sort();
  const offer = (kind: string) => help.offers.find((one) => one.purpose === form.purpose && one.category === kind && one.identifiability === form.identifiability)?.offer;
  const toggle = (name: string, isOn: boolean) => {
    const next = new Set(chosen);
    if (isOn) next.add(name); else next.delete(name);
    set({ columns: [...next].sort() });
  };
  if (!form.purpose || !form.identifiability) return <p class="soft">{tx("review.choose_first")}</p>;
  return (
    <div class="stack-s">
      <h3>{tx("review.field.columns")}</h3>
      <p class="soft small" role="status">{tx("review.chosen", { n: chosen.size, most: help.most_columns })}</p>
      {kinds.map((kind) => {
        const columns = help.columns.filter((one) => one.category === kind);
        const mine = columns.filter((one) => chosen.has(one.name)).length;
        const found = offer(kind);
        return (
          <Disclosure key={kind} open={mine > 0 && mine < 6} summary={<>{tx(`consent.category.${kind}`)} {mine > 0 && <Chip tone="good">{number(mine)}</Chip>}{" "}
            {found === undefined ? <Chip tone="now">{tx("review.offer.deny")}</Chip> : found !== "ask" && <Chip tone="look">{tx(`review.offer.${found}`)}</Chip>}</>}>
            {found === undefined ? <p class="soft">{tx("review.offer_deny_note")}</p> : columns.map((one) => (
              <Check key={one.name} checked={chosen.has(one.name)} onChange={(isOn) => toggle(one.name, isOn)}>{said(one.names)}</Check>
            ))}
            {found === undefined && mine > 0 && <Button onClick={() => set({ columns: [...chosen].filter((name) => !columns.some((one) => one.name === name)) })}>{tx("review.remove_kind")}</Button>}
          </Disclosure>
        );
      })}
    </div>
  );
}

function Followed({ one }: { one: Application }) {
  const help = useCached("/api/governance/form");
  const [text, setText] = useState("");
  const [problem, setProblem] = useState<Problem | null>(null);
  const path = { params: { path: { application: one.id } } };
  const act = async (what: () => Promise<unknown>) => {
    setProblem(null);
    try {
      await what();
      outdate("/api/governance");
    } catch (error) {
      setProblem(asProblem(error));
    }
  };
  const names = help.data?.columns ?? [];
  const asked = (one.form.columns ?? []).map((name) => ({ name, category: names.find((known) => known.name === name)?.category ?? "C-DEMO" }));
  const { conditions } = one;
  return (
    <div class="stack-l">
      <div class="row-between"><h1 tabIndex={-1}>{one.form.title}</h1><StateChip state={one.state} /></div>
      <Card title={tx("review.where")}>
        <p>{nextStep(one)}</p>
        {one.filed_at && <p class="soft">{tx("review.filed_on", { day: day(one.filed_at) })}</p>}
        {one.verdict && <p><a href={`/register/${one.verdict}`}>{tx("review.see_register")}</a></p>}
        {one.state === "approved" && <div><Button kind="main" href={`/desk/uses/${one.use}`}>{tx("review.open_use")}</Button></div>}
        {one.state === "review" && <div><Button onClick={() => void act(() => body(api.POST("/api/governance/applications/{application}/withdraw", path)))}>{tx("review.withdraw")}</Button></div>}
        <NamedProblem problem={problem} />
      </Card>
      {one.state === "conditions" && (
        <Card tone="look" title={tx("review.conditions_ask")}>
          <ul class="bullets">
            {conditions.min_k != null && <li>{tx("review.condition.min_k", { n: conditions.min_k })}</li>}
            {conditions.min_cell != null && <li>{tx("review.condition.min_cell", { n: conditions.min_cell })}</li>}
            {conditions.review_on != null && <li>{tx("review.condition.review_on", { day: day(conditions.review_on) })}</li>}
            {conditions.dropped?.map((name) => <li key={name}>{tx("review.condition.dropped", { name: nameOf(names, name) })}</li>)}
            {conditions.others?.map((other) => <li key={other}>{other}</li>)}
          </ul>
          <Area label={tx("review.your_answer")} value={text} onInput={setText} maxLength={4000} />
          <div class="row">
            <Button kind="main" onClick={() => void act(() => body(api.POST("/api/governance/applications/{application}/answer", { ...path, body: { is_accepted: true, answer: text } })))}>{tx("review.accept")}</Button>
            <Button onClick={() => void act(() => body(api.POST("/api/governance/applications/{application}/answer", { ...path, body: { is_accepted: false, answer: text } })))}>{tx("review.decline")}</Button>
          </div>
        </Card>
      )}
      <Card title={tx("review.what_was_filed")}>
        <UseFacts form={one.form} />
        <ColumnList columns={asked} names={names} />
        <h3>{tx("review.field.benefit")}</h3><p>{one.form.benefit}</p>
        <h3>{tx("review.field.plan")}</h3><p>{one.form.plan}</p>
      </Card>
    </div>
  );
}
