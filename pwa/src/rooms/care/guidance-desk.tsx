// The counsellor's cases of health guidance: who needs something, the plan, the talk, points with their reasons.
import { useState } from "preact/hooks";
import { api, asProblem, body, type Problem, type Schemas } from "../../api/client";
import { markup, t, tx } from "../../i18n";
import { ago, day } from "../../i18n/time";
import { outdate, useCached } from "../../offline/cached";
import type { Match } from "../../router";
import { Button, Card, Chip, Disclosure, Facts, ListRow, Rows } from "../../ui/index";
import { Check, Field, Select } from "../../ui/form";
import { toast } from "../../ui/overlay";
import { BackLink, ProblemNote, WithAnswer } from "../../ui/page";
import { StaffRow, StaffShell } from "../../ui/staff";
import { History, Notes, typedNumber, Write } from "./guidance";

type Case = Schemas["GuidanceCaseOut"];
type Contact = Case["contacts"][number]["kind"];
const CONTACTS: Contact[] = ["first_interview", "interview", "phone"];
const today = () => new Date().toLocaleDateString("sv", { timeZone: "Asia/Tokyo" });
const sum = (one: { total: number; threshold: number | null }) =>
  one.threshold === null ? tx("guidance.points_only", { total: one.total }) : tx("guidance.points_of", { total: one.total, threshold: one.threshold });

export function GuidanceDesk({ match }: { match: Match }) {
  const list = useCached("/api/care/guidance");
  const open = match.id;
  const places = [
    { href: "/care", word: tx("desk.people") },
    { href: "/care/inbox", word: tx("desk.inbox") },
    { href: "/care/guidance", word: tx("guidance.cases"), count: list.data?.cases.length },
  ];
  return (
    <StaffShell title={t("guidance.cases")} work={tx("desk.work")} places={places} listLabel={t("guidance.cases")} listHref="/care/guidance"
      isCaseOpen={open !== undefined}
      list={<>
        <div class="staff-list-head"><h1 tabIndex={-1}>{tx("guidance.cases")}</h1><p class="small soft">{tx("guidance.cases_order")}</p></div>
        <WithAnswer answer={list}>
          {({ cases }) => (cases.length === 0
            ? <p class="soft pad">{tx("guidance.nobody")}</p>
            : <>{cases.map((one) => (
                <StaffRow key={one.id} href={`/care/guidance/${one.id}`} current={one.id === open}
                  title={<>{one.name} <span class="small soft">{tx("desk.age", { n: one.age })}</span></>}
                  note={<>{tx(`guidance.level.${one.level}`)} {sum(one)}</>}
                  chip={one.needs[0] ? <Chip tone="look">{tx(`guidance.need.${one.needs[0]}`)}</Chip> : <Chip tone="good">{tx("guidance.no_need")}</Chip>}
                  time={ago(one.last_at)} />
              ))}</>)}
        </WithAnswer>
      </>}>
      {open === undefined ? <p class="soft">{tx("guidance.choose")}</p> : <Open id={open} key={open} />}
    </StaffShell>
  );
}

function Open({ id }: { id: string }) {
  const found = useCached("/api/care/guidance/{id}", { path: { id } });
  return (
    <>
      <BackLink to="/care/guidance" word={markup("guidance.cases")} />
      <WithAnswer answer={found}>{(one) => <TheCase one={one} />}</WithAnswer>
    </>
  );
}

function TheCase({ one }: { one: Case }) {
  const path = { id: one.id };
  const refresh = async (work: Promise<unknown>) => {
    await work;
    outdate("/api/care/guidance");
  };
  const [isAutomated, setAutomated] = useState(false);
  return (
    <div class="stack-l">
      <header>
        <h2>{tx("desk.name", { name: one.name ?? "" })}</h2>
        <p class="soft">{tx("desk.age", { n: one.age ?? 0 })} {tx(`guidance.level.${one.level}`)} {tx("guidance.offer", { day: day(one.exam_day) })}</p>
        <div class="row">{one.needs.map((need) => <Chip key={need} tone="look">{tx(`guidance.need.${need}`)}</Chip>)}</div>
      </header>
      <Card title={tx("guidance.goal")}>
        <p>{one.goal}</p>
        <Facts rows={[...one.targets.map((target): [preact.ComponentChildren, string] => [tx(`guidance.kind.${target.kind}`), target.text]), [tx("guidance.task"), one.task]]} />
        <Disclosure summary={tx("guidance.task")}><Task one={one} /></Disclosure>
      </Card>
      <Card title={tx("guidance.points")} end={<Chip tone={one.is_complete ? "good" : "info"}>{tx(one.is_complete ? "guidance.complete" : "guidance.not_complete")}</Chip>}>
        <p class="big-text">{sum(one)}</p>
        {one.points.length > 0 && (
          <Rows label={t("guidance.points")}>
            {one.points.map((line, place) => (
              <ListRow key={place} title={tx(`guidance.row.${line.row}`)} end={<b class="number">{line.points}</b>}
                note={<>{day(line.day)} {line.why_not ? tx(`guidance.why.${line.why_not}`) : line.source}</>} />
            ))}
          </Rows>
        )}
        <p class="small soft">{tx("guidance.points_note")}</p>
      </Card>
      <Card title={tx("guidance.messages")}>
        <Notes notes={one.notes} side="counsellor" />
        <Write label="guidance.write" isUrgentShown={false}
          send={(text, client_id) => refresh(body(api.POST("/api/care/guidance/{id}/messages", { params: { path }, body: { text, client_id, is_automated: isAutomated } })))} />
        <Check checked={isAutomated} onChange={setAutomated}>{tx("guidance.is_automated")}</Check>
      </Card>
      <div class="grid-2">
        <Card title={tx("guidance.take_contact")}><Meet one={one} /></Card>
        <Card title={tx("guidance.take_outcome")}><Conclude one={one} /></Card>
      </div>
      <History one={one} />
    </div>
  );
}

