// めぐり: who may use what, for what, until when. A switch shows only what the server has.
import { useState } from "preact/hooks";
import { api, asProblem, body, newClientId, type Problem, type Schemas } from "../../api/client";
import { markup, rich, tx } from "../../i18n";
import { ago, day } from "../../i18n/time";
import { outdate, useCached } from "../../offline/cached";
import { prefs } from "../../prefs";
import type { Match } from "../../router";
import { Card, Chip, Disclosure, Facts, Icon, ListRow, Rows, type Tone } from "../../ui/index";
import { Switch } from "../../ui/form";
import { toast } from "../../ui/overlay";
import { Page, ProblemNote, WithAnswer } from "../../ui/page";
import { withStepUp } from "../people/passkey";
import { useEntrust } from "./check";
import { nameOf } from "./names";
import { RulesCard } from "./rules";

type Overview = Schemas["ConsentOut"];
type CardOut = Schemas["CardOut"];
type SwitchOut = Schemas["SwitchOut"];

const TONES: Partial<Record<CardOut["status"], Tone>> = { on: "good", paused: "look", ask_again: "look", not_yet: "info" };

function after(): void {
  outdate("/api/consent", "/api/home");
}

export function Meguri() {
  const overview = useCached("/api/consent");
  return (
    <Page title={markup("nav.meguri")} lead={tx("consent.intro")} end={<a href="/meguri/history">{tx("meguri.history")}</a>}>
      <WithAnswer answer={overview}>{(data) => <Everything overview={data} />}</WithAnswer>
    </Page>
  );
}

/** Whether anything goes, or may go, to this recipient. */
const isGiven = (card: CardOut): boolean => card.categories.some((one) => one.is_on);

function Everything({ overview }: { overview: Overview }) {
  const all = [...overview.counsellors, ...overview.bank];
  const given = all.filter(isGiven);
  const offers = useCached("/api/bank/offers");
  const erasures = useCached("/api/bank/erasures");
  const waiting = offers.data?.waiting ?? 0;
  const overdue = erasures.data?.erasures.filter((one) => one.state === "overdue").length ?? 0;
  return (
    <>
      {overview.asks_again > 0 && <Card tone="look" title={tx("consent.status.ask_again")}><p>{tx("consent.ask_again_explained")}</p></Card>}
      <Card title={given.length > 0 ? tx("glance.given", { n: given.length }) : tx("glance.nothing")}>
        {given.length === 0 && <p class="soft">{tx("glance.nothing_text")}</p>}
        <Rows>
          {given.map((card) => (
            <ListRow key={`${card.recipient}${card.purpose}`} href={`/meguri/with/${card.recipient}/${card.purpose}`} title={rich(nameOf(card.names))}
              note={<>{tx(`consent.purpose.${card.purpose}`)}{tx("meguri.dot")}{card.until ? tx("consent.until", { day: lastDay(card.until) }) : tx("consent.until_open")}<br />
                {card.categories.filter((one) => one.is_on).map((one, i) => <>{i > 0 && tx("meguri.comma")}{tx(`consent.category.${one.category}`)}</>)}</>}
              end={chipOf(card)} />
          ))}
          <ListRow href="/meguri/table" title={tx("glance.table")} note={tx("glance.table_note")} />
          <ListRow icon="plus" href="/meguri/others" title={tx("glance.others")} note={tx("glance.others_note", { n: all.length - given.length })} />
        </Rows>
      </Card>
      <Pause overview={overview} />
      <Card>
        <Rows>
          <ListRow title={tx("offers.title")} note={tx("offers.note")} href="/meguri/offers" end={waiting > 0 ? <Chip tone="look">{tx("offers.waiting", { n: waiting })}</Chip> : undefined} />
          <ListRow title={tx("benefits.title")} note={tx("benefits.note")} href="/meguri/benefits" />
          <ListRow title={tx("meguri.reads")} note={tx("meguri.reads_note")} href="/meguri/reads" />
          <ListRow title={tx("erasures.title")} note={tx("erasures.note")} href="/meguri/erasures" end={overdue > 0 ? <Chip tone="look">{tx("erasures.overdue", { n: overdue })}</Chip> : undefined} />
          <ListRow title={tx("meguri.history")} note={tx("meguri.history_note")} href="/meguri/history" />
          <ListRow title={tx("review.votes_title")} note={tx("review.votes_note")} href="/votes" />
          <ListRow title={tx("review.register")} note={tx("review.register_note")} href="/register" />
        </Rows>
      </Card>
      <Card>
        <Rows>
          <ListRow title={tx("rules.title")} note={overview.rules.length > 0 ? tx("rules.in_force", { n: overview.rules.length }) : tx("rules.note")} href="/meguri/rules" />
          <ListRow title={tx("nextgen.title")} note={tx("nextgen.note")} href="/meguri/nextgen" />
          <ListRow title={tx("erase.title")} note={tx("erase.note")} href="/meguri/erase-me" />
        </Rows>
      </Card>
      {overview.rules_are_draft && <p class="notice"><Icon name="info" size={18} /><span>{tx("consent.draft_rules")}</span></p>}
    </>
  );
}

