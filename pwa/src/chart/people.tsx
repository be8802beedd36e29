// People as pictures: 10 x 10 persons, and bars that add up; the table behind every picture.
import type { ComponentChildren } from "preact";
import { tx } from "../i18n";
import { Icon, type Tone } from "../ui/index";

export { Distribution, type Share } from "./distribution";

const HEAD = "M9 1.5a3.3 3.3 0 1 1 0 6.6 3.3 3.3 0 0 1 0-6.600Z";
const BODY = "M2.5 21v-3.500c0-4.6 2.7-7 6.5-7s6.5 2.4 6.5 7V21Z";

/** Filled figures of a hundred; the sentence beside it says the same (pass it as `label`). */
export function IconArray({ filled, label, tone = "look" }: { filled: number; label: string; tone?: Tone }) {
  return (
    <div class={`people tone-${tone}`} role="img" aria-label={label}>
      {Array.from({ length: 100 }, (_, i) => (
        <svg key={i} viewBox="0 0 18 22.5" aria-hidden="true" class={i < filled ? "filled" : ""}>
          <path d={HEAD} />
          <path d={BODY} />
        </svg>
      ))}
    </div>
  );
}

export interface BarRow {
  label: ComponentChildren;
  /** 0..1 of the track. */
  part: number;
  value: ComponentChildren;
  tone?: Tone;
}

/** Rows of label, bar and value: what counts how much. */
export function Bars({ rows }: { rows: BarRow[] }) {
  return (
    <div class="bars">
      {rows.map((row, i) => [
        <span key={`l${i}`}>{row.label}</span>,
        <span key={`t${i}`} class={`track tone-${row.tone ?? "look"}`} aria-hidden="true">
          <div style={{ width: `${Math.round(Math.min(1, Math.max(0, row.part)) * 100)}%` }} />
        </span>,
        <span key={`v${i}`} class="strong nowrap">{row.value}</span>,
      ])}
    </div>
  );
}

export interface TableColumn {
  head: ComponentChildren;
  isNumber?: boolean;
}

/** The table behind a picture, folded. */
export function ChartTable({ caption, columns, rows }: { caption: string; columns: TableColumn[]; rows: ComponentChildren[][] }) {
  return (
    <details class="disclosure">
      <summary><Icon name="next" size={18} /><span>{tx("chart.as_table")}</span></summary>
      <div class="disclosure-body">
        <table>
          <caption class="sr-only">{caption}</caption>
          <thead><tr>{columns.map((column, i) => <th key={i} scope="col" class={column.isNumber ? "number" : ""}>{column.head}</th>)}</tr></thead>
          <tbody>
            {rows.map((row, i) => (
              <tr key={i}>{row.map((cell, j) => <td key={j} class={columns[j]?.isNumber ? "number" : ""}>{cell}</td>)}</tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
