// The week day by day, and how to be reminded.
import { useState } from "preact/hooks";
import { api, asProblem, body, type Problem, type Schemas } from "../../api/client";
import { markup, rich, t, tx } from "../../i18n";
import { clockTime, day } from "../../i18n/time";
import { outdate, useCached } from "../../offline/cached";
import { Button, Card, Chip, ListRow, Rows } from "../../ui/index";
import { Choices, Select, Switch } from "../../ui/form";
import { toast } from "../../ui/overlay";
import { Page, ProblemNote, WithAnswer } from "../../ui/page";
import { UrgentLine } from "./urgent-calls";

type Wishes = Schemas["AdviceWishes"];
type Kind = Wishes["topics"][number];
const KINDS: Kind[] = ["telemedicine", "guidance", "meal", "movement"];

export function WeekView() {
  const week = useCached("/api/advice/week");
  return (
    <Page title={markup("week.title")} back={["/advice", markup("nav.advice")]} lead={tx("week.lead")}>
      <WithAnswer answer={week}>
        {(data) => (
          <>
            <Card>
              <Rows label={t("week.title")}>
                {data.days.map((one) => (
                  <ListRow key={one.day} href={one.move_kind === "rest" ? undefined : "/advice/movement"}
                    title={<>{rich(day(one.day, { weekday: true }))}{one.day === data.today && <> <Chip tone="info">{tx("week.today")}</Chip></>}</>}
                    note={<>
                      {tx(`week.move_${one.move_kind}`, { n: one.move_minutes })}
                      {one.move_mark && <> {tx(`week.mark_${one.move_mark}`)}</>}
                      {one.reminders.map((at) => <span key={at}><br />{tx("week.reminder_at", { time: clockTime(at) })}</span>)}
                    </>} />
                ))}
              </Rows>
            </Card>
            {data.doing.length > 0 && (
              <Card title={tx("week.doing")}>
                <Rows>{data.doing.map((id) => <ListRow key={id} href={`/advice/${id}`} title={tx(`advice.${id}.title`, { goal: "" })} />)}</Rows>
              </Card>
            )}
            <Card>
              <Rows>
                <ListRow icon="bell" href="/advice/settings" title={tx("week.settings")}
                  note={data.reminders_a_week === 0 ? tx("week.no_reminders") : tx("week.budget", { n: data.reminders_a_week, sent: data.reminders_sent })} />
              </Rows>
            </Card>
          </>
        )}
      </WithAnswer>
      <UrgentLine />
    </Page>
  );
}

const HOURS = Array.from({ length: 24 }, (_, hour) => ({ value: String(hour), label: `${hour}:00` }));

export function WeekSettings() {
  const wishes = useCached("/api/advice/settings");
  return (
    <Page title={markup("week.settings")} back={["/advice/week", markup("week.title")]} lead={tx("week.settings_lead")}>
      <WithAnswer answer={wishes}>{(data) => <Set wishes={data} />}</WithAnswer>
    </Page>
  );
}

function Set({ wishes }: { wishes: Wishes }) {
  const [busy, setBusy] = useState<string | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const change = async (name: string, wanted: Partial<Wishes>) => {
    setBusy(name);
    setProblem(null);
    try {
      await body(api.PUT("/api/advice/settings", { body: { ...wishes, ...wanted } }));
      outdate("/api/advice");
      toast(tx("week.kept"));
    } catch (error) {
      setProblem(asProblem(error));
    }
    setBusy(null);
  };
  const topic = (kind: Kind, isOn: boolean) =>
    change(kind, { topics: KINDS.filter((one) => (one === kind ? isOn : wishes.topics.includes(one))) });
  return (
    <>
      <ProblemNote problem={problem} />
      <Card title={tx("week.how_often")}>
        <Choices legend={tx("week.how_often_legend")} value={String(wishes.reminders_a_week)}
          onChange={(value) => void change("n", { reminders_a_week: Number(value) })}
          options={[0, 1, 2, 3].map((n) => ({ value: String(n), label: n === 0 ? tx("week.none") : tx("week.n_a_week", { n }) }))} />
        <p class="soft small">{tx("week.push_note")}</p>
        <Button kind="quiet" href="/settings">{tx("week.device")}</Button>
      </Card>
      <Card title={tx("week.quiet")}>
        <Select label={tx("week.quiet_from")} value={String(wishes.quiet_from)} options={HOURS} onChange={(value) => void change("q", { quiet_from: Number(value) })} />
        <Select label={tx("week.quiet_to")} value={String(wishes.quiet_to)} options={HOURS} onChange={(value) => void change("q", { quiet_to: Number(value) })} />
      </Card>
      <Card title={tx("week.topics")}>
        {KINDS.map((kind) => (
          <Switch key={kind} label={tx(`advice.kind.${kind}`)} checked={wishes.topics.includes(kind)} busy={busy === kind} onChange={(isOn) => void topic(kind, isOn)} />
        ))}
      </Card>
      <Card title={tx("week.learning")}>
        <Switch label={tx("week.learns")} note={tx("week.learns_note")} checked={wishes.learns} busy={busy === "learns"} onChange={(learns) => void change("learns", { learns })} />
      </Card>
    </>
  );
}

/** The lines on the page of suggestions that lead to the week and to movement. */
export function WeekLines() {
  return (
    <Card>
      <Rows>
        <ListRow icon="plus" href="/meals" title={tx("meals.title")} note={tx("meals.open_note")} />
        <ListRow icon="clock" href="/advice/week" title={tx("week.title")} note={tx("week.open_note")} />
        <ListRow icon="check" href="/advice/movement" title={tx("move.title")} note={tx("move.open_note")} />
        <ListRow icon="phone" href="/clinics" title={tx("visit.title")} note={tx("visit.open_note")} />
        <ListRow icon="person" href="/guidance" title={tx("guidance.title")} note={tx("guidance.open_note")} />
        <ListRow icon="bell" href="/advice/settings" title={tx("week.settings")} note={tx("week.settings_note")} />
        <ListRow icon="info" href="/insurance" title={tx("insure.title")} note={tx("insure.open_note")} />
      </Rows>
    </Card>
  );
}
