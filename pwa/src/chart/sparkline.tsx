// A line as small as a word, at first paint.
import type { Tone } from "../ui/index";

type Maybe = number | null;

export function extent(series: Maybe[][], band: [number, number] | null | undefined): [number, number] {
  const all = series.flat().filter((value): value is number => value !== null);
  if (band) all.push(...band.filter(Number.isFinite));
  const low = Math.min(...all);
  const high = Math.max(...all);
  // A quiet value stays a quiet line: the picture spans at least a tenth of the value.
  const span = Math.max(high - low, Math.abs(high + low) * 0.05, 1e-9);
  const pad = (span * 1.24 - (high - low)) / 2;
  return [low - pad, high + pad];
}

interface SparklineProps {
  values: Maybe[];
  band?: [number, number] | null;
  tone?: Tone;
  /** What the line says, for those who do not see it. */
  label: string;
}

/** A line as small as a word; the last value has a dot, the band is the reference. */
export function Sparkline({ values, band, tone = "info", label }: SparklineProps) {
  if (values.filter((value) => value !== null).length < 2) return null;
  const [low, high] = extent([values], band);
  const x = (i: number) => 3 + (i / Math.max(1, values.length - 1)) * 90;
  const y = (value: number) => 34 - ((value - low) / (high - low)) * 32;
  // Over gaps of single days the small line goes straight on: it shows direction, the page shows gaps.
  const known = values.map((value, i) => [value, i] as const).filter(([value]) => value !== null);
  const path = known.map(([value, i], n) => `${n ? "L" : "M"}${x(i).toFixed(1)} ${y(value!).toFixed(1)}`).join("");
  const [lastValue, lastI] = known.at(-1)!;
  return (
    <svg class={`sparkline tone-${tone}`} viewBox="0 0 96 36" role="img" aria-label={label}>
      {band && <rect class="chart-band" x="0" width="96" y={y(band[1])} height={Math.max(1, y(band[0]) - y(band[1]))} />}
      <path class="chart-line" d={path} />
      <circle class="chart-dot" cx={x(lastI)} cy={y(lastValue!)} r="4" />
    </svg>
  );
}