/** Everybody one can give something to, the counsellors first; what is given stands on めぐり itself. */
export function Others() {
  const overview = useCached("/api/consent");
  return (
    <Page title={markup("glance.others")} lead={tx("glance.others_lead")} back={["/meguri", markup("nav.meguri")]}>
      <WithAnswer answer={overview}>
        {(data) => (
          <>
            <h2>{tx("meguri.counsellors")}</h2>
            {data.counsellors.length === 0 && <Card><p class="soft">{tx("meguri.no_counsellor")}</p></Card>}
            {data.counsellors.map((card) => <Brief key={`${card.recipient}${card.purpose}`} card={card} />)}
            <h2>{tx("meguri.bank")}</h2>
            {data.bank.length === 0 && <Card><p class="soft">{tx("meguri.no_bank")}</p></Card>}
            {data.bank.map((card) => <Brief key={`${card.recipient}${card.purpose}`} card={card} />)}
          </>
        )}
      </WithAnswer>
    </Page>
  );
}

/** The standing rules on a page of their own. */
export function Rules() {
  const overview = useCached("/api/consent");
  return (
    <Page title={markup("rules.title")} lead={tx("rules.what")} back={["/meguri", markup("nav.meguri")]}>
      <WithAnswer answer={overview}>{(data) => <RulesCard overview={data} />}</WithAnswer>
    </Page>
  );
}

function chipOf(card: CardOut) {
  const key = card.status === "on" && card.kind === "counsellor" ? "on_counsellor" : card.status;
  return <Chip tone={TONES[card.status]}>{tx(`consent.status.${key}`)}</Chip>;
}

/** The last day that still counts: the end itself is the first moment after it. */
export function lastDay(end: string): string {
  return day(Date.parse(end) - 1);
}

function termsOf(card: CardOut): string {
  const parts = [];
  if (card.identifiability) parts.push(markup(`consent.identifiability.${card.identifiability}`));
  parts.push(card.until ? markup("consent.until", { day: lastDay(card.until) }) : markup("consent.until_open"));
  return parts.join(markup("meguri.dot"));
}

function Brief({ card }: { card: CardOut }) {
  const on = card.categories.filter((one) => one.is_on);
  return (
    <Card href={`/meguri/with/${card.recipient}/${card.purpose}`} title={rich(nameOf(card.names))} end={on.length > 0 ? chipOf(card) : undefined}>
      <p class="soft">{rich(nameOf(card.why))}<br />{rich(termsOf(card))}</p>
      {on.length > 0 && <p>{on.map((one, i) => <>{i > 0 && tx("meguri.comma")}{tx(`consent.category.${one.category}`)}</>)}</p>}
      {card.reads.ever > 0 && <p class="small soft">{readsLine(card.reads)}</p>}
    </Card>
  );
}

function readsLine(reads: Schemas["ReadsOut"]) {
  if (reads.week > 0) return tx("consent.read_week", { n: reads.week });
  return reads.last_at ? tx("consent.read_last", { day: ago(reads.last_at) }) : tx("consent.read_never");
}

function Pause({ overview }: { overview: Overview }) {
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isBusy, setBusy] = useState(false);
  const turn = async (on: boolean) => {
    setBusy(true);
    setProblem(null);
    const client_id = newClientId();
    try {
      await withStepUp(() => body(api.PUT("/api/consent/pause", { body: { on, client_id } })));
      toast(tx(on ? "consent.change.pause_on" : "consent.change.pause_off"));
      after();
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Card tone={overview.is_paused ? "look" : undefined}>
      <Switch label={tx("consent.pause")} note={overview.paused_since ? tx("meguri.paused_since", { when: ago(overview.paused_since) }) : undefined}
        checked={overview.is_paused} busy={isBusy} onChange={(on) => void turn(on)} />
      <p class="soft">{tx(overview.is_paused ? "consent.resume_explained" : "consent.pause_explained")}</p>
      <ProblemNote problem={problem} />
    </Card>
  );
}

