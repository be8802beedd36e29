// この値はちがう: what is wrong with a value of a document; both versions stay, a receipt is given.
import { useState } from "preact/hooks";
import { api, asProblem, body, newClientId, type Problem, type Schemas } from "../../api/client";
import { markup, number, pick, rich, tx } from "../../i18n";
import { dayTime } from "../../i18n/time";
import { outdate } from "../../offline/cached";
import { Button, Card, Facts } from "../../ui/index";
import { Choices, Field } from "../../ui/form";
import { Dialog, toast } from "../../ui/overlay";
import { ProblemNote } from "../../ui/page";
import { TOUCHED } from "./corrections";

type Detail = Schemas["ReadingDetail"];
type Why = Schemas["CorrectionShape"]["why"];
const ASKS = new Set(["record.implausible"]);

export function WrongDialog({ one, open, onClose }: { one: Detail; open: boolean; onClose: () => void }) {
  const isNumber = typeof one.value === "number";
  const [why, setWhy] = useState<Why | null>(null);
  const [text, setText] = useState("");
  const [day, setDay] = useState("");
  const [note, setNote] = useState("");
  const [id] = useState(newClientId);
  const [tries, setTries] = useState(0);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isBusy, setBusy] = useState(false);
  const isUnusual = problem !== null && ASKS.has(problem.key);
  const options: Why[] = isNumber ? ["wrong_value", "wrong_date", "not_mine", "other"] : ["wrong_date", "not_mine", "other"];
  const value = Number(text.normalize("NFKC").replace(/,/g, ""));
  const isReady = why === "not_mine" || (why === "wrong_value" && text.trim() !== "" && Number.isFinite(value)) || (why === "wrong_date" && day !== "") || (why === "other" && note.trim() !== "");
  const change = () => setProblem(null);
  const send = async () => {
    setBusy(true);
    try {
      await body(api.POST("/api/readings/{id}/wrong", {
        params: { path: { id: one.id } },
        body: {
          // A changed form is another thing to say; the same form sent again is the same.
          client_id: tries === 0 ? id : `${id}-${tries}`, why: why!, note,
          value: why === "wrong_value" ? value : null,
          at: why === "wrong_date" ? `${day}T00:00:00+09:00` : null,
          confirm_implausible: isUnusual,
        },
      }));
      outdate(...TOUCHED);
      onClose();
      toast(tx("wrong.done"));
    } catch (error) {
      const found = asProblem(error);
      setProblem(found);
      if (found.key === "base.key_reused") setTries(tries + 1);
    }
    setBusy(false);
  };
  return (
    <Dialog title={tx("wrong.title")} open={open} onClose={onClose}>
      <p class="soft">{tx("wrong.lead")}</p>
      <Choices<Why> legend={tx("wrong.why")} value={why} onChange={(next) => { setWhy(next); change(); }}
        options={options.map((each) => ({ value: each, label: tx(`wrong.${each}`) }))} />
      {why === "wrong_value" && (
        <Field label={rich(`${markup("wrong.right_value")} ${pick(one.unit_label)}`)} hint={tx("wrong.is_now", { value: number(one.value as number, one.decimals) })}
          value={text} inputMode="decimal" onInput={(next) => { setText(next); change(); }} />
      )}
      {why === "wrong_date" && <Field label={tx("wrong.right_date")} type="date" value={day} onInput={(next) => { setDay(next); change(); }} />}
      {why !== null && <Field label={tx(why === "other" ? "wrong.note_needed" : "wrong.note")} value={note} maxLength={400} onInput={(next) => { setNote(next); change(); }} />}
      <ProblemNote problem={problem} />
      <div class="buttons">
        <Button kind="main" busy={isBusy} disabled={!isReady} onClick={() => void send()}>{tx(isUnusual ? "record.store_anyway" : "wrong.send")}</Button>
        <Button onClick={onClose}>{tx("shell.cancel")}</Button>
      </div>
    </Dialog>
  );
}

/** What was said of this value, newest first. */
export function SaidWrong({ one }: { one: Detail }) {
  if (one.corrections.length === 0) return null;
  return (
    <Card title={tx("wrong.list")}>
      <Facts rows={one.corrections.map((each) => [rich(dayTime(each.stored_at)), <>
        {tx(`wrong.${each.why}`)}{each.withdrawn_at && <>（{tx("wrong.is_taken_back")}）</>}{each.note && <><br />{each.note}</>}
      </>])} />
      <p class="go"><a href="/record/corrections">{tx("wrong.see_list")}</a></p>
    </Card>
  );
}
