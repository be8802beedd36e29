// Where one stands among people of the same sex and age: all metrics small, and one of them large.
import { useState } from "preact/hooks";
import { ChartTable, Distribution } from "../../chart/people";
import { markup, number, rich, sourceName, t, tx, word, wordText } from "../../i18n";
import { day } from "../../i18n/time";
import { useCached } from "../../offline/cached";
import type { Match } from "../../router";
import { Card, Chip, Disclosure, EmptyState, Facts, Figure, ListRow, NotDiagnosis, Rows } from "../../ui/index";
import { Page, WithAnswer } from "../../ui/page";
import { fullLabel, placeName, shareText, sharesOf, shortLabel, standing, unitWord, type Position, type Scope } from "./labels";
import { Explore, MissingRows } from "./parts";

const MODEL = "ndb-position";

export function Positions() {
  const answer = useCached("/api/risk/position");
  return (
    <Page wide title={markup("riskroom.positions")} lead={tx("riskroom.positions_lead")} back={["/risk", markup("riskroom.title")]}>
      <WithAnswer answer={answer}>{({ positions }) => <All positions={positions} />}</WithAnswer>
    </Page>
  );
}

function All({ positions }: { positions: Position[] }) {
  const shown = positions.filter((one) => one.state === "ok" && one.scopes.length > 0);
  const rest = positions.filter((one) => !shown.includes(one));
  const [values, answers] = [shown.filter((one) => one.kind !== "answer"), shown.filter((one) => one.kind === "answer")];
  const place = shown[0]?.scopes[0];
  // Without an area only the whole country can be shown; once is enough to say so.
  const lacksArea = shown.find((one) => one.missing.length > 0);
  if (positions.length === 0) {
    return <EmptyState title={tx("riskroom.empty_title")} text={tx("riskroom.position_empty")} action={tx("riskroom.fill_link")} href="/link-data" />;
  }
  return (
    <>
      {place && <p>{tx("riskroom.compared", { place: placeName(place), sex: markup(`risk.sex.${shown[0]!.sex ?? "male"}`), ages: shown[0]!.age_band ?? "" })}</p>}
      {lacksArea && <Card tone="info"><p>{tx("riskroom.area_helps")}</p><MissingRows missing={lacksArea.missing} /></Card>}
      <Multiples positions={values} />
      {answers.length > 0 && <h2>{tx("riskroom.answers")}</h2>}
      <Multiples positions={answers} />
      {rest.length > 0 && (
        <Card title={tx("riskroom.no_position")}>
          <Rows>
            {rest.map((one) => (
              <ListRow key={one.metric} title={tx(`risk.item.${one.item}`)} note={word(one.reasons[0]?.text ?? one.headline)}
                href={`/risk/position/${one.metric}`} />
            ))}
          </Rows>
        </Card>
      )}
      {values.length > 1 && <Card title={tx("riskroom.explore_title")}><Explore model={MODEL} kind="small_multiples" /></Card>}
      <NotDiagnosis />
    </>
  );
}

/** Every item as a small picture with "you" in it. */
function Multiples({ positions }: { positions: Position[] }) {
  if (positions.length === 0) return null;
  return (
    <div class="risk-multiples">
      {positions.map((one) => {
        const scope = one.scopes[0]!;
        return (
          <Card key={one.metric} level={3} href={`/risk/position/${one.metric}`} title={tx(`risk.item.${one.item}`)} end={<ValueOf one={one} />}>
            <p><Chip tone="info">{word(standing(scope))}</Chip></p>
            <Distribution tone="info" you={tx("risk.you")} label={wordText(scope.text)} shares={sharesOf(scope)} />
            {one.day && <p class="soft small">{rich(day(one.day))}</p>}
          </Card>
        );
      })}
    </div>
  );
}

function ValueOf({ one }: { one: Position }) {
  const mine = one.scopes[0]?.classes.find((share) => share.is_mine);
  // Urine answers have no number; their class is the answer.
  if (one.kind !== "number" || one.value === null || one.value === undefined) return <span class="strong">{rich(mine ? shortLabel(mine.label) : "")}</span>;
  return <span class="nowrap"><b class="number">{number(one.value)}</b> <span class="soft small">{rich(unitWord(one.unit))}</span></span>;
}

