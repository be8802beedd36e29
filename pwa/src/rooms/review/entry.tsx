// One decision in full, for everybody: what for, the reasons in plain words first, conditions, what happened, results.
import type { Schemas } from "../../api/client";
import { markup, number, tx } from "../../i18n";
import { rich } from "../../i18n/ruby";
import { day } from "../../i18n/time";
import { useCached } from "../../offline/cached";
import type { Match } from "../../router";
import { Card, Chip, Disclosure, Facts, type Tone } from "../../ui/index";
import { Page, WithAnswer } from "../../ui/page";
import { prefs } from "../../prefs";
import { ColumnList, said, saidText, StateChip, UseFacts, VerdictFacts, Written } from "./parts";

const MARKS: Record<string, Tone> = { ok: "good", concern: "look", no: "now" };

export function RegisterEntry({ match }: { match: Match }) {
  const answer = useCached("/api/governance/register/{verdict}", { path: { verdict: match.verdict ?? "" } });
  const title = answer.data ? saidText(answer.data.line.title) : markup("review.register");
  return (
    <Page title={title} back={["/register", markup("review.register")]} bare wide
      over={answer.data && <p class="soft">{said(answer.data.line.organisation)}</p>}>
      <WithAnswer answer={answer}>{(entry) => <Whole entry={entry} />}</WithAnswer>
    </Page>
  );
}

function Whole({ entry }: { entry: Schemas["RegisterEntry"] }) {
  const { form, line, verdict } = entry;
  const easy = prefs.get().locale === "ja-easy";
  const benefit = prefs.get().locale === "en" ? form.benefit_en || form.benefit : easy ? form.benefit_easy : form.benefit;
  const columns = entry.columns.filter((one) => !entry.conditions.dropped?.includes(one.name));
  return (
    <>
      <Card title={tx("review.in_short")} end={<StateChip state={line.standing} />}>
        {entry.reviews.slice(0, 1).map((one) => <p key={one.place}><Written lead>{one.summary}</Written></p>)}
        {line.why && <p>{tx("review.why_now")} {entry.events.length > 0 && line.standing === "suspended" ? <Written>{line.why}</Written> : tx(`review.why.${line.why}`)}</p>}
        <p>{rich(benefit ?? "")}</p>
        <UseFacts form={form} />
      </Card>
      <Card title={tx("review.columns")}><ColumnList columns={columns} names={entry.columns} /></Card>
      {verdict && (
        <Card title={tx("review.conditions")}>
          <VerdictFacts verdict={verdict} />
          {verdict.conditions.length > 0 && <ul class="bullets">{verdict.conditions.map((text) => <li key={text}><Written>{text}</Written></li>)}</ul>}
        </Card>
      )}
      <Card title={tx("review.reasons")}>
        <p class="soft">{tx("review.reasons_lead")} {prefs.get().locale === "en" && tx("review.in_japanese")}</p>
        {entry.items.map((item) => (
          <section key={item.id} class="stack-s">
            <h3>{said(item.names)}</h3>
            {entry.reviews.map((review) => review.findings.filter((one) => one.item === item.id).map((one) => (
              <div key={review.place} class="finding">
                <p><Chip tone={MARKS[one.mark]}>{tx(`review.mark.${one.mark}`)}</Chip> <Written quiet>{one.plain}</Written></p>
                <Disclosure summary={tx("review.professional")}><p><Written quiet>{one.reason}</Written></p></Disclosure>
              </div>
            )))}
          </section>
        ))}
      </Card>
      <Card title={tx("review.reviewers")}>
        <Facts rows={entry.reviews.map((one) => [
          tx("review.reviewer_n", { n: one.place }),
          <span key="r">{tx(`review.decision.${one.decision}`)} · {one.conflict || tx("review.no_conflict")}</span>,
        ])} />
        <p class="soft">{tx("review.votes", { yes: number(entry.votes.for_it), no: number(entry.votes.against), unsure: number(entry.votes.unsure) })}</p>
      </Card>
      {line.standing !== "rejected" && (
        <Card title={tx("review.results")}>
          {entry.results.length === 0 && <p class="soft">{tx("review.no_results")}</p>}
          {entry.results.map((one) => (
            <section key={one.id} class="stack-s">
              <h3 lang="ja">{one.title}</h3>
              <p><Written>{easy ? one.text_easy : one.text}</Written></p>
              <p class="soft small">{day(one.at)} {one.link && <a href={one.link} rel="noopener noreferrer">{tx("review.more")}</a>}</p>
            </section>
          ))}
        </Card>
      )}
      {entry.events.length > 0 && (
        <Card title={tx("review.events")}>
          <Facts rows={entry.events.map((one) => [day(one.at), <span key="e">{tx(`review.event.${one.kind}`)}{one.kind === "ended" ? <> · {tx(`review.why.${one.why}`)}</> : <> · <Written>{one.why}</Written></>}</span>])} />
        </Card>
      )}
      <Card title={tx("review.proof")}>
        <Facts rows={[
          [tx("review.verdict_id"), <code key="v">{line.verdict}</code>],
          [tx("review.policy"), <code key="p">{entry.policy.slice(0, 12)}</code>],
          [tx("review.decided"), day(line.decided_at)],
        ]} />
      </Card>
    </>
  );
}
