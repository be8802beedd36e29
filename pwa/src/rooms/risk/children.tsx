// A parent's children: write one down, add what was measured, see the national curves.
import { useState } from "preact/hooks";
import { api, asProblem, body, type Problem, type Schemas } from "../../api/client";
import { Growth } from "../../chart/growth";
import { markup, number, rich, t, tx, word } from "../../i18n";
import { day } from "../../i18n/time";
import { outdate, useCached } from "../../offline/cached";
import { navigate, type Match } from "../../router";
import { Choices, Field } from "../../ui/form";
import { Button, Card, Chip, Disclosure, EmptyState, Facts, ListRow, NotDiagnosis, Rows } from "../../ui/index";
import { Dialog, toast } from "../../ui/overlay";
import { Page, ProblemNote, WithAnswer } from "../../ui/page";

type Child = Schemas["ChildOut"];
type Measure = "weight" | "height" | "head";
const MEASURES: Measure[] = ["weight", "height", "head"];
const BACK: [string, string] = ["/children", "riskroom.children"];

const today = () => new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Tokyo", dateStyle: "short" }).format(new Date());

export function Children() {
  const answer = useCached("/api/children");
  return (
    <Page title={markup("riskroom.children")} lead={tx("riskroom.children_lead")} back={["/risk", markup("riskroom.title")]}>
      <WithAnswer answer={answer}>
        {({ children }) => (children.length === 0
          ? <EmptyState title={tx("riskroom.children_none")} text={tx("riskroom.children_none_text")} action={tx("riskroom.child_add")} href="/children/new" />
          : (
            <>
              <Card>
                <Rows>
                  {children.map((one) => (
                    <ListRow key={one.id} icon="person" href={`/children/${one.id}`} title={one.name} note={word(one.age)}
                      end={one.days.length > 0 ? <span class="soft small nowrap">{rich(day(one.days[0]!.day))}</span> : undefined} />
                  ))}
                </Rows>
              </Card>
              <Button icon="plus" href="/children/new">{tx("riskroom.child_add")}</Button>
            </>
          ))}
      </WithAnswer>
    </Page>
  );
}

export function NewChild() {
  return (
    <Page title={markup("riskroom.child_add")} lead={tx("riskroom.child_add_lead")} back={[BACK[0], markup(BACK[1])]}>
      <ChildForm onKept={(one) => navigate(`/children/${one.id}`)} />
    </Page>
  );
}

function ChildForm({ child, onKept }: { child?: Child; onKept: (child: Child) => void }) {
  const [id] = useState(() => crypto.randomUUID());
  const [name, setName] = useState(child?.name ?? "");
  const [birth, setBirth] = useState(child?.birth ?? "");
  const [sex, setSex] = useState<"male" | "female" | null>(child?.sex ?? null);
  const [weeks, setWeeks] = useState(child?.gestation_weeks?.toString() ?? "");
  const [days, setDays] = useState(child?.gestation_days?.toString() ?? "");
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const isFull = name.trim() !== "" && birth !== "" && sex !== null;
  const keep = async () => {
    if (!isFull) return;
    setBusy(true);
    setProblem(null);
    const sent = {
      client_id: id, name: name.trim(), birth, sex, gestation_weeks: weeks === "" ? null : Number(weeks), gestation_days: days === "" ? 0 : Number(days),
    };
    try {
      const kept = child
        ? await body(api.PUT("/api/children/{child}", { params: { path: { child: child.id } }, body: sent }))
        : await body(api.POST("/api/children", { body: sent }));
      outdate("/api/children");
      onKept(kept);
    } catch (error) {
      setProblem(asProblem(error));
    }
    setBusy(false);
  };
  return (
    <form class="stack" onSubmit={(event) => { event.preventDefault(); void keep(); }}>
      <Field label={tx("riskroom.child_name")} hint={tx("riskroom.child_name_hint")} value={name} maxLength={40} onInput={setName} />
      <Field label={tx("risk.input.birth")} type="date" value={birth} max={today()} onInput={setBirth} />
      <Choices legend={tx("risk.input.sex")} value={sex} onChange={setSex}
        options={[{ value: "female", label: tx("riskroom.girl") }, { value: "male", label: tx("riskroom.boy") }]} />
      <div class="risk-three">
        <Field label={tx("riskroom.gestation_weeks")} hint={tx("riskroom.gestation_hint")} value={weeks} inputMode="numeric" maxLength={2} onInput={setWeeks} />
        <Field label={tx("riskroom.gestation_days")} hint={tx("riskroom.gestation_days_hint")} value={days} inputMode="numeric" maxLength={1} onInput={setDays} />
      </div>
      <ProblemNote problem={problem} />
      <Button kind="main" wide busy={isBusy} disabled={!isFull} type="submit">{tx("riskroom.child_keep")}</Button>
    </form>
  );
}

