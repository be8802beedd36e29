// 保健指導: the resident's side. Goal, this week's task, one tap how it went, the talk, what came of it.
import { useId, useState } from "preact/hooks";
import { api, asProblem, body, newClientId, type Problem, type Schemas } from "../../api/client";
import { markup, number, plain, t, tx, word } from "../../i18n";
import { day, dayTime } from "../../i18n/time";
import { outdate, useCached } from "../../offline/cached";
import { Button, Card, Chip, Disclosure, EmptyState, Facts, ListRow, NotDiagnosis, Rows } from "../../ui/index";
import { Check, Field } from "../../ui/form";
import { toast } from "../../ui/overlay";
import { Page, ProblemNote, WithAnswer } from "../../ui/page";
import { UrgentInText, UrgentLine } from "../advice/urgent-calls";
import { nameOf } from "../consent/names";

type Case = Schemas["GuidanceCaseOut"];
type Offer = Schemas["GuidanceBeginOut"];
type Kind = Case["targets"][number]["kind"];
type Answer = NonNullable<Case["this_week"]>;
const KINDS: Kind[] = ["meals", "movement", "rest", "smoking", "other"];
const ANSWERS: Answer[] = ["done", "partly", "not_done"];
const measure = (value: number | null, unit: string) => (value === null ? t("guidance.unknown") : `${number(value, 1)} ${unit}`);

/** Half-typed and full-width numbers of a phone's keyboard; null where nothing usable stands. */
export function typedNumber(text: string): number | null {
  const found = Number(text.normalize("NFKC").replace(",", ".").trim());
  return text.trim() !== "" && Number.isFinite(found) ? found : null;
}

function useRun() {
  const [busy, setBusy] = useState<string | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const run = async (name: string, work: () => Promise<unknown>, said?: string) => {
    setBusy(name);
    setProblem(null);
    try {
      await work();
      outdate("/api/guidance");
      if (said) toast(tx(said));
      return true;
    } catch (error) {
      setProblem(asProblem(error));
      return false;
    } finally {
      setBusy(null);
    }
  };
  return { busy, problem, run };
}

export function Guidance() {
  const mine = useCached("/api/guidance");
  return (
    <Page title={markup("guidance.title")} back={["/advice", markup("nav.advice")]} lead={tx("guidance.lead")}>
      <WithAnswer answer={mine}>
        {({ offer, asks, case: one }) => (
          <>
            {one && !one.closed_at && <Running one={one} />}
            {offer && <Begin offer={offer} />}
            {asks.length > 0 && (
              <Card title={tx("guidance.asks")}>
                <Rows>{asks.map((ask) => <ListRow key={ask.profile_key} icon="pencil" href={`/record/profile/${ask.profile_key}`} title={word({ key: ask.key, params: ask.params })} />)}</Rows>
              </Card>
            )}
            {!offer && asks.length === 0 && (!one || one.closed_at) && (
              <EmptyState title={tx("guidance.none_title")} text={tx("guidance.none")} action={tx("guidance.see_level")} href="/risk/tokutei-hoken-shido" />
            )}
            {one?.closed_at && <Past one={one} />}
          </>
        )}
      </WithAnswer>
      <NotDiagnosis />
      <UrgentLine />
    </Page>
  );
}

function Begin({ offer }: { offer: Offer }) {
  return (
    <>
      <Card title={tx(`guidance.level.${offer.level}`)} end={<a href="/risk/tokutei-hoken-shido">{tx("shell.why")}</a>}>
        <p>{tx("guidance.offer", { day: day(offer.exam_day) })}</p>
        <h3>{tx("guidance.shown")}</h3>
        <p>{tx("guidance.shown_list", { weight: measure(offer.weight_kg, "kg"), waist: measure(offer.waist_cm, "cm") })}</p>
      </Card>
      <Card><Plan goal="" task="" targets={[]} word="guidance.begin" said="guidance.begun" send={(plan) => body(api.POST("/api/guidance", { body: plan }))} /></Card>
    </>
  );
}

