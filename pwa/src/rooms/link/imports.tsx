// What came in: the list, and each import with how far it is, its receipt and its undo.
import { useEffect, useState } from "preact/hooks";
import { api, asProblem, body, type Problem, type Schemas } from "../../api/client";
import { markup, number, rich, tx, word } from "../../i18n";
import { dayTime } from "../../i18n/time";
import { outdate, useCached } from "../../offline/cached";
import type { Match } from "../../router";
import { Button, Card, Chip, Disclosure, EmptyState, Facts, Figure, Icon, ListRow, Progress, Rows, type Tone } from "../../ui/index";
import { Dialog, toast } from "../../ui/overlay";
import { Page, ProblemNote, WithAnswer } from "../../ui/page";
import { days, Kinds, LeftOutList, size, sourceList } from "./found";
import { useUntilDone } from "./upload";

type ImportOut = Schemas["ImportOut"];
type Whole = Schemas["ImportDetailOut"];

const TONES: Record<ImportOut["state"], Tone> = { running: "info", complete: "good", failed: "look", undoing: "info", undone: "info" };
/** Everything that is computed from the record. */
const FROM_THE_RECORD = ["/api/home", "/api/timeline", "/api/metrics", "/api/readings", "/api/profile", "/api/risk", "/api/advice", "/api/link"];

/** One import in a list. */
export function ImportRow({ one }: { one: ImportOut }) {
  return (
    <ListRow href={`/link-data/import/${one.id}`} title={tx(`link.source_${one.source}`)}
      note={<>
        <span class="nowrap">{rich(dayTime(one.created_at))}</span>・<span class="nowrap">{tx("linkdata.row_new", { n: one.new })}</span>
        <br /><span class="link-name">{one.file_name}</span>
        <br /><Chip tone={TONES[one.state]}>{tx(`linkdata.state_${one.state}`)}</Chip>
      </>} />
  );
}

export function Imports() {
  const imports = useCached("/api/link/imports");
  return (
    <Page title={markup("linkdata.imports")} lead={tx("linkdata.imports_lead")} back={["/link-data", markup("linkdata.title")]}>
      <WithAnswer answer={imports}>
        {({ imports: listed }) => (listed.length === 0
          ? <EmptyState title={tx("linkdata.none_title")} text={tx("linkdata.none")} action={tx("linkdata.choose")} href="/link-data" />
          : <Card><Rows>{listed.map((one) => <ImportRow key={one.id} one={one} />)}</Rows></Card>)}
      </WithAnswer>
    </Page>
  );
}

export function ImportOne({ match }: { match: Match }) {
  const id = match.id ?? "";
  const answer = useCached("/api/link/imports/{import_id}", { path: { import_id: id } });
  const state = answer.data?.state;
  const [wasRunning, setWasRunning] = useState(false);
  const isUnderWay = state === "running" || state === "undoing";
  useUntilDone(isUnderWay, answer);

  useEffect(() => {
    if (isUnderWay) setWasRunning(true);
    else if (wasRunning && state) outdate(...FROM_THE_RECORD.filter((start) => start !== "/api/link"), "/api/link/sources");
  }, [isUnderWay, state]);

  return (
    <Page title={markup(`linkdata.title_${state ?? "running"}`)} back={["/link-data", markup("linkdata.title")]}>
      <WithAnswer answer={answer}>{(one) => <OfState one={one} reload={answer.reload} />}</WithAnswer>
    </Page>
  );
}

function OfState({ one, reload }: { one: Whole; reload: () => void }) {
  if (one.state === "running" || one.state === "undoing") {
    return (
      <Card>
        <Progress done={one.progress.done} total={one.progress.total}
          label={markup(one.progress.stage === "waiting" ? "linkdata.in_line" : "linkdata.storing", { done: size(one.progress.done), total: size(one.progress.total) })} />
        {one.new > 0 && <p>{tx("linkdata.so_far", { n: one.new })}</p>}
        <p class="soft">{tx("linkdata.may_leave")}</p>
        <FileFacts one={one} />
      </Card>
    );
  }
  if (one.state === "failed") {
    return (
      <Card tone="look">
        {one.refusal && <p class="strong" role="alert">{word(one.refusal)}</p>}
        <div><Button kind="main" href="/link-data">{tx("linkdata.other_file")}</Button></div>
        <FileFacts one={one} />
      </Card>
    );
  }
  return <Receipt one={one} reload={reload} />;
}