export function ChildPage({ match }: { match: Match }) {
  const answer = useCached("/api/children/{child}", { path: { child: match.child ?? "" } });
  return (
    <Page title={answer.data?.name ?? markup("riskroom.children")} back={[BACK[0], markup(BACK[1])]}>
      <WithAnswer answer={answer}>{(child) => <Whole child={child} reload={answer.reload} />}</WithAnswer>
    </Page>
  );
}

function Whole({ child, reload }: { child: Child; reload: () => void }) {
  const [isChanging, setChanging] = useState(false);
  const [isForgetting, setForgetting] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const forget = async () => {
    try {
      await body(api.DELETE("/api/children/{child}", { params: { path: { child: child.id } } }));
      // The list asks anew by itself; this page must not ask for a child that is gone.
      toast(tx("riskroom.child_forgotten"));
      navigate("/children");
    } catch (error) {
      setProblem(asProblem(error));
    }
  };
  return (
    <>
      <p>{word(child.age)}{child.corrected_age && <> <span class="soft">{tx("riskroom.corrected_is", { age: <span>{word(child.corrected_age)}</span> })}</span></>}</p>
      <Curves child={child} />
      <Add child={child} onKept={reload} />
      <Measured child={child} reload={reload} />
      <Card>
        <Disclosure>
          <p>{tx("riskroom.growth_what")}</p>
          <p>{tx("riskroom.growth_corrected")}</p>
          <Facts rows={[[tx("riskroom.source"), rich(child.source)], [tx("riskroom.version"), `growth-jp-2023 ${child.version}`]]} />
        </Disclosure>
      </Card>
      <div class="row">
        <Button icon="pencil" onClick={() => setChanging(true)}>{tx("riskroom.child_change")}</Button>
        <Button icon="bin" onClick={() => setForgetting(true)}>{tx("riskroom.child_forget")}</Button>
      </div>
      <Dialog title={tx("riskroom.child_change")} open={isChanging} onClose={() => setChanging(false)}>
        {isChanging && <ChildForm child={child} onKept={() => { setChanging(false); reload(); }} />}
      </Dialog>
      <Dialog title={tx("riskroom.child_forget")} open={isForgetting} onClose={() => setForgetting(false)}>
        <p>{tx("riskroom.child_forget_sure")}</p>
        <ProblemNote problem={problem} />
        <Button kind="main" onClick={() => void forget()}>{tx("riskroom.child_forget_do")}</Button>
      </Dialog>
      <NotDiagnosis />
    </>
  );
}

function Curves({ child }: { child: Child }) {
  const [measure, setMeasure] = useState<Measure>("weight");
  const [isCorrected, setCorrected] = useState(child.is_preterm);
  const curve = child.curves.find((one) => one.measure === measure);
  if (!curve) return null;
  const own = child.days.flatMap((one) => one.standings.filter((s) => s.measure === measure)
    .map((s) => ({ months: isCorrected && s.corrected_months !== null && s.corrected_months !== undefined ? s.corrected_months : s.age_months, value: s.value }))).reverse();
  const newest = child.days.flatMap((one) => one.standings).find((s) => s.measure === measure);
  const said = isCorrected ? newest?.corrected_text ?? newest?.text : newest?.text;
  return (
    <Card title={tx("riskroom.growth")}>
      <div class="filters" role="group" aria-label={t("riskroom.growth_measure")}>
        {MEASURES.map((one) => (
          <button type="button" class="filter" key={one} aria-pressed={one === measure} onClick={() => setMeasure(one)}>{tx(`risk.child.${one}`)}</button>
        ))}
      </div>
      <Growth percentiles={curve.percentiles} lines={curve.points} own={own} unit={curve.unit}
        label={t("riskroom.growth_label", { measure: markup(`risk.child.${measure}`), n: own.length })} />
      {newest && said ? <p class="strong"><span class="nowrap">{number(newest.value)} {newest.unit}</span> <span>{word(said)}</span></p> : <p class="soft">{tx("riskroom.growth_empty")}</p>}
      {child.is_preterm && (
        <div class="filters" role="group" aria-label={t("riskroom.growth_age")}>
          <button type="button" class="filter" aria-pressed={isCorrected} onClick={() => setCorrected(true)}>{tx("riskroom.corrected_age")}</button>
          <button type="button" class="filter" aria-pressed={!isCorrected} onClick={() => setCorrected(false)}>{tx("riskroom.birth_age")}</button>
        </div>
      )}
      <p class="soft small">{tx("riskroom.growth_lines")}</p>
    </Card>
  );
}