function Plan({ goal: wasGoal, task: wasTask, targets: before, word, said, send }: {
  goal: string; task: string; targets: Case["targets"]; word: string; said: string; send: (plan: Schemas["GuidancePlanIn"]) => Promise<unknown>;
}) {
  const [goal, setGoal] = useState(wasGoal);
  const [task, setTask] = useState(wasTask);
  const [texts, setTexts] = useState<Partial<Record<Kind, string>>>(() => Object.fromEntries(before.map((one) => [one.kind, one.text])));
  const { busy, problem, run } = useRun();
  const chosen = KINDS.filter((kind) => texts[kind] !== undefined);
  const isWhole = goal.trim() && task.trim() && chosen.length > 0 && chosen.every((kind) => texts[kind]?.trim());
  const choose = (kind: Kind, isOn: boolean) => {
    const { [kind]: _, ...rest } = texts;
    setTexts(isOn ? { ...texts, [kind]: "" } : rest);
  };
  return (
    <form class="stack choices-long" onSubmit={(event) => {
      event.preventDefault();
      void run("plan", () => send({ goal: goal.trim(), task: task.trim(), targets: chosen.map((kind) => ({ kind, text: (texts[kind] ?? "").trim() })) }), said);
    }}>
      <Field label={tx("guidance.goal")} hint={tx("guidance.goal_hint")} value={goal} onInput={setGoal} maxLength={200} required />
      <fieldset class="choices">
        <legend>{tx("guidance.targets")}</legend>
        {KINDS.map((kind) => (
          <div key={kind} class="stack-s">
            <Check checked={texts[kind] !== undefined} onChange={(isOn) => { if (!isOn || chosen.length < 3) choose(kind, isOn); }}>{tx(`guidance.kind.${kind}`)}</Check>
            {texts[kind] !== undefined && (
              <Field label={tx("guidance.target_text", { kind: t(`guidance.kind.${kind}`) })} value={texts[kind]} maxLength={120} required
                onInput={(value) => setTexts({ ...texts, [kind]: value })} />
            )}
          </div>
        ))}
      </fieldset>
      <Field label={tx("guidance.task")} hint={tx("guidance.task_hint")} value={task} onInput={setTask} maxLength={200} required />
      <p class="small soft">{tx("guidance.safe")}</p>
      <ProblemNote problem={problem} />
      <Button kind="main" type="submit" wide busy={busy !== null} disabled={!isWhole}>{tx(word)}</Button>
    </form>
  );
}

function Running({ one }: { one: Case }) {
  const { busy, problem, run } = useRun();
  const tell = (answer: Answer) =>
    run(answer, () => body(api.POST("/api/guidance/check-ins", { body: { answer, weight_kg: null, waist_cm: null } })), "guidance.checked");
  return (
    <>
      <Card title={tx("guidance.task")}>
        <p class="big-text">{one.task}</p>
        <h3>{tx("guidance.week_question")}</h3>
        <div class="row">
          {ANSWERS.map((answer) => (
            <Button key={answer} kind={one.this_week === answer ? "main" : "plain"} icon={one.this_week === answer ? "check" : undefined}
              busy={busy === answer} aria-pressed={one.this_week === answer} onClick={() => void tell(answer)}>{tx(`guidance.${answer}`)}</Button>
          ))}
        </div>
        {one.this_week && <p class="small soft">{tx("guidance.change_answer")}</p>}
        <ProblemNote problem={problem} />
        <Disclosure summary={tx("guidance.measures")}><Measures answer={one.this_week ?? "partly"} /></Disclosure>
      </Card>
      <Card title={tx("guidance.goal")} end={<Chip tone="info">{tx(`guidance.level.${one.level}`)}</Chip>}>
        <p>{one.goal}</p>
        <Facts rows={one.targets.map((target) => [tx(`guidance.kind.${target.kind}`), target.text])} />
        <p class="small soft">{tx("guidance.with_team", { team: plain(nameOf(one.team)) })}</p>
        <Disclosure summary={tx("guidance.change_plan")}>
          <Plan key={one.id} goal={one.goal} task={one.task} targets={one.targets} word="guidance.save_plan" said="guidance.saved"
            send={(plan) => body(api.PUT("/api/guidance/plan", { body: plan }))} />
        </Disclosure>
      </Card>
      <Card title={tx("guidance.messages")}>
        <Notes notes={one.notes} side="resident" />
        <Write label="guidance.write" send={(text, client_id) => body(api.POST("/api/guidance/messages", { body: { text, client_id } }))} />
      </Card>
      <History one={one} />
      <Card>
        <p class="small soft">{tx("guidance.leave_note")}</p>
        <Button kind="quiet" busy={busy === "leave"} onClick={() => void run("leave", () => body(api.DELETE("/api/guidance")), "guidance.left")}>{tx("guidance.leave")}</Button>
      </Card>
    </>
  );
}

