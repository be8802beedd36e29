// For staff: what reminders brought, with intervals, and hours compared by chance. No person stands here.
import { useState } from "preact/hooks";
import { api, asProblem, body, type Problem, type Schemas } from "../../api/client";
import { number, t, tx } from "../../i18n";
import { ago, day } from "../../i18n/time";
import { outdate, useCached } from "../../offline/cached";
import { ChartTable } from "../../chart/people";
import { Button, Card, Chip } from "../../ui/index";
import { Field, Stepper } from "../../ui/form";
import { toast } from "../../ui/overlay";
import { ProblemNote, WithAnswer } from "../../ui/page";
import { StaffShell } from "../../ui/staff";

type Figure = Schemas["StaffFigure"];
const percent = (value: number | null) => (value === null ? "–" : `${number(value * 100, 1)} %`);

export function Learning() {
  const found = useCached("/api/advice/staff/learning");
  return (
    <StaffShell title={t("learn.title")} work={tx("desk.work_pilot")}
      places={[{ href: "/pilot", word: tx("desk.funnel") }, { href: "/pilot/invites", word: tx("desk.invites") }, { href: "/pilot/reminders", word: tx("learn.title") }]}>
      <h1 tabIndex={-1}>{tx("learn.title")}</h1>
      <p class="soft">{tx("learn.lead")}</p>
      <WithAnswer answer={found}>
        {(data) => (
          <>
            <Card title={tx("learn.figures")}>
              {data.figures.length === 0 || data.people === null
                ? <p>{tx("learn.too_few", { n: data.least })}</p>
                : <>
                  <p>{tx("learn.from", { n: data.people, when: data.learned_at ? ago(data.learned_at) : "" })}</p>
                  <Figures rows={data.figures} />
                </>}
            </Card>
            {data.trials.map((trial) => (
              <Card key={trial.id} title={trial.name} end={<Chip tone="info">{tx(trial.figures ? "learn.ended" : "learn.running")}</Chip>}>
                <p>{tx("learn.trial", { a: trial.arms[0] ?? 0, b: trial.arms[1] ?? 0, from: day(trial.starts_on), to: day(trial.ends_on), n: trial.planned_people })}</p>
                <p class="soft small">{tx(`learn.metric.${trial.metric}`)}</p>
                {trial.figures ? <Figures rows={trial.figures} /> : <p class="soft">{tx("learn.after_end")}</p>}
              </Card>
            ))}
            <NewTrial />
          </>
        )}
      </WithAnswer>
    </StaffShell>
  );
}

function Figures({ rows }: { rows: Figure[] }) {
  const name = (one: Figure) => (/^\d+$/.test(one.name) ? `${one.name}:00` : tx(`learn.policy.${one.name}`));
  return (
    <ChartTable caption={t("learn.figures")}
      columns={[{ head: tx("learn.what") }, { head: tx("learn.method") }, { head: tx("learn.share"), isNumber: true }, { head: tx("learn.interval"), isNumber: true }, { head: tx("learn.n"), isNumber: true }]}
      rows={rows.map((one) => [name(one), tx(`learn.method.${one.method}`), percent(one.value), one.low === null ? tx("learn.suppressed") : `${percent(one.low)} – ${percent(one.high)}`, one.people === null ? "<10" : number(one.people)])} />
  );
}

function inDays(n: number): string {
  return new Date(Date.now() + n * 86_400_000).toISOString().slice(0, 10);
}

function NewTrial() {
  const [name, setName] = useState("");
  const [first, setFirst] = useState(8);
  const [second, setSecond] = useState(18);
  const [people, setPeople] = useState(100);
  const [starts_on, setStart] = useState(inDays(2));
  const [ends_on, setEnd] = useState(inDays(58));
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isBusy, setBusy] = useState(false);
  const begin = async () => {
    setBusy(true);
    setProblem(null);
    try {
      await body(api.POST("/api/advice/staff/trials", { body: { name: name.trim(), hours: [first, second], metric: "accepted_or_done_in_week", planned_people: people, starts_on, ends_on } }));
      outdate("/api/advice/staff");
      setName("");
      toast(tx("learn.kept"));
    } catch (error) {
      setProblem(asProblem(error));
    }
    setBusy(false);
  };
  return (
    <Card title={tx("learn.new")}>
      <form class="stack" onSubmit={(event) => { event.preventDefault(); void begin(); }}>
        <p class="soft">{tx("learn.new_note")}</p>
        <Field label={tx("learn.name")} value={name} onInput={setName} maxLength={80} required />
        <Stepper label={tx("learn.hour_a")} name={t("learn.hour_a")} unit={t("learn.hour")} value={first} onChange={setFirst} min={6} max={22} />
        <Stepper label={tx("learn.hour_b")} name={t("learn.hour_b")} unit={t("learn.hour")} value={second} onChange={setSecond} min={6} max={22} />
        <Stepper label={tx("learn.planned")} name={t("learn.planned")} unit={t("learn.people")} value={people} onChange={setPeople} step={10} min={20} max={100000} />
        <Field label={tx("learn.starts")} type="date" value={starts_on} onInput={setStart} min={inDays(1)} required />
        <Field label={tx("learn.ends")} type="date" value={ends_on} onInput={setEnd} min={inDays(2)} required />
        <ProblemNote problem={problem} />
        <Button kind="main" type="submit" busy={isBusy} disabled={!name.trim()}>{tx("learn.begin")}</Button>
      </form>
    </Card>
  );
}
