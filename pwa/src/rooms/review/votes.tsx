// What is under review at my place, in plain words, and what I think of it. It binds nobody; reviewers see how many think what.
import { useState } from "preact/hooks";
import { api, asProblem, body, type Problem, type Schemas } from "../../api/client";
import { markup, tx } from "../../i18n";
import { day } from "../../i18n/time";
import { outdate, useCached } from "../../offline/cached";
import { Choices } from "../../ui/form";
import { Card, Facts } from "../../ui/index";
import { toast } from "../../ui/overlay";
import { Page, ProblemNote, WithAnswer } from "../../ui/page";
import { said } from "./parts";

export function Votes() {
  const answer = useCached("/api/governance/ballots");
  return (
    <Page title={markup("review.votes_title")} lead={tx("review.votes_lead")} back={["/meguri", markup("nav.meguri")]}>
      <WithAnswer answer={answer}>
        {({ ballots }) => (ballots.length === 0 ? <Card><p class="soft">{tx("review.votes_none")}</p></Card> : <>{ballots.map((one) => <Ballot key={one.application} one={one} />)}</>)}
      </WithAnswer>
      <p><a href="/register">{tx("review.see_all")}</a></p>
    </Page>
  );
}

function Ballot({ one }: { one: Schemas["BallotOut"] }) {
  const [problem, setProblem] = useState<Problem | null>(null);
  const vote = async (choice: "for" | "against" | "unsure") => {
    setProblem(null);
    try {
      await body(api.POST("/api/governance/ballots/{application}", { params: { path: { application: one.application } }, body: { vote: choice } }));
      outdate("/api/governance/ballots");
      toast(tx("review.voted"));
    } catch (error) {
      setProblem(asProblem(error));
    }
  };
  return (
    <Card title={said(one.title)}>
      <p class="soft">{said(one.organisation)}</p>
      <p>{said(one.benefit)}</p>
      <Facts rows={[
        [tx("review.columns"), <span key="c">{one.categories.map((kind, i) => <span key={kind}>{i > 0 && "、"}{tx(`consent.category.${kind}`)}</span>)}</span>],
        [tx("review.field.identifiability"), one.identifiability ? tx(`review.lane.${one.identifiability}`) : "–"],
        [tx("review.field.retention_end"), one.retention_end ? day(one.retention_end) : "–"],
      ]} />
      <Choices legend={tx("review.what_do_you_think")} value={one.mine ?? null} onChange={(choice) => void vote(choice)}
        options={(["for", "against", "unsure"] as const).map((value) => ({ value, label: tx(`review.vote.${value}`) }))} />
      <ProblemNote problem={problem} />
    </Card>
  );
}
