// The auditor: the ledger checked just now, every decision, and each decided again under the rules of its day.
import { useState } from "preact/hooks";
import { api, asProblem, body, type Problem, type Schemas } from "../../api/client";
import { number, t, tx } from "../../i18n";
import { day } from "../../i18n/time";
import { useCached } from "../../offline/cached";
import { Button, Card, Chip, Facts } from "../../ui/index";
import { ProblemNote, WithAnswer } from "../../ui/page";
import { StaffShell } from "../../ui/staff";
import { said, StateChip } from "./parts";

const PLACES = () => [
  { href: "/audit", word: tx("review.audit") },
  { href: "/register", word: tx("review.register") },
];

export function Audit() {
  const answer = useCached("/api/governance/audit");
  const [replays, setReplays] = useState<Record<string, Schemas["ReplayOut"]>>({});
  const [problem, setProblem] = useState<Problem | null>(null);
  const replay = async (verdict: string) => {
    setProblem(null);
    try {
      const done = await body(api.GET("/api/governance/audit/{verdict}", { params: { path: { verdict } } }));
      setReplays((held) => ({ ...held, [verdict]: done }));
    } catch (error) {
      setProblem(asProblem(error));
    }
  };
  return (
    <StaffShell title={t("review.audit")} work={tx("review.work_auditor")} places={PLACES()}>
      <h1 tabIndex={-1}>{tx("review.audit")}</h1>
      <WithAnswer answer={answer}>
        {(found) => (
          <div class="stack-l">
            <Card tone={found.is_sound ? "good" : "now"} title={tx("review.ledger")}
              end={<Chip tone={found.is_sound ? "good" : "now"}>{tx(found.is_sound ? "review.sound" : "review.unsound")}</Chip>}>
              <p>{tx("review.ledger_size", { n: number(found.size) })}</p>
              {found.problems.length > 0 && <ul class="bullets">{found.problems.map((one) => <li key={one.table + one.row}><code>{one.table} {one.row}</code> {one.what}</li>)}</ul>}
              <div><Button onClick={answer.reload}>{tx("review.check_again")}</Button></div>
            </Card>
            <ProblemNote problem={problem} />
            {found.verdicts.length === 0 && <p class="soft">{tx("review.register_empty")}</p>}
            {found.verdicts.map((line) => {
              const done = replays[line.verdict];
              return (
                <Card key={line.verdict} title={said(line.title)} end={<StateChip state={line.standing} />}>
                  <Facts rows={[
                    [tx("review.organisation"), said(line.organisation)],
                    [tx("review.decided"), day(line.decided_at)],
                    [tx("review.verdict_id"), <code key="v" class="break">{line.verdict}</code>],
                    ...(done ? [[tx("review.replayed"), done.is_same
                      ? <span key="s"><Chip tone="good">{tx("review.same")}</Chip> {tx("review.policy")} <code>{done.policy.slice(0, 12)}</code></span>
                      : <span key="d"><Chip tone="now">{tx("review.differs")}</Chip> <code>{done.differences.join(", ")}</code></span>] as [preact.ComponentChildren, preact.ComponentChildren]] : []),
                  ]} />
                  <div class="row"><Button onClick={() => void replay(line.verdict)}>{tx("review.replay")}</Button><Button href={`/register/${line.verdict}`}>{tx("review.see_register")}</Button></div>
                </Card>
              );
            })}
          </div>
        )}
      </WithAnswer>
    </StaffShell>
  );
}
