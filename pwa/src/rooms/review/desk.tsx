// The data user's desk: applications with their state and next step, approved uses, and a button for a new one.
import { useState } from "preact/hooks";
import { api, asProblem, body, newClientId, type Problem, type Schemas } from "../../api/client";
import { t, tx } from "../../i18n";
import { ago } from "../../i18n/time";
import { outdate, useCached } from "../../offline/cached";
import { navigate } from "../../router";
import { Button, Card, ListRow, Rows } from "../../ui/index";
import { ProblemNote, WithAnswer } from "../../ui/page";
import { StaffShell } from "../../ui/staff";
import { lastDay, said, StateChip } from "./parts";

export const PLACES = () => [
  { href: "/desk", word: tx("review.desk") },
  { href: "/register", word: tx("review.register") },
];

/** What happens next with an application, in one line. */
export function nextStep(one: Schemas["ApplicationOut"]) {
  if (one.state === "draft") return one.missing.length ? tx("review.next.draft_missing", { n: one.missing.length }) : tx("review.next.draft");
  if (one.state === "review") return tx("review.next.review", { done: one.reviews_done, asked: Math.max(2, one.reviews_asked) });
  return tx(`review.next.${one.state}`);
}

export function Desk() {
  const answer = useCached("/api/governance/desk");
  const [problem, setProblem] = useState<Problem | null>(null);
  const begin = async () => {
    setProblem(null);
    try {
      const made = await body(api.POST("/api/governance/applications", { body: { client_id: newClientId().slice(0, 26) } as never }));
      outdate("/api/governance/desk");
      navigate(`/desk/applications/${made.id}`);
    } catch (error) {
      setProblem(asProblem(error));
    }
  };
  return (
    <StaffShell title={t("review.desk")} work={tx("review.work_user")} places={PLACES()}>
      <h1 tabIndex={-1}>{tx("review.desk")}</h1>
      <WithAnswer answer={answer}>
        {({ organisation, applications, uses }) => (
          <div class="stack-l">
            <p class="lead">{said(organisation.names)}</p>
            <Card title={tx("review.applications")} end={<Button kind="main" icon="plus" onClick={() => void begin()}>{tx("review.new_application")}</Button>}>
              <ProblemNote problem={problem} />
              {applications.length === 0 ? <p class="soft">{tx("review.applications_none")}</p> : (
                <Rows label={t("review.applications")}>
                  {applications.map((one) => (
                    <ListRow key={one.id} href={`/desk/applications/${one.id}`} title={one.form.title || tx("review.untitled")}
                      note={<>{nextStep(one)} · {tx(`review.application.${one.kind}`)} · {ago(one.updated_at)}</>} end={<StateChip state={one.state} />} />
                  ))}
                </Rows>
              )}
            </Card>
            <Card title={tx("review.uses")}>
              {uses.length === 0 ? <p class="soft">{tx("review.uses_none")}</p> : (
                <Rows label={t("review.uses")}>
                  {uses.map((one) => (
                    <ListRow key={one.use} href={`/desk/uses/${one.use}`} title={said(one.title)}
                      note={<>{tx(`review.lane.${one.identifiability}`)} · {tx("review.until_day", { day: lastDay(one.until) })} · {tx("review.review_day", { day: lastDay(one.review_by) })}</>}
                      end={<StateChip state={one.state} />} />
                  ))}
                </Rows>
              )}
            </Card>
          </div>
        )}
      </WithAnswer>
    </StaffShell>
  );
}