/** One recipient under one purpose: who, what, why, until when, what happens when one stops, and the switches. */
export function OneRecipient({ match }: { match: Match }) {
  const overview = useCached("/api/consent");
  const all = overview.data ? [...overview.data.counsellors, ...overview.data.bank] : [];
  const card = all.find((one) => one.recipient === match.recipient && one.purpose === match.purpose);
  return (
    <Page title={card ? nameOf(card.names) : markup("nav.meguri")} back={["/meguri/others", markup("glance.others")]} end={card && chipOf(card)}
      lead={card && rich(nameOf(card.why))}>
      <WithAnswer answer={overview}>
        {(data) => (card ? <Whole card={card} isPaused={data.is_paused} /> : <Card><p>{tx("consent.recipient_gone")}</p></Card>)}
      </WithAnswer>
    </Page>
  );
}

function Whole({ card, isPaused }: { card: CardOut; isPaused: boolean }) {
  return (
    <>
      {card.status === "ask_again" && <Card tone="look"><p>{tx("consent.ask_again_explained")}</p></Card>}
      {isPaused && card.kind !== "counsellor" && <Card tone="look"><p>{tx("meguri.paused_here")}</p></Card>}
      {card.text && <TextCard id={card.text.id} version={card.text.version} />}
      <Card title={tx("meguri.what_to_give")}>
        {card.categories.map((one) => <OneSwitch key={one.category} card={card} one={one} />)}
        <p class="soft">{card.needs_step_up ? tx("consent.needs_step_up") : tx("meguri.off_at_once")}</p>
      </Card>
      <Card>
        <Disclosure summary={tx("meguri.terms")}>
          <Facts rows={[
            [tx("meguri.term_start"), card.start ? day(card.start) : tx("meguri.none")],
            [tx("meguri.term_end"), card.until ? lastDay(card.until) : tx("consent.until_open")],
            [tx("meguri.term_erase"), card.erase_after_days !== null ? tx("meguri.erase_after", { n: card.erase_after_days }) : tx("meguri.none")],
            [tx("meguri.term_mode"), card.mode ? tx(`consent.mode.${card.mode}`) : tx("meguri.none")],
            [tx("meguri.term_often"), card.reads_per_day !== null ? tx("meguri.per_day", { n: card.reads_per_day }) : tx("meguri.no_limit")],
          ]} />
        </Disclosure>
      </Card>
      {card.is_synthetic && <p class="notice"><Icon name="info" size={18} /><span>{tx("consent.synthetic")}</span></p>}
    </>
  );
}

function TextCard({ id, version }: { id: string; version: number }) {
  const text = useCached("/api/consent/texts/{id}/{version}", { path: { id, version: String(version) } });
  return (
    <Card>
      <WithAnswer answer={text}>
        {(whole) => {
          const said = whole[prefs.get().locale];
          return (
            <>
              <Facts rows={(["who", "what", "why", "until", "stop"] as const).map((part) => [tx(`consent.text.${part}`), rich(said[part])])} />
              <p class="small soft">{tx("meguri.text_version", { version: whole.version })}</p>
            </>
          );
        }}
      </WithAnswer>
    </Card>
  );
}


function OneSwitch({ card, one }: { card: CardOut; one: SwitchOut }) {
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isBusy, setBusy] = useState(false);
  const { entrust, dialog } = useEntrust();
  const turn = async (on: boolean) => {
    setBusy(true);
    setProblem(null);
    const sent = { recipient: card.recipient, purpose: card.purpose, category: one.category, on, client_id: newClientId() };
    try {
      const changed = await entrust(() => body(api.PUT("/api/consent/switch", { body: sent })));
      toast(tx(on ? "consent.change.switch_on" : "consent.change.switch_off"), {
        label: tx("meguri.receipt"), run: () => { window.location.assign(`/meguri/receipt/${changed.id}`); },
      });
      after();
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  const why = one.why_not ? tx(`consent.why_not.${one.why_not}`) : null;
  return (
    <>
      <Switch label={tx(`consent.category.${one.category}`)} checked={one.is_on} busy={isBusy}
        disabled={!one.is_on && !one.can_turn_on} onChange={(on) => void turn(on)}
        note={<>{why ?? readsLine(one.reads)}{one.by_rule && <>{tx("meguri.dot")}{tx("consent.by_rule")}</>}</>} />
      <ProblemNote problem={problem} />
      {dialog}
    </>
  );
}
