// Make a link: what it shows, until when, with which passcode.
import { useState } from "preact/hooks";
import { api, asProblem, body, type Problem, type Schemas } from "../../api/client";
import { markup, t, tx } from "../../i18n";
import { day } from "../../i18n/time";
import { outdate } from "../../offline/cached";
import { navigate } from "../../router";
import { Button, Card } from "../../ui/index";
import { Check, Choices, Field, Select, Switch } from "../../ui/form";
import { Page, ProblemNote } from "../../ui/page";
import { withStepUp } from "../people/passkey";

type Section = Schemas["HealthLinkShape"]["sections"][number];

const SECTIONS: Section[] = ["allergies", "medicines", "problems", "immunizations", "results", "vitals", "procedures", "about_me"];
const DAYS = ["1", "7", "30", "90"] as const;

let fresh: { id: string; passcode: string } | null = null;

/** The passcode of a link made just now; only this screen flow knows it, the server keeps a hash. */
export function takePasscode(id: string): string | null {
  return fresh?.id === id ? fresh.passcode : null;
}

function sixDigits(): string {
  // Not 6 of 10 by modulo of a byte: that would favour low digits.
  const [n = 0] = crypto.getRandomValues(new Uint32Array(1));
  return String(n % 1_000_000).padStart(6, "0");
}

export function NewHealthLink() {
  const [what, setWhat] = useState<"all" | "some">("all");
  const [chosen, setChosen] = useState<Section[]>(["allergies", "medicines", "problems", "results"]);
  const [months, setMonths] = useState("12");
  const [days, setDays] = useState<string>("7");
  const [hasCode, setHasCode] = useState(true);
  const [passcode, setPasscode] = useState(sixDigits);
  const [isLive, setLive] = useState(false);
  const [label, setLabel] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);

  const until = new Date(Date.now() + Number(days) * 86_400_000);
  const isNothing = what === "some" && chosen.length === 0;
  const isShort = hasCode && passcode.length < 4;

  const make = async () => {
    setBusy(true);
    setProblem(null);
    try {
      const made = await withStepUp(() => body(api.POST("/api/record/health-links", {
        body: {
          label: label.trim(), until: until.toISOString(), is_live: isLive,
          sections: what === "all" ? null : SECTIONS.filter((one) => chosen.includes(one)),
          months: months === "all" ? null : Number(months),
          passcode: hasCode ? passcode : null,
        },
      })));
      fresh = hasCode ? { id: made.id, passcode } : null;
      outdate("/api/record/health-links");
      navigate(`/record/links/${made.id}`, { replace: true });
    } catch (error) {
      setProblem(asProblem(error));
      setBusy(false);
    }
  };

  return (
    <Page title={markup("share.new")} lead={tx("share.new_lead")} back={["/record/links", markup("share.title")]}>
      <Card title={tx("share.step_what")}>
        <Choices<"all" | "some"> legend={tx("share.shows")} value={what} onChange={setWhat}
          options={[{ value: "all", label: tx("share.everything") }, { value: "some", label: tx("share.choose") }]} />
        {what === "some" && (
          <fieldset class="choices">
            <legend>{tx("share.which")}</legend>
            {SECTIONS.map((one) => (
              <Check key={one} checked={chosen.includes(one)}
                onChange={(on) => setChosen(on ? [...chosen, one] : chosen.filter((held) => held !== one))}>{tx(`share.section_${one}`)}</Check>
            ))}
          </fieldset>
        )}
        {isNothing && <p class="field-error" role="alert">{tx("share.choose_one")}</p>}
        <Select label={tx("share.span")} hint={tx("share.span_hint")} value={months} onChange={setMonths}
          options={["3", "12", "36", "all"].map((value) => ({ value, label: value === "all" ? t("share.all_time") : t("share.last_months", { n: value }) }))} />
        <Switch label={tx("share.live")} note={tx("share.live_note")} checked={isLive} onChange={setLive} />
      </Card>
      <Card title={tx("share.step_until")}>
        <Choices<string> legend={tx("share.for_days")} value={days} onChange={setDays}
          options={DAYS.map((value) => ({ value, label: tx("share.days", { n: value }) }))} />
        <p class="soft">{tx("share.until", { day: day(until, { year: true }) })}</p>
      </Card>
      <Card title={tx("share.step_code")}>
        <Switch label={tx("share.with_code")} note={tx("share.with_code_note")} checked={hasCode} onChange={setHasCode} />
        {hasCode && (
          <Field label={tx("share.passcode")} hint={tx("share.passcode_hint")} value={passcode} maxLength={32} autocomplete="off"
            inputMode="text" onInput={setPasscode} error={isShort ? tx("record.passcode_too_short") : undefined} />
        )}
        {!hasCode && <p class="notice">{tx("share.anyone")}</p>}
        <Field label={tx("share.label")} hint={tx("share.label_hint")} value={label} maxLength={60} autocomplete="off" onInput={setLabel} />
      </Card>
      <ProblemNote problem={problem} />
      <div><Button kind="main" wide busy={isBusy} disabled={isNothing || isShort} onClick={() => void make()}>{tx("share.make")}</Button></div>
      <p class="soft">{tx("share.make_note")}</p>
    </Page>
  );
}
