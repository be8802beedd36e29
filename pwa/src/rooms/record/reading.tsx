// Where one value comes from, as its source printed it; correct or delete it, with undo.
import { useState } from "preact/hooks";
import { api, asProblem, body, newClientId, type Problem, type Schemas } from "../../api/client";
import { hasWords, markup, number, pick, rich, sourceName, t, tx, word } from "../../i18n";
import { day, dayTime } from "../../i18n/time";
import { outdate, useCached } from "../../offline/cached";
import { navigate, type Match } from "../../router";
import { Button, Card, Chip, Disclosure, Facts, Figure, NotDiagnosis } from "../../ui/index";
import { Field } from "../../ui/form";
import { Dialog, toast, toastUndo } from "../../ui/overlay";
import { Page, ProblemNote, WithAnswer } from "../../ui/page";
import { TOUCHED } from "./corrections";
import { FlagChip, valueText, valueWithUnit } from "./value";
import { SaidWrong, WrongDialog } from "./wrong";

type Detail = Schemas["ReadingDetail"];

function Correct({ one, open, onClose }: { one: Detail; open: boolean; onClose: () => void }) {
  const isNumber = typeof one.value === "number";
  const [text, setText] = useState(isNumber ? number(one.value as number, one.decimals) : String(one.value ?? ""));
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isBusy, setBusy] = useState(false);
  const value = isNumber ? Number(text.normalize("NFKC").replace(/,/g, "")) : text;
  const isUnusual = problem?.key === "record.implausible";
  const save = async () => {
    if (isNumber && (text.trim() === "" || !Number.isFinite(value as number))) {
      setProblem({ key: "record.impossible", params: {} } as Problem);
      return;
    }
    setBusy(true);
    try {
      const made = await body(api.PATCH("/api/readings/{id}", {
        params: { path: { id: one.id } }, body: { client_id: newClientId(), value, confirm_implausible: isUnusual },
      }));
      outdate(...TOUCHED);
      onClose();
      navigate(`/record/reading/${encodeURIComponent(made.id)}`, { replace: true });
      toast(tx("record.corrected"));
    } catch (error) {
      setProblem(asProblem(error));
    }
    setBusy(false);
  };
  return (
    <Dialog title={tx("record.correct")} open={open} onClose={onClose}>
      <p class="soft">{tx("record.correct_note")}</p>
      <Field label={rich(`${pick(one.name)} ${isNumber ? pick(one.unit_label) : ""}`)} value={text} inputMode={isNumber ? "decimal" : "text"}
        onInput={(next) => { setText(next); setProblem(null); }} />
      <ProblemNote problem={problem} />
      <div class="buttons">
        <Button kind="main" busy={isBusy} onClick={save}>{tx(isUnusual ? "record.store_anyway" : "shell.save")}</Button>
        <Button onClick={onClose}>{tx("shell.cancel")}</Button>
      </div>
    </Dialog>
  );
}

