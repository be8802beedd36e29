// What a file holds, in words: kinds with counts and days, and what was left out and why.
import type { Schemas } from "../../api/client";
import { markup, metricName, number, rich, sourceName, tx, word } from "../../i18n";
import { day } from "../../i18n/time";
import { Disclosure, Rows } from "../../ui/index";

type Kind = Schemas["KindFoundOut"];
type LeftOut = Schemas["LeftOutOut"];

/** "6月10日 〜 7月2日", or one day. */
export function days(first: string | null, last: string | null): string {
  if (!first) return "";
  return last && last !== first ? `${day(first)} 〜 ${day(last)}` : day(first);
}

/** A size as people know it from their phone. */
export function size(bytes: number): string {
  if (bytes < 1_000_000) return `${number(Math.max(1, Math.round(bytes / 1000)))} KB`;
  if (bytes < 1_000_000_000) return `${number(bytes / 1_000_000, 1)} MB`;
  return `${number(bytes / 1_000_000_000, 2)} GB`;
}

/** One row a kind; its metrics open in place. */
export function Kinds({ kinds }: { kinds: Kind[] }) {
  return (
    <Rows>
      {kinds.map((kind) => (
        <div key={kind.category}>
          <Disclosure summary={
            <span class="link-kind">
              <span>{tx(`record.category.${kind.category}`)}</span>
              <span class="number">{tx("linkdata.n_values", { n: kind.count })}</span>
            </span>
          }>
            <ul class="link-metrics">
              {kind.metrics.map((one) => (
                <li key={one.metric}>
                  <span>{rich(metricName(one.metric))}</span>
                  <span class="number nowrap">{tx("linkdata.n_values", { n: one.count })}</span>
                  <span class="soft small">{rich(days(one.first, one.last))}</span>
                </li>
              ))}
            </ul>
          </Disclosure>
        </div>
      ))}
    </Rows>
  );
}

/** Each reason with its number and the first places in the file. */
export function LeftOutList({ groups }: { groups: LeftOut[] }) {
  return (
    <Rows>
      {groups.map((one) => (
        <div key={one.reason.key} class="link-left">
          <div class="row-between">
            <span>{word(one.reason)}</span>
            <span class="number strong">{tx("linkdata.n_values", { n: one.count })}</span>
          </div>
          {one.places.length > 0 && (
            <p class="soft small">{tx("linkdata.places", { places: one.places.join(markup("linkdata.and")) })}</p>
          )}
        </div>
      ))}
    </Rows>
  );
}

/** Where values come from, as people call it. */
export function sourceList(sources: string[]): string {
  return sources.map(sourceName).join(markup("linkdata.and"));
}
