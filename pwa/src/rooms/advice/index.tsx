// This week: one suggestion of a kind, why it comes, and what the person says to it.
import { useState } from "preact/hooks";
import { api, asProblem, body, type Problem, type Schemas } from "../../api/client";
import { markup, rich, tx, word } from "../../i18n";
import { day } from "../../i18n/time";
import { outdate, useCached } from "../../offline/cached";
import { navigate, type Match } from "../../router";
import { Button, Card, Chip, Disclosure, EmptyState, Facts, Icon, ListRow, NotDiagnosis, Rows } from "../../ui/index";
import { Choices } from "../../ui/form";
import { Dialog, toastUndo } from "../../ui/overlay";
import { Page, ProblemNote, WithAnswer } from "../../ui/page";
import { AlertCard } from "../home";
import { CallButton, UrgentLine } from "./urgent-calls";
import { WeekLines } from "./week";

type Week = Schemas["AdviceOut"];
type One = Schemas["SuggestionOut"];
type Answer = Schemas["AnswerIn"]["answer"];
type Reason = NonNullable<Schemas["AnswerIn"]["reason"]>;

const REASONS: Reason[] = ["time", "cost", "taste", "health", "already", "other"];

async function say(id: string, answer: Answer, reason?: Reason): Promise<void> {
  await body(api.POST("/api/advice/{suggestion}/answer", { params: { path: { suggestion: id } }, body: { answer, reason: reason ?? null } }));
  outdate("/api/advice", "/api/home");
  toastUndo(tx(`advice.said.${answer}`), () => void takeBack(id));
}

async function takeBack(id: string): Promise<void> {
  await body(api.DELETE("/api/advice/{suggestion}/answer", { params: { path: { suggestion: id } } }));
  outdate("/api/advice", "/api/home");
}

export function Advice() {
  const week = useCached("/api/advice");
  return (
    <Page title={markup("advice.title")} lead={tx("advice.lead")}>
      <WithAnswer answer={week}>{(data) => <TheWeek week={data} />}</WithAnswer>
      <WeekLines />
      <UrgentLine />
    </Page>
  );
}

function TheWeek({ week }: { week: Week }) {
  if (week.is_empty_record && !week.alert) {
    return <EmptyState title={tx("advice.empty_title")} text={tx("advice.empty")} action={tx("advice.empty_do")} href="/link-data" />;
  }
  return (
    <>
      <AlertCard />
      {week.alert?.tone === "now" && <Card tone="now" title={tx("urgent.now")}><CallButton call="clinic" /><CallButton call="7119" /><CallButton call="119" /></Card>}
      {week.asks.length > 0 && (
        <Card tone="info" title={tx("advice.asks_title")}>
          <p>{tx("advice.asks")}</p>
          <Rows>
            {week.asks.map((key) => <ListRow key={key} title={tx(`record.profile.${key}`)} href={`/record/profile/${key}`} />)}
          </Rows>
        </Card>
      )}
      {week.suggestions.length === 0 && !week.alert && <Card title={tx("advice.none_title")}><p>{tx("advice.none")}</p></Card>}
      {week.suggestions.map((one) => <SuggestionCard key={one.id} one={one} />)}
      <Hidden week={week} />
      <Masked week={week} />
      <NotDiagnosis />
    </>
  );
}

function SuggestionCard({ one }: { one: One }) {
  return (
    <Card title={word(one.title)} end={<Chip tone={one.answer === "accepted" ? "good" : "info"}>{tx(one.answer === "accepted" ? "advice.doing" : `advice.kind.${one.kind}`)}</Chip>}>
      <p>{tx("advice.from", { value: "" })}<strong>{word(one.trigger.words)}</strong> <span class="soft nowrap">{rich(day(one.trigger.day))}</span></p>
      <p class="soft">{word(one.detail)}</p>
      <Answers one={one} />
      <a class="link-button" href={`/advice/${one.id}`}>{tx("advice.more")}</a>
    </Card>
  );
}

