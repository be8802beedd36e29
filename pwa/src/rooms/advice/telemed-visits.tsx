// My visits: calendar, video room, what to send beforehand, cancel.
import { useState } from "preact/hooks";
import { api, asProblem, body, type Problem, type Schemas } from "../../api/client";
import { markup, rich, t, tx } from "../../i18n";
import { clockTime, day } from "../../i18n/time";
import { outdate, useCached } from "../../offline/cached";
import { Button, Card, Chip, Disclosure, EmptyState } from "../../ui/index";
import { Check, Select } from "../../ui/form";
import { toast } from "../../ui/overlay";
import { Page, ProblemNote, WithAnswer } from "../../ui/page";
import { withStepUp } from "../people/passkey";
import { UrgentLine } from "./urgent-calls";

type Visit = Schemas["VisitOut"];
type Section = Schemas["SheetIn"]["sections"][number];
const SECTIONS: Section[] = ["allergies", "medicines", "problems", "immunizations", "results", "vitals", "procedures", "about_me"];

export function Visits() {
  const found = useCached("/api/visits");
  return (
    <Page title={markup("visit.mine")} back={["/clinics", markup("visit.title")]}>
      <WithAnswer answer={found}>
        {({ visits }) => (visits.length === 0
          ? <EmptyState title={tx("visit.no_visits")} text={tx("visit.lead")} action={tx("visit.times")} href="/clinics" />
          : <>{visits.map((one) => <OneVisit key={one.id} one={one} />)}</>)}
      </WithAnswer>
      <UrgentLine />
    </Page>
  );
}

function OneVisit({ one }: { one: Visit }) {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const state = one.is_over && one.state === "booked" ? "over" : one.state;
  const isAhead = state === "booked";
  const cancel = async () => {
    setBusy(true);
    setProblem(null);
    try {
      await body(api.DELETE("/api/visits/{id}", { params: { path: { id: one.id } } }));
      outdate("/api/visits", "/api/clinics");
      toast(tx("visit.cancelled"));
    } catch (error) {
      setProblem(asProblem(error));
    }
    setBusy(false);
  };
  return (
    <Card title={<>{rich(day(one.slot.start, { weekday: true }))} {clockTime(one.slot.start)}</>} end={<Chip tone={isAhead ? "good" : "info"}>{tx(`visit.state.${state}`)}</Chip>}>
      <p>{one.slot.clinic} {one.slot.department} {one.is_standin && <Chip tone="info">{tx("visit.standin")}</Chip>}</p>
      {isAhead && (
        <>
          <div class="row">
            {one.video && <a class="button button-main" href={one.video} rel="noopener noreferrer" target="_blank">{tx("visit.video")}</a>}
            <a class="button" href={`/api/visits/${one.id}/calendar`} download="meguri.ics">{tx("visit.calendar")}</a>
          </div>
          {one.sent_until
            ? <>
                <p>{tx("visit.sent", { day: day(one.sent_until), what: one.sections.map((name) => t(`share.section_${name}`)).join(" ") })}</p>
                <a href={`/record/links/${one.health_link}`}>{tx("visit.who_looked")}</a>
              </>
            : <Disclosure summary={tx("visit.sheet")}><Sheet one={one} /></Disclosure>}
        </>
      )}
      <ProblemNote problem={problem} />
      {(isAhead || state === "pending") && <Button kind="quiet" busy={isBusy} onClick={() => void cancel()}>{tx("visit.cancel")}</Button>}
    </Card>
  );
}

function Sheet({ one }: { one: Visit }) {
  const [chosen, setChosen] = useState<Section[]>([]);
  const [months, setMonths] = useState("12");
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const send = async () => {
    setBusy(true);
    setProblem(null);
    try {
      await withStepUp(() => body(api.POST("/api/visits/{id}/sheet", { params: { path: { id: one.id } }, body: { sections: chosen, months: Number(months) } })));
      outdate("/api/visits", "/api/record/health-links");
      toast(tx("visit.sent_toast"));
    } catch (error) {
      setProblem(asProblem(error));
    }
    setBusy(false);
  };
  return (
    <>
      <p class="small soft">{tx("visit.sheet_note")}</p>
      <fieldset class="choices">
        <legend>{tx("share.which")}</legend>
        {SECTIONS.map((name) => (
          <Check key={name} checked={chosen.includes(name)} onChange={(isOn) => setChosen(isOn ? [...chosen, name] : chosen.filter((held) => held !== name))}>{tx(`share.section_${name}`)}</Check>
        ))}
      </fieldset>
      <Select label={tx("visit.months")} value={months} onChange={setMonths} options={["3", "12", "36"].map((value) => ({ value, label: t("visit.last_months", { n: value }) }))} />
      <ProblemNote problem={problem} />
      <Button kind="main" busy={isBusy} disabled={chosen.length === 0} onClick={() => void send()}>{tx("visit.send")}</Button>
    </>
  );
}
