// Continuous glucose: time in range first, the day's profile, the figures of the consensus, or what is missing for them.
import { useState } from "preact/hooks";
import type { Schemas } from "../../api/client";
import { Agp } from "../../chart/agp";
import { ChartTable } from "../../chart/people";
import { Plot } from "../../chart/plot";
import { markup, number, plain, rich, sourceName, t, tx, word, wordText } from "../../i18n";
import { day } from "../../i18n/time";
import { useCached } from "../../offline/cached";
import { prefs, shownTheme } from "../../prefs";
import { Button, Card, Chip, Disclosure, EmptyState, Facts, Figure, NotDiagnosis, Progress, toneOf } from "../../ui/index";
import { Page, WithAnswer } from "../../ui/page";

type Glucose = Schemas["GlucosePage"];

/** The limits as the consensus prints them: 70 and 180 are in range, so high begins at 181 and low ends at 69. */
function limits({ id, low, high }: { id: string; low?: number | null; high?: number | null }): string {
  if (typeof low !== "number") return `< ${high}`;
  if (typeof high !== "number") return `> ${low}`;
  return `${id === "high" ? low + 1 : low}–${id === "low" ? high - 1 : high}`;
}

/** The shares of the ranges as one bar, highest on top; the words and numbers stand beside it. */
function Ranges({ page }: { page: Glucose }) {
  const rows = page.ranges ?? [];
  return (
    <>
      <div class="tir" role="img" aria-label={rows.map((one) => `${wordText(one.label)} ${number(one.percent, 1)} %`).join("、")}>
        <div class="tir-bar" aria-hidden="true">
          {rows.map((one) => <i key={one.id} data-range={one.id} style={{ flexGrow: Math.max(one.percent, 0.001) }} />)}
        </div>
        <dl class="tir-rows" aria-hidden="true">
          {rows.map((one) => (
            <div key={one.id} data-range={one.id} class={one.id === "target" ? "strong" : ""}>
              <dt><i class="tir-key" data-range={one.id} />{word(one.label)} <span class="soft small nowrap">{limits(one)}</span></dt>
              <dd class="number">{number(one.percent, 1)} %</dd>
            </div>
          ))}
        </dl>
      </div>
      <ChartTable caption={plain(markup("glucose.ranges"))}
        columns={[{ head: tx("glucose.range") }, { head: "mg/dL" }, { head: "%", isNumber: true }, { head: tx("glucose.per_day"), isNumber: true }]}
        rows={rows.map((one) => [word(one.label), limits(one), number(one.percent, 1), rich(markup("glucose.minutes", { h: Math.floor(one.minutes / 60), m: one.minutes % 60 }))])} />
    </>
  );
}

function Day({ page }: { page: Glucose }) {
  const [isOpen, setOpen] = useState(false);
  const figure = useCached("/api/glucose/figure", { query: { theme: shownTheme(), locale: prefs.get().locale } });
  const target = (page.ranges ?? []).find((one) => one.id === "target")!;
  return (
    <Card title={tx("glucose.day")}>
      <WithAnswer answer={figure}>
        {(found) => (
          <>
            <p>{word(found.sentence)}</p>
            <figure class="chart">
              <Agp rows={found.rows as (string | number | null)[][]} target={[target.low ?? 70, target.high ?? 180]} label={wordText(found.sentence)} />
              <div class="legend tone-info">
                <span><i /><span>{tx("record.figure.agp.median")}</span></span>
                <span><i class="agp-key-inner" /><span>{tx("glucose.half")}</span></span>
                <span><i class="agp-key-outer" /><span>{tx("glucose.most")}</span></span>
              </div>
            </figure>
            {isOpen ? <Plot figure={{ data: found.data, layout: found.layout }} label={wordText(found.sentence)} /> : <Button onClick={() => setOpen(true)}>{tx("record.explore")}</Button>}
            <ChartTable caption={wordText(found.sentence)} columns={found.head.map((head, i) => ({ head: word(head), isNumber: i > 0 }))}
              rows={found.rows.map((row) => row.map((cell) => (cell === null ? "–" : String(cell))))} />
          </>
        )}
      </WithAnswer>
    </Card>
  );
}

function Basis({ page }: { page: Glucose }) {
  return (
    <Card title={tx("glucose.data")}>
      <Facts rows={[
        [tx("glucose.period"), rich(`${day(page.since!)}–${day(page.until!)}`)],
        [tx("glucose.days"), rich(markup("glucose.n_days", { n: page.days ?? 0 }))],
        [tx("glucose.active"), `${number(page.active_percent ?? 0, 0)} %`],
        ...(page.interval_minutes ? [[tx("glucose.interval"), rich(markup("glucose.minutes_only", { n: page.interval_minutes }))] as [preact.ComponentChildren, preact.ComponentChildren]] : []),
        [tx("record.source"), rich(sourceName(page.source ?? ""))],
      ]} />
      <p class="go"><a href="/record/metric/cgm_glucose_mgdl?range=30d">{tx("record.see_metric")}</a></p>
      <Disclosure>
        <p class="small">{tx("glucose.definition")}</p>
        <ul class="stack-s small soft">{(page.basis ?? []).map((one) => <li key={one}>{one}</li>)}</ul>
      </Disclosure>
    </Card>
  );
}

function Body({ page }: { page: Glucose }) {
  if (page.state === "none") return <EmptyState title={tx("glucose.none_title")} text={word(page.refusal!)} action={tx("home.do_link")} href="/link-data" />;
  if (page.state === "too_few") {
    return (
      <>
        <Card title={tx("glucose.too_few")} end={<Chip tone="look">{tx("glucose.not_yet")}</Chip>}>
          <p>{word(page.refusal!)}</p>
          <Progress done={page.active_percent ?? 0} total={page.needed_percent ?? 70} label={markup("glucose.until_enough")} />
          <p class="soft small">{tx("glucose.too_few_why")}</p>
        </Card>
        <Basis page={page} />
      </>
    );
  }
  const target = (page.ranges ?? []).find((one) => one.id === "target")!;
  return (
    <>
      <Card title={tx("glucose.in_range")} end={<Chip tone={toneOf("info")}>{tx("glucose.last_days", { n: page.needed_days ?? 14 })}</Chip>}>
        <Figure big value={number(target.percent, 0)} unit="%" />
        <p>{word(page.takeaway!)}</p>
        {page.is_pregnant && <p class="soft small">{tx("glucose.pregnant")}</p>}
        <Ranges page={page} />
      </Card>
      <Day page={page} />
      <Card title={tx("glucose.numbers")}>
        <Facts rows={(page.numbers ?? []).map((one) => [word(one.label), <span class="strong nowrap">{number(one.value, one.decimals)} {one.unit}</span>])} />
        <Disclosure summary={tx("glucose.what")}>
          <Facts rows={(page.numbers ?? []).map((one) => [word(one.label), word(one.why)])} />
        </Disclosure>
        <p class="soft small">{tx("glucose.goals")}</p>
      </Card>
      <Basis page={page} />
      <NotDiagnosis />
    </>
  );
}

export function Glucose() {
  const page = useCached("/api/glucose");
  return (
    <Page title={markup("glucose.title")} back={["/record", markup("nav.record")]} end={t("glucose.short")}>
      <WithAnswer answer={page}>{(found) => <Body page={found} />}</WithAnswer>
    </Page>
  );
}
