// What the screens of review share: long text fields, columns by kind of data, a verdict as facts, states as chips.
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import type { Problem, Schemas } from "../../api/client";
import { hasWords, number, rich, t, tx, wordText } from "../../i18n";
import { day } from "../../i18n/time";
import { prefs } from "../../prefs";
import { Chip, Facts, Icon, type Tone } from "../../ui/index";

export type Words = Schemas["UseWords"];
export type Form = Schemas["FormShape"];
export type Verdict = Schemas["VerdictOut"];

/** A name in the language shown, with its ruby. */
export const said = (words: Words): ComponentChildren => rich(words[prefs.get().locale] || words.ja);
export const saidText = (words: Words): string => (words[prefs.get().locale] || words.ja).replace(/\{([^|}]*)\|[^}]*\}/g, "$1");

/** What people wrote in Japanese: read out as Japanese, and marked so where the screen speaks another language. */
export function Written({ children, lead, quiet }: { children: string; lead?: boolean; quiet?: boolean }) {
  return (
    <>
      <span lang="ja" class={lead ? "lead" : undefined}>{rich(children)}</span>
      {!quiet && prefs.get().locale === "en" && children && <>{" "}<span class="soft small">{tx("review.in_japanese")}</span></>}
    </>
  );
}

interface AreaProps {
  label: ComponentChildren;
  hint?: ComponentChildren;
  value: string;
  onInput: (value: string) => void;
  rows?: number;
  maxLength?: number;
  lang?: string;
}

/** Several lines of text with their label. */
export function Area({ label, hint, value, onInput, rows = 3, ...rest }: AreaProps) {
  const id = useId();
  return (
    <div class="field">
      <label class="field-label" for={id}>{label}</label>
      {hint !== undefined && <span class="field-hint" id={`${id}-hint`}>{hint}</span>}
      <textarea {...rest} id={id} class="input area" rows={rows} value={value} aria-describedby={hint !== undefined ? `${id}-hint` : undefined}
        onInput={(event) => onInput(event.currentTarget.value)} />
    </div>
  );
}

const TONES: Record<string, Tone> = {
  draft: "info", review: "info", conditions: "look", approved: "good", rejected: "look", withdrawn: "look",
  live: "good", suspended: "now", ended: "info", pending: "look", refused: "look",
  assigned: "look", declared: "look", decided: "good", conflict: "info",
};

export function StateChip({ state }: { state: string }) {
  return <Chip tone={TONES[state] ?? "info"}>{tx(`review.state.${state}`)}</Chip>;
}

/** A refusal with the names of fields and kinds of data instead of their codes. */
export function NamedProblem({ problem }: { problem: Problem | null }) {
  if (!problem) return null;
  const params = { ...problem.params };
  const codes = String(params.categories ?? "");
  if (codes) params.categories = codes.split(",").map((code) => wordText({ key: `consent.category.${code}`, params: {} })).join("、");
  const fields = String(params.fields ?? "").split(",").filter(Boolean);
  const items = String(params.items ?? "").split(",").filter(Boolean);
  return (
    <div class="stack-s">
      <p class="field-error" role="alert"><Icon name="warn" size={18} /><span>{tx(hasWords(problem.key) ? problem.key : "shell.unexpected", params)}</span></p>
      {fields.length > 0 && <ul class="bullets">{fields.map((name) => <li key={name}>{tx(`review.field.${name}`)}</li>)}</ul>}
      {items.length > 0 && <ul class="bullets">{items.map((name) => <li key={name}>{hasWords(`review.item.${name}`) ? tx(`review.item.${name}`) : name}</li>)}</ul>}
    </div>
  );
}

/** Columns under the kind of data they belong to. */
export function ColumnList({ columns, names }: { columns: { name: string; category: string }[]; names: Schemas["ColumnOut"][] }) {
  const words = new Map(names.map((one) => [one.name, one.names]));
  const kinds = [...new Set(columns.map((one) => one.category))].sort();
  return (
    <dl class="facts">
      {kinds.map((kind) => [
        <dt key={kind}>{tx(`consent.category.${kind}`)}</dt>,
        <dd key={`${kind}-d`}>
          {columns.filter((one) => one.category === kind).map((one, i) => {
            const known = words.get(one.name);
            return <span key={one.name}>{i > 0 && t("review.comma")}{known ? said(known) : one.name}</span>;
          })}
        </dd>,
      ])}
    </dl>
  );
}

/** Of whom, in words. */
export function cohort(of: Form["cohort"]): ComponentChildren {
  if (!of) return tx("review.everyone");
  const parts: ComponentChildren[] = [];
  if ((of.age_from ?? 0) > 0 || (of.age_to ?? 150) < 150) parts.push(tx("review.ages", { from: of.age_from ?? 0, to: of.age_to ?? 150 }));
  if (of.sexes?.length === 1) parts.push(tx(`review.sex.${of.sexes[0]}`));
  if (of.municipalities?.length) parts.push(tx("review.in_towns", { n: of.municipalities.length }));
  return parts.length ? <>{parts.map((part, i) => <span key={i}>{i > 0 && t("review.comma")}{part}</span>)}</> : tx("review.everyone");
}

/** What a use is, as everybody may read it. */
export function UseFacts({ form }: { form: Form }) {
  return (
    <Facts rows={[
      [tx("review.field.purpose"), form.purpose ? tx(`consent.purpose.${form.purpose}`) : "–"],
      [tx("review.field.legal_basis"), form.legal_basis ? tx(`review.basis.${form.legal_basis}`) : "–"],
      [tx("review.field.identifiability"), form.identifiability ? tx(`review.lane.${form.identifiability}`) : "–"],
      [tx("review.field.cohort"), cohort(form.cohort)],
      [tx("review.field.recipient"), form.recipient ? <Written quiet>{form.recipient}</Written> : "–"],
      [tx("review.field.retention_end"), form.retention_end ? day(form.retention_end) : "–"],
    ]} />
  );
}

/** What the verdict ties the use to. */
export function VerdictFacts({ verdict }: { verdict: Verdict }) {
  return (
    <Facts rows={[
      [tx("review.until"), lastDay(verdict.until)],
      [tx("review.review_by"), lastDay(verdict.review_by)],
      [tx("review.min_k"), tx("review.people", { n: number(verdict.min_k) })],
      [tx("review.min_cell"), tx("review.people", { n: number(verdict.min_cell) })],
      [tx("review.onward"), tx("review.onward_no")],
      [tx("review.policy"), <code key="p">{verdict.policy.slice(0, 12)}</code>],
    ]} />
  );
}

/** The last day on which an end that is exclusive still holds. */
export const lastDay = (end: string): string => day(new Date(new Date(end).getTime() - 1).toISOString());
