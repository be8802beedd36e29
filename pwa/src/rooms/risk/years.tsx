// 25 years on: the own rank along the national ages, with and without the next better class. Statistics, no forecast.
import type { ComponentChildren } from "preact";
import type { Schemas } from "../../api/client";
import { ChartTable } from "../../chart/people";
import { Course } from "../../chart/course";
import { markup, number, rich, sourceName, tx, word, wordText } from "../../i18n";
import { day } from "../../i18n/time";
import { useCached } from "../../offline/cached";
import type { Match } from "../../router";
import { Card, Disclosure, EmptyState, Facts, ListRow, NotDiagnosis, Rows } from "../../ui/index";
import { Page, WithAnswer } from "../../ui/page";
import { fullLabel, unitWord } from "./labels";
import { MissingRows } from "./parts";

type Shown = Schemas["CourseShown"];
type Step = Schemas["CourseStep"];
const LAST_AGE = 74;

export function Years() {
  const answer = useCached("/api/risk/years");
  return (
    <Page title={markup("riskroom.years")} lead={tx("riskroom.years_lead")} back={["/risk", markup("riskroom.title")]}>
      <WithAnswer answer={answer}>{({ courses }) => <All courses={courses} />}</WithAnswer>
    </Page>
  );
}

function All({ courses }: { courses: Shown[] }) {
  const shown = courses.filter((one) => one.state === "ok");
  if (courses.length === 0) return <EmptyState title={tx("riskroom.empty_title")} text={tx("riskroom.position_empty")} action={tx("riskroom.fill_link")} href="/link-data" />;
  if (shown.length === 0) return <NoCourse one={courses[0]!} />;
  return (
    <>
      <Card>
        <Rows>
          {shown.map((one) => (
            <ListRow key={one.metric} href={`/risk/years/${one.metric}`} title={tx(`risk.item.${one.item}`)} note={word(one.headline)}
              end={<span class="nowrap"><b class="number">{one.value === null || one.value === undefined ? "" : number(one.value)}</b> <span class="soft small">{rich(unitWord(one.unit))}</span></span>} />
          ))}
        </Rows>
      </Card>
      <Card tone="info"><p>{tx("riskroom.years_how")}</p></Card>
      <NotDiagnosis />
    </>
  );
}

function NoCourse({ one }: { one: Shown }) {
  return (
    <>
      <Card tone="info">
        <p class="strong">{word(one.headline)}</p>
        {one.reasons.length > 0 && <ul class="risk-points">{one.reasons.map((reason, i) => <li key={i}>{word(reason.text)}</li>)}</ul>}
        {one.missing.length > 0 && <MissingRows missing={one.missing} />}
      </Card>
      <NotDiagnosis />
    </>
  );
}

export function YearsOne({ match }: { match: Match }) {
  const answer = useCached("/api/risk/years", { query: { metric: match.metric ?? "" } });
  const one = answer.data?.courses[0];
  return (
    <Page title={one ? markup(one.title.key, one.title.params) : markup("riskroom.years")} back={["/risk/years", markup("riskroom.years")]} end={tx("riskroom.kind_statistical")}>
      <WithAnswer answer={answer}>{({ courses }) => (courses[0] === undefined ? null : courses[0].state === "ok" ? <Whole one={courses[0]} /> : <NoCourse one={courses[0]} />)}</WithAnswer>
    </Page>
  );
}

function range(one: Step, decimals: number): string {
  if (one.low !== null && one.high !== null) return `${number(one.low as number, decimals)}〜${number(one.high as number, decimals)}`;
  if (one.low !== null) return markup("riskroom.from", { n: number(one.low as number, decimals) });
  return one.high !== null ? markup("riskroom.under", { n: number(one.high as number, decimals) }) : markup("riskroom.unknown");
}

function Whole({ one }: { one: Shown }) {
  const rows: ComponentChildren[][] = one.own.map((step, i) => [
    i === 0 ? tx("riskroom.age_now", { n: step.age }) : tx("riskroom.age_band", { ages: step.age_band }),
    rich(range(step, one.decimals)),
    ...(one.better.length > 0 ? [one.better[i] ? rich(range(one.better[i]!, one.decimals)) : ""] : []),
  ]);
  const last = one.own.at(-1)!;
  return (
    <>
      <Card>
        <p class="strong">{word(one.headline)}</p>
        <Course own={one.own as never} better={one.better as never} lastAge={LAST_AGE} label={wordText(one.headline)} />
        <ul class="risk-legend">
          <li><i class="course-key" /><span>{tx("riskroom.course_own")}</span></li>
          {one.better.length > 0 && one.better_label && <li><i class="course-key better" /><span>{tx("riskroom.course_better", { class: fullLabel(one.better_label) })}</span></li>}
        </ul>
        {one.better.length === 0 && <p class="soft">{tx("riskroom.course_no_better")}</p>}
        {one.ends_early && <p>{tx("riskroom.course_ends", { n: LAST_AGE })}</p>}
        {one.own.length === 1 && <p class="soft">{tx("riskroom.course_short", { ages: last.age_band })}</p>}
        <ChartTable caption={wordText(one.headline)}
          columns={[{ head: tx("riskroom.ages") }, { head: tx("riskroom.course_own_short"), isNumber: true }, ...(one.better.length > 0 ? [{ head: tx("riskroom.course_better_short"), isNumber: true }] : [])]}
          rows={rows} />
      </Card>
      <Card title={tx("riskroom.notes")}>
        <ul class="risk-points">{one.notes.map((note) => <li key={note.key}>{word(note)}</li>)}</ul>
      </Card>
      <Card>
        <Rows>
          {one.reading ? <ListRow title={tx("riskroom.this_value")} note={one.day ? rich(day(one.day)) : undefined} href={`/record/reading/${one.reading}`} /> : null}
          <ListRow title={tx("riskroom.position")} href={`/risk/position/${one.metric}`} />
        </Rows>
        <Disclosure>
          <p>{tx("riskroom.class_statistical")}</p>
          <Facts rows={[[tx("riskroom.source"), rich(sourceName(one.source))], [tx("riskroom.version"), `ndb-course ${one.version}`]]} />
        </Disclosure>
      </Card>
      <NotDiagnosis />
    </>
  );
}
