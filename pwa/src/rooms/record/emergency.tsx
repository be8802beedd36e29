// What an ambulance asks, on one page: readable at arm's length, on paper, and without a net once it was seen here.
import type { Schemas } from "../../api/client";
import { markup, rich, sourceName, t, tx, word } from "../../i18n";
import { clockTime, day } from "../../i18n/time";
import { useCached } from "../../offline/cached";
import { Button, Card, Chip, ListRow, Rows } from "../../ui/index";
import { Page, WithAnswer } from "../../ui/page";

type Sheet = Schemas["EmergencySheet"];
type Part = Schemas["SheetPart"];

function origin(source: string, on: string | null | undefined): string {
  const from = source === "self" ? markup("profile.by_self") : sourceName(source);
  return on ? `${from}・${day(on, { year: true })}` : from;
}

function OnePart({ part }: { part: Part }) {
  return (
    <section class="sheet-part">
      <div class="row-between">
        <h2>{word(part.title)}</h2>
        <a class="sheet-edit no-print" href={`/record/profile/${part.key}`}>{tx(part.state === "unknown" ? "emergency.fill" : "emergency.change")}</a>
      </div>
      {part.state === "none" && <p class="sheet-line">{tx("emergency.none")}</p>}
      {part.state === "unknown" && <p class="sheet-line soft">{tx("emergency.unknown")}</p>}
      {part.lines.length > 0 && (
        <ul>
          {part.lines.map((line, i) => (
            <li key={i}>
              <span class="sheet-line strong">{line.word ? word(line.word) : line.text}</span>
              <span class="soft small">{rich(origin(line.source, line.on))}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Contact({ sheet }: { sheet: Sheet }) {
  const { contact } = sheet;
  return (
    <section class="sheet-part">
      <div class="row-between">
        <h2>{tx("emergency.contact")}</h2>
        <a class="sheet-edit no-print" href="/record/profile/emergency_contact">{tx(contact ? "emergency.change" : "emergency.fill")}</a>
      </div>
      {contact ? (
        <p class="sheet-line">
          <span class="strong">{contact.name}</span>{contact.relation && `（${contact.relation}）`}<br />
          <a class="sheet-call" href={`tel:${contact.phone.replace(/[^+0-9]/g, "")}`}>{contact.phone}</a>
        </p>
      ) : <p class="sheet-line soft">{tx("emergency.unknown")}</p>}
    </section>
  );
}

export function Emergency() {
  const answer = useCached("/api/emergency");
  return (
    <Page title={markup("emergency.title")} lead={<span class="no-print">{tx("emergency.lead")}</span>} back={["/record", markup("nav.record")]}>
      <WithAnswer answer={answer}>
        {(sheet) => (
          <>
            <article class="card emergency-sheet">
              <header class="row-between">
                <div>
                  <p class="small soft">{sheet.kana}</p>
                  <p class="sheet-name">{sheet.name}</p>
                </div>
                <p class="sheet-who">{rich(`${day(sheet.birth, { year: true })}・${markup("emergency.age", { age: sheet.age })}・${markup(`emergency.${sheet.sex}`)}`)}</p>
              </header>
              {sheet.parts.map((part) => <OnePart key={part.id} part={part} />)}
              <Contact sheet={sheet} />
              <p class="soft small">{tx("emergency.as_of", { when: `${day(sheet.as_of, { year: true })} ${clockTime(sheet.as_of)}` })}</p>
            </article>
            <div class="buttons no-print">
              <Button kind="main" onClick={() => window.print()}>{tx("emergency.print")}</Button>
            </div>
            <p class="soft small no-print"><Chip tone="info">{t("emergency.offline_chip")}</Chip> {tx("emergency.offline")}</p>
            <div class="no-print">
              <Card title={tx("emergency.also")}>
                <Rows>
                  <ListRow href="/record/profile" title={tx("profile.title")} note={tx("emergency.also_note")} />
                </Rows>
              </Card>
            </div>
          </>
        )}
      </WithAnswer>
    </Page>
  );
}
