// The day of a glucose sensor as inline SVG, from the table of the figure: no library at first paint.
import { t } from "../i18n";

/** One hour: its name and the 5th, 25th, 50th, 75th and 95th percentile; null where too few readings stand. */
export type AgpRow = (string | number | null)[];

const W = 344;
const H = 200;
const LEFT = 38;
const RIGHT = 6;
const TOP = 8;
const BOTTOM = 24;
const LOW = 40;

/** The percentile bands of a day with the range's two lines. */
export function Agp({ rows, target, label }: { rows: AgpRow[]; target: [number, number]; label: string }) {
  const high = Math.max(300, ...rows.map((row) => (typeof row[5] === "number" ? row[5] + 20 : 0)));
  const x = (i: number) => LEFT + (i / rows.length) * (W - LEFT - RIGHT);
  const y = (value: number) => H - BOTTOM - ((value - LOW) / (high - LOW)) * (H - TOP - BOTTOM);
  // Midnight closes the day, so that the band reaches the edge.
  const closed = [...rows, rows[0]!];
  const point = (row: AgpRow, i: number, at: number) => `${x(i).toFixed(1)} ${y(row[at] as number).toFixed(1)}`;
  const runs: [AgpRow, number][][] = [];
  closed.forEach((row, i) => {
    if (row.slice(1).some((value) => value === null)) return;
    const last = runs.at(-1);
    if (last && last.at(-1)![1] === i - 1) last.push([row, i]);
    else runs.push([[row, i]]);
  });
  const band = (run: [AgpRow, number][], low: number, top: number) =>
    `M${run.map(([row, i]) => point(row, i, low)).join("L")}L${[...run].reverse().map(([row, i]) => point(row, i, top)).join("L")}Z`;
  return (
    <svg class="tone-info" viewBox={`0 0 ${W} ${H}`} role="img" aria-label={label}>
      <rect class="chart-band" x={LEFT} width={W - LEFT - RIGHT} y={y(target[1])} height={y(target[0]) - y(target[1])} />
      {[...new Set([...target, 250])].map((tick) => (
        <g key={tick}>
          <line class={target.includes(tick) ? "agp-target" : "chart-grid"} x1={LEFT} x2={W - RIGHT} y1={y(tick)} y2={y(tick)} />
          <text class="chart-text" x={LEFT - 5} y={y(tick) + 4} text-anchor="end">{tick}</text>
        </g>
      ))}
      {runs.map((run) => (
        <g key={run[0]![1]}>
          <path class="agp-outer" d={band(run, 1, 5)} />
          <path class="agp-inner" d={band(run, 2, 4)} />
          <path class="chart-line" d={`M${run.map(([row, i]) => point(row, i, 3)).join("L")}`} />
        </g>
      ))}
      {[0, 6, 12, 18, 24].map((hour) => (
        <text key={hour} class="chart-text" x={x((hour / 24) * rows.length)} y={H - 6} text-anchor={hour === 0 ? "start" : hour === 24 ? "end" : "middle"}>
          {t("glucose.hour", { hour })}
        </text>
      ))}
    </svg>
  );
}