function Sheet({ one }: { one: Detail }) {
  const [isCorrecting, setCorrecting] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const restore = async () => {
    try {
      await body(api.POST("/api/readings/{id}/restore", { params: { path: { id: one.id } } }));
      outdate(...TOUCHED);
    } catch (error) {
      setProblem(asProblem(error));
    }
  };
  const remove = async () => {
    setProblem(null);
    try {
      await body(api.DELETE("/api/readings/{id}", { params: { path: { id: one.id } } }));
      outdate(...TOUCHED);
      toastUndo(tx("record.deleted"), () => void restore());
    } catch (error) {
      setProblem(asProblem(error));
    }
  };
  const counts = one.versions.find((version) => !version.is_corrected && !version.is_deleted);
  const rows: [string, preact.ComponentChildren][] = [
    ["record.source", rich(sourceName(one.source))],
    ["record.when", rich(one.is_date_only ? day(one.at, { year: true }) : `${day(one.at, { year: true })} ${dayTime(one.at).split(" ").at(-1)}`)],
    ["record.category", tx(`record.category.${one.category}`)],
  ];
  if (one.original_value !== null && one.original_value !== undefined) {
    rows.push(["record.as_printed", `${one.original_value} ${one.original_unit ?? ""}`]);
  }
  if (one.context) rows.push(["record.context", tx(`record.context_${one.context}`)]);
  if (one.is_fasting !== null && one.is_fasting !== undefined) rows.push(["record.fasting", tx(one.is_fasting ? "record.fasting_yes" : "record.fasting_no")]);
  if (one.code) rows.push(["record.code", `${one.code}`]);
  return (
    <>
      <Card>
        <div class="row-between">
          <Figure big value={rich(valueText(one))} unit={typeof one.value === "number" ? pick(one.unit_label) : ""} />
          <FlagChip flag={one.flag} />
        </div>
        {one.is_deleted && <p><Chip tone="look">{tx("record.is_deleted")}</Chip></p>}
        {one.is_corrected && (
          <p class="row">
            <Chip tone="info">{tx("record.is_corrected")}</Chip>
            {counts && <a href={`/record/reading/${encodeURIComponent(counts.id)}`}>{tx("record.counts_now", { value: valueWithUnit(counts) })}</a>}
          </p>
        )}
        <Facts rows={rows.map(([key, value]) => [tx(key), value])} />
        <p class="go"><a href={`/record/metric/${encodeURIComponent(one.metric)}`}>{tx("record.see_metric")}</a></p>
      </Card>
      {one.imports.length > 0 && (
        <Card title={tx("record.brought_by")}>
          {one.imports.map((from) => (
            <Facts key={from.import_id} rows={[
              [tx("record.file"), from.file_name ?? (from.source ? rich(sourceName(from.source)) : "")],
              [tx("record.stored_at"), rich(dayTime(from.stored_at))],
              ...(from.place ? [[tx("record.place"), from.place] as [preact.ComponentChildren, string]] : []),
              ...(from.sha256 ? [[tx("record.sha"), <code class="small">{from.sha256.slice(0, 16)}…</code>] as [preact.ComponentChildren, preact.ComponentChildren]] : []),
            ]} />
          ))}
        </Card>
      )}
      {one.shares.length > 0 && (
        <Card title={tx("record.shares")}>
          {one.rule && <p class="soft">{word(one.rule)}</p>}
          <Facts rows={one.shares.map((share) => [rich(sourceName(share.source)), <>{number(share.n)}{share.rank_reason && <span class="soft">（{word(share.rank_reason)}）</span>}</>])} />
        </Card>
      )}
      <Card title={tx("record.seen_by")}>
        {one.seen_by.length === 0 ? <p>{tx("record.seen_by_none")}</p> : (
          <Facts rows={one.seen_by.map((seen) => [rich(dayTime(seen.at)), <>{seen.names ? rich(pick(seen.names)) : hasWords(`meguri.role.${seen.who}`) ? tx(`meguri.role.${seen.who}`) : seen.who}（{tx(`consent.purpose.${seen.purpose}`)}{!seen.is_exact && <>・{tx("record.seen_kind")}</>}）</>])} />
        )}
        <p class="go"><a href="/meguri/reads">{tx("record.seen_all")}</a></p>
      </Card>
      {one.versions.length > 0 && (
        <Disclosure summary={tx("record.versions", { n: one.versions.length })}>
          <Facts rows={one.versions.map((version) => [rich(dayTime(version.at)), <a href={`/record/reading/${encodeURIComponent(version.id)}`}>{rich(valueWithUnit(version))}</a>])} />
        </Disclosure>
      )}
      <SaidWrong one={one} />
      <ProblemNote problem={problem} />
      <div class="buttons">
        {one.is_deleted && <Button kind="main" onClick={restore}>{tx("record.restore")}</Button>}
        {one.can_correct && !one.is_deleted && <Button icon="pencil" onClick={() => setCorrecting(true)}>{tx(one.is_own ? "record.correct" : "wrong.title")}</Button>}
        {one.can_delete && !one.is_deleted && <Button kind="now" icon="bin" onClick={remove}>{tx("record.delete")}</Button>}
      </div>
      {!one.is_own && <WrongDialog key={one.id} one={one} open={isCorrecting} onClose={() => setCorrecting(false)} />}
      {one.is_own && <Correct one={one} open={isCorrecting} onClose={() => setCorrecting(false)} />}
      <NotDiagnosis />
    </>
  );
}

export function Reading({ match }: { match: Match }) {
  const detail = useCached("/api/readings/{id}", { path: { id: match.id! } });
  const one = detail.data;
  const parent: [string, string] = one ? [`/record/metric/${encodeURIComponent(one.metric)}`, pick(one.name)] : ["/record", markup("nav.record")];
  return (
    <Page title={one ? pick(one.name) : t("record.one_value")} back={parent} end={tx("record.one_value")}>
      <WithAnswer answer={detail}>{(found) => <Sheet one={found} />}</WithAnswer>
    </Page>
  );
}
