// Risk: every card of the record, those with an answer first; a refusal is a card too.
import type { Schemas } from "../../api/client";
import { Distribution } from "../../chart/people";
import { markup, tx, word, wordText } from "../../i18n";
import { day } from "../../i18n/time";
import { useCached } from "../../offline/cached";
import { Card, Chip, EmptyState, Icon, ListRow, NotDiagnosis, Rows, toneOf } from "../../ui/index";
import { Page, WithAnswer } from "../../ui/page";
import { localised, placeName, sharesOf, standing, type Position } from "./labels";

type Shown = Schemas["CardShown"];

export function Risk() {
  const risk = useCached("/api/risk");
  return (
    <Page wide title={markup("riskroom.title")} lead={tx("riskroom.lead")} back={["/record", markup("nav.record")]}>
      <WithAnswer answer={risk}>{(data) => <All cards={data.cards} positions={data.positions} stage={data.stage} />}</WithAnswer>
    </Page>
  );
}

type Stage = Schemas["RiskOverview"]["stage"];

function All({ cards, positions, stage }: { cards: Shown[]; positions: Position[]; stage: Stage }) {
  // A finding must not wait in a list of what is lacking: it stands first, number or not.
  const urgent = cards.filter((card) => card.state !== "ok" && card.findings.some((one) => one.tone === "act"));
  const of = (state: Shown["state"]) => cards.filter((card) => card.state === state && !urgent.includes(card));
  const [ready, lacking, refused] = [of("ok"), of("missing"), of("refused")];
  // A file would fill it only where nothing is refused, as comparison is in pregnancy.
  const nothing = ready.length === 0 && positions.every((one) => one.state === "missing");
  return (
    <>
      <p class="soft">{tx(`riskroom.stage_${stage}`)}</p>
      {nothing && lacking.length > 0 && (
        <EmptyState title={tx("riskroom.empty_title")} text={tx("riskroom.empty")} action={tx("riskroom.fill_link")} href="/link-data" />
      )}
      {urgent.map((card) => (
        <Card key={card.model} tone="now" href={`/risk/${card.model}`} level={3} title={word(card.title)}>
          {card.findings.map((one) => <p key={one.text.key}>{word(one.text)}</p>)}
          {card.next_step && <p class="strong">{word(card.next_step)}</p>}
        </Card>
      ))}
      <div class="columns">
        {ready.map((card) => <ReadyCard key={card.model} card={card} />)}
        {!nothing && <PositionsCard positions={positions} />}
      </div>
      {lacking.length > 0 && (
        <Card title={tx("riskroom.lacking")}>
          <Rows>
            {lacking.map((card) => (
              <ListRow key={card.model} href={`/risk/${card.model}`} title={word(card.title)}
                note={tx("riskroom.needs", { what: [...new Set(card.missing.map((one) => markup(one.label.key, one.label.params)))].join(markup("linkdata.and")) })} />
            ))}
          </Rows>
        </Card>
      )}
      <More stage={stage} hasPosition={positions.some((one) => one.state === "ok" && one.kind === "number")} />
      {refused.length > 0 && (
        <Card title={tx("riskroom.refused")}>
          <Rows>
            {refused.map((card) => (
              <ListRow key={card.model} href={`/risk/${card.model}`} title={word(card.title)} note={card.reasons[0] ? word(card.reasons[0].text) : undefined} />
            ))}
          </Rows>
        </Card>
      )}
      <NotDiagnosis />
    </>
  );
}

/** What else can be seen: the ages ahead, children, and on request a model of another country. */
function More({ stage, hasPosition }: { stage: Stage; hasPosition: boolean }) {
  return (
    <Card title={tx("riskroom.more")}>
      <Rows>
        {hasPosition && <ListRow icon="clock" href="/risk/years" title={tx("riskroom.years")} note={tx("riskroom.years_note")} />}
        {stage !== "child" && <ListRow icon="person" href="/children" title={tx("riskroom.children")} note={tx("riskroom.children_note")} />}
        {(stage === "adult" || stage === "elder") && <ListRow icon="info" href="/risk/prevent" title={tx("riskroom.us_title")} note={tx("riskroom.us_row")} />}
      </Rows>
    </Card>
  );
}

function ReadyCard({ card }: { card: Shown }) {
  // Where the headline is the class itself, one of them is enough.
  const isSame = card.klass?.text.key === card.headline.key;
  return (
    <Card class="risk-card" href={`/risk/${card.model}`} level={3} title={word(card.title)} end={<Icon name="next" size={18} />}>
      <p class="risk-headline">{word(localised(card.headline))}</p>
      {card.klass && !isSame && <p><Chip tone={toneOf(card.klass.tone)}>{word(card.klass.text)}</Chip></p>}
      {card.frequency && <p class="soft">{word(card.frequency.counter_text)}</p>}
      {card.meaning && <p>{word(card.meaning)}</p>}
      {card.day && <p class="soft small">{tx("riskroom.value_of", { day: day(card.day) })}</p>}
    </Card>
  );
}

function PositionsCard({ positions }: { positions: Position[] }) {
  const all = positions.filter((one) => one.state === "ok" && one.scopes.length > 0);
  // A number says more at a glance than an answer.
  const shown = [...all.filter((one) => one.kind !== "answer"), ...all.filter((one) => one.kind === "answer")];
  if (shown.length === 0) {
    const reason = positions.find((one) => one.reasons.length > 0)?.reasons[0];
    return (
      <Card level={3} title={tx("riskroom.position")}>
        <p>{reason ? word(reason.text) : tx("riskroom.position_empty")}</p>
      </Card>
    );
  }
  const first = shown[0]!;
  const scope = first.scopes[0]!;
  return (
    <Card class="risk-card" href="/risk/position" level={3} title={tx("riskroom.position")} end={<Icon name="next" size={18} />}>
      <div class="row-between"><b>{tx(`risk.item.${first.item}`)}</b><Chip tone="info">{word(standing(scope))}</Chip></div>
      <Distribution tone="info" label={wordText(scope.text)} you={tx("risk.you")} shares={sharesOf(scope)} />
      <p class="soft">{tx("riskroom.position_more", { n: shown.length, place: placeName(scope) })}</p>
    </Card>
  );
}
