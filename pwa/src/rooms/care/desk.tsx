// The counsellor's desk: who waits and why, the open case with only what is shared, the answers.
import type { ComponentChildren } from "preact";
import type { Schemas } from "../../api/client";
import { markup, number, rich, sourceName, t, tx } from "../../i18n";
import { ago, day, dayTime } from "../../i18n/time";
import { useCached } from "../../offline/cached";
import type { Match } from "../../router";
import { Card, Chip, ListRow, NotDiagnosis, Rows } from "../../ui/index";
import { Sparkline } from "../../chart/sparkline";
import { ChartTable } from "../../chart/people";
import { BackLink, WithAnswer } from "../../ui/page";
import { StaffRow, StaffShell } from "../../ui/staff";
import { nameOf } from "../consent/names";
import { Talk } from "./talk";

type Line = Schemas["PersonLineOut"];
type Case = Schemas["SharedPersonOut"];
type Metric = Schemas["MetricOut"];

function places(lines: Line[] | undefined) {
  const waiting = lines?.reduce((sum, line) => sum + line.unread, 0);
  return [
    { href: "/care", word: tx("desk.people"), count: lines?.length },
    { href: "/care/inbox", word: tx("desk.inbox"), count: waiting },
    { href: "/care/guidance", word: tx("guidance.cases") },
  ];
}

export function Desk({ match }: { match: Match }) {
  const list = useCached("/api/care/people");
  const open = match.person;
  return (
    <StaffShell title={t("desk.people")} work={tx("desk.work")} places={places(list.data?.people)} listLabel={t("desk.people")} listHref="/care"
      isCaseOpen={open !== undefined}
      list={<>
        <div class="staff-list-head"><h1 tabIndex={-1}>{tx("desk.people")}</h1><p class="small soft">{tx("desk.order")}</p></div>
        <WithAnswer answer={list}>
          {({ people }) => (people.length === 0
            ? <p class="soft pad">{tx("desk.nobody")}</p>
            : <>{people.map((one) => <PersonRow key={one.person} one={one} current={one.person === open} />)}</>)}
        </WithAnswer>
      </>}>
      {open === undefined ? <p class="soft">{tx("desk.choose")}</p> : <OpenCase id={open} key={open} />}
    </StaffShell>
  );
}

function PersonRow({ one, current }: { one: Line; current: boolean }) {
  const isWaiting = one.waiting_since !== null;
  return (
    <StaffRow href={`/care/${one.person}`} current={current}
      title={<>{one.name} <span class="small soft">{tx("desk.age", { n: one.age })}</span></>}
      note={<>{tx(one.why.key)}{one.is_demo && <> {tx("desk.demo")}</>}</>}
      chip={one.unread > 0 ? <Chip tone={isWaiting ? "look" : "info"}>{tx("talk.unread", { n: one.unread })}</Chip> : <Chip tone="good">{tx("desk.shares", { n: one.shared.length })}</Chip>}
      time={ago(one.why.at)} />
  );
}

function OpenCase({ id }: { id: string }) {
  const found = useCached("/api/care/people/{id}", { path: { id } });
  return (
    <>
      <BackLink to="/care" word={markup("desk.people")} />
      <WithAnswer answer={found}>{(one) => <TheCase one={one} />}</WithAnswer>
    </>
  );
}

function TheCase({ one }: { one: Case }) {
  return (
    <div class="stack-l">
      <header>
        <h2>{tx("desk.name", { name: one.name })}</h2>
        <p class="soft">{one.kana}{tx("meguri.dot")}{tx("desk.age", { n: one.age })}{one.is_demo && <>{tx("meguri.dot")}{tx("desk.demo")}</>}</p>
        <p class="soft">{one.shared.length === 0
          ? tx("care.nothing_shared")
          : <>{tx("desk.shared")}{one.shared.map((shared, i) => <>{i > 0 && tx("meguri.comma")}{tx(`consent.category.${shared.category}`)} {tx("desk.since", { when: day(shared.since) })}</>)}</>}</p>
        <p class="small soft">{tx("care.look_is_logged")}</p>
      </header>
      {one.consultations.length > 0 && (
        <Card title={tx("desk.talks")}>
          <Rows>
            {one.consultations.map((talk) => (
              <ListRow key={talk.id} href={`/care/inbox/${talk.id}`} title={talk.subject} note={ago(talk.last_at)}
                end={talk.unread > 0 ? <Chip tone="look">{tx("talk.unread", { n: talk.unread })}</Chip> : undefined} />
            ))}
          </Rows>
        </Card>
      )}
      <div class="grid-2">{one.metrics.map((metric) => <MetricCard key={metric.metric} metric={metric} />)}</div>
      {one.metrics.length > 0 && <NotDiagnosis />}
    </div>
  );
}