function Add({ child, onKept }: { child: Child; onKept: () => void }) {
  const [id, setId] = useState(() => crypto.randomUUID());
  const [on, setOn] = useState(today);
  const [values, setValues] = useState<Record<Measure, string>>({ weight: "", height: "", head: "" });
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const given = (name: Measure): number | null => {
    const text = values[name].trim().replace("．", ".").replace(",", ".");
    return text === "" ? null : Number(text);
  };
  const isFull = MEASURES.some((name) => values[name].trim() !== "") && MEASURES.every((name) => !Number.isNaN(given(name) ?? 0));
  const keep = async () => {
    setBusy(true);
    setProblem(null);
    try {
      await body(api.POST("/api/children/{child}/measures", {
        params: { path: { child: child.id } },
        body: { client_id: id, day: on, weight: given("weight"), height: given("height"), head: given("head") },
      }));
      setId(crypto.randomUUID());
      setValues({ weight: "", height: "", head: "" });
      outdate("/api/children");
      toast(tx("riskroom.measure_kept"));
      onKept();
    } catch (error) {
      setProblem(asProblem(error));
    }
    setBusy(false);
  };
  return (
    <Card title={tx("riskroom.measure_add")}>
      <form class="stack" onSubmit={(event) => { event.preventDefault(); void keep(); }}>
        <Field label={tx("riskroom.measure_day")} type="date" value={on} min={child.birth} max={today()} onInput={setOn} />
        <div class="risk-three">
          {MEASURES.map((name) => (
            <Field key={name} label={<>{tx(`risk.child.${name}`)} <span class="soft nowrap">{name === "weight" ? "kg" : "cm"}</span></>} value={values[name]} inputMode="decimal" maxLength={6}
              onInput={(text) => setValues({ ...values, [name]: text })} />
          ))}
        </div>
        <ProblemNote problem={problem} />
        <Button kind="main" wide busy={isBusy} disabled={!isFull} type="submit">{tx("riskroom.measure_keep")}</Button>
      </form>
    </Card>
  );
}

function Measured({ child, reload }: { child: Child; reload: () => void }) {
  const [problem, setProblem] = useState<Problem | null>(null);
  if (child.days.length === 0) return null;
  const remove = async (measure: string) => {
    try {
      await body(api.DELETE("/api/children/{child}/measures/{measure}", { params: { path: { child: child.id, measure } } }));
      outdate("/api/children");
      toast(tx("riskroom.measure_removed"));
      reload();
    } catch (error) {
      setProblem(asProblem(error));
    }
  };
  return (
    <Card title={tx("riskroom.measured")}>
      <ProblemNote problem={problem} />
      <ul class="stack">
        {child.days.map((one) => (
          <li key={one.id} class="risk-day">
            <div class="row-between"><b>{rich(day(one.day))}</b><span class="soft small">{word(one.age)}{one.corrected_age && <> {tx("riskroom.corrected_is", { age: <span>{word(one.corrected_age)}</span> })}</>}</span></div>
            <ul class="stack-s">
              {one.standings.map((s) => (
                <li key={s.measure}>
                  <span>{tx(`risk.child.${s.measure}`)} <b class="number">{number(s.value)}</b> {s.unit}</span>
                  <br /><span class="soft small">{word(s.text)}</span>
                  {s.corrected_text && <><br /><span class="soft small">{tx("riskroom.corrected_at", { place: <span>{word(s.corrected_text)}</span> })}</span></>}
                </li>
              ))}
            </ul>
            {one.himando && <p>{word(one.himando)} {one.himando_class && <Chip tone="info">{word(one.himando_class)}</Chip>}</p>}
            <Button icon="bin" onClick={() => void remove(one.id)}>{tx("riskroom.measure_remove")}</Button>
          </li>
        ))}
      </ul>
    </Card>
  );
}
