// What every card of the risk room is made of: inputs with their days, what is missing, the basis, the picture on request.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { Schemas } from "../../api/client";
import { Plot, type PlotFigure } from "../../chart/plot";
import { ChartTable } from "../../chart/people";
import { hasWords, markup, number, rich, sourceName, t, tx, word, wordText } from "../../i18n";
import { day } from "../../i18n/time";
import { useCached } from "../../offline/cached";
import { prefs, shownTheme } from "../../prefs";
import { useStore } from "../../store";
import { Button, Card, Disclosure, Facts, Icon, ListRow, Rows } from "../../ui/index";
import { ErrorState } from "../../ui/page";
import { localised } from "./labels";

type Detail = Schemas["Detail"];
type Input = Schemas["InputUsed"];
export type Missing = Schemas["MissingInput"];

function hrefOf(input: Input): string | undefined {
  if (input.origin === "reading" && input.reading) return `/record/reading/${input.reading}`;
  if (input.origin === "profile" && input.profile_key) return `/record/profile/${input.profile_key}`;
  return undefined;
}

function originOf(input: Input): string {
  if (input.origin === "account") return markup("riskroom.from_account");
  // An own answer to わたしのこと is no correction of a value, which "self" means elsewhere.
  const isAnswer = input.origin === "profile" && input.source === "self";
  const source = isAnswer ? markup("riskroom.own_answer") : input.source ? sourceName(input.source) : "";
  return [input.day ? day(input.day) : "", source].filter(Boolean).join("・");
}

/** Every value used, with its day and where it comes from; a tap opens it. */
export function Inputs({ inputs, limit }: { inputs: Input[]; limit?: number | null }) {
  if (inputs.length === 0) return null;
  return (
    <Card title={tx("riskroom.inputs")}>
      {limit && <p class="soft">{limit >= 365 ? tx("riskroom.age_limit_years", { n: Math.floor(limit / 365) }) : tx("riskroom.age_limit_days", { n: limit })}</p>}
      <Rows>
        {inputs.map((input) => (
          <ListRow key={input.name} title={word(input.label)} note={rich(originOf(input))} href={hrefOf(input)}
            end={<span class="strong">{word(localised(input.shown))}</span>} />
        ))}
      </Rows>
    </Card>
  );
}

/** Where a missing input can be filled, and what to press there. */
export function fillOf(missing: Missing): { href: string; key: string } {
  if (missing.fill === "profile") return { href: `/record/profile/${missing.profile_key ?? ""}`, key: "riskroom.fill_profile" };
  if (missing.fill === "enter_reading") {
    return { href: `/record/enter/${missing.metric === "weight_kg" ? "weight" : "blood-pressure"}`, key: "riskroom.fill_enter" };
  }
  return { href: "/link-data", key: "riskroom.fill_link" };
}

/** What is missing, each with the place where it can be filled. */
export function MissingRows({ missing }: { missing: Missing[] }) {
  return (
    <Rows>
      {missing.map((one) => {
        const fill = fillOf(one);
        return <ListRow key={one.name} icon="plus" title={word(one.label)} note={tx(fill.key)} href={fill.href} />;
      })}
    </Rows>
  );
}

/** 根拠を見る: source, version, population, range, notes, hash. */
export function Basis({ card }: { card: Detail }) {
  // In the language shown where somebody wrote it; the card's own (English) wording stands below in full.
  const said = (part: "source" | "population" | "outcome" | "status") => {
    const key = `risk.basis.${card.model}.${part}`;
    return hasWords(key) ? tx(key) : <span lang="en">{card[part]}</span>;
  };
  const rows: [string, ComponentChildren][] = [
    ["riskroom.source", said("source")],
    ["riskroom.version", `${card.model} ${card.version}`],
    ["riskroom.population", said("population")],
    ["riskroom.outcome", said("outcome")],
    ["riskroom.status", said("status")],
    ["riskroom.copies", <span lang="en" class="small">{card.source}</span>],
  ];
  return (
    <Card>
      <Disclosure>
        <p>{tx(`riskroom.class_${card.display_class}`)}</p>
        {card.valid_range.length > 0 && (
          <div>
            <h3>{tx("riskroom.valid")}</h3>
            <ul class="risk-points">{card.valid_range.map((one) => <li key={one.key}>{word(one)}</li>)}</ul>
          </div>
        )}
        {card.notes.length > 0 && (
          <div>
            <h3>{tx("riskroom.notes")}</h3>
            <ul class="risk-points">{card.notes.map((one) => <li key={one.key}>{word(one)}</li>)}</ul>
          </div>
        )}
        {card.missing_rule && <p>{word(card.missing_rule)}</p>}
        {card.awaiting_signoff.length > 0 && <p>{tx("riskroom.awaiting", { n: card.awaiting_signoff.length })}</p>}
        <Terms card={card} />
        <Facts rows={rows.filter(([, value]) => value !== "").map(([key, value]) => [tx(key), value])} />
        {card.sha256 && (
          <div>
            <p class="soft small">{tx("riskroom.hash")}</p>
            <code class="risk-hash">{card.sha256}</code>
          </div>
        )}
      </Disclosure>
    </Card>
  );
}

/** The terms of a formula that adds up in logarithms, for those who want to check it. */
function Terms({ card }: { card: Detail }) {
  const terms = card.contributions.filter((part) => part.unit === "ln");
  if (terms.length === 0) return null;
  return (
    <ChartTable caption={t("riskroom.terms")} columns={[{ head: tx("risk.table.part") }, { head: tx("riskroom.terms"), isNumber: true }]}
      rows={[...terms.map((part) => [word(part.label), number(part.amount, 4)]),
        [tx("riskroom.sum"), number(terms.reduce((sum, part) => sum + part.amount, 0), 4)]]} />
  );
}

export function NextStep({ step }: { step: Detail["next_step"] }) {
  if (!step) return null;
  return (
    <p class="risk-next"><Icon name="next" size={20} /><span><b>{tx("riskroom.next")}</b>{word(step)}</span></p>
  );
}

interface Asked {
  model: string;
  kind: string;
  metric?: string;
  scope?: string;
}

/** The picture that can be moved; nothing of it is loaded before it is asked for. */
export function Explore(asked: Asked) {
  const [isOpen, setOpen] = useState(false);
  if (!isOpen) return <div><Button onClick={() => setOpen(true)}>{tx("riskroom.explore")}</Button></div>;
  return <Explorable {...asked} />;
}

function Explorable({ model, kind, metric, scope }: Asked) {
  const { locale } = useStore(prefs);
  const { data, problem, reload } = useCached("/api/risk/{model}/figure", {
    path: { model }, query: { kind, metric, scope, locale, theme: shownTheme() },
  });
  if (!data) return problem ? <ErrorState problem={problem} retry={reload} /> : <p class="soft" role="status">{tx("shell.first_load")}</p>;
  return (
    <div class="stack">
      <Plot figure={data.figure as unknown as PlotFigure} label={wordText(data.takeaway)} />
      <p>{word(data.takeaway)}</p>
      <ChartTable caption={wordText(data.takeaway)} columns={data.table_head.map((head, i) => ({ head: word(head), isNumber: i > 0 }))}
        rows={data.table.map((row) => row.map((cell) => (typeof cell === "number" ? number(cell) : cell ?? "")))} />
    </div>
  );
}
