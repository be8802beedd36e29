// The parts that every room builds from. `import { Card, Chip } from "../../ui"`.
import type { ComponentChildren, JSX } from "preact";
import { tx, t, rich } from "../i18n";
import { Icon, type IconName } from "./icons";

export { Icon, type IconName } from "./icons";

/** What a colour says: in order, look, information, now. */
export type Tone = "good" | "look" | "info" | "now";

const TONES: Record<string, Tone> = {
  good: "good", ok: "good", look: "look", attention: "look", watch: "look", act: "look", info: "info", now: "now",
};

/** The tone for what the server calls ok, attention, watch, act, info or now. */
export function toneOf(given: string | null | undefined): Tone {
  return TONES[given ?? ""] ?? "info";
}

interface CardProps {
  title?: ComponentChildren;
  /** Beside the title: a chip or a small note. */
  end?: ComponentChildren;
  tone?: Tone;
  /** The whole card is a link. */
  href?: string;
  children?: ComponentChildren;
  class?: string;
  /** A region with a heading of its own; false for a plain box. */
  level?: 2 | 3;
}

/** A card answers one question. */
export function Card({ title, end, tone, href, children, class: extra = "", level = 2 }: CardProps) {
  const Heading = `h${level}` as "h2" | "h3";
  const inside = (
    <div class="stack">
      {(title !== undefined || end !== undefined) && (
        <div class="row-between">
          {title !== undefined && <Heading>{title}</Heading>}
          {end}
        </div>
      )}
      {children}
    </div>
  );
  const name = `card ${tone ? `card-${tone}` : ""} ${extra}`;
  if (href) return <a class={name} href={href}>{inside}</a>;
  return <section class={name}>{inside}</section>;
}

/** A word with a colour; never a colour alone. */
export function Chip({ tone, children }: { tone?: Tone; children: ComponentChildren }) {
  return <span class={`chip ${tone ? `chip-${tone}` : ""}`}>{children}</span>;
}

type ButtonProps = Omit<JSX.IntrinsicElements["button"], "class" | "icon"> & {
  kind?: "main" | "plain" | "quiet" | "now";
  wide?: boolean;
  icon?: IconName;
  /** Under way: stays focusable, does nothing twice. */
  busy?: boolean;
  /** Makes it a link that looks like a button. */
  href?: string;
};

/** A button, or with `href` a link that looks like one. */
export function Button({ kind = "plain", wide, icon, busy, href, children, onClick, ...rest }: ButtonProps) {
  const name = `button ${kind === "plain" ? "" : `button-${kind}`} ${wide ? "button-wide" : ""}`;
  const inside = (
    <>
      {icon && <Icon name={icon} size={20} />}
      <span>{children}</span>
    </>
  );
  if (href) return <a class={name} href={href}>{inside}</a>;
  return (
    <button type="button" {...rest} class={name} aria-disabled={busy || undefined} aria-busy={busy || undefined}
      onClick={busy ? (event) => event.preventDefault() : onClick}>
      {inside}
    </button>
  );
}

interface RowProps {
  title: ComponentChildren;
  note?: ComponentChildren;
  end?: ComponentChildren;
  icon?: IconName;
  href?: string;
  onClick?: () => void;
  current?: boolean;
}

/** One row of a list; with `href` or `onClick` it can be pressed. Put rows into <Rows>. */
export function ListRow({ title, note, end, icon, href, onClick }: RowProps) {
  const inside = (
    <>
      {icon && <Icon name={icon} />}
      <span class="list-row-text">
        <span class="list-row-title">{title}</span>
        {note !== undefined && note !== null && <span class="list-row-note">{note}</span>}
      </span>
      {end !== undefined && <span class="list-row-end">{end}</span>}
      {(href || onClick) && <span class="chevron"><Icon name="next" size={18} /></span>}
    </>
  );
  if (href) return <a class="list-row" href={href}>{inside}</a>;
  if (onClick) return <button type="button" class="list-row" onClick={onClick}>{inside}</button>;
  return <div class="list-row">{inside}</div>;
}

/** A list of rows with lines between them. */
export function Rows({ children, label }: { children: ComponentChildren; label?: string }) {
  const items = (Array.isArray(children) ? children.flat() : [children]).filter((child) => child !== null && child !== undefined && child !== false);
  return <ul class="rows" aria-label={label}>{items.map((child, i) => <li key={i}>{child}</li>)}</ul>;
}

/** A number with its unit, small beside it. */
export function Figure({ value, unit, big }: { value: ComponentChildren; unit?: string; big?: boolean }) {
  return (
    <p class={`figure-number ${big ? "big" : ""}`}>
      <span class="number">{value}</span>
      {unit && <span class="unit">{rich(unit)}</span>}
    </p>
  );
}

/** 根拠を見る and whatever else opens in place. */
export function Disclosure({ summary, children, open }: { summary?: ComponentChildren; children: ComponentChildren; open?: boolean }) {
  return (
    <details class="disclosure" open={open}>
      <summary><Icon name="next" size={18} /><span>{summary ?? tx("shell.why")}</span></summary>
      <div class="disclosure-body stack">{children}</div>
    </details>
  );
}

/** Terms and values in two columns. */
export function Facts({ rows }: { rows: [ComponentChildren, ComponentChildren][] }) {
  return (
    <dl class="facts">
      {rows.map(([term, value], i) => [<dt key={`t${i}`}>{term}</dt>, <dd key={`d${i}`}>{value}</dd>])}
    </dl>
  );
}

/** On every result: this is no diagnosis. */
export function NotDiagnosis() {
  return <p class="notice"><Icon name="info" size={18} /><span>{tx("shell.not_diagnosis")}</span></p>;
}

/** How far something really is, with words. */
export function Progress({ done, total, label }: { done: number; total: number; label: string }) {
  const percent = total > 0 ? Math.min(100, Math.floor((done / total) * 100)) : 0;
  return (
    <div class="stack-s">
      <div class="row-between small"><span>{rich(label)}</span><span class="number">{percent} %</span></div>
      <div class="progress" role="progressbar" aria-valuenow={percent} aria-valuemin={0} aria-valuemax={100} aria-label={t("shell.progress")}>
        <div style={{ width: `${percent}%` }} />
      </div>
    </div>
  );
}

/** Nothing here yet: what will be here, and the button that brings it. */
export function EmptyState({ title, text, action, href, onClick }: {
  title: ComponentChildren; text: ComponentChildren; action?: ComponentChildren; href?: string; onClick?: () => void;
}) {
  return (
    <Card>
      <div class="empty">
        <h2>{title}</h2>
        <p class="soft">{text}</p>
        {action !== undefined && <Button kind="main" href={href} onClick={onClick}>{action}</Button>}
      </div>
    </Card>
  );
}
