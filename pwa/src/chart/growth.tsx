// Growth curves of the national survey with the child's own values on them. SVG, at once.
import { number, t } from "../i18n";
import { plain } from "../i18n/ruby";

export interface GrowthLine {
  months: number;
  /** At the percentiles, lowest first. */
  values: number[];
}

interface GrowthProps {
  percentiles: number[];
  lines: GrowthLine[];
  own: { months: number; value: number }[];
  unit: string;
  label: string;
}

const W = 344;
const H = 260;
const LEFT = 40;
const RIGHT = 30;
const TOP = 12;
const BOTTOM = 30;
/** The window in months: first year, two or three years, or all. */
const WINDOWS = [12, 24, 36, 78];

/** Percentile curves, the middle one full, with diamonds for the child. */
export function Growth({ percentiles, lines, own, unit, label }: GrowthProps) {
  const oldest = Math.max(0, ...own.map((one) => one.months));
  const end = WINDOWS.find((months) => oldest <= months) ?? Math.ceil(oldest / 12) * 12;
  const seen = lines.filter((one, i) => one.months <= end || lines[i - 1]!.months <= end);
  const mine = own.filter((one) => one.months >= 0);
  const values = [...seen.flatMap((one) => one.values), ...mine.map((one) => one.value)];
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const [bottom, top] = [least - (most - least) * 0.04, most + (most - least) * 0.04];
  const x = (months: number) => LEFT + (Math.min(months, end) / end) * (W - LEFT - RIGHT);
  const y = (value: number) => H - BOTTOM - ((value - bottom) / (top - bottom)) * (H - TOP - BOTTOM);
  // The last row may reach beyond the window: cut there, on the line between the two rows.
  const at = (p: number) => seen.map((one, i) => {
    const before = seen[i - 1];
    if (one.months <= end || before === undefined) return [one.months, one.values[p]!] as const;
    const part = (end - before.months) / (one.months - before.months);
    return [end, before.values[p]! + part * (one.values[p]! - before.values[p]!)] as const;
  });
  const path = (p: number) => at(p).map(([months, value], i) => `${i === 0 ? "M" : "L"}${x(months).toFixed(1)} ${y(value).toFixed(1)}`).join("");
  const between = (low: number, high: number) => {
    const there = at(high).map(([months, value]) => `${x(months).toFixed(1)} ${y(value).toFixed(1)}`);
    const back = [...at(low)].reverse().map(([months, value]) => `${x(months).toFixed(1)} ${y(value).toFixed(1)}`);
    return `M${[...there, ...back].join("L")}Z`;
  };
  const raw = (top - bottom) / 4;
  const size = 10 ** Math.floor(Math.log10(raw));
  const step = ([1, 2, 5, 10].find((n) => n * size >= raw) ?? 10) * size;
  const ticks: number[] = [];
  for (let tick = Math.ceil(bottom / step) * step; tick <= top; tick += step) ticks.push(Number(tick.toFixed(6)));
  const inYears = end > 36;
  const marks = Array.from({ length: inYears ? Math.floor(end / 12) + 1 : 5 }, (_, i) => (inYears ? i * 12 : (end / 4) * i));
  return (
    <div class="chart chart-one">
      <svg viewBox={`0 0 ${W} ${H}`} role="img" aria-label={label}>
        <path class="growth-band" d={between(0, percentiles.length - 1)} />
        <path class="growth-band inner" d={between(percentiles.indexOf(25), percentiles.indexOf(75))} />
        {ticks.map((tick) => (
          <g key={tick}>
            <line class="chart-grid" x1={LEFT} x2={W - RIGHT} y1={y(tick)} y2={y(tick)} />
            <text class="chart-text" x={LEFT - 6} y={y(tick) + 4} text-anchor="end">{number(tick)}</text>
          </g>
        ))}
        {percentiles.map((percentile, p) => (
          <g key={percentile}>
            <path class={`growth-line ${percentile === 50 ? "middle" : ""}`} d={path(p)} />
            {[3, 50, 97].includes(percentile) && <text class="chart-text" x={x(at(p).at(-1)![0]) + 4} y={y(at(p).at(-1)![1]) + 4}>{percentile}</text>}
          </g>
        ))}
        {marks.map((months) => (
          <text key={months} class="chart-text" x={x(months)} y={H - 8} text-anchor="middle">
            {plain(inYears ? t("chart.years", { n: months / 12 }) : t("chart.months", { n: months }))}
          </text>
        ))}
        {mine.length > 1 && <path class="chart-line tone-look" d={mine.map((one, i) => `${i === 0 ? "M" : "L"}${x(one.months).toFixed(1)} ${y(one.value).toFixed(1)}`).join("")} />}
        {mine.map((one, i) => <path key={i} class="chart-dot tone-look" d={`M${x(one.months)} ${y(one.value) - 6}l6 6-6 6-6-6Z`} />)}
        <text class="chart-text" x={4} y={TOP}>{unit}</text>
      </svg>
    </div>
  );
}
