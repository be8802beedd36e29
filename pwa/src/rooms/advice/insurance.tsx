// 保険の見積もり: a lane of its own. What would be sent stands there before anything is sent.
import { useState } from "preact/hooks";
import { api, asProblem, body, newClientId, type Problem, type Schemas } from "../../api/client";
import { markup, number, rich, t, tx } from "../../i18n";
import { day, dayTime } from "../../i18n/time";
import { outdate, useCached } from "../../offline/cached";
import { Button, Card, Chip, Disclosure, Facts } from "../../ui/index";
import { toast } from "../../ui/overlay";
import { Page, ProblemNote, WithAnswer } from "../../ui/page";
import { clinicName as nameIn } from "./telemed";

type Insurer = Schemas["InsurerOut"];
type Asked = Schemas["AskedOut"];

function shown(one: Insurer["fields"][number]): string {
  const value = one.id === "sex" ? t(`insure.sex.${one.value}`)
    : typeof one.value === "number" ? number(one.value, one.id === "bmi" ? 1 : 0) : one.value;
  return one.day ? `${value} ${day(one.day)}` : value;
}

const facts = (fields: Insurer["fields"]) => <Facts rows={fields.map((one) => [tx(`insure.field.${one.id}`), shown(one)])} />;

export function Insurance() {
  const found = useCached("/api/insurance");
  return (
    <Page title={markup("insure.title")} back={["/advice", markup("nav.advice")]} lead={tx("insure.lead")}>
      <p class="soft">{tx("insure.never")}</p>
      <WithAnswer answer={found}>
        {({ insurers, asked }) => (
          <>
            {insurers.length === 0 && <p class="soft">{tx("insure.nobody")}</p>}
            {insurers.map((one) => <OneInsurer key={one.partner} one={one} />)}
            {asked.length > 0 && <h2>{tx("insure.asked")}</h2>}
            {asked.map((one) => <OneAsked key={one.id} one={one} insurer={insurers.find((each) => each.partner === one.partner)} />)}
          </>
        )}
      </WithAnswer>
    </Page>
  );
}

function Marks({ isStandin }: { isStandin: boolean }) {
  return <><Chip tone="info">{tx("insure.sponsor")}</Chip>{isStandin && <> <Chip tone="info">{tx("visit.standin")}</Chip></>}</>;
}

function OneInsurer({ one }: { one: Insurer }) {
  const [client_id, setClientId] = useState(newClientId);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const ask = async () => {
    setBusy(true);
    setProblem(null);
    try {
      await body(api.POST("/api/insurance/quotes", { body: { partner: one.partner, seen: one.seen, client_id } }));
      setClientId(newClientId());
    } catch (error) {
      setProblem(asProblem(error));
    }
    outdate("/api/insurance", "/api/consent");
    setBusy(false);
  };
  const switches = <Button kind={one.open_categories.length ? "quiet" : "main"} href={`/meguri/with/${one.recipient}/P-INSURE`}>{tx("insure.switches")}</Button>;
  return (
    <Card title={rich(nameIn(one.names))}>
      <p><Marks isStandin={one.is_standin} /></p>
      {one.open_categories.length === 0 && <p>{tx("insure.off")}</p>}
      {one.open_categories.length > 0 && one.fields.length === 0 && <p>{tx("insure.no_values")}</p>}
      {one.fields.length > 0 && (
        <>
          <h3>{tx("insure.would_send")}</h3>
          {facts(one.fields)}
          <Button kind="main" wide busy={isBusy} onClick={() => void ask()}>{tx(isBusy ? "shell.sending" : "insure.ask")}</Button>
        </>
      )}
      <ProblemNote problem={problem} />
      {switches}
    </Card>
  );
}

function OneAsked({ one, insurer }: { one: Asked; insurer: Insurer | undefined }) {
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isBusy, setBusy] = useState(false);
  const erase = async () => {
    setBusy(true);
    try {
      await body(api.DELETE("/api/insurance/quotes/{id}", { params: { path: { id: one.id } } }));
      toast(tx("insure.erased"));
      outdate("/api/insurance");
    } catch (error) {
      setProblem(asProblem(error));
      setBusy(false);
    }
  };
  return (
    <Card title={dayTime(one.asked_at)} level={3}>
      <p>{insurer && rich(nameIn(insurer.names))} <Marks isStandin={insurer?.is_standin ?? false} /></p>
      {one.state === "answered"
        ? <Facts rows={one.quotes.map((each) => [each.product, tx("insure.yen", { yen: number(each.yen_a_month, 0), day: day(each.valid_until) })])} />
        : <p>{tx(`insure.${one.state}`)}</p>}
      <Disclosure summary={tx("insure.sent_then")}>{facts(one.sent)}</Disclosure>
      <ProblemNote problem={problem} />
      <Button kind="quiet" busy={isBusy} onClick={() => void erase()}>{tx("insure.erase")}</Button>
    </Card>
  );
}
