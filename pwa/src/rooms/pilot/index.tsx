// The desk of the pilot staff: invite codes, their sheet, and how far people came. No health value stands here.
import { useState } from "preact/hooks";
import { api, asProblem, body, newClientId, type Problem, type Schemas } from "../../api/client";
import { markup, number, t, tx } from "../../i18n";
import { ago, day } from "../../i18n/time";
import { outdate, useCached } from "../../offline/cached";
import { navigate, type Match } from "../../router";
import { ChartTable } from "../../chart/people";
import { Button, Card, Chip, EmptyState, Facts, ListRow, Rows, type Tone } from "../../ui/index";
import { Field, Stepper } from "../../ui/form";
import { Dialog, toast } from "../../ui/overlay";
import { BackLink, ProblemNote, WithAnswer } from "../../ui/page";
import { StaffRow, StaffShell } from "../../ui/staff";
import { prefs } from "../../prefs";

type Counts = Schemas["CountsOut"];
type Batch = Schemas["BatchOut"];

const STEPS = ["invited", "opened", "signed_up", "linked", "consented"] as const;
const PLACES = () => [
  { href: "/pilot", word: tx("desk.funnel") },
  { href: "/pilot/invites", word: tx("desk.invites") },
  { href: "/pilot/reminders", word: tx("learn.title") },
];

export function Funnel() {
  const funnel = useCached("/api/pilot/funnel");
  return (
    <StaffShell title={t("desk.funnel")} work={tx("desk.work_pilot")} places={PLACES()}>
      <h1 tabIndex={-1}>{tx("desk.funnel")}</h1>
      <p class="soft">{tx("desk.funnel_lead")}</p>
      <WithAnswer answer={funnel}>
        {({ total, weeks }) => (total.invited === 0
          ? <EmptyState title={tx("desk.no_invites_title")} text={tx("desk.no_invites")} action={tx("desk.make")} href="/pilot/invites" />
          : (
            <Card title={tx("desk.in_total")}>
              <Bars total={total} />
              <ChartTable caption={t("desk.by_week")}
                columns={[{ head: tx("desk.week") }, ...STEPS.map((step) => ({ head: tx(`desk.step.${step}`), isNumber: true }))]}
                rows={weeks.map((week) => [day(week.monday), ...STEPS.map((step) => number(week.counts[step]))])} />
            </Card>
          ))}
      </WithAnswer>
    </StaffShell>
  );
}

function Bars({ total }: { total: Counts }) {
  const most = Math.max(1, ...STEPS.map((step) => total[step]));
  return (
    <dl class="funnel">
      {STEPS.map((step) => (
        <div key={step} class="funnel-row">
          <dt>{tx(`desk.step.${step}`)}</dt>
          <dd><span class="funnel-bar" style={{ width: `${(total[step] / most) * 100}%` }} aria-hidden="true" /><b class="number">{number(total[step])}</b></dd>
        </div>
      ))}
    </dl>
  );
}

export function Invites({ match }: { match: Match }) {
  const list = useCached("/api/pilot/invites");
  const [isMaking, setMaking] = useState(false);
  const open = match.batch;
  return (
    <StaffShell title={t("desk.invites")} work={tx("desk.work_pilot")} places={PLACES()} listLabel={t("desk.invites")} listHref="/pilot/invites"
      isCaseOpen={open !== undefined}
      list={<>
        <div class="staff-list-head stack-s">
          <h1 tabIndex={-1}>{tx("desk.invites")}</h1>
          <Button kind="main" icon="plus" onClick={() => setMaking(true)}>{tx("desk.make")}</Button>
        </div>
        <WithAnswer answer={list}>
          {({ batches }) => (batches.length === 0
            ? <p class="soft pad">{tx("desk.no_invites")}</p>
            : <>{batches.map((one) => (
                <StaffRow key={one.id} href={`/pilot/invites/${one.id}`} current={one.id === open} title={one.label}
                  note={tx("desk.batch_note", { used: one.used, count: one.count, day: day(one.last_day) })}
                  chip={one.open > 0 ? <Chip tone="good">{tx("desk.left", { n: one.open })}</Chip> : <Chip>{tx("desk.none_left")}</Chip>}
                  time={ago(one.created_at)} />
              ))}</>)}
        </WithAnswer>
        <MakeDialog isOpen={isMaking} close={() => setMaking(false)} />
      </>}>
      {open === undefined ? <p class="soft">{tx("desk.choose_batch")}</p> : <OpenBatch id={open} key={open} />}
    </StaffShell>
  );
}