function Measures({ answer }: { answer: Answer }) {
  const [weight, setWeight] = useState("");
  const [waist, setWaist] = useState("");
  const { busy, problem, run } = useRun();
  const [weight_kg, waist_cm] = [typedNumber(weight), typedNumber(waist)];
  return (
    <form class="stack" onSubmit={(event) => {
      event.preventDefault();
      void run("send", () => body(api.POST("/api/guidance/check-ins", { body: { answer, weight_kg, waist_cm } })), "guidance.checked");
    }}>
      <Field label={tx("guidance.weight")} inputMode="decimal" value={weight} onInput={setWeight} />
      <Field label={tx("guidance.waist")} inputMode="decimal" value={waist} onInput={setWaist} />
      <ProblemNote problem={problem} />
      <Button type="submit" busy={busy !== null} disabled={weight_kg === null && waist_cm === null}>{tx("guidance.send_measures")}</Button>
    </form>
  );
}

/** What was written, with who wrote it; both sides see the same. */
export function Notes({ notes, side }: { notes: Case["notes"]; side: "resident" | "counsellor" }) {
  if (notes.length === 0) return <p class="soft">{tx("guidance.no_messages")}</p>;
  return (
    <ol class="talk">
      {notes.map((note) => {
        const isMine = note.author === side;
        const by = note.author === "automated" ? tx("guidance.by_software") : note.author === "resident"
          ? tx(side === "resident" ? "guidance.by_me" : "guidance.by_resident") : note.name;
        return (
          <li key={note.id} class="talk-message" data-mine={isMine}>
            <p class="talk-text">{note.key ? tx(note.key) : note.text}</p>
            <p class="small soft">{by} {dayTime(note.at)}</p>
          </li>
        );
      })}
    </ol>
  );
}

/** One field and one button; the same text sent twice is the same message. */
export function Write({ label, send, isUrgentShown = true }: { label: string; send: (text: string, client_id: string) => Promise<unknown>; isUrgentShown?: boolean }) {
  const field = useId();
  const [text, setText] = useState("");
  const [client_id, setClientId] = useState(newClientId);
  const { busy, problem, run } = useRun();
  return (
    <form class="stack-s" onSubmit={(event) => {
      event.preventDefault();
      void run("send", () => send(text.trim(), client_id)).then((isSent) => {
        if (!isSent) return;
        setText("");
        setClientId(newClientId());
      });
    }}>
      <label class="field-label" for={field}>{tx(label)}</label>
      <textarea id={field} class="input" rows={3} maxLength={4000} value={text} onInput={(event) => setText(event.currentTarget.value)} />
      {isUrgentShown && <UrgentInText text={text} />}
      <ProblemNote problem={problem} />
      <Button kind="main" type="submit" busy={busy !== null} disabled={!text.trim()}>{tx(busy ? "shell.sending" : "talk.send")}</Button>
    </form>
  );
}

/** Weeks, talks and outcomes. */
export function History({ one }: { one: Case }) {
  return (
    <Card title={tx("guidance.history")}>
      <Facts rows={[[tx("guidance.start_values"), `${day(one.exam_day)} ${measure(one.start_weight_kg, "kg")} ${measure(one.start_waist_cm, "cm")}`]]} />
      <Rows label={t("guidance.history")}>
        {([3, 6] as const).map((month) => {
          const found = one.outcomes.find((each) => each.month === month);
          return (
            <ListRow key={month} title={tx("guidance.outcome", { month })}
              note={found ? `${day(found.day)} ${measure(found.weight_kg, "kg")} ${measure(found.waist_cm, "cm")}` : tx("guidance.outcome_from", { day: day(month === 3 ? one.due_3 : one.due_6) })} />
          );
        })}
        {one.contacts.map((each) => <ListRow key={`${each.kind}${each.day}`} title={tx(`guidance.contact.${each.kind}`)} note={day(each.day)} />)}
        {one.check_ins.map((each) => (
          <ListRow key={each.monday} title={tx("guidance.week_of", { day: day(each.monday) })}
            note={<>{tx(`guidance.${each.answer}`)}{each.weight_kg !== null && ` ${measure(each.weight_kg, "kg")}`}{each.waist_cm !== null && ` ${measure(each.waist_cm, "cm")}`}</>} />
        ))}
      </Rows>
    </Card>
  );
}

function Past({ one }: { one: Case }) {
  return (
    <>
      <Card title={tx("guidance.ended", { day: day(one.closed_at ?? one.opened_at) })}>
        <p>{one.goal}</p>
        <Notes notes={one.notes} side="resident" />
      </Card>
      <History one={one} />
    </>
  );
}