function useSend() {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const send = async (work: () => Promise<unknown>) => {
    setBusy(true);
    setProblem(null);
    try {
      await work();
      outdate("/api/care/guidance");
      toast(tx("guidance.saved"));
    } catch (error) {
      setProblem(asProblem(error));
    }
    setBusy(false);
  };
  return { isBusy, problem, send };
}

function Task({ one }: { one: Case }) {
  const [task, setTask] = useState(one.task);
  const { isBusy, problem, send } = useSend();
  return (
    <form class="stack" onSubmit={(event) => { event.preventDefault(); void send(() => body(api.PUT("/api/care/guidance/{id}/task", { params: { path: { id: one.id } }, body: { task: task.trim() } }))); }}>
      <Field label={tx("guidance.task")} value={task} onInput={setTask} maxLength={200} required />
      <ProblemNote problem={problem} />
      <Button type="submit" busy={isBusy} disabled={!task.trim()}>{tx("guidance.save_plan")}</Button>
    </form>
  );
}

function Meet({ one }: { one: Case }) {
  const [kind, setKind] = useState<Contact>(one.contacts.some((each) => each.kind === "first_interview") ? "interview" : "first_interview");
  const [on, setOn] = useState(today);
  const { isBusy, problem, send } = useSend();
  return (
    <form class="stack" onSubmit={(event) => { event.preventDefault(); void send(() => body(api.POST("/api/care/guidance/{id}/contacts", { params: { path: { id: one.id } }, body: { kind, day: on } }))); }}>
      <Select label={tx("guidance.kind_of_contact")} value={kind} onChange={(value) => setKind(value as Contact)} options={CONTACTS.map((each) => ({ value: each, label: t(`guidance.contact.${each}`) }))} />
      <Field label={tx("guidance.day")} type="date" value={on} onInput={setOn} min={one.exam_day} max={today()} required />
      <ProblemNote problem={problem} />
      <Button type="submit" busy={isBusy}>{tx("guidance.record")}</Button>
    </form>
  );
}

function Conclude({ one }: { one: Case }) {
  const [month, setMonth] = useState<"3" | "6">("3");
  const [weight, setWeight] = useState("");
  const [waist, setWaist] = useState("");
  const [kept, setKept] = useState<Case["outcomes"][number]["kept"]>([]);
  const [quit_smoking, setQuit] = useState(false);
  const { isBusy, problem, send } = useSend();
  const path = { id: one.id };
  return (
    <form class="stack choices-long" onSubmit={(event) => {
      event.preventDefault();
      void send(() => body(api.PUT("/api/care/guidance/{id}/outcome", {
        params: { path },
        body: { month: month === "3" ? 3 : 6, weight_kg: typedNumber(weight), waist_cm: typedNumber(waist), kept, quit_smoking },
      })));
    }}>
      <Select label={tx("guidance.take_outcome")} value={month} onChange={(value) => setMonth(value as "3" | "6")}
        options={[{ value: "3", label: t("guidance.month_3") }, { value: "6", label: t("guidance.month_6") }]} />
      <Field label={tx("guidance.weight")} inputMode="decimal" value={weight} onInput={setWeight} />
      <Field label={tx("guidance.waist")} inputMode="decimal" value={waist} onInput={setWaist} />
      <fieldset class="choices">
        <legend>{tx("guidance.kept")}</legend>
        {one.targets.map((target) => (
          <Check key={target.kind} checked={kept.includes(target.kind)} onChange={(isOn) => setKept(isOn ? [...kept, target.kind] : kept.filter((each) => each !== target.kind))}>{target.text}</Check>
        ))}
        <Check checked={quit_smoking} onChange={setQuit}>{tx("guidance.quit")}</Check>
      </fieldset>
      <ProblemNote problem={problem} />
      <Button type="submit" busy={isBusy}>{tx("guidance.record")}</Button>
    </form>
  );
}
