// Along the ages: the band a percentile allows, its line, and beside it the one from a better class. SVG, at once.
import { number, t } from "../i18n";
import { plain } from "../i18n/ruby";

export interface CoursePoint {
  age: number;
  /** null: the published class is open at this end. */
  low: number | null;
  high: number | null;
  point: number | null;
}

interface CourseProps {
  own: CoursePoint[];
  better: CoursePoint[];
  /** Where the national tables end; the curve ends there. */
  lastAge: number;
  label: string;
}

const W = 344;
const H = 220;
const LEFT = 42;
const RIGHT = 14;
const TOP = 14;
const BOTTOM = 40;

/** Two courses with their bands; shapes and dashes say what the colours say. */
export function Course({ own, better, lastAge, label }: CourseProps) {
  const all = [...own, ...better];
  const numbers = all.flatMap((one) => [one.low, one.high, one.point]).filter((one): one is number => one !== null);
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)];
  const room = (most - least || 1) * 0.15;
  const [bottom, top] = [least - room, most + room];
  const [from, to] = [own[0]!.age, Math.max(lastAge, own[0]!.age + 1)];
  const x = (age: number) => LEFT + ((age - from) / (to - from)) * (W - LEFT - RIGHT);
  const y = (value: number) => H - BOTTOM - ((value - bottom) / (top - bottom)) * (H - TOP - BOTTOM);
  // From today's one value the band opens; an open class reaches the edge.
  const edges = (line: CoursePoint[]) => line.map((one, i) => ({
    age: one.age,
    low: i === 0 ? one.point ?? bottom : one.low ?? bottom,
    high: i === 0 ? one.point ?? top : one.high ?? top,
  }));
  const area = (line: CoursePoint[]) => {
    const ends = edges(line);
    const there = ends.map((one) => `${x(one.age).toFixed(1)} ${y(one.high).toFixed(1)}`);
    const back = [...ends].reverse().map((one) => `${x(one.age).toFixed(1)} ${y(one.low).toFixed(1)}`);
    return `M${[...there, ...back].join("L")}Z`;
  };
  const path = (line: CoursePoint[]) => line.filter((one) => one.point !== null)
    .map((one, i) => `${i === 0 ? "M" : "L"}${x(one.age).toFixed(1)} ${y(one.point!).toFixed(1)}`).join("");
  const step = (top - bottom) / 3;
  const size = 10 ** Math.floor(Math.log10(step));
  const nice = ([1, 2, 2.5, 5, 10].find((n) => n * size >= step) ?? 10) * size;
  const ticks: number[] = [];
  for (let tick = Math.ceil(bottom / nice) * nice; tick <= top; tick += nice) ticks.push(Number(tick.toFixed(6)));
  const now = own[0]!;
  return (
    <div class="chart chart-one">
      <svg viewBox={`0 0 ${W} ${H}`} role="img" aria-label={label}>
        {ticks.map((tick) => (
          <g key={tick}>
            <line class="chart-grid" x1={LEFT} x2={W - RIGHT} y1={y(tick)} y2={y(tick)} />
            <text class="chart-text" x={LEFT - 6} y={y(tick) + 4} text-anchor="end">{number(tick)}</text>
          </g>
        ))}
        {own.length > 1 && <path class="course-band" d={area(own)} />}
        {better.length > 1 && <path class="course-band better" d={area(better)} />}
        <path class="chart-line tone-info" d={path(own)} />
        {own.slice(1).map((one) => one.point !== null && <circle key={one.age} class="chart-dot tone-info" cx={x(one.age)} cy={y(one.point)} r="3.5" />)}
        {better.length > 0 && <path class="chart-line second tone-good" d={path(better)} />}
        {better.map((one) => one.point !== null && (
          <rect key={one.age} class="chart-dot tone-good" x={x(one.age) - 3.5} y={y(one.point) - 3.5} width="7" height="7" />
        ))}
        {now.point !== null && <path class="chart-dot tone-info" d={`M${x(now.age)} ${y(now.point) - 7}l7 7-7 7-7-7Z`} />}
        {own.map((one) => <text key={one.age} class="chart-text" x={x(one.age)} y={H - 20} text-anchor="middle">{one.age}</text>)}
        <line class="course-end" x1={x(lastAge)} x2={x(lastAge)} y1={TOP} y2={H - BOTTOM} />
        <text class="chart-text" x={W - RIGHT} y={H - 4} text-anchor="end">{plain(t("chart.course_end", { n: lastAge }))}</text>
      </svg>
    </div>
  );
}
