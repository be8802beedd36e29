// Home blood pressure and weight in three taps: open, set, store. Works without a net; undo at once.
import { useState } from "preact/hooks";
import type { Problem } from "../../api/client";
import { markup, number, t, tx } from "../../i18n";
import { useCached } from "../../offline/cached";
import { discard, enter, flush, sync, undo, type EntryBody } from "../../offline/outbox";
import { goBack, type Match } from "../../router";
import { Button, Card, Disclosure, NotDiagnosis } from "../../ui/index";
import { Field, Stepper } from "../../ui/form";
import { Dialog, toast, toastUndo } from "../../ui/overlay";
import { Page, ProblemNote, SyncLine } from "../../ui/page";

/** After this long without an answer the entry simply waits on the phone. */
const PATIENCE_MS = 2500;
const ASKS = new Set(["record.implausible", "record.upper_not_above_lower"]);

/** Now, as <input type=datetime-local> writes it, in Tokyo. */
function nowLocal(): string {
  return new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Tokyo", dateStyle: "short", timeStyle: "short" }).format(new Date()).replace(" ", "T");
}

export function Entry({ match }: { match: Match }) {
  const isPressure = match.kind === "blood-pressure";
  const home = useCached("/api/home");
  const tile = home.data?.tiles.find((one) => one.id === (isPressure ? "blood_pressure" : "weight_kg"));
  const last = tile?.values.map((value) => value.value);
  // Start from the last own number: a thumb moves it a little; nobody types 1-3-4.
  const [touched, setTouched] = useState<{ sbp?: number; dbp?: number; pulse?: number; weight?: number }>({});
  const sbp = touched.sbp ?? Math.round(last?.[0] ?? 120);
  const dbp = touched.dbp ?? Math.round(last?.[1] ?? 75);
  const weight = touched.weight ?? (isPressure ? 60 : last?.[0] ?? 60);
  const [at, setAt] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [question, setQuestion] = useState<Problem | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);

  const label = isPressure ? `${sbp}/${dbp} mmHg` : `${number(weight, 1)} kg`;
  const store = async (isConfirmed: boolean) => {
    setBusy(true);
    setProblem(null);
    setQuestion(null);
    const when = at ? new Date(`${at}:00+09:00`) : new Date();
    const entry: EntryBody = {
      kind: isPressure ? "blood_pressure" : "weight", at: when.toISOString(), confirm_implausible: isConfirmed,
      ...(isPressure ? { sbp, dbp, ...(touched.pulse !== undefined && { pulse: touched.pulse }) } : { weight_kg: weight }),
    };
    let id: string;
    try {
      id = await enter(entry, label);
    } catch {
      // Not even this phone could keep it: say so, nothing was stored.
      setProblem({ key: "entry.not_kept", params: {} } as Problem);
      setBusy(false);
      return;
    }
    await Promise.race([flush(), new Promise((done) => setTimeout(done, PATIENCE_MS))]);
    const refused = sync.get().failed.find((item) => item.client_id === id);
    if (refused) {
      await discard(id);
      const found = { key: refused.problem?.key ?? "shell.unexpected", params: refused.problem?.params ?? {} } as Problem;
      if (ASKS.has(found.key)) setQuestion(found);
      else setProblem(found);
      setBusy(false);
      return;
    }
    const isWaiting = sync.get().pending.some((item) => item.client_id === id);
    goBack("/");
    toastUndo(tx(isWaiting ? "entry.kept" : "entry.stored", { value: label }), () => {
      void undo(id).then(() => toast(tx("entry.undone")), () => toast(tx("entry.not_undone")));
    });
  };

  return (
    <Page title={markup(isPressure ? "entry.bp_title" : "entry.weight_title")} back={["/", markup("nav.home")]}>
      <form class="stack" onSubmit={(event) => { event.preventDefault(); void store(false); }}>
        <Card>
          {isPressure ? (
            <>
              <Stepper label={tx("entry.sbp")} name={t("entry.sbp")} unit="mmHg" value={sbp} min={40} max={320} onChange={(value) => setTouched({ ...touched, sbp: value })} />
              <Stepper label={tx("entry.dbp")} name={t("entry.dbp")} unit="mmHg" value={dbp} min={20} max={220} onChange={(value) => setTouched({ ...touched, dbp: value })} />
            </>
          ) : (
            <Stepper label={tx("entry.weight")} name={t("entry.weight")} unit="kg" value={weight} decimals={1} step={0.1} min={1} max={400} onChange={(value) => setTouched({ ...touched, weight: value })} />
          )}
          <Button kind="main" wide type="submit" busy={isBusy}>{tx("entry.store", { value: label })}</Button>
          <ProblemNote problem={problem} />
          {last && Object.keys(touched).length === 0 && <p class="soft small">{tx("entry.from_last")}</p>}
          <Disclosure summary={tx(isPressure ? "entry.more_bp" : "entry.more")}>
            {isPressure && (
              <Stepper label={tx("entry.pulse")} name={t("entry.pulse")} unit={t("entry.per_minute")} value={touched.pulse ?? 70} min={20} max={250} onChange={(value) => setTouched({ ...touched, pulse: value })} />
            )}
            <Field label={tx("entry.at")} type="datetime-local" value={at ?? nowLocal()} max={nowLocal()} onInput={setAt} />
          </Disclosure>
        </Card>
      </form>
      {isPressure && <p class="soft">{tx("entry.bp_how")}</p>}
      <SyncLine />
      <NotDiagnosis />
      <Dialog title={tx("entry.unusual")} open={question !== null} onClose={() => setQuestion(null)}>
        {question && <p>{tx(question.key, question.params)}</p>}
        <div class="buttons">
          <Button kind="main" onClick={() => void store(true)}>{tx("record.store_anyway")}</Button>
          <Button onClick={() => setQuestion(null)}>{tx("entry.change")}</Button>
        </div>
      </Dialog>
    </Page>
  );
}