/** One metric: area, prefecture and the whole country side by side. */
export function PositionOne({ match }: { match: Match }) {
  const metric = match.metric ?? "";
  const answer = useCached("/api/risk/position", { query: { metric } });
  const one = answer.data?.positions[0];
  return (
    <Page title={one ? markup(one.title.key, one.title.params) : markup("riskroom.positions")} back={["/risk/position", markup("riskroom.positions")]}>
      <WithAnswer answer={answer}>
        {() => (one === undefined
          ? <EmptyState title={tx("riskroom.no_position")} text={tx("riskroom.no_distribution")} action={tx("riskroom.positions")} href="/risk/position" />
          : <Whole one={one} />)}
      </WithAnswer>
    </Page>
  );
}

function Whole({ one }: { one: Position }) {
  const [place, setPlace] = useState<Scope["scope"] | null>(null);
  const scope = one.scopes.find((candidate) => candidate.scope === place) ?? one.scopes[0];
  if (one.state !== "ok" || !scope) {
    return (
      <>
        <Card tone="info">
          <p class="strong">{word(one.headline)}</p>
          {one.reasons.length > 0 && <ul class="risk-points">{one.reasons.map((reason, i) => <li key={i}>{word(reason.text)}</li>)}</ul>}
          <MissingRows missing={one.missing} />
        </Card>
        <NotDiagnosis />
      </>
    );
  }
  const point = scope.above_percent_point;
  return (
    <>
      {one.scopes.length > 1 && (
        <div class="filters" role="group" aria-label={t("riskroom.place")}>
          {one.scopes.map((candidate) => (
            <button type="button" class="filter" key={candidate.scope} aria-pressed={candidate === scope} onClick={() => setPlace(candidate.scope)}>
              {rich(placeName(candidate))}
            </button>
          ))}
        </div>
      )}
      <Card>
        <div class="row-between risk-result">
          <Figure big value={one.kind === "number" && one.value !== null && one.value !== undefined ? number(one.value) : rich(shortLabel(scope.classes.find((share) => share.is_mine)?.label ?? ""))} unit={unitWord(one.unit)} />
          <Chip tone="info">{word(standing(scope))}</Chip>
        </div>
        <Distribution tone="info" you={tx("risk.you")} label={wordText(scope.text)} shares={sharesOf(scope)} />
        <p>{word(scope.text)}</p>
        {scope.next_better && <p>{tx("riskroom.next_class", { class: fullLabel(scope.next_better.label), percent: shareText(scope.next_better) })}</p>}
        {point !== null && point !== undefined && <p class="soft small">{tx("riskroom.point", { n: Math.round(point) })}</p>}
        <ChartTable caption={wordText(scope.text)}
          columns={[{ head: tx("risk.table.class") }, { head: tx("risk.table.people"), isNumber: true }, { head: tx("risk.table.share"), isNumber: true }]}
          rows={scope.classes.map((share) => [
            <>{rich(fullLabel(share.label))}{share.is_mine && <b> ← {tx("risk.you")}</b>}</>,
            share.count === null || share.count === undefined ? `${number(share.count_range[0] as number)}〜${number(share.count_range[1] as number)}` : number(share.count),
            rich(shareText(share)),
          ])} />
      </Card>
      {one.missing.length > 0 && <Card tone="info"><p>{tx("riskroom.area_helps")}</p><MissingRows missing={one.missing} /></Card>}
      <Card>
        <Rows>
          {one.reading ? <ListRow title={tx("riskroom.this_value")} note={one.day ? rich(day(one.day)) : undefined} href={`/record/reading/${one.reading}`} /> : null}
          <ListRow title={tx("riskroom.trend")} href={`/record/metric/${one.metric}`} />
          {one.kind === "number" && <ListRow title={tx("riskroom.years")} href={`/risk/years/${one.metric}`} />}
        </Rows>
      </Card>
      <Card title={tx("riskroom.explore_title")}><Explore key={scope.scope} model={MODEL} kind="distribution" metric={one.metric} scope={scope.scope} /></Card>
      <Card>
        <Disclosure>
          <p>{tx("riskroom.class_statistical")}</p>
          {one.notes.map((note) => <p key={note.key}>{word(note)}</p>)}
          <Facts rows={[
            [tx("riskroom.people"), tx(scope.people_is_lower_bound ? "riskroom.at_least" : "riskroom.n_people", { n: scope.people })],
            [tx("riskroom.ages"), tx("riskroom.age_band", { ages: one.age_band ?? "" })],
            [tx("riskroom.source"), rich(sourceName(one.source))],
            [tx("riskroom.version"), `${MODEL} ${one.version}`],
          ]} />
        </Disclosure>
      </Card>
      <NotDiagnosis />
    </>
  );
}
