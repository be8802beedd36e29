// One metric: the newest number, its sentence, the line at once, the explorable chart on request, the table.
import { useEffect, useState } from "preact/hooks";
import { asProblem, type Problem, type Schemas } from "../../api/client";
import { Trend, type TrendPoint } from "../../chart/line";
import { ChartTable } from "../../chart/people";
import { Plot } from "../../chart/plot";
import { hasWords, markup, metricName, number, pick, rich, sourceName, t, tx, word, wordText } from "../../i18n";
import { day, dayTime } from "../../i18n/time";
import { fetchFresh, useCached } from "../../offline/cached";
import { prefs, shownTheme } from "../../prefs";
import type { Match } from "../../router";
import { navigate, useLocation } from "../../router";
import { Button, Card, Chip, Disclosure, Facts, Figure, ListRow, NotDiagnosis, Rows, toneOf } from "../../ui/index";
import { Select } from "../../ui/form";
import { Page, ProblemNote, WithAnswer } from "../../ui/page";
import { ValueRow, valueText } from "./value";

type MetricPage = Schemas["MetricPage"];
const RANGES = ["30d", "90d", "1y", "5y", "all"] as const;
type Range = (typeof RANGES)[number];
/** Upper and lower blood pressure belong in one picture. */
const PARTNER: Record<string, string> = { sbp_mmhg: "dbp_mmhg" };

function pointsOf(page: MetricPage): TrendPoint[] {
  if (page.days.length > 0) return page.days.map((one) => ({ at: Date.parse(`${one.day}T12:00:00+09:00`), value: one.value }));
  return page.points.flatMap((one) => (typeof one.value === "number" && !one.is_deleted ? [{ at: Date.parse(one.at), value: one.value }] : []))
    .sort((a, b) => a.at - b.at);
}

/** Where the picture begins: at the period's start, or a little before the first value where that is much later. */
function startOf(lines: TrendPoint[][], since: number, until: number): number {
  const first = Math.min(...lines.flat().map((point) => point.at));
  return first - since > (until - since) * 0.25 ? first - (until - first) * 0.04 : since;
}

/** From this many days on, the small picture shows means of seven days; the table and the explorable chart keep every day. */
const WEEKLY_FROM = 120;

function weekly(points: TrendPoint[]): TrendPoint[] {
  const weeks = new Map<number, TrendPoint[]>();
  for (const point of points) {
    const week = Math.floor(point.at / (7 * 86_400_000));
    weeks.set(week, [...(weeks.get(week) ?? []), point]);
  }
  return [...weeks.values()].map((week) => ({
    at: week.reduce((sum, point) => sum + point.at, 0) / week.length,
    value: week.reduce((sum, point) => sum + point.value, 0) / week.length,
  }));
}

/** The band to draw: the range that is in order. */
function bandOf(page: MetricPage): [number | null, number | null] | null {
  const row = page.reference.find((one) => toneOf(one.tone) === "good");
  return row ? [row.low, row.high] : null;
}

function limits(low: number | null, high: number | null, unit: string): string {
  const written = (value: number) => `${number(value)} ${unit}`;
  if (low !== null && high !== null) return markup("record.between", { low: number(low), high: written(high) });
  return low !== null ? markup("landing.from", { n: written(low) }) : markup("landing.below", { n: written(high ?? 0) });
}

function Explore({ metric, range, unit, label }: { metric: string; range: Range; unit: string | undefined; label: string }) {
  const [figure, setFigure] = useState<{ data: unknown[]; layout: Record<string, unknown> } | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isOpen, setOpen] = useState(false);
  useEffect(() => {
    if (!isOpen) return undefined;
    let isCurrent = true;
    fetchFresh("/api/metrics/{metric}/figure", { path: { metric }, query: { range, unit, theme: shownTheme(), locale: prefs.get().locale } })
      .then((found) => isCurrent && setFigure(found), (error: unknown) => isCurrent && setProblem(asProblem(error)));
    return () => { isCurrent = false; };
  }, [isOpen, metric, range, unit]);
  if (!isOpen) return <Button onClick={() => setOpen(true)}>{tx("record.explore")}</Button>;
  return (
    <>
      <ProblemNote problem={problem} />
      {figure && <Plot figure={figure} label={label} />}
    </>
  );
}

