// A week of movement: what each day brings, why that much, what was left out and why.
import { useState } from "preact/hooks";
import { api, asProblem, body, type Problem, type Schemas } from "../../api/client";
import { markup, number, pick, rich, tx, word } from "../../i18n";
import { day } from "../../i18n/time";
import { outdate, useCached } from "../../offline/cached";
import { Button, Card, Chip, Disclosure, EmptyState, Facts, Figure, Icon, ListRow, NotDiagnosis, Progress, Rows } from "../../ui/index";
import { Page, ProblemNote, WithAnswer } from "../../ui/page";
import { UrgentLine } from "./urgent-calls";

type Plan = Schemas["MovementOut"];
type Day = Schemas["MoveDayOut"];

export function Movement() {
  const plan = useCached("/api/advice/movement");
  return (
    <Page title={markup("move.title")} back={["/advice", markup("nav.advice")]} lead={tx("move.lead")}>
      <WithAnswer answer={plan}>{(data) => <ThePlan plan={data} />}</WithAnswer>
      <UrgentLine />
    </Page>
  );
}

function ThePlan({ plan }: { plan: Plan }) {
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState<string | null>(null);
  const mark = async (one: Day, wanted: "done" | "missed") => {
    setBusy(one.day);
    setProblem(null);
    try {
      await body(api.PUT("/api/advice/movement/{day}", { params: { path: { day: one.day } }, body: { mark: one.mark === wanted ? null : wanted } }));
      outdate("/api/advice");
    } catch (error) {
      setProblem(asProblem(error));
    }
    setBusy(null);
  };
  if (plan.is_blocked) return <><EmptyState title={tx("move.blocked_title")} text={tx("move.blocked")} action={tx("move.ask_somebody")} href="/consultations/new" /><Blocked plan={plan} open /></>;
  const planned = plan.days.reduce((sum, one) => sum + one.mets_hours, 0);
  return (
    <>
      <Card title={tx("move.this_week")}>
        <Figure value={number(Math.round(planned * 10) / 10, 1)} unit={markup("move.mets_hours")} />
        <p>{plan.base_mets_hours === null ? tx("move.no_base") : tx("move.base", { base: number(plan.base_mets_hours, 1), steps: number(plan.base_steps ?? 0), n: plan.weeks_seen })}</p>
        {plan.steps_target !== null && <p>{tx("move.steps", { n: number(plan.steps_target) })}</p>}
        <Progress done={plan.done_mets_hours} total={Math.max(planned, 0.1)} label={markup("move.done_label", { done: number(plan.done_mets_hours, 1), all: number(Math.round(planned * 10) / 10, 1) })} />
        {plan.dropped_minutes > 0 && <p class="soft small">{tx("move.dropped", { n: plan.dropped_minutes })}</p>}
      </Card>
      <ProblemNote problem={problem} />
      {plan.days.filter((one) => one.kind !== "rest" || one.day === plan.today).map((one) => (
        <Card key={one.day} title={rich(day(one.day, { weekday: true }))} tone={one.day === plan.today ? "good" : undefined}
          end={<Chip tone={one.mark === "done" ? "good" : "info"}>{tx(one.mark ? `week.mark_${one.mark}` : one.day === plan.today ? "week.today" : `move.kind_${one.kind}`)}</Chip>}>
          <p class="strong">{tx(`move.do_${one.kind}`, { n: one.minutes })}</p>
          {one.exercises.length > 0 && (
            <Rows>{one.exercises.map((exercise) => <ListRow key={exercise.id} title={rich(pick(exercise.names))} note={rich(pick(exercise.how))} />)}</Rows>
          )}
          {one.kind !== "rest" && one.day <= plan.today && (
            <div class="pair">
              <Button kind={one.mark === "done" ? "plain" : "main"} busy={busy === one.day} onClick={() => void mark(one, "done")}>{tx(one.mark === "done" ? "move.undo" : "move.did")}</Button>
              <Button busy={busy === one.day} onClick={() => void mark(one, "missed")}>{tx("move.missed")}</Button>
            </div>
          )}
        </Card>
      ))}
      <Card title={tx("move.stop_title")} tone="look">
        <p class="notice"><Icon name="warn" size={18} /><span>{tx("move.stop")}</span></p>
      </Card>
      <Blocked plan={plan} />
      <Card>
        <Disclosure summary={tx("advice.basis")}>
          <Facts rows={[
            [tx("move.target"), tx("move.mets_n", { n: number(plan.target_mets_hours, 1) })],
            [tx("move.guide"), plan.guide_mets_hours === null ? tx("move.unconfirmed") : tx("move.mets_n", { n: number(plan.guide_mets_hours) })],
            [tx("move.guide_steps"), plan.guide_steps === null ? tx("move.unconfirmed") : tx("move.steps_n", { n: number(plan.guide_steps) })],
            [tx("move.zone"), plan.zone.low !== null && plan.zone.high !== null ? tx("move.zone_n", { low: plan.zone.low, high: plan.zone.high }) : tx(`move.zone_${plan.zone.missing ?? "signoff"}`)],
            [tx("move.formula"), tx("move.formula_text")],
            [tx("advice.guideline"), plan.sources.join(" / ")],
          ]} />
        </Disclosure>
      </Card>
      <NotDiagnosis />
    </>
  );
}

function Blocked({ plan, open }: { plan: Plan; open?: boolean }) {
  if (plan.blocked.length === 0) return null;
  return (
    <Card>
      <Disclosure summary={tx("move.left_out", { n: plan.blocked.length })} open={open}>
        <Rows>
          {plan.blocked.map((one) => (
            <ListRow key={one.id} icon="info" title={word({ key: one.key, params: {} })} href={one.asks ? `/record/profile/${one.asks}` : undefined}
              note={<>{one.source}{one.to_be_confirmed && <> {tx("advice.to_be_confirmed")}</>}</>} />
          ))}
        </Rows>
      </Disclosure>
    </Card>
  );
}