function Answers({ one, after }: { one: One; after?: () => void }) {
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [isAsking, setAsking] = useState(false);
  const [reason, setReason] = useState<Reason | null>(null);

  const send = async (answer: Answer, why?: Reason) => {
    setBusy(true);
    setProblem(null);
    try {
      await say(one.id, answer, why);
      setAsking(false);
      after?.();
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };

  return (
    <div class="stack-s">
      <div class="pair">
        {one.answer === "accepted"
          ? <Button kind="main" busy={isBusy} onClick={() => void send("done")}>{tx("advice.done")}</Button>
          : <Button kind="main" busy={isBusy} onClick={() => void send("accepted")}>{tx("advice.accept")}</Button>}
        <Button busy={isBusy} onClick={() => void send("later")}>{tx("advice.later")}</Button>
      </div>
      <Button kind="quiet" busy={isBusy} onClick={() => setAsking(true)}>{tx("advice.not_for_me")}</Button>
      {!isAsking && <ProblemNote problem={problem} />}
      <Dialog title={tx("advice.why_not")} open={isAsking} onClose={() => setAsking(false)}>
        <Choices legend={tx("advice.why_not_legend")} value={reason} onChange={setReason}
          options={REASONS.map((value) => ({ value, label: tx(`advice.reason.${value}`) }))} />
        <p class="soft">{tx("advice.away_90")}</p>
        <Button kind="main" busy={isBusy} onClick={() => void send("not_for_me", reason ?? undefined)}>{tx("advice.send_away")}</Button>
        <ProblemNote problem={problem} />
      </Dialog>
    </div>
  );
}

function Hidden({ week }: { week: Week }) {
  if (week.hidden.length === 0) return null;
  return (
    <Card>
      <Disclosure summary={tx("advice.hidden", { n: week.hidden.length })}>
        <Rows>
          {week.hidden.map((one) => (
            <ListRow key={one.id} title={word(one.title)} note={tx("advice.until", { when: day(one.until) })}
              end={<Button kind="quiet" onClick={() => void takeBack(one.id)}>{tx("advice.bring_back")}</Button>} />
          ))}
        </Rows>
      </Disclosure>
    </Card>
  );
}

function Masked({ week }: { week: Week }) {
  if (week.masked.length === 0) return null;
  return (
    <Card>
      <Disclosure summary={tx("advice.masked", { n: week.masked.length })}>
        <Rows>
          {week.masked.map((one) => (
            <ListRow key={one.id} icon="info" title={word(one.title)} href={one.asks ? `/record/profile/${one.asks}` : undefined}
              note={<>{word(one.reason)}{one.to_be_confirmed && <> {tx("advice.to_be_confirmed")}</>}</>} />
          ))}
        </Rows>
      </Disclosure>
    </Card>
  );
}

/** One suggestion with everything behind it. */
export function Suggestion({ match }: { match: Match }) {
  const week = useCached("/api/advice");
  const id = match.suggestion ?? "";
  const one = week.data?.suggestions.find((candidate) => candidate.id === id);
  return (
    <Page title={one ? markup(one.title.key, one.title.params) : markup("advice.title")} back={["/advice", markup("nav.advice")]}
      over={one && <p class="soft">{tx(`advice.kind.${one.kind}`)}</p>}>
      <WithAnswer answer={week}>
        {() => (one === undefined
          ? <EmptyState title={tx("advice.gone_title")} text={tx("advice.gone")} action={tx("advice.back_to_week")} href="/advice" />
          : <Whole one={one} />)}
      </WithAnswer>
      <UrgentLine />
    </Page>
  );
}

function Whole({ one }: { one: One }) {
  return (
    <>
      <Card>
        <p>{word(one.detail)}</p>
        {one.kind === "movement" && <a class="link-button" href="/advice/movement">{tx("move.title")}</a>}
        {one.caution && <p class="notice"><Icon name="warn" size={18} /><span>{word(one.caution)}</span></p>}
        <Answers one={one} after={() => navigate("/advice")} />
      </Card>
      <Card title={tx("advice.why_title")}>
        <p><strong>{word(one.trigger.words)}</strong></p>
        {one.trigger.limit && <p>{word(one.trigger.limit)}</p>}
        <p class="soft small">{tx("advice.line_from", { source: one.trigger.limit_source })}</p>
        <p>{word(one.why)}</p>
        {one.trigger.reading && <a class="link-button" href={`/record/reading/${one.trigger.reading}`}>{tx("advice.open_value")}</a>}
      </Card>
      <Card title={tx("advice.basis")}>
        <Facts rows={[
          [tx("advice.guideline"), one.guideline.source],
          [tx("advice.version"), `${one.guideline.id} ${one.guideline.version}`],
          [tx("advice.measured"), rich(day(one.trigger.day))],
          [tx("advice.effort"), tx("advice.minutes", { n: one.minutes })],
          [tx("advice.cost_title"), word(one.cost)],
        ]} />
      </Card>
      <NotDiagnosis />
    </>
  );
}