function FileFacts({ one }: { one: Whole }) {
  return (
    <Facts rows={[
      [tx("linkdata.file"), <><span class="link-name">{one.file_name}</span> <span class="soft nowrap">{size(one.size)}</span></>],
      [tx("linkdata.started"), rich(dayTime(one.created_at))],
    ]} />
  );
}

/** The receipt: what is new, what was there, what was left out and why; the numbers add up to the file. */
function Receipt({ one, reload }: { one: Whole; reload: () => void }) {
  const { receipt } = one;
  const isUndone = one.state === "undone";
  if (!receipt) return null;
  return (
    <>
      {isUndone && <Card tone="info"><p>{tx("linkdata.undone_text")}</p></Card>}
      <Card title={tx(isUndone ? "linkdata.receipt_was" : "linkdata.receipt")}>
        <div class="link-counts">
          <Count label="linkdata.new" n={receipt.new} />
          <Count label="linkdata.already" n={receipt.already} />
          <Count label="linkdata.left" n={one.left_out} />
        </div>
        {!isUndone && receipt.new === 0 && receipt.already > 0 && <p>{tx("linkdata.all_there")}</p>}
        {!isUndone && (
          <div class="buttons">
            <Button kind="main" icon="record" href="/record">{tx("linkdata.see_record")}</Button>
            <Button href="/risk">{tx("linkdata.see_risk")}</Button>
          </div>
        )}
      </Card>
      {receipt.left_out.length > 0 && (
        <Card title={tx("linkdata.left_title")}>
          <p class="soft">{tx("linkdata.left_out_text")}</p>
          <LeftOutList groups={receipt.left_out} />
        </Card>
      )}
      <Card title={tx("linkdata.in_file")}>
        <Kinds kinds={receipt.kinds} />
        <Facts rows={[
          [tx("linkdata.when"), rich(days(receipt.first, receipt.last))],
          [tx("linkdata.from"), rich(sourceList(receipt.sources))],
          [tx("linkdata.file"), <><span class="link-name">{one.file_name}</span> <span class="soft nowrap">{size(one.size)}</span></>],
          [tx("linkdata.finished"), one.finished_at ? rich(dayTime(one.finished_at)) : ""],
        ]} />
        {receipt.other_people > 0 && (
          <p class="link-note"><Icon name="info" size={20} /><span>{tx("link.other_people", { people: receipt.other_people })}</span></p>
        )}
        <p class="soft">{tx(isUndone ? "linkdata.original_gone" : `linkdata.original_${receipt.original}`)}</p>
        {!isUndone && receipt.original !== "not_kept" && (
          <a class="link-button" href={`/api/link/imports/${one.id}/file`} download>{tx("linkdata.download")}</a>
        )}
        <Disclosure summary={tx("linkdata.mark")}>
          <p class="soft small">{tx("linkdata.mark_text")}</p>
          <code class="link-hash">{one.sha256}</code>
        </Disclosure>
      </Card>
      {!isUndone && <Undo one={one} reload={reload} />}
    </>
  );
}

function Count({ label, n }: { label: string; n: number }) {
  return (
    <div>
      <p class="soft small">{tx(label)}</p>
      <Figure value={number(n)} unit={markup("linkdata.values")} />
    </div>
  );
}

function Undo({ one, reload }: { one: Whole; reload: () => void }) {
  const [isAsking, setAsking] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isBusy, setBusy] = useState(false);
  const run = async () => {
    setBusy(true);
    setProblem(null);
    try {
      await body(api.POST("/api/link/imports/{import_id}/undo", { params: { path: { import_id: one.id } } }));
      setAsking(false);
      outdate(...FROM_THE_RECORD);
      reload();
      toast(tx("linkdata.undone_toast"));
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Card>
      <p class="soft">{tx("linkdata.undo_hint")}</p>
      <div><Button kind="now" onClick={() => setAsking(true)}>{tx("linkdata.undo")}</Button></div>
      <Dialog title={tx("linkdata.undo_title")} open={isAsking} onClose={() => setAsking(false)}>
        <p>{tx("linkdata.undo_text", { n: one.new })}</p>
        <p>{tx("linkdata.undo_stays")}</p>
        <div class="buttons">
          <Button kind="now" busy={isBusy} onClick={() => void run()}>{tx("linkdata.undo_do")}</Button>
          <Button onClick={() => setAsking(false)}>{tx("shell.cancel")}</Button>
        </div>
        <ProblemNote problem={problem} />
      </Dialog>
    </Card>
  );
}
