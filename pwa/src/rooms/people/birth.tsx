// Year, month and day as three pickers: a calendar that opens on this month is no way to reach 1948.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { t, tx } from "../../i18n";
import { prefs } from "../../prefs";
import { FieldError } from "../../ui/form";

const ERAS: [string, number][] = [["令和", 2019], ["平成", 1989], ["昭和", 1926], ["大正", 1912], ["明治", 1868]];

/** The Japanese year as it stands on cards: 昭和23; both names in a year that had two (昭和64・平成元). */
export function era(year: number): string {
  const at = ERAS.findIndex(([, first]) => year >= first);
  const [name, first] = ERAS[at]!;
  if (year > first || at === ERAS.length - 1) return `${name}${year === first ? "元" : year - first + 1}`;
  const [before, its] = ERAS[at + 1]!;
  return `${before}${year - its + 1}・${name}元`;
}

export function BirthField({ value, onChange, error }: { value: string; onChange: (iso: string) => void; error?: ComponentChildren }) {
  const [parts, setParts] = useState<string[]>(() => (value ? value.split("-").map((part) => String(Number(part))) : ["", "", ""]));
  const [year, month] = [Number(parts[0]), Number(parts[1])];
  const thisYear = new Date().getFullYear();
  const days = year && month ? new Date(year, month, 0).getDate() : 31;
  const take = (at: number, text: string) => {
    const next = parts.map((part, i) => (i === at ? text : part));
    const [y, m, d] = next.map(Number) as [number, number, number];
    if (d > new Date(y || 2000, m || 1, 0).getDate()) next[2] = "";
    setParts(next);
    onChange(next.every(Boolean) ? [next[0]!.padStart(4, "0"), next[1]!.padStart(2, "0"), next[2]!.padStart(2, "0")].join("-") : "");
  };
  const isEnglish = prefs.get().locale === "en";
  const options = (from: number, to: number, word: (n: number) => string) => {
    const numbers = Array.from({ length: Math.abs(to - from) + 1 }, (_, i) => (to > from ? from + i : from - i));
    return [<option value="" key="none">{t("join.choose")}</option>, ...numbers.map((n) => <option key={n} value={String(n)}>{word(n)}</option>)];
  };
  return (
    <fieldset class="choices birth">
      <legend>{tx("join.birth")}</legend>
      <label class="field"><span class="field-hint">{tx("join.year")}</span>
        <select class="input" value={parts[0]} autocomplete="bday-year" onChange={(event) => take(0, event.currentTarget.value)}>
          {options(thisYear, thisYear - 115, (n) => (isEnglish ? String(n) : `${n}（${era(n)}）`))}
        </select>
      </label>
      <label class="field"><span class="field-hint">{tx("join.month")}</span>
        <select class="input" value={parts[1]} autocomplete="bday-month" onChange={(event) => take(1, event.currentTarget.value)}>
          {options(1, 12, String)}
        </select>
      </label>
      <label class="field"><span class="field-hint">{tx("join.day")}</span>
        <select class="input" value={parts[2]} autocomplete="bday-day" onChange={(event) => take(2, event.currentTarget.value)}>
          {options(1, days, String)}
        </select>
      </label>
      {error && <FieldError>{error}</FieldError>}
    </fieldset>
  );
}
