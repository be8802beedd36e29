// One card with everything behind it: the number in 100 people, what it is made of, what would change it, and why.
import type { Schemas } from "../../api/client";
import { IconArray } from "../../chart/people";
import { useState } from "preact/hooks";
import { markup, number, rich, t, tx, word, wordText } from "../../i18n";
import { day } from "../../i18n/time";
import { useCached } from "../../offline/cached";
import type { Match } from "../../router";
import { Button, Card, Chip, Disclosure, Figure, Icon, ListRow, NotDiagnosis, Rows, toneOf } from "../../ui/index";
import { Page, WithAnswer } from "../../ui/page";
import { localised } from "./labels";
import { Basis, Explore, Inputs, MissingRows, NextStep } from "./parts";

type Detail = Schemas["Detail"];
type Part = Schemas["Contribution"];

/** Models that are computed only for somebody who asks for them. */
const ASKED_FOR = new Set(["prevent"]);

export function RiskCard({ match }: { match: Match }) {
  const model = match.model ?? "";
  const [isAsked, setAsked] = useState(!ASKED_FOR.has(model));
  if (!isAsked) return <AskFirst onAsk={() => setAsked(true)} />;
  return <TheCard model={model} key={model} />;
}

function AskFirst({ onAsk }: { onAsk: () => void }) {
  return (
    <Page title={markup("riskroom.us_title")} back={["/risk", markup("riskroom.title")]}>
      <Card tone="info">
        <p class="strong">{tx("riskroom.us_what")}</p>
        <p>{tx("riskroom.us_note")}</p>
        <Button onClick={onAsk}>{tx("riskroom.us_ask")}</Button>
      </Card>
    </Page>
  );
}

function TheCard({ model }: { model: string }) {
  const answer = useCached("/api/risk/{model}", { path: { model }, query: ASKED_FOR.has(model) ? { asked: true } : undefined });
  const card = answer.data;
  return (
    <Page title={card ? markup(card.question.key, card.question.params) : markup("riskroom.title")}
      back={["/risk", markup("riskroom.title")]} end={card && tx(`riskroom.kind_${card.display_class}`)}>
      <WithAnswer answer={answer}>{(data) => <Whole card={data} />}</WithAnswer>
    </Page>
  );
}

function Whole({ card }: { card: Detail }) {
  const figures = card.figures.filter((kind) => kind !== "icon_array");
  return (
    <>
      {card.state === "ok" ? <Result card={card} /> : <NoNumber card={card} />}
      <Parts card={card} />
      <WhatIf card={card} />
      <Inputs inputs={card.inputs} limit={card.age_limit_days} />
      {figures.length > 0 && (
        <Card title={tx("riskroom.explore_title")}>
          {figures.map((kind) => <Explore key={kind} model={card.model} kind={kind} />)}
        </Card>
      )}
      <Basis card={card} />
      <NotDiagnosis />
    </>
  );
}

/** Both frames, the picture, the person to compare with. */
function Result({ card }: { card: Detail }) {
  const { frequency, klass } = card;
  const tone = toneOf(klass?.tone);
  const isSame = klass?.text.key === card.headline.key;
  return (
    <Card>
      <div class="row-between risk-result">
        {frequency
          ? <Figure big value={frequency.is_under_one ? markup("riskroom.less_than_one") : number(frequency.happens ?? 0)} unit={markup("riskroom.of_100")} />
          : <p class="risk-headline">{word(localised(card.headline))}</p>}
        {klass && !isSame && <Chip tone={tone}>{word(klass.text)}</Chip>}
      </div>
      {frequency && <p class="soft">{word(frequency.counter_text)}</p>}
      {card.icon_array && frequency && (
        <IconArray filled={card.icon_array.filled} tone={tone}
          label={`${wordText(frequency.text)} ${wordText(frequency.counter_text)}`} />
      )}
      {card.icon_array?.is_under_one && <p class="soft small">{tx("riskroom.no_figure_filled")}</p>}
      {card.baseline_text && <p class="soft">{word(card.baseline_text)}</p>}
      {card.meaning && <p>{word(card.meaning)}</p>}
      <Findings card={card} />
      <NextStep step={card.next_step} />
      <p class="soft small">
        {card.horizon_years ? <>{tx("riskroom.horizon", { n: card.horizon_years })} </> : null}
        {card.day ? tx("riskroom.value_of", { day: day(card.day) }) : null}
      </p>
    </Card>
  );
}

