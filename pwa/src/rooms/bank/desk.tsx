// The data user's side of one approved use: promise and offer, batches, benefits that arrived, orders to erase.
import { useState } from "preact/hooks";
import { api, asProblem, body, type Problem, type Schemas } from "../../api/client";
import { markup, number, t, tx } from "../../i18n";
import { day, dayTime } from "../../i18n/time";
import { fetchFresh, outdate, useCached } from "../../offline/cached";
import type { Match } from "../../router";
import { Button, Card, Chip, Facts, ListRow, Rows } from "../../ui/index";
import { Field, Select } from "../../ui/form";
import { Dialog, toast } from "../../ui/overlay";
import { Page, ProblemNote, WithAnswer } from "../../ui/page";
import { amountOf } from "./offers";

type Programme = Schemas["ProgrammeOut"];
type Erasure = Schemas["ErasureOut"];
type Package = Schemas["PackageOut"];

export function Desk({ match }: { match: Match }) {
  const use = match.use ?? "";
  const programme = useCached("/api/bank/uses/{use}/programme", { path: { use } });
  return (
    <Page title={markup("bankdesk.title")} lead={tx("bankdesk.lead")} wide back={[`/desk/uses/${use}`, markup("bankdesk.use")]}>
      <WithAnswer answer={programme}>
        {(data) => (
          <>
            <Promised use={use} held={data.programme ?? null} />
            {data.programme && <Batches recipient={data.programme.recipient} use={use} />}
            {data.programme && <Orders recipient={data.programme.recipient} />}
          </>
        )}
      </WithAnswer>
    </Page>
  );
}

function Promised({ use, held }: { use: string; held: Programme | null }) {
  const [unit, setUnit] = useState<"yen" | "points">(held?.unit ?? "points");
  const [amount, setAmount] = useState(`${held?.amount ?? ""}`);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isBusy, setBusy] = useState(false);
  const open = async () => {
    setBusy(true);
    setProblem(null);
    try {
      const sent = { unit, amount: Number(amount || "0"), due_days: 60, answer_days: 30 };
      await body(api.PUT("/api/bank/uses/{use}/programme", { params: { path: { use } }, body: sent }));
      toast(tx("bankdesk.opened"));
      outdate(`/api/bank/uses/${use}/programme`);
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Card title={tx("bankdesk.promise")}>
      {held && (
        <Facts rows={[
          [tx("bankdesk.promised"), amountOf(held)],
          [tx("bankdesk.asked"), tx("bankdesk.people", { n: number(held.asked) })],
          [tx("bankdesk.since"), day(held.opened_at)],
        ]} />
      )}
      <Select label={tx("bankdesk.unit")} value={unit} onChange={(value) => setUnit(value as "yen" | "points")}
        options={[{ value: "points", label: t("bankdesk.points") }, { value: "yen", label: t("bankdesk.yen") }]} />
      <Field label={tx("bankdesk.amount")} inputMode="numeric" value={amount} onInput={(value) => setAmount(value.replace(/\D/g, ""))} />
      <ProblemNote problem={problem} />
      <Button kind="main" busy={isBusy} onClick={() => void open()}>{tx(held ? "bankdesk.raise" : "bankdesk.open")}</Button>
    </Card>
  );
}

