// オンライン受診: free times of clinics, the steps before booking, and medical institutions to find.
import { useState } from "preact/hooks";
import { api, asProblem, body, newClientId, type Problem, type Schemas } from "../../api/client";
import { markup, plain, rich, t, tx } from "../../i18n";
import { clockTime, day } from "../../i18n/time";
import { outdate, useCached } from "../../offline/cached";
import { navigate, type Match } from "../../router";
import { Button, Card, Chip, EmptyState, ListRow, NotDiagnosis, Rows } from "../../ui/index";
import { Check, Choices, Field, Select } from "../../ui/form";
import { toast } from "../../ui/overlay";
import { Page, ProblemNote, WithAnswer } from "../../ui/page";
import { nameOf } from "../consent/names";
import { UrgentLine } from "./urgent-calls";

type Slots = Schemas["ClinicSlots"];
type Slot = Slots["slots"][number];
type CheckName = Schemas["BookIn"]["checks"][number];
const CHECKS: CheckName[] = ["not_urgent", "identity", "doctor", "may_be_called_in", "private_place", "name_is_sent"];

/** A clinic's name as the operator wrote it. */
export function clinicName(names: Slots["clinics"][string]): string {
  return nameOf({ ja: names.ja, "ja-easy": names.ja_easy, en: names.en });
}

function byDay(slots: Slot[]): [string, Slot[]][] {
  const days = new Map<string, Slot[]>();
  for (const one of slots) {
    const key = `${one.partner} ${one.department} ${day(one.start, { weekday: true })}`;
    days.set(key, [...(days.get(key) ?? []), one]);
  }
  return [...days.entries()];
}

export function Clinics() {
  const found = useCached("/api/clinics/slots");
  const [department, setDepartment] = useState("");
  const [shown, setShown] = useState(6);
  return (
    <Page title={markup("visit.title")} back={["/advice", markup("nav.advice")]} lead={tx("visit.lead")}>
      <UrgentLine />
      <Card><Rows>
        <ListRow icon="clock" href="/visits" title={tx("visit.mine")} note={tx("visit.mine_note")} />
        <ListRow icon="plus" href="/clinics/find" title={tx("visit.find")} note={tx("visit.find_note")} />
      </Rows></Card>
      <WithAnswer answer={found}>
        {(data) => {
          if (data.slots.length === 0) return <EmptyState title={tx("visit.no_slots_title")} text={tx("visit.no_slots")} action={tx("visit.find")} href="/clinics/find" />;
          const days = byDay(data.slots.filter((one) => !department || one.department === department));
          return (
            <>
              <Card>
                <Select label={tx("visit.department")} value={department} onChange={(value) => { setDepartment(value); setShown(6); }}
                  options={[{ value: "", label: t("visit.all") }, ...data.departments.map((value) => ({ value, label: value }))]} />
              </Card>
              {days.slice(0, shown).map(([key, slots]) => {
                const [first] = slots;
                const names = first && data.clinics[first.partner];
                if (!first) return null;
                return (
                  <Card key={key} title={<>{rich(day(first.start, { weekday: true }))} {first.department}</>}
                    end={data.standins.includes(first.partner) ? <Chip tone="info">{tx("visit.standin")}</Chip> : undefined}>
                    <p class="soft">{names ? rich(clinicName(names)) : first.clinic}{first.phone && <><br />{first.phone}</>}</p>
                    <div class="row" role="group" aria-label={t("visit.times")}>
                      {slots.map((one) => <Button key={one.id} href={`/clinics/book/${one.partner}/${one.id}`}>{clockTime(one.start)}</Button>)}
                    </div>
                  </Card>
                );
              })}
              {days.length > shown && <Button wide onClick={() => setShown(shown + 6)}>{tx("visit.more")}</Button>}
            </>
          );
        }}
      </WithAnswer>
      <NotDiagnosis />
    </Page>
  );
}

export function Book({ match }: { match: Match }) {
  const found = useCached("/api/clinics/slots");
  return (
    <Page title={markup("visit.book_title")} back={["/clinics", markup("visit.title")]}>
      <UrgentLine />
      <WithAnswer answer={found}>
        {(data) => {
          const slot = data.slots.find((one) => one.partner === match.partner && one.id === match.slot);
          return slot
            ? <Steps slot={slot} data={data} />
            : <EmptyState title={tx("advice.telemed.slot_gone")} text={tx("visit.no_slots")} action={tx("visit.times")} href="/clinics" />;
        }}
      </WithAnswer>
    </Page>
  );
}