function Body({ page, partner, range, setUnit }: { page: MetricPage; partner: MetricPage | undefined; range: Range; setUnit: (unit: string) => void }) {
  const unit = pick(page.unit_label);
  const days = pointsOf(page);
  const isWeekly = days.length > WEEKLY_FROM;
  const lines = [isWeekly ? weekly(days) : days, ...(partner ? [isWeekly ? weekly(pointsOf(partner)) : pointsOf(partner)] : [])];
  const values = [...page.points].sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
  const latest = values.find((one) => !one.is_deleted);
  const lastDay = page.days.at(-1);
  const second = partner && pointsOf(partner).at(-1);
  // The server names the unit by its code; people read its label.
  const said = { key: page.sentence.key, params: { ...page.sentence.params, unit } };
  const sentence = wordText(said);
  // Two lines have two ranges: a single band would say the wrong thing about one of them.
  const band = partner ? null : bandOf(page);
  const hasLine = (lines[0]?.length ?? 0) > 0;
  return (
    <>
      <Card>
        {latest && !lastDay && (
          <Figure big value={second ? `${valueText(latest)}/${number(second.value, partner.decimals)}` : rich(valueText(latest))} unit={typeof latest.value === "number" ? unit : ""} />
        )}
        {lastDay && <Figure big value={number(lastDay.value, page.decimals)} unit={unit} />}
        <p>{word(said)}</p>
        {hasLine && (
          <figure class="chart">
            <Trend lines={lines} band={band} since={startOf(lines, Date.parse(`${page.since}T00:00:00+09:00`), Date.parse(`${page.until}T23:59:00+09:00`))} until={Date.parse(`${page.until}T23:59:00+09:00`)}
              unit={unit} decimals={page.decimals} label={sentence} gapDays={isWeekly ? 21 : page.metric.kind === "series" ? 3 : 400} />
            <div class="legend tone-info">
              {partner && <><span><i /><span>{rich(pick(page.metric.name))}</span></span><span><i class="dashed" /><span>{rich(pick(partner.metric.name))}</span></span></>}
              {band && <span><i class="band" /><span>{word(page.reference.find((one) => toneOf(one.tone) === "good")!.label)}</span></span>}
            </div>
          </figure>
        )}
        {isWeekly && <p class="soft small">{tx("record.weekly")}</p>}
        {page.gaps.length > 0 && (
          <p class="soft small">{page.gaps.slice(0, 2).map((gap) => t("record.gap", { since: gap.since, until: gap.until })).join(" ")}</p>
        )}
        {hasLine && <Explore metric={page.metric.metric} range={range} unit={page.unit} label={sentence} />}
        <ChartTable caption={sentence}
          columns={[{ head: tx("record.day") }, { head: `${unit}`, isNumber: true }, ...(page.days.length > 0 ? [{ head: tx("record.lowest_highest"), isNumber: true }] : [{ head: tx("record.source") }])]}
          rows={page.days.length > 0
            ? [...page.days].reverse().map((one) => [rich(day(one.day)), number(one.value, page.decimals), `${number(one.low, page.decimals)}-${number(one.high, page.decimals)}`])
            : values.map((one) => [rich(one.is_date_only ? day(one.at) : dayTime(one.at)), rich(valueText(one)), <a href={`/record/reading/${encodeURIComponent(one.id)}`}>{tx("record.see_source")}</a>])} />
      </Card>
      {page.reference.length > 0 && (
        <Card title={tx("record.reference")}>
          <Rows>
            {page.reference.map((one) => (
              <ListRow key={one.id} title={rich(limits(one.low, one.high, unit))} note={word(one.label)}
                end={<Chip tone={toneOf(one.tone)}>{tx(`record.tone_${toneOf(one.tone)}`)}</Chip>} />
            ))}
          </Rows>
          <Disclosure>
            <ul class="stack-s small soft">{[...new Set(page.reference.map((one) => (hasWords(`record.ref_source.${one.id}`) ? markup(`record.ref_source.${one.id}`) : one.source)))].map((source) => <li key={source}>{rich(source)}</li>)}</ul>
          </Disclosure>
        </Card>
      )}
      {page.points.length > 0 && (
        <Card title={tx("record.values")}>
          <Rows>{values.slice(0, 6).map((one) => <ValueRow key={one.id} one={one} note={rich(one.is_date_only ? day(one.at) : dayTime(one.at))} />)}</Rows>
          {page.points.length > 6 && (
            <Disclosure summary={tx("record.more_items", { n: page.points.length - 6 })}>
              <Rows>{values.slice(6).map((one) => <ValueRow key={one.id} one={one} note={rich(one.is_date_only ? day(one.at) : dayTime(one.at))} />)}</Rows>
            </Disclosure>
          )}
        </Card>
      )}
      {page.units.length > 1 && (
        <Card>
          <Select label={tx("record.unit")} value={page.unit} onChange={setUnit}
            options={page.units.map((one) => ({ value: one.unit, label: pick(one.label as never) }))} />
        </Card>
      )}
      {page.sources.length > 0 && (
        <Card title={tx("record.sources")}>
          {page.rule && <p class="soft">{word(page.rule)}</p>}
          <Facts rows={page.sources.map((one) => [rich(sourceName(one.source)), <>
            {rich(markup("record.n_values", { n: one.n }))}{one.rank_reason && <span class="soft">（{word(one.rank_reason)}）</span>}
          </>])} />
        </Card>
      )}
      <NotDiagnosis />
    </>
  );
}

export function Metric({ match }: { match: Match }) {
  const metric = match.metric!;
  const { query, path } = useLocation();
  const range = (RANGES as readonly string[]).includes(query.get("range") ?? "") ? (query.get("range") as Range) : "1y";
  const unit = query.get("unit") ?? undefined;
  const page = useCached("/api/metrics/{metric}", { path: { metric }, query: { range, unit } });
  const other = PARTNER[metric];
  const partner = useCached(other ? "/api/metrics/{metric}" : null, { path: { metric: other ?? "" }, query: { range } });
  const go = (change: Record<string, string | undefined>) => {
    const next = new URLSearchParams();
    for (const [name, value] of Object.entries({ range, unit, ...change })) if (value) next.set(name, value);
    navigate(`${path}?${next}`, { replace: true });
  };
  const title = page.data ? pick(page.data.metric.name) : metricName(metric);
  return (
    <Page title={other ? markup("record.blood_pressure") : title} back={["/record", markup("nav.record")]}>
      <div class="filters" role="group" aria-label={t("record.period")}>
        {RANGES.map((one) => (
          <button key={one} type="button" class="filter" aria-pressed={one === range} onClick={() => go({ range: one })}>{tx(`record.range_${one}`)}</button>
        ))}
      </div>
      <WithAnswer answer={page}>
        {(found) => <Body page={found} partner={other ? partner.data : undefined} range={range} setUnit={(wanted) => go({ unit: wanted })} />}
      </WithAnswer>
    </Page>
  );
}
