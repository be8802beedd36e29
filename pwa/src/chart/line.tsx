// A trend as inline SVG: at once, without a library. Its sentence and its table stand beside it.
import { number, t } from "../i18n";
import { day as dayWord } from "../i18n/time";
import { plain } from "../i18n/ruby";
import type { Tone } from "../ui/index";
import { extent } from "./sparkline";

export { Sparkline } from "./sparkline";

export interface TrendPoint {
  /** Milliseconds. */
  at: number;
  value: number;
}

interface TrendProps {
  /** One line, or two (upper and lower blood pressure). */
  lines: TrendPoint[][];
  /** Reference band, in the unit shown; an open end reaches the edge. */
  band?: [number | null, number | null] | null;
  since: number;
  until: number;
  unit: string;
  decimals: number;
  tone?: Tone;
  label: string;
  /** A gap longer than this many days breaks the line. */
  gapDays?: number;
}

const W = 344;
const H = 188;
const LEFT = 40;
const RIGHT = 8;
const TOP = 10;
const BOTTOM = 26;

function ticks(low: number, high: number): number[] {
  const raw = (high - low) / 3;
  const size = 10 ** Math.floor(Math.log10(raw));
  const step = ([1, 2, 2.5, 5, 10].find((n) => n * size >= raw) ?? 10) * size;
  const out: number[] = [];
  for (let tick = Math.ceil(low / step) * step; tick <= high + step * 1e-6; tick += step) out.push(Number(tick.toFixed(6)));
  return out;
}

/** A trend with axes, band and gaps, drawn at first paint. */
export function Trend({ lines, band, since, until, unit, decimals, tone = "info", label, gapDays = 45 }: TrendProps) {
  const shown = lines.filter((line) => line.length > 0);
  if (shown.length === 0) return null;
  const ends = (band ?? []).filter((end): end is number => end !== null);
  const [low, high] = extent([shown.flat().map((point) => point.value), ends], null);
  const span = Math.max(until - since, 86_400_000);
  const x = (at: number) => LEFT + ((at - since) / span) * (W - LEFT - RIGHT);
  const y = (value: number) => H - BOTTOM - ((value - low) / (high - low)) * (H - TOP - BOTTOM);
  const path = (line: TrendPoint[]) =>
    line.map((point, i) => {
      const isGap = i > 0 && point.at - line[i - 1]!.at > gapDays * 86_400_000;
      return `${i === 0 || isGap ? "M" : "L"}${x(point.at).toFixed(1)} ${y(point.value).toFixed(1)}`;
    }).join("");
  const bandTop = band ? y(Math.min(high, band[1] ?? high)) : 0;
  const bandEnd = band ? y(Math.max(low, band[0] ?? low)) : 0;
  return (
    <svg class={`tone-${tone}`} viewBox={`0 0 ${W} ${H}`} role="img" aria-label={label}>
      {band && bandEnd > bandTop && <rect class="chart-band" x={LEFT} width={W - LEFT - RIGHT} y={bandTop} height={bandEnd - bandTop} />}
      {ticks(low, high).map((tick) => (
        <g key={tick}>
          <line class="chart-grid" x1={LEFT} x2={W - RIGHT} y1={y(tick)} y2={y(tick)} />
          <text class="chart-text" x={LEFT - 6} y={y(tick) + 4} text-anchor="end">{number(tick)}</text>
        </g>
      ))}
      <text class="chart-text" x={LEFT} y={H - 6}>{plain(dayWord(since))}</text>
      <text class="chart-text" x={W - RIGHT} y={H - 6} text-anchor="end">{plain(dayWord(until))}</text>
      {shown.map((line, i) => (
        <g key={i}>
          <path class={`chart-line ${i > 0 ? "second" : ""}`} d={path(line)} />
          {line.length <= 40 && line.map((point) => <circle key={point.at} class="chart-dot" cx={x(point.at)} cy={y(point.value)} r="3" />)}
          {line.length > 40 && <circle class="chart-dot" cx={x(line.at(-1)!.at)} cy={y(line.at(-1)!.value)} r="4" />}
        </g>
      ))}
      <title>{`${label} ${t("chart.latest", { value: number(shown[0]!.at(-1)!.value, decimals), unit })}`}</title>
    </svg>
  );
}
