// Every switch at one glance: who and what for down the page, the kinds of data across, a filled mark where it is on.
import type { Schemas } from "../../api/client";
import { markup, rich, t, tx } from "../../i18n";
import { useCached } from "../../offline/cached";
import { Card } from "../../ui/index";
import { Page, WithAnswer } from "../../ui/page";
import { lastDay } from "./index";
import { nameOf } from "./names";

type CardOut = Schemas["CardOut"];
type Mark = "on" | "off" | "closed" | "never";

function markOf(card: CardOut, category: string): Mark {
  const found = card.categories.find((one) => one.category === category);
  if (!found) return "never";
  if (found.is_on) return "on";
  return found.can_turn_on ? "off" : "closed";
}

const SIGNS: Record<Mark, string> = { on: "●", off: "○", closed: "×", never: "" };

/** Recipient and purpose x kind of data; each line leads to its switches. */
export function Table() {
  const overview = useCached("/api/consent");
  return (
    <Page title={markup("glance.table")} lead={tx("glance.table_lead")} back={["/meguri", markup("nav.meguri")]} wide>
      <WithAnswer answer={overview}>{(data) => <All cards={[...data.counsellors, ...data.bank]} />}</WithAnswer>
    </Page>
  );
}

function All({ cards }: { cards: CardOut[] }) {
  const kinds = [...new Set(cards.flatMap((card) => card.categories.map((one) => one.category)))].sort();
  return (
    <Card>
      <p class="small soft">{(["on", "off", "closed"] as const).map((mark) => <span key={mark} class="switches-sign"><b>{SIGNS[mark]}</b> {tx(`glance.mark_${mark}`)}</span>)}</p>
      <table class="switches">
        <thead>
          <tr>{kinds.map((kind) => <th key={kind} scope="col"><span>{tx(`consent.category.${kind}`)}</span></th>)}</tr>
        </thead>
        {cards.map((card) => (
          <tbody key={`${card.recipient}${card.purpose}`}>
            <tr>
              <th colSpan={kinds.length} scope="rowgroup">
                <a href={`/meguri/with/${card.recipient}/${card.purpose}`}>{rich(nameOf(card.names))}</a>
                <span class="small soft">{" "}{tx(`consent.purpose.${card.purpose}`)}{tx("meguri.dot")}{card.until ? tx("consent.until", { day: lastDay(card.until) }) : tx("consent.until_open")}</span>
              </th>
            </tr>
            <tr>
              {kinds.map((kind) => {
                const mark = markOf(card, kind);
                return <td key={kind} class={`is-${mark}`}><span aria-hidden="true">{SIGNS[mark]}</span><span class="sr-only">{t(`glance.mark_${mark}`)}</span></td>;
              })}
            </tr>
          </tbody>
        ))}
      </table>
    </Card>
  );
}
