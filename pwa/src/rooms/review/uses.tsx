// Approved uses as the board watches them: suspend at once, resume, with a reason that everybody can read.
import { useState } from "preact/hooks";
import { api, asProblem, body, type Problem, type Schemas } from "../../api/client";
import { t, tx } from "../../i18n";
import { outdate, useCached } from "../../offline/cached";
import { Button, Card, Facts } from "../../ui/index";
import { Dialog, toast } from "../../ui/overlay";
import { ProblemNote, WithAnswer } from "../../ui/page";
import { StaffShell } from "../../ui/staff";
import { PLACES } from "./cases";
import { Area, lastDay, said, StateChip } from "./parts";

type Line = Schemas["UseLine"];

export function Uses() {
  const answer = useCached("/api/governance/uses");
  const [about, setAbout] = useState<Line | null>(null);
  return (
    <StaffShell title={t("review.uses")} work={tx("review.work_reviewer")} places={PLACES()}>
      <h1 tabIndex={-1}>{tx("review.uses")}</h1>
      <p class="soft">{tx("review.uses_lead")}</p>
      <WithAnswer answer={answer}>
        {({ uses }) => (uses.length === 0 ? <p class="soft">{tx("review.uses_none")}</p> : (
          <div class="stack">
            {uses.map((one) => (
              <Card key={one.use} title={said(one.title)} end={<StateChip state={one.state} />}>
                <Facts rows={[
                  [tx("review.organisation"), one.organisation],
                  [tx("review.field.identifiability"), tx(`review.lane.${one.identifiability}`)],
                  [tx("review.until"), lastDay(one.until)],
                  [tx("review.review_by"), lastDay(one.review_by)],
                ]} />
                {one.state === "suspended" && <p>{tx("review.why_now")} {one.why}</p>}
                <div class="row">
                  {one.state === "live" && <Button kind="now" onClick={() => setAbout(one)}>{tx("review.suspend")}</Button>}
                  {one.state === "suspended" && <Button kind="main" onClick={() => setAbout(one)}>{tx("review.resume")}</Button>}
                  <Button href={`/register/${one.verdict}`}>{tx("review.see_register")}</Button>
                </div>
              </Card>
            ))}
          </div>
        ))}
      </WithAnswer>
      <Why about={about} close={() => setAbout(null)} />
    </StaffShell>
  );
}

function Why({ about, close }: { about: Line | null; close: () => void }) {
  const [why, setWhy] = useState("");
  const [problem, setProblem] = useState<Problem | null>(null);
  const isLive = about?.state === "live";
  const go = async () => {
    if (!about) return;
    setProblem(null);
    const given = { params: { path: { use: about.use } }, body: { why: why.trim() } };
    try {
      await body(isLive ? api.POST("/api/governance/uses/{use}/suspend", given) : api.POST("/api/governance/uses/{use}/resume", given));
      outdate("/api/governance");
      toast(tx(isLive ? "review.suspended_now" : "review.resumed_now"));
      setWhy("");
      close();
    } catch (error) {
      setProblem(asProblem(error));
    }
  };
  return (
    <Dialog title={tx(isLive ? "review.suspend" : "review.resume")} open={about !== null} onClose={close}>
      <p>{tx(isLive ? "review.suspend_what" : "review.resume_what")}</p>
      <Area label={tx("review.why_public")} value={why} onInput={setWhy} maxLength={400} />
      <ProblemNote problem={problem} />
      <Button kind={isLive ? "now" : "main"} disabled={!why.trim()} onClick={() => void go()}>{tx(isLive ? "review.suspend_now" : "review.resume_now")}</Button>
    </Dialog>
  );
}
