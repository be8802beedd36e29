// The buttons that call, the line that leads to the page, and the note beside a text that mentions something urgent.
import { t, tx } from "../../i18n";
import { Button, Card, Icon, ListRow, Rows } from "../../ui/index";
import { numbers, urgentIn, type Call } from "./urgent-words";

/** One number to call, with what it is for. */
export function CallButton({ call }: { call: Call }) {
  const found = numbers.find((one) => one.id === call);
  const number = found?.shown ?? found?.tel ?? "";
  return (
    <div class="stack-s">
      {found
        ? <a class={`button ${call === "119" ? "button-main" : ""} button-wide`} href={`tel:${encodeURIComponent(found.tel)}`}><Icon name="phone" size={20} /><span>{tx(`urgent.call.${call}`, { number: <span class="nowrap">{number}</span> })}</span></a>
        : <p class="strong">{tx(`urgent.call.${call}`)}</p>}
      <p class="small soft">{tx(`urgent.note.${call}`)}</p>
    </div>
  );
}

/** The way to the page, for every screen of advice and consultations. */
export function UrgentLine() {
  return <Card><Rows label={t("urgent.title")}><ListRow icon="phone" href="/urgent" title={tx("urgent.open")} note={tx("urgent.open_note")} /></Rows></Card>;
}

/** Beside a text that is being written: whom to call now if it mentions something that cannot wait. */
export function UrgentInText({ text }: { text: string }) {
  const [first, ...more] = [...new Set(urgentIn(text).map((one) => one.call))];
  if (!first) return null;
  return (
    <div role="alert">
      <Card tone={first === "mind" ? "info" : "now"} title={tx(first === "mind" ? "urgent.talk_to" : "urgent.now")}>
        <p>{tx("urgent.in_text")}</p>
        {[first, ...more].map((call) => <CallButton key={call} call={call} />)}
        <Button kind="quiet" href="/urgent">{tx("urgent.in_text_more")}</Button>
      </Card>
    </div>
  );
}