function Steps({ slot, data }: { slot: Slot; data: Slots }) {
  const [first, setFirst] = useState<"yes" | "no" | "">("");
  const [ticked, setTicked] = useState<CheckName[]>([]);
  const [client_id] = useState(newClientId);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const wanted: CheckName[] = first === "yes" ? [...CHECKS, "first_limits"] : CHECKS;
  const names = data.clinics[slot.partner];
  const book = async () => {
    setBusy(true);
    setProblem(null);
    try {
      await body(api.POST("/api/visits", { body: { partner: slot.partner, slot: slot.id, is_first: first === "yes", checks: wanted, client_id } }));
      outdate("/api/visits", "/api/clinics");
      toast(tx("visit.booked"));
      navigate("/visits", { replace: true });
    } catch (error) {
      setProblem(asProblem(error));
      setBusy(false);
    }
  };
  return (
    <>
      <Card title={<>{rich(day(slot.start, { weekday: true }))} {clockTime(slot.start)}</>}
        end={data.standins.includes(slot.partner) ? <Chip tone="info">{tx("visit.standin")}</Chip> : undefined}>
        <p>{names ? rich(clinicName(names)) : slot.clinic} {slot.department}</p>
      </Card>
      <Card>
        <Choices<"yes" | "no" | ""> legend={tx("visit.first")} value={first} onChange={setFirst}
          options={[{ value: "yes", label: tx("visit.first_yes") }, { value: "no", label: tx("visit.first_no") }]} />
      </Card>
      {first !== "" && (
        <Card class="choices-long">
          <fieldset class="choices">
            <legend>{tx("visit.steps")}</legend>
            {wanted.map((name) => (
              <Check key={name} checked={ticked.includes(name)} onChange={(isOn) => setTicked(isOn ? [...ticked, name] : ticked.filter((one) => one !== name))}>
                {tx(`visit.check.${name}`)}
              </Check>
            ))}
          </fieldset>
          <p class="small soft">{tx("visit.guideline")}</p>
          <ProblemNote problem={problem} />
          <Button kind="main" wide busy={isBusy} disabled={!wanted.every((name) => ticked.includes(name))} onClick={() => void book()}>{tx(isBusy ? "shell.sending" : "visit.book")}</Button>
        </Card>
      )}
    </>
  );
}

export function FindClinic() {
  const [area, setArea] = useState("");
  const [department, setDepartment] = useState("");
  const [name, setName] = useState("");
  const [found, setFound] = useState<Schemas["InstitutionsOut"]["found"] | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const search = async () => {
    setBusy(true);
    setProblem(null);
    try {
      const query = { area: area.normalize("NFKC").replace(/\D/g, ""), department: department.trim(), name: name.trim() };
      setFound((await body(api.GET("/api/clinics", { params: { query } }))).found);
    } catch (error) {
      setProblem(asProblem(error));
    }
    setBusy(false);
  };
  return (
    <Page title={markup("visit.find")} back={["/clinics", markup("visit.title")]} lead={tx("visit.find_note")}>
      <Card>
        <form class="stack" onSubmit={(event) => { event.preventDefault(); void search(); }}>
          <Field label={tx("visit.area")} inputMode="numeric" value={area} onInput={setArea} maxLength={5} />
          <Field label={tx("visit.department")} value={department} onInput={setDepartment} maxLength={40} />
          <Field label={tx("visit.name")} value={name} onInput={setName} maxLength={60} />
          <ProblemNote problem={problem} />
          <Button kind="main" type="submit" wide busy={isBusy}>{tx("visit.search")}</Button>
        </form>
      </Card>
      {found && (found.length === 0 ? <p class="soft">{tx("visit.nothing")}</p> : (
        <Card><Rows label={plain(markup("visit.find"))}>
          {found.map((one) => (
            <ListRow key={one.id} title={one.name}
              note={<>{one.address}<br />{one.departments.join(" ")}{one.homepage && <><br /><a href={one.homepage} rel="noopener noreferrer" target="_blank">{tx("visit.homepage")}</a></>}</>} />
          ))}
        </Rows></Card>
      ))}
    </Page>
  );
}
