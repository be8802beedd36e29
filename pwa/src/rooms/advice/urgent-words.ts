// Whom to call when a text mentions something that cannot wait. Data: urgent.json. Nothing is sent anywhere.
import table from "./urgent.json";

export type Call = "119" | "7119" | "8000" | "clinic" | "mind" | "mind2";
export interface Sign {
  id: string;
  group: string;
  call: Call;
  source: string;
}

const plain = (text: string) => text.normalize("NFKC").toLowerCase().replace(/[\s、。・,.!?]+/g, " ");

/** Every sign whose words a text mentions; the most pressing call first. */
export function urgentIn(text: string): { call: Call; sign: string }[] {
  const english = plain(text).replace(/[‘’]/g, "'");
  const japanese = english.replace(/ /g, "");
  const found = table.words.filter((one) => one.ja.some((word) => japanese.includes(word)) || one.en.some((word) => english.includes(word)));
  return found.map(({ call, sign }) => ({ call: call as Call, sign })).sort((a, b) => rank(a.call) - rank(b.call));
}

/** Smaller is more pressing. */
export function rank(call: Call): number {
  return ["119", "clinic", "mind", "8000", "7119", "mind2"].indexOf(call);
}

/** All calls that the chosen signs need, most pressing first. */
export function callsFor(chosen: ReadonlySet<string>): Call[] {
  const calls = new Set(signs.filter((sign) => chosen.has(sign.id)).map((sign) => sign.call));
  return [...calls].sort((a, b) => rank(a) - rank(b));
}

export const signs = table.signs as Sign[];
export const numbers = table.calls as { id: string; tel: string; shown?: string; source: string }[];
