// Form parts: every field has its label, its hint and its error beside it.
import type { ComponentChildren, JSX } from "preact";
import { useId, useState } from "preact/hooks";
import { number, t, tx } from "../i18n";
import { Icon } from "./icons";

interface FieldProps {
  label: ComponentChildren;
  value: string;
  type?: "text" | "date" | "email" | "tel" | "search" | "time" | "datetime-local";
  name?: string;
  autocomplete?: string;
  inputMode?: JSX.IntrinsicElements["input"]["inputMode"];
  maxLength?: number;
  min?: string;
  max?: string;
  required?: boolean;
  lang?: string;
  hint?: ComponentChildren;
  error?: ComponentChildren;
  onInput?: (value: string) => void;
  class?: string;
}

/** One line of text with its label. */
export function Field({ label, hint, error, onInput, class: extra = "", ...rest }: FieldProps) {
  const id = useId();
  const described = [hint !== undefined && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  return (
    <div class="field">
      <label class="field-label" for={id}>{label}</label>
      {hint !== undefined && <span class="field-hint" id={`${id}-hint`}>{hint}</span>}
      <input {...(rest as Record<string, unknown>)} id={id} class={`input ${extra}`} aria-invalid={error ? true : undefined} aria-describedby={described || undefined}
        onInput={(event) => onInput?.(event.currentTarget.value)} />
      {error && <FieldError id={`${id}-error`}>{error}</FieldError>}
    </div>
  );
}

/** What is wrong, beside where it is wrong. */
export function FieldError({ id, children }: { id?: string; children: ComponentChildren }) {
  return <span class="field-error" id={id} role="alert"><Icon name="warn" size={18} /><span>{children}</span></span>;
}

interface SelectProps {
  label: ComponentChildren;
  hint?: ComponentChildren;
  value: string;
  options: { value: string; label: string }[];
  onChange: (value: string) => void;
}

/** A choice from a longer list (native, so that the phone's own picker opens). */
export function Select({ label, hint, value, options, onChange }: SelectProps) {
  const id = useId();
  return (
    <div class="field">
      <label class="field-label" for={id}>{label}</label>
      {hint !== undefined && <span class="field-hint" id={`${id}-hint`}>{hint}</span>}
      <select id={id} class="input" value={value} aria-describedby={hint !== undefined ? `${id}-hint` : undefined}
        onChange={(event) => onChange(event.currentTarget.value)}>
        {options.map((option) => <option key={option.value} value={option.value}>{option.label}</option>)}
      </select>
    </div>
  );
}

interface ChoicesProps<T extends string> {
  legend: ComponentChildren;
  value: T | null;
  options: { value: T; label: ComponentChildren }[];
  onChange: (value: T) => void;
  error?: ComponentChildren;
}

/** A choice from a few, all seen at once. */
export function Choices<T extends string>({ legend, value, options, onChange, error }: ChoicesProps<T>) {
  const name = useId();
  return (
    <fieldset class="choices">
      <legend>{legend}</legend>
      {options.map((option) => (
        <label class="choice" key={option.value}>
          <input type="radio" name={name} value={option.value} checked={value === option.value} onChange={() => onChange(option.value)} />
          <span>{option.label}</span>
        </label>
      ))}
      {error && <FieldError>{error}</FieldError>}
    </fieldset>
  );
}

/** A checkbox as large as a thumb. */
export function Check({ checked, onChange, children }: { checked: boolean; onChange: (checked: boolean) => void; children: ComponentChildren }) {
  return (
    <label class="choice">
      <input type="checkbox" checked={checked} onChange={(event) => onChange(event.currentTarget.checked)} />
      <span>{children}</span>
    </label>
  );
}

interface SwitchProps {
  label: ComponentChildren;
  note?: ComponentChildren;
  checked: boolean;
  onChange: (checked: boolean) => void;
  disabled?: boolean;
  /** The words for on and off; default オン / オフ. */
  states?: [ComponentChildren, ComponentChildren];
  /** Sent but not yet confirmed by the server. */
  busy?: boolean;
}

/** A switch; its state is also written, and it only shows what the server has. */
export function Switch({ label, note, checked, onChange, disabled, states, busy }: SwitchProps) {
  const [on, off] = states ?? [tx("shell.on"), tx("shell.off")];
  return (
    <label class="switch">
      <span class="switch-text">
        <span class="list-row-title">{label}</span>
        {note !== undefined && <span class="list-row-note">{note}</span>}
      </span>
      <span class="switch-state" aria-hidden="true">{busy ? tx("shell.sending") : checked ? on : off}</span>
      <input class="switch-input" type="checkbox" role="switch" checked={checked} disabled={disabled || busy}
        onChange={(event) => {
          const wanted = event.currentTarget.checked;
          // Shown as it is at the server until the answer comes.
          event.currentTarget.checked = checked;
          onChange(wanted);
        }} />
    </label>
  );
}

interface StepperProps {
  label: ComponentChildren;
  name: string;
  unit: string;
  value: number;
  onChange: (value: number) => void;
  step?: number;
  decimals?: number;
  min: number;
  max: number;
}

/** A number by thumb or by keyboard. */
export function Stepper({ label, name, unit, value, onChange, step = 1, decimals = 0, min, max }: StepperProps) {
  const id = useId();
  const [typed, setTyped] = useState<string | null>(null);
  const clamp = (n: number) => Number(Math.min(max, Math.max(min, n)).toFixed(decimals));
  const take = (text: string) => {
    setTyped(text);
    // Japanese keyboards may give full-width digits.
    const n = Number(text.normalize("NFKC").replace(",", ".").trim());
    if (text.trim() !== "" && Number.isFinite(n)) onChange(Number(n.toFixed(decimals)));
  };
  return (
    <div class="field">
      <label class="field-label" for={id}>{label}</label>
      <div class="stepper">
        <button type="button" aria-label={t("shell.less", { name })} onClick={() => { setTyped(null); onChange(clamp(value - step)); }}>
          <Icon name="minus" />
        </button>
        <span class="stepper-value">
          <input id={id} class={decimals ? "long" : ""} inputMode={decimals ? "decimal" : "numeric"} autocomplete="off"
            value={typed ?? number(value, decimals)} onInput={(event) => take(event.currentTarget.value)}
            onFocus={(event) => event.currentTarget.select()} onBlur={() => setTyped(null)} />
          <span class="unit">{unit}</span>
        </span>
        <button type="button" aria-label={t("shell.more", { name })} onClick={() => { setTyped(null); onChange(clamp(value + step)); }}>
          <Icon name="plus" />
        </button>
      </div>
    </div>
  );
}
