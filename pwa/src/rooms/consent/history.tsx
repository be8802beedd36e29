// Two histories: what the person changed (each with a receipt), and who read or tried to.
import { useState } from "preact/hooks";
import { type Schemas } from "../../api/client";
import { markup, metricName, number, rich, tx } from "../../i18n";
import { dayTime } from "../../i18n/time";
import { fetchFresh, useCached } from "../../offline/cached";
import { Button, Card, Chip, EmptyState, ListRow, Rows } from "../../ui/index";
import { Page, WithAnswer } from "../../ui/page";
import { nameOf } from "./names";

type Change = Schemas["ChangeOut"];
type Read = Schemas["ReadOut"];

export function History() {
  const first = useCached("/api/consent/history");
  const [more, setMore] = useState<{ items: Change[]; next: string | null } | null>(null);
  const load = async (before: string) => {
    const page = await fetchFresh("/api/consent/history", { query: { before } });
    setMore((old) => ({ items: [...(old?.items ?? []), ...page.changes], next: page.next ?? null }));
  };
  return (
    <Page title={markup("meguri.history")} lead={tx("meguri.history_lead")} back={["/meguri", markup("nav.meguri")]}>
      <WithAnswer answer={first}>
        {({ changes, next }) => {
          const all = [...changes, ...(more?.items ?? [])];
          const following = more ? more.next : (next ?? null);
          if (all.length === 0) return <EmptyState title={tx("meguri.no_history_title")} text={tx("meguri.no_history")} />;
          return (
            <Card>
              <Rows>{all.map((one) => <ListRow key={one.id} href={`/meguri/receipt/${one.id}`} title={changeTitle(one)} note={changeNote(one)} />)}</Rows>
              {following && <Button onClick={() => void load(following)}>{tx("meguri.older")}</Button>}
            </Card>
          );
        }}
      </WithAnswer>
    </Page>
  );
}

function changeTitle(one: Change) {
  const what = one.category ? <>{tx(`consent.category.${one.category}`)}{tx("meguri.dot")}</> : null;
  return <>{what}{tx(`consent.change.${one.kind}_${one.is_on ? "on" : "off"}`)}</>;
}

function changeNote(one: Change) {
  return <>{one.names && <>{rich(nameOf(one.names))}{tx("meguri.dot")}</>}{dayTime(one.at)}{one.by_rule && <>{tx("meguri.dot")}{tx("consent.by_rule")}</>}</>;
}

export function Reads() {
  const first = useCached("/api/consent/reads");
  const [more, setMore] = useState<{ items: Read[]; next: string | null } | null>(null);
  const load = async (before: string) => {
    const page = await fetchFresh("/api/consent/reads", { query: { before } });
    setMore((old) => ({ items: [...(old?.items ?? []), ...page.reads], next: page.next ?? null }));
  };
  return (
    <Page title={markup("meguri.reads")} lead={tx("meguri.reads_lead")} back={["/meguri", markup("nav.meguri")]}>
      <WithAnswer answer={first}>
        {({ reads, next }) => {
          const all = [...reads, ...(more?.items ?? [])];
          const following = more ? more.next : (next ?? null);
          if (all.length === 0) return <EmptyState title={tx("meguri.no_reads_title")} text={tx("meguri.no_reads")} />;
          return (
            <Card>
              <Rows>{grouped(all).map(([one, times]) => <OneRead key={one.id} one={one} times={times} />)}</Rows>
              {following && <Button onClick={() => void load(following)}>{tx("meguri.older")}</Button>}
            </Card>
          );
        }}
      </WithAnswer>
    </Page>
  );
}

/** The same refused try again and again is one line with a number; reads stay one by one. */
function grouped(all: Read[]): [Read, number][] {
  const found: [Read, number][] = [];
  for (const one of all) {
    const last = found[found.length - 1];
    const isSame = last && one.is_denied && last[0].is_denied && last[0].recipient === one.recipient && last[0].role === one.role
      && last[0].purpose === one.purpose && last[0].reason === one.reason && last[0].at.slice(0, 10) === one.at.slice(0, 10);
    if (isSame) last[1] += 1;
    else found.push([one, 1]);
  }
  return found;
}

function OneRead({ one, times }: { one: Read; times: number }) {
  const counts = Object.entries(one.what);
  return (
    <ListRow
      title={one.names ? rich(nameOf(one.names)) : tx(`meguri.role.${one.role}`)}
      note={
        <>
          {dayTime(one.at)}{tx("meguri.dot")}{tx(`consent.purpose.${one.purpose}`)}{times > 1 && <>{tx("meguri.dot")}{tx("meguri.times", { n: times })}</>}<br />
          {one.is_denied
            ? one.reason && tx(`consent.reason.${one.reason}`)
            : Object.keys(one.metrics).length > 0 ? <WhatWasRead one={one} /> : counts.map(([category, n], i) => <>{i > 0 && tx("meguri.comma")}{tx(`consent.category.${category}`)} {number(n)}</>)}
        </>
      }
      end={<Chip tone={one.is_denied ? "look" : "info"}>{tx(one.is_denied ? "consent.read.denied" : "consent.read.done")}</Chip>}
    />
  );
}

/** By metric, as many as fit a glance; the rest as a number. */
const SHOWN = 6;

function WhatWasRead({ one }: { one: Read }) {
  const found = Object.entries(one.metrics).sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]));
  const rest = found.length - SHOWN;
  return (
    <>
      {found.slice(0, SHOWN).map(([metric, n], i) => <>{i > 0 && tx("meguri.comma")}{rich(metricName(metric))} {number(n)}</>)}
      {rest > 0 && <>{tx("meguri.comma")}{tx("meguri.more_metrics", { n: rest })}</>}
    </>
  );
}
