// Numbers of a class as short as a picture allows, without saying more than the publisher does.
import type { Schemas } from "../../api/client";
import { hasWords, markup, number } from "../../i18n";
import type { Share } from "../../chart/people";
import type { Word } from "../../api/names";

export type Scope = Schemas["ScopePosition"];
export type Position = Schemas["PositionShown"];
type ClassShare = Schemas["ClassShare"];

const DASH = "〜\u200b";

/** "5.6以上6.0未満" as "5.6〜6.0": the table beside says which end belongs. */
export function shortLabel(label: string): string {
  if (hasWords(`risk.label.${label}`)) return markup(`risk.label.${label}`);
  const between = /^([\d.]+)以上([\d.]+)(?:未満|以下)$/.exec(label);
  if (between) return `${between[1]}${DASH}${between[2]}`;
  const over = /^([\d.]+)以上$/.exec(label);
  if (over) return `${over[1]}${DASH}`;
  const under = /^([\d.]+)(?:未満|以下)$/.exec(label);
  return under ? `${DASH}${under[1]}` : label;
}

/** The class in words, exact about its ends, in the language shown. */
export function fullLabel(label: string): string {
  if (hasWords(`risk.label.${label}`)) return markup(`risk.label.${label}`);
  const parts = /^(?:([\d.]+)(以上))?(?:([\d.]+)(未満|以下))?$/.exec(label);
  if (!parts || label === "") return label;
  const [, low, , high, end] = parts;
  const words: string[] = [];
  if (low) words.push(markup("riskroom.from", { n: low }));
  if (high) words.push(markup(end === "未満" ? "riskroom.under" : "riskroom.up_to", { n: high }));
  return words.join(markup("riskroom.and"));
}

/** To a whole percent; "100" is said only where it is everybody. */
function nearest(percent: number): number {
  return percent < 100 ? Math.min(99, Math.round(percent)) : 100;
}

/** A share in percent (`under` words less than one): one number where it is known, both ends where the publisher hides small numbers. */
export function shareText(one: ClassShare, under = "riskroom.under_one_percent"): string {
  if (one.share_percent !== null && one.share_percent !== undefined) return one.share_percent < 1 ? markup(under) : `${number(nearest(one.share_percent))} %`;
  const [low, high] = one.share_percent_range as [number, number];
  const [from, to] = [Math.round(low), Math.round(high)];
  if (high <= 1) return markup(under);
  return from === to ? `${number(from)} %` : `${number(from)}${DASH}${number(to)} %`;
}

/** The shares of a place as the picture takes them. */
export function sharesOf(scope: Scope): Share[] {
  return scope.classes.map((one) => {
    const [low, high] = one.share_percent_range as [number, number];
    return { label: shortLabel(one.label), percent: one.share_percent ?? (low + high) / 2, text: shareText(one, "riskroom.under_one_short"), isMine: one.is_mine };
  });
}

/** Where the value stands, in a few words; never a verdict. */
export function standing(scope: Scope): Word {
  const mine = scope.classes.findIndex((one) => one.is_mine);
  // An answer has no high and low: how many gave the same one.
  if (scope.kind === "answer") return { key: "riskroom.same_answer", params: { percent: mine < 0 ? "" : shareText(scope.classes[mine]!) } };
  if (mine === 0) return { key: "riskroom.lowest" };
  if (mine === scope.classes.length - 1) return { key: "riskroom.highest" };
  const [low, high] = scope.above_percent_range as [number, number];
  return { key: "riskroom.from_top", params: { low: Math.floor(low + 1e-9), high: Math.ceil(high - 1e-9) } };
}

/** A unit in the language shown; the server's is the Japanese one. */
export function unitWord(unit: string): string {
  return hasWords(`riskroom.unit.${unit}`) ? markup(`riskroom.unit.${unit}`) : unit;
}

/** A sentence of the server whose unit is put into the language shown. */
export function localised(text: Word): Word {
  // "men" is for a group of people; one person is "male".
  if (text.key.startsWith("risk.sex.")) return { key: text.key.replace("risk.sex.", "riskroom.sex_") };
  const unit = text.params?.unit;
  return typeof unit === "string" ? { ...text, params: { ...text.params, unit: unitWord(unit) } } : text;
}

/** A place as it is called here. */
export function placeName(scope: Scope): string {
  if (scope.scope === "japan") return markup("risk.position.japan");
  return hasWords(`risk.place.${scope.code}`) ? markup(`risk.place.${scope.code}`) : scope.name;
}