const when = (one: Metric["latest"]): string => (one.is_date_only ? day(one.at) : dayTime(one.at));

function MetricCard({ metric }: { metric: Metric }) {
  const label = rich(nameOf(metric.names));
  const course = metric.course.map((one) => (typeof one.value === "number" ? one.value : null));
  const show = (one: Metric["latest"]): ComponentChildren =>
    one.text ? rich(nameOf(one.text)) : typeof one.value === "number" ? number(one.value, metric.decimals) : one.value;
  return (
    <Card title={label} level={3}>
      <div class="row-between">
        <p class="figure-number"><span class="number">{show(metric.latest)}</span><span class="unit">{rich(nameOf(metric.unit_label))}</span></p>
        <Sparkline values={course} label={t("desk.course", { n: course.length })} />
      </div>
      <p class="small soft">{when(metric.latest)}{tx("meguri.dot")}{metric.latest.source}</p>
      {metric.course.length > 1 && (
        <ChartTable caption={t("desk.table")} columns={[{ head: tx("desk.when") }, { head: tx("desk.value"), isNumber: true }, { head: tx("desk.source") }]}
          rows={[...metric.course].reverse().map((one) => [when(one), show(one), rich(sourceName(one.source))])} />
      )}
    </Card>
  );
}

export function Inbox({ match }: { match: Match }) {
  const list = useCached("/api/care/consultations");
  const people = useCached("/api/care/people");
  const open = match.id;
  return (
    <StaffShell title={t("desk.inbox")} work={tx("desk.work")} places={places(people.data?.people)} listLabel={t("desk.inbox")} listHref="/care/inbox"
      isCaseOpen={open !== undefined}
      list={<>
        <div class="staff-list-head"><h1 tabIndex={-1}>{tx("desk.inbox")}</h1><p class="small soft">{tx("desk.order")}</p></div>
        <WithAnswer answer={list}>
          {({ consultations }) => (consultations.length === 0
            ? <p class="soft pad">{tx("desk.no_talks")}</p>
            : <>{consultations.map((one) => (
                <StaffRow key={one.id} href={`/care/inbox/${one.id}`} current={one.id === open} title={one.name ?? ""} note={one.subject}
                  chip={one.unread > 0
                    ? <Chip tone="look">{tx("talk.unread", { n: one.unread })}</Chip>
                    : <Chip tone="good">{tx(one.waiting_since ? "desk.waiting" : "desk.answered")}</Chip>}
                  time={ago(one.waiting_since ?? one.last_at)} />
              ))}</>)}
        </WithAnswer>
      </>}>
      {open === undefined ? <p class="soft">{tx("desk.choose_talk")}</p> : <OpenTalk id={open} key={open} />}
    </StaffShell>
  );
}

function OpenTalk({ id }: { id: string }) {
  const whole = useCached("/api/consultations/{id}", { path: { id } });
  return (
    <>
      <BackLink to="/care/inbox" word={markup("desk.inbox")} />
      <WithAnswer answer={whole}>
        {(talk) => (
          <div class="stack">
            <h2>{talk.subject}</h2>
            {talk.person && <p><a href={`/care/${talk.person}`}>{tx("desk.name", { name: talk.name ?? "" })}</a></p>}
            <Card><Talk whole={talk} /></Card>
          </div>
        )}
      </WithAnswer>
    </>
  );
}
