// Everything the person said was wrong: both values, when, and a receipt that this phone checks alone.
import { useState } from "preact/hooks";
import { api, asProblem, body, type Problem, type Schemas } from "../../api/client";
import { markup, pick, rich, sourceName, tx } from "../../i18n";
import { day, dayTime } from "../../i18n/time";
import { outdate, useCached } from "../../offline/cached";
import type { Match } from "../../router";
import { Button, Card, Chip, EmptyState, Facts } from "../../ui/index";
import { toast } from "../../ui/overlay";
import { Page, ProblemNote, WithAnswer } from "../../ui/page";
import { CheckedReceipt } from "../consent/receipt";
import { valueWithUnit } from "./value";

type Line = Schemas["CorrectionLine"];

/** Screens that show values. */
export const TOUCHED = ["/api/home", "/api/timeline", "/api/metrics", "/api/readings", "/api/corrections", "/api/risk", "/api/advice", "/api/profile"];

function OneCorrection({ one }: { one: Line }) {
  const [problem, setProblem] = useState<Problem | null>(null);
  const takeBack = async () => {
    setProblem(null);
    try {
      await body(api.POST("/api/corrections/{id}/take-back", { params: { path: { id: one.id } } }));
      outdate(...TOUCHED);
      toast(tx("wrong.taken_back"));
    } catch (error) {
      setProblem(asProblem(error));
    }
  };
  return (
    <Card title={rich(pick(one.before.name))} end={<Chip tone={one.withdrawn_at ? "info" : "good"}>{tx(one.withdrawn_at ? "wrong.is_taken_back" : "wrong.holds")}</Chip>}>
      <Facts rows={[
        [tx("wrong.why"), tx(`wrong.${one.why}`)],
        [tx("wrong.before"), <a href={`/record/reading/${encodeURIComponent(one.before.id)}`}>{rich(valueWithUnit(one.before))}</a>],
        ...(one.after ? [[tx("wrong.after"), <a href={`/record/reading/${encodeURIComponent(one.after.id)}`}>{rich(valueWithUnit(one.after))}</a>] as [preact.ComponentChildren, preact.ComponentChildren]] : []),
        ...(one.note ? [[tx("wrong.note"), one.note] as [preact.ComponentChildren, preact.ComponentChildren]] : []),
        [tx("wrong.said_at"), <>{rich(dayTime(one.stored_at))}（{tx("wrong.by_you")}）</>],
        ...(one.withdrawn_at ? [[tx("wrong.taken_back_at"), rich(dayTime(one.withdrawn_at))] as [preact.ComponentChildren, preact.ComponentChildren]] : []),
      ]} />
      <ProblemNote problem={problem} />
      <div class="buttons">
        <Button href={`/record/correction/${encodeURIComponent(one.id)}`}>{tx("wrong.receipt")}</Button>
        {!one.withdrawn_at && <Button href={`/record/correction/${encodeURIComponent(one.id)}/letter`}>{tx("wrong.letter")}</Button>}
        {!one.withdrawn_at && <Button kind="quiet" onClick={() => void takeBack()}>{tx("wrong.take_back")}</Button>}
      </div>
    </Card>
  );
}

/** A letter to where the value came from: what it printed, where, and what the person says. On paper, to hand over. */
export function CorrectionLetter({ match }: { match: Match }) {
  const list = useCached("/api/corrections");
  const me = useCached("/api/me");
  const one = list.data?.corrections.find((each) => each.id === match.id);
  const value = useCached(one ? "/api/readings/{id}" : null, { path: { id: one?.reading ?? "" } });
  return (
    <Page title={markup("wrong.letter")} lead={<span class="no-print">{tx("wrong.letter_lead")}</span>} back={["/record/corrections", markup("wrong.list")]}>
      <WithAnswer answer={list}>
        {() => one && (
          <WithAnswer answer={value}>
            {(detail) => (
              <>
                <article class="card emergency-sheet">
                  <p class="strong">{tx("wrong.letter_to", { source: sourceName(detail.source) })}</p>
                  <p>{tx("wrong.letter_ask")}</p>
                  <Facts rows={[
                    [tx("wrong.letter_item"), rich(pick(one.before.name))],
                    [tx("record.when"), rich(day(detail.at, { year: true }))],
                    [tx("record.as_printed"), detail.original_value ? `${detail.original_value} ${detail.original_unit ?? ""}` : rich(valueWithUnit(detail))],
                    ...(detail.imports[0]?.file_name ? [[tx("record.file"), `${detail.imports[0].file_name} ${detail.imports[0].place}`] as [preact.ComponentChildren, preact.ComponentChildren]] : []),
                    [tx("wrong.letter_why"), tx(`wrong.${one.why}`)],
                    ...(one.after ? [[tx("wrong.after"), <>{rich(valueWithUnit(one.after))}{one.why === "wrong_date" && <>（{rich(day(one.after.at, { year: true }))}）</>}</>] as [preact.ComponentChildren, preact.ComponentChildren]] : []),
                    ...(one.note ? [[tx("wrong.note_short"), one.note] as [preact.ComponentChildren, preact.ComponentChildren]] : []),
                    [tx("wrong.said_at"), rich(dayTime(one.stored_at))],
                    [tx("wrong.letter_from"), me.data?.person?.name ?? ""],
                  ]} />
                </article>
                <div class="buttons no-print"><Button kind="main" onClick={() => window.print()}>{tx("emergency.print")}</Button></div>
              </>
            )}
          </WithAnswer>
        )}
      </WithAnswer>
    </Page>
  );
}

export function Corrections() {
  const answer = useCached("/api/corrections");
  return (
    <Page title={markup("wrong.list")} lead={tx("wrong.list_lead")} back={["/record", markup("nav.record")]}>
      <WithAnswer answer={answer}>
        {({ corrections }) => (corrections.length === 0
          ? <EmptyState title={tx("wrong.none_title")} text={tx("wrong.none")} />
          : <>{corrections.map((one) => <OneCorrection key={one.id} one={one} />)}</>)}
      </WithAnswer>
    </Page>
  );
}

export function CorrectionReceipt({ match }: { match: Match }) {
  const receipt = useCached("/api/corrections/{id}/receipt", { path: { id: match.id ?? "" } });
  const keys = useCached("/api/consent/keys");
  return (
    <Page title={markup("wrong.receipt")} lead={tx("meguri.receipt_lead")} back={["/record/corrections", markup("wrong.list")]}>
      <WithAnswer answer={receipt}>
        {(signed) => <WithAnswer answer={keys}>{({ keys: known }) => <CheckedReceipt receipt={signed.receipt} keys={known} />}</WithAnswer>}
      </WithAnswer>
    </Page>
  );
}
