// The desk of a meal provider: what is on offer, try a file, put it on offer. No resident stands here.
import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";
import { api, asProblem, body, newClientId, type Problem, type Schemas } from "../../api/client";
import { number, rich, t, tx } from "../../i18n";
import { ago } from "../../i18n/time";
import { outdate, useCached } from "../../offline/cached";
import { Button, Card, Chip, Facts, ListRow, Rows } from "../../ui/index";
import { Dialog, toast } from "../../ui/overlay";
import { ProblemNote, WithAnswer } from "../../ui/page";
import { StaffShell } from "../../ui/staff";
import { Dishes, PLACES, State, type Version } from "./dishes";

type Check = Schemas["CatalogueCheckOut"];

interface Tried {
  name: string;
  text: string;
  client_id: string;
  check: Check;
}

/** Spreadsheets here save as UTF-8 or as Shift_JIS; whichever reads without a fault is it. */
async function textOf(file: File): Promise<string> {
  const bytes = await file.arrayBuffer();
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("shift_jis").decode(bytes);
  }
}

export function Catalogue() {
  const versions = useCached("/api/provider/versions");
  return (
    <StaffShell title={t("supply.title")} work={tx("supply.work")} places={PLACES()}>
      <div class="stack-l">
        <div class="stack-s">
          <h1 tabIndex={-1}>{tx("supply.title")}</h1>
          <p class="soft">{tx("supply.lead")}</p>
        </div>
        <WithAnswer answer={versions}>
          {(data) => <OnOffer name={data.provider} version={data.versions.find((one) => one.state === "published")} />}
        </WithAnswer>
        <TryFile />
      </div>
    </StaffShell>
  );
}

function OnOffer({ name, version }: { name: string; version: Version | undefined }) {
  const [isAsking, setAsking] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  if (!version) return <Card title={tx("supply.on_offer")} end={<Chip>{tx("supply.nothing")}</Chip>}><p class="soft">{tx("supply.nothing_note")}</p></Card>;
  const withdraw = async () => {
    setProblem(null);
    try {
      await body(api.POST("/api/provider/versions/{version}/withdraw", { params: { path: { version: version.id } } }));
      setAsking(false);
      outdate("/api/provider");
      toast(tx("supply.withdrawn_now"));
    } catch (error) {
      setProblem(asProblem(error));
    }
  };
  return (
    <Card title={tx("supply.on_offer")} end={<State state="published" />}>
      <Facts rows={[
        [tx("supply.company"), name],
        [tx("supply.dishes"), tx("supply.n_dishes", { n: number(version.dishes) })],
        [tx("supply.version"), tx("supply.nth", { n: version.number })],
        [tx("supply.since"), version.published_at ? rich(ago(version.published_at)) : ""],
      ]} />
      <div class="grid-2">
        <Button href={`/provider/versions/${version.id}`}>{tx("supply.look")}</Button>
        <Button kind="now" onClick={() => setAsking(true)}>{tx("supply.withdraw")}</Button>
      </div>
      <Dialog title={tx("supply.withdraw")} open={isAsking} onClose={() => setAsking(false)}>
        <p>{tx("supply.withdraw_what")}</p>
        <ProblemNote problem={problem} />
        <Button kind="now" onClick={() => void withdraw()}>{tx("supply.withdraw_now")}</Button>
      </Dialog>
    </Card>
  );
}

function TryFile() {
  const ref = useRef<HTMLInputElement>(null);
  const [tried, setTried] = useState<Tried | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const run = async (work: () => Promise<void>) => {
    setBusy(true);
    setProblem(null);
    try {
      await work();
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  const choose = (file: File) => run(async () => {
    setTried(null);
    const text = await textOf(file);
    const check = await body(api.POST("/api/provider/check", { body: { text } }));
    setTried({ name: file.name, text, client_id: newClientId().slice(0, 26), check });
  });
  const publish = () => run(async () => {
    if (!tried) return;
    const { client_id, text, name } = tried;
    const made = await body(api.POST("/api/provider/versions", { body: { client_id, text, file_name: name } }));
    await body(api.POST("/api/provider/versions/{version}/publish", { params: { path: { version: made.id } } }));
    setTried(null);
    outdate("/api/provider");
    toast(tx("supply.published_now", { n: made.dishes }));
  });
  return (
    <Card title={tx("supply.try")}>
      <p class="soft">{tx("supply.try_note")}</p>
      <div class="grid-2">
        <Button kind="main" busy={isBusy && !tried} onClick={() => ref.current!.click()}>{tx("supply.choose")}</Button>
        <a class="button" href="/api/provider/template" download>{tx("supply.template")}</a>
      </div>
      <input ref={ref} type="file" hidden accept=".csv,text/csv" aria-label={t("supply.choose")}
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          event.currentTarget.value = "";
          if (file) void choose(file);
        }} />
      {tried === null && <ProblemNote problem={problem} />}
      {tried && (
        <Result tried={tried}>
          <ProblemNote problem={problem} />
          {tried.check.errors === 0 && tried.check.dishes.length > 0
            ? <Button kind="main" busy={isBusy} onClick={() => void publish()}>{tx("supply.publish", { n: tried.check.dishes.length })}</Button>
            : <p class="strong">{tx("supply.correct_first")}</p>}
          <Button kind="quiet" onClick={() => setTried(null)}>{tx("supply.drop")}</Button>
        </Result>
      )}
    </Card>
  );
}

/** What was found, what to do about it (children), and the dishes as they were read. */
function Result({ tried: { name, check }, children }: { tried: Tried; children: ComponentChildren }) {
  const lines = (isError: boolean) => check.findings.filter((one) => one.is_error === isError);
  return (
    <section class="stack" aria-live="polite">
      <div class="row-between">
        <h3>{tx("supply.result", { name })}</h3>
        {check.errors > 0
          ? <Chip tone="look">{tx("supply.errors", { n: check.errors })}</Chip>
          : <Chip tone="good">{tx("supply.no_errors")}</Chip>}
      </div>
      <p>{tx("supply.counted", { rows: check.rows, dishes: check.dishes.length })}</p>
      {check.errors > 0 && <Findings title={t("supply.to_correct")} found={lines(true)} />}
      {check.warnings > 0 && <Findings title={t("supply.to_look_at")} found={lines(false)} />}
      <div class="stack-s">{children}</div>
      {check.dishes.length > 0 && <Dishes dishes={check.dishes} />}
    </section>
  );
}

function Findings({ title, found }: { title: string; found: Check["findings"] }) {
  if (found.length === 0) return null;
  return (
    <div class="stack-s">
      <p class="strong">{title}</p>
      <Rows label={title}>
        {found.map((one, i) => (
          <ListRow key={i} title={tx(one.key, one.params)}
            note={one.column ? tx("supply.where", { row: one.row, column: one.column }) : tx("supply.where_row", { row: one.row })} />
        ))}
      </Rows>
    </div>
  );
}