function inDays(n: number): string {
  return new Date(Date.now() + n * 86_400_000).toISOString().slice(0, 10);
}

function MakeDialog({ isOpen, close }: { isOpen: boolean; close: () => void }) {
  const [label, setLabel] = useState("");
  const [count, setCount] = useState(20);
  const [last_day, setLastDay] = useState(inDays(30));
  const [client_id, setClientId] = useState(() => newClientId().slice(0, 26));
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const make = async () => {
    setBusy(true);
    setProblem(null);
    try {
      const made = await body(api.POST("/api/pilot/invites", { body: { client_id, label: label.trim(), count, last_day } }));
      setClientId(newClientId().slice(0, 26));
      outdate("/api/pilot");
      close();
      navigate(`/pilot/invites/${made.id}`);
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog title={tx("desk.make")} open={isOpen} onClose={close}>
      <form class="stack" onSubmit={(event) => { event.preventDefault(); void make(); }}>
        <Field label={tx("desk.label")} hint={tx("desk.label_hint")} value={label} onInput={setLabel} maxLength={60} required />
        <Stepper label={tx("desk.count")} name={t("desk.count")} unit={t("desk.sheets")} value={count} onChange={setCount} min={1} max={500} />
        <Field label={tx("desk.last_day")} type="date" value={last_day} onInput={setLastDay} min={inDays(0)} required />
        <ProblemNote problem={problem} />
        <Button kind="main" type="submit" busy={isBusy} disabled={!label.trim()}>{tx("desk.make_now")}</Button>
      </form>
    </Dialog>
  );
}

const INVITE_TONES: Record<string, Tone> = { open: "good", used: "info", expired: "look", revoked: "look" };

function OpenBatch({ id }: { id: string }) {
  const batch = useCached("/api/pilot/invites/{batch}", { path: { batch: id } });
  return (
    <>
      <BackLink to="/pilot/invites" word={markup("desk.invites")} />
      <WithAnswer answer={batch}>{(one) => <TheBatch batch={one} />}</WithAnswer>
    </>
  );
}

function TheBatch({ batch }: { batch: Batch }) {
  const [isAsking, setAsking] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const revoke = async () => {
    setProblem(null);
    try {
      const { revoked } = await body(api.POST("/api/pilot/invites/{batch}/revoke", { params: { path: { batch: batch.id } }, body: { code: null } }));
      setAsking(false);
      outdate("/api/pilot");
      toast(tx("desk.revoked", { n: revoked }));
    } catch (error) {
      setProblem(asProblem(error));
    }
  };
  return (
    <div class="stack-l">
      <h2>{batch.label}</h2>
      <Card>
        <Facts rows={[
          [tx("desk.last_day"), day(batch.last_day)],
          [tx("desk.step.invited"), number(batch.count)],
          [tx("desk.step.opened"), number(batch.opened)],
          [tx("desk.state.used"), number(batch.used)],
        ]} />
        <div class="grid-2">
          {batch.open > 0
            ? <a class="button button-main" href={`${batch.sheet}?locale=${prefs.get().locale}`} target="_blank" rel="noopener">{tx("desk.print")}</a>
            : <p class="soft">{tx("desk.none_left")}</p>}
          {batch.open > 0 && <Button kind="now" onClick={() => setAsking(true)}>{tx("desk.revoke")}</Button>}
        </div>
      </Card>
      <Card title={tx("desk.codes")}>
        <Rows>
          {batch.invites.map((one) => (
            <ListRow key={one.code} title={<span class="number">{one.grouped}</span>}
              note={one.used_at ? ago(one.used_at) : one.opened_at ? tx("desk.opened_at", { when: ago(one.opened_at) }) : undefined}
              end={<Chip tone={INVITE_TONES[one.state]}>{tx(`desk.state.${one.state}`)}</Chip>} />
          ))}
        </Rows>
      </Card>
      <Dialog title={tx("desk.revoke")} open={isAsking} onClose={() => setAsking(false)}>
        <p>{tx("desk.revoke_what", { n: batch.open })}</p>
        <ProblemNote problem={problem} />
        <Button kind="now" onClick={() => void revoke()}>{tx("desk.revoke_now")}</Button>
      </Dialog>
    </div>
  );
}
