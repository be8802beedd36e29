// ja-easy carries its readings in the text: {漢字|かんじ}.
import type { ComponentChildren } from "preact";

const RUBY = /\{([^{}|]+)\|([^{}|]+)\}/g;

/** The text without readings, for attributes, titles and screen readers. */
export function plain(text: string): string {
  return text.replace(RUBY, "$1");
}

/** The text with its readings as <ruby>. */
export function rich(text: string): ComponentChildren {
  if (!text.includes("|")) return text;
  const out: ComponentChildren[] = [];
  let last = 0;
  for (const match of text.matchAll(RUBY)) {
    if (match.index > last) out.push(text.slice(last, match.index));
    out.push(
      <ruby>
        {match[1]}
        <rp>（</rp>
        <rt>{match[2]}</rt>
        <rp>）</rp>
      </ruby>,
    );
    last = match.index + match[0].length;
  }
  if (last < text.length) out.push(text.slice(last));
  return out;
}
