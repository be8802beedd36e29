// Shares of people by class with "you" in it; as HTML, so that the labels grow with the type.
import type { ComponentChildren } from "preact";
import { rich, t } from "../i18n";
import type { Tone } from "../ui/index";

export interface Share {
  /** The limits as printed, e.g. "5.6 未満". */
  label: string;
  /** Percent of people; null where the publisher hides a small number. */
  percent: number | null;
  /** Written instead of the percent, e.g. a range where the publisher hides small numbers; may hold ruby. */
  text?: string;
  isMine: boolean;
}

/** Shares of people by class; mine is marked by a word and an arrow, not by colour alone. */
export function Distribution({ shares, you, tone = "look", label }: { shares: Share[]; you: ComponentChildren; tone?: Tone; label: string }) {
  const largest = Math.max(...shares.map((share) => share.percent ?? 0), 1);
  return (
    <div class="dist" data-tone={tone} data-many={shares.length > 5 ? "" : undefined} role="img" aria-label={label}>
      <div class="dist-bars" aria-hidden="true">
        {shares.map((share) => (
          <div class="dist-bar" data-mine={share.isMine} key={share.label}>
            <div class="dist-cell">
              {share.isMine && <span class="dist-you">{you}</span>}
              <div class="dist-fill" style={{ "--share": String((share.percent ?? 0) / largest) }} />
            </div>
            <span class="dist-range">{rich(share.label)}</span>
            <b class="dist-percent">{share.text !== undefined ? rich(share.text) : share.percent === null ? t("chart.few") : `${Math.round(share.percent)} %`}</b>
          </div>
        ))}
      </div>
    </div>
  );
}