function Batches({ recipient, use }: { recipient: string; use: string }) {
  const answer = useCached("/api/bank/deliveries", { query: { recipient } });
  const [packages, setPackages] = useState<Package[] | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const attempt = async (work: () => Promise<unknown>) => {
    setProblem(null);
    try {
      await work();
    } catch (error) {
      setProblem(asProblem(error));
    }
  };
  const start = () => attempt(async () => {
    const version = new Date().toISOString().slice(0, 16).replace(":", "");
    await body(api.POST("/api/bank/deliveries", { body: { recipient, version } }));
    outdate("/api/bank/deliveries");
  });
  const take = (version: string) => attempt(async () => {
    const found = await fetchFresh("/api/bank/deliveries/{recipient}/{version}", { path: { recipient, version } });
    setPackages(found.packages);
  });
  const arrived = (pseudonym: string) => attempt(async () => {
    await body(api.POST("/api/bank/uses/{use}/benefits", { params: { path: { use } }, body: { pseudonym } }));
    toast(tx("bankdesk.benefit_noted"));
  });
  return (
    <Card title={tx("bankdesk.batches")} end={<Button onClick={() => outdate("/api/bank/deliveries")}>{tx("bankdesk.reload")}</Button>}>
      <p class="soft">{tx("bankdesk.batches_note")}</p>
      <WithAnswer answer={answer}>
        {({ deliveries }) => (
          <Rows>
            {deliveries.map((one) => (
              <ListRow key={one.version} title={one.version}
                note={<>{dayTime(one.asked_at)}{tx("meguri.dot")}{one.finished_at ? tx("bankdesk.packages", { n: one.packages }) : tx("bankdesk.running")}</>}
                end={<Button kind="quiet" disabled={!one.finished_at} onClick={() => void take(one.version)}>{tx("bankdesk.take")}</Button>} />
            ))}
          </Rows>
        )}
      </WithAnswer>
      <ProblemNote problem={problem} />
      <Button icon="plus" onClick={() => void start()}>{tx("bankdesk.start")}</Button>
      {packages && (
        <>
          <p class="strong">{tx("bankdesk.taken", { n: packages.length })}</p>
          <Rows>
            {packages.map((one) => (
              <ListRow key={one.provision.pseudonym} title={<span class="number">{one.provision.pseudonym}</span>}
                note={tx("bankdesk.values", { n: one.provision.values.length })}
                end={<Button kind="quiet" onClick={() => void arrived(one.provision.pseudonym)}>{tx("bankdesk.benefit_arrived")}</Button>} />
            ))}
          </Rows>
        </>
      )}
    </Card>
  );
}

function Orders({ recipient }: { recipient: string }) {
  const answer = useCached("/api/bank/orders", { query: { recipient } });
  const [certifying, setCertifying] = useState<Erasure | null>(null);
  return (
    <Card title={tx("bankdesk.orders")}>
      <p class="soft">{tx("bankdesk.orders_note")}</p>
      <WithAnswer answer={answer}>
        {({ erasures }) => erasures.length === 0 ? <p class="soft">{tx("bankdesk.no_orders")}</p> : (
          <Rows>
            {erasures.map((one) => (
              <ListRow key={one.id} title={<span class="number">{one.pseudonym}</span>}
                note={<>{one.categories.map((each, i) => <>{i > 0 && tx("meguri.comma")}{tx(`consent.category.${each}`)}</>)}{tx("meguri.dot")}{tx("erasures.due", { day: day(one.due_at) })}</>}
                end={one.state === "waiting" || one.state === "overdue"
                  ? <Button kind="quiet" onClick={() => setCertifying(one)}>{tx("bankdesk.certify")}</Button>
                  : <Chip tone="good">{tx(`erasures.state_${one.state}`)}</Chip>} />
            ))}
          </Rows>
        )}
      </WithAnswer>
      {certifying && <Certify one={certifying} close={() => setCertifying(null)} />}
    </Card>
  );
}

function Certify({ one, close }: { one: Erasure; close: () => void }) {
  const [method, setMethod] = useState("");
  const [signer, setSigner] = useState("");
  const [problem, setProblem] = useState<Problem | null>(null);
  const send = async () => {
    setProblem(null);
    // The day in Japan, where the term runs.
    const erased_on = new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Tokyo" }).format(new Date());
    try {
      await body(api.POST("/api/bank/orders/{id}/certificate", { params: { path: { id: one.id } }, body: { erased_on, method, signer } }));
      toast(tx("bankdesk.certified"));
      outdate("/api/bank/orders");
      close();
    } catch (error) {
      setProblem(asProblem(error));
    }
  };
  return (
    <Dialog title={tx("bankdesk.certify")} open onClose={close}>
      <p class="number">{one.pseudonym}</p>
      <Field label={tx("bankdesk.method")} value={method} onInput={setMethod} />
      <Field label={tx("bankdesk.signer")} value={signer} onInput={setSigner} />
      <ProblemNote problem={problem} />
      <Button kind="main" disabled={method.trim().length < 2 || signer.trim().length < 2} onClick={() => void send()}>{tx("bankdesk.certify_now")}</Button>
    </Dialog>
  );
}
