// How one value is written in a list, with its state, flag and date.
import type { ComponentChildren } from "preact";
import type { Schemas } from "../../api/client";
import { markup, number, pick, rich, tx } from "../../i18n";
import { Chip, ListRow } from "../../ui/index";

export type Brief = Schemas["ReadingBrief"];

/** The value alone: a number, a word, or why there is none. Ruby still in it. */
export function valueText(one: Brief): string {
  if (one.state === "not_done" || one.state === "not_measurable") return markup(`record.state_${one.state}`);
  const sign = one.state === "below_limit" ? "<" : one.state === "above_limit" ? ">" : "";
  if (one.text) return pick(one.text);
  if (typeof one.value === "number") return `${sign}${number(one.value, one.decimals)}`;
  return `${sign}${one.value ?? ""}`;
}

/** The value with its unit. */
export function valueWithUnit(one: Brief): string {
  const unit = typeof one.value === "number" ? pick(one.unit_label) : "";
  return unit ? `${valueText(one)} ${unit}` : valueText(one);
}

/** H and L as the check-up printed them, as words. */
export function FlagChip({ flag }: { flag: Brief["flag"] }) {
  if (flag !== "H" && flag !== "L") return null;
  return <Chip tone="look">{tx(flag === "H" ? "record.flag_high" : "record.flag_low")}</Chip>;
}

/** One value as a row that opens its source. */
export function ValueRow({ one, note }: { one: Brief; note?: ComponentChildren }) {
  return (
    <ListRow href={`/record/reading/${encodeURIComponent(one.id)}`} title={rich(pick(one.name))} note={note}
      end={<><FlagChip flag={one.flag} /><span class={one.is_deleted ? "soft" : "strong"}>{rich(valueWithUnit(one))}</span></>} />
  );
}