function Findings({ card }: { card: Detail }) {
  if (card.findings.length === 0) return null;
  return (
    <ul class="stack-s">
      {card.findings.map((one) => (
        <li key={one.text.key} class={`risk-finding tone-${toneOf(one.tone)}`}>
          <Icon name={toneOf(one.tone) === "good" ? "check" : "info"} size={18} /><span>{word(one.text)}</span>
        </li>
      ))}
    </ul>
  );
}

/** Why there is no number, and what would help. */
function NoNumber({ card }: { card: Detail }) {
  // A reason that only says what the list below asks for is said once.
  const reasons = card.reasons.filter((one) => !card.missing.some((lack) => lack.name === one.input));
  return (
    <Card tone="info">
      <p class="strong">{word(card.headline)}</p>
      {reasons.length > 0 && (
        <ul class="risk-points">{reasons.map((one, i) => <li key={i}>{word(one.text)}</li>)}</ul>
      )}
      <Findings card={card} />
      {card.missing.length > 0 && (
        <>
          <h2>{tx("riskroom.to_fill")}</h2>
          <MissingRows missing={card.missing} />
        </>
      )}
      <NextStep step={card.next_step} />
    </Card>
  );
}

function amountText(part: Part): string {
  const sign = part.amount > 0 ? "+" : "";
  return `${sign}${number(part.amount)}${t(`risk.unit.${part.unit}`)}`;
}

/** What counts how much; what nobody can change has another colour and says so. */
function Parts({ card }: { card: Detail }) {
  const parts = card.contributions.filter((part) => part.unit !== "ln");
  if (card.state !== "ok" || parts.length === 0) return null;
  if (parts[0]!.unit === "risks") {
    return (
      <Card title={tx("riskroom.parts")}>
        <ul class="risk-checks">
          {parts.map((part) => (
            <li key={part.name}>
              <span>{word(part.label)}</span>
              <Chip tone={part.amount > 0 ? "look" : "good"}>{tx(part.amount > 0 ? "riskroom.applies" : "riskroom.applies_not")}</Chip>
            </li>
          ))}
        </ul>
        {card.total !== null && card.total !== undefined && <p class="soft">{tx("riskroom.count", { n: card.total })}</p>}
      </Card>
    );
  }
  const largest = Math.max(1, ...parts.map((part) => part.highest));
  return (
    <Card title={tx("riskroom.parts")}>
      <ul class="risk-parts">
        {parts.map((part) => (
          <li key={part.name} data-fixed={!part.is_modifiable}>
            <span class="risk-part-name"><span>{word(part.label)}</span> {part.value && <span class="soft nowrap">{word(localised(part.value))}</span>}</span>
            <span class="risk-track" aria-hidden="true">
              <i style={{ width: `${(part.highest / largest) * 100}%` }} />
              <b style={{ width: `${(part.amount / largest) * 100}%` }} />
            </span>
            <span class="strong nowrap number">{rich(amountText(part))}</span>
          </li>
        ))}
      </ul>
      <p class="legend">
        <span><i class="risk-key-look" /><span>{tx("riskroom.modifiable")}</span></span>
        <span><i class="risk-key-fixed" /><span>{tx("riskroom.fixed")}</span></span>
        <span><i class="risk-key-most" /><span>{tx("riskroom.most")}</span></span>
      </p>
      {card.total !== null && card.total !== undefined && <p>{tx("riskroom.total", { n: card.total })}</p>}
    </Card>
  );
}

/** The published points without one part: of people with those points, no promise. */
function WhatIf({ card }: { card: Detail }) {
  if (card.what_if.length === 0) return null;
  return (
    <Card title={tx("riskroom.what_if")}>
      <ul class="stack">
        {card.what_if.map((one) => (
          <li key={one.name} class="risk-if">
            {one.is_largest && <Chip tone="look">{tx("riskroom.largest")}</Chip>}
            <p>{word(one.text)}</p>
          </li>
        ))}
      </ul>
      {card.factors.length > 0 && <Rows><ListRow title={tx("riskroom.what_if_open")} href={`/risk/${card.model}/what-if`} /></Rows>}
      <Disclosure summary={tx("riskroom.what_if_how")}><p>{tx("riskroom.what_if_note")}</p></Disclosure>
    </Card>
  );
}
