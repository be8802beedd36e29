// The rules of this town: each with a sentence, and the very text that runs beneath it.
import type { Schemas } from "../../api/client";
import { markup, t, tx } from "../../i18n";
import { useCached } from "../../offline/cached";
import type { Match } from "../../router";
import { Card, Chip, Disclosure } from "../../ui/index";
import { Page, WithAnswer } from "../../ui/page";

const TONES = { ask: "good", allow: "good", aggregate: "info", deny: "now" } as const;

export function Rules({ match }: { match: Match }) {
  const answer = useCached("/api/governance/rules/{site}", { path: { site: match.site ?? "" } });
  return (
    <Page title={markup("review.rules_title")} lead={tx("review.rules_page_lead")} back={["/register", markup("review.register")]} bare wide>
      <WithAnswer answer={answer}>{(rules) => <Whole rules={rules} />}</WithAnswer>
    </Page>
  );
}

function Whole({ rules }: { rules: Schemas["RulesOut"] }) {
  const purposes = [...new Set(rules.table.map((row) => row.purpose))].filter((purpose) => purpose !== "P-SELF" && purpose !== "P-CARE");
  return (
    <>
      {rules.is_draft && <Card tone="look"><p>{tx("consent.draft_rules")}</p></Card>}
      <Card title={tx("review.sentences")}>
        {rules.rules.map((rule) => (
          <section key={rule.id} class="finding">
            <p><Chip tone={rule.effect === "permit" ? "good" : "look"}>{tx(`review.effect.${rule.effect}`)}</Chip>{" "}
              {rule.is_local && <Chip tone="info">{tx("review.only_here")}</Chip>}{" "}{tx(`governance.rule.${rule.id}`)}</p>
            <Disclosure summary={tx("review.as_run")}><pre class="code" tabIndex={0}>{rule.cedar}</pre></Disclosure>
          </section>
        ))}
      </Card>
      <Card title={tx("review.table")}>
        <p class="soft">{tx("review.table_lead")}</p>
        {purposes.map((purpose) => {
          const rows = rules.table.filter((row) => row.purpose === purpose);
          const kinds = rows[0]?.kinds ?? [];
          return (
            <Disclosure key={purpose} summary={<>{tx(`consent.purpose.${purpose}`)} <span class="soft small">{kinds.map((kind) => t(`review.kind.${kind}`)).join(t("review.comma"))}</span></>}>
              <dl class="facts">
                {rows.map((row) => [
                  <dt key={row.category}>{tx(`consent.category.${row.category}`)}</dt>,
                  <dd key={`${row.category}-d`}><Chip tone={TONES[row.rule as keyof typeof TONES] ?? "look"}>{tx(`review.rule.${row.rule.replace("+", "_")}`)}</Chip></dd>,
                ])}
              </dl>
            </Disclosure>
          );
        })}
      </Card>
      <p class="soft small">{tx("review.policy")} <code>{rules.version.slice(0, 12)}</code></p>
    </>
  );
}
