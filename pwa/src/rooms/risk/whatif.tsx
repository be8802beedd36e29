// What if: other published steps of the score, and what the table says of people with those points. No promise.
import { useState } from "preact/hooks";
import type { Schemas } from "../../api/client";
import { IconArray } from "../../chart/people";
import { markup, number, tx, word, wordText } from "../../i18n";
import { useCached } from "../../offline/cached";
import type { Match } from "../../router";
import { Choices } from "../../ui/form";
import { Button, Card, Chip, Disclosure, Figure, NotDiagnosis } from "../../ui/index";
import { Page, WithAnswer } from "../../ui/page";

type Detail = Schemas["Detail"];
type Factor = Schemas["Factor"];
type Outcome = Schemas["Outcome"];

export function WhatIfPage({ match }: { match: Match }) {
  const model = match.model ?? "";
  const answer = useCached("/api/risk/{model}", { path: { model } });
  return (
    <Page title={markup("riskroom.what_if_title")} lead={tx("riskroom.what_if_lead")} back={[`/risk/${model}`, markup("riskroom.what_if_back")]}>
      <WithAnswer answer={answer}>
        {(card) => (card.factors.length === 0 ? <Card tone="info"><p>{tx("riskroom.what_if_none")}</p></Card> : <Steps card={card} />)}
      </WithAnswer>
    </Page>
  );
}

const mine = (factor: Factor): number => factor.levels.findIndex((level) => level.is_mine);

function of100(one: Outcome | undefined): string {
  if (!one) return "";
  return one.frequency.is_under_one ? markup("riskroom.less_than_one") : number(one.frequency.happens ?? 0);
}

function Steps({ card }: { card: Detail }) {
  const [chosen, setChosen] = useState<Record<string, number>>({});
  const level = (factor: Factor) => chosen[factor.name] ?? mine(factor);
  const now = card.total ?? 0;
  const then = now + card.factors.reduce((sum, one) => sum + (one.levels[level(one)]?.points ?? 0) - (one.levels[mine(one)]?.points ?? 0), 0);
  const outcome = (total: number) => card.outcomes.find((one) => one.total === total);
  const [own, other] = [outcome(now), outcome(then)];
  const isSame = card.factors.every((one) => level(one) === mine(one));
  return (
    <>
      <div class="risk-strip" role="status">
        <div><span class="soft small">{tx("riskroom.now")}</span><Figure value={of100(own)} unit={markup("riskroom.of_100")} /><span class="soft small">{tx("riskroom.points", { n: now })}</span></div>
        <div data-same={isSame}><span class="soft small">{tx("riskroom.with_chosen")}</span><Figure value={of100(other)} unit={markup("riskroom.of_100")} /><span class="soft small">{tx("riskroom.points", { n: then })}</span></div>
      </div>
      {card.factors.map((factor) => (
        <Card key={factor.name}>
          <Choices legend={<b>{word(factor.label)}</b>} value={String(level(factor))}
            options={factor.levels.map((one, i) => ({
              value: String(i),
              label: <span class="row-between"><span>{word(one.text)}</span> <span class="row">{one.is_mine && <Chip tone="info">{tx("riskroom.mine")}</Chip>}<span class="soft nowrap">{tx("riskroom.points", { n: one.points })}</span></span></span>,
            }))}
            onChange={(value) => setChosen({ ...chosen, [factor.name]: Number(value) })} />
        </Card>
      ))}
      {other && (
        <Card title={tx("riskroom.with_chosen_title")}>
          <Difference now={now} then={then} />
          <p class="strong">{tx("riskroom.people_with_points", { n: then })}</p>
          <p>{word(other.frequency.text)}</p>
          <p class="soft">{word(other.frequency.counter_text)}</p>
          <IconArray filled={other.frequency.happens ?? 0} tone="look" label={`${wordText(other.frequency.text)} ${wordText(other.frequency.counter_text)}`} />
          {other.frequency.is_under_one && <p class="soft small">{tx("riskroom.no_figure_filled")}</p>}
          {card.baseline_text && <p class="soft">{word(card.baseline_text)}</p>}
          {card.horizon_years && <p class="soft small">{tx("riskroom.horizon", { n: card.horizon_years })}</p>}
          {!isSame && <Button onClick={() => setChosen({})}>{tx("riskroom.reset")}</Button>}
        </Card>
      )}
      <Card><Disclosure summary={tx("riskroom.what_if_how")}><p>{tx("riskroom.what_if_note")}</p></Disclosure></Card>
      <NotDiagnosis />
    </>
  );
}

function Difference({ now, then }: { now: number; then: number }) {
  if (then === now) return <p>{tx("riskroom.points_same")}</p>;
  return <p>{tx(then < now ? "riskroom.points_less" : "riskroom.points_more", { n: Math.abs(now - then) })}</p>;
}
