// Rights that are no switch: stopping the use under the Next-Generation Act, and erasing everything.
import { useEffect, useState } from "preact/hooks";
import { api, asProblem, body, newClientId, type Problem, type Schemas } from "../../api/client";
import { markup, tx } from "../../i18n";
import { day, dayTime } from "../../i18n/time";
import { outdate, useCached } from "../../offline/cached";
import { signOut } from "../../session";
import { Button, Card, Chip, Facts, Icon, ListRow, Rows } from "../../ui/index";
import { Check, Switch } from "../../ui/form";
import { toast } from "../../ui/overlay";
import { Page, ProblemNote, WithAnswer } from "../../ui/page";
import { withStepUp } from "../people/passkey";

export function NextGen() {
  const answer = useCached("/api/consent/nextgen");
  useEffect(() => {
    // That the notice was on the screen is what starts the waiting time.
    body(api.POST("/api/consent/nextgen/seen")).then(() => outdate("/api/consent/nextgen"), () => undefined);
  }, []);
  return (
    <Page title={markup("nextgen.title")} lead={tx("nextgen.lead")} back={["/meguri", markup("nav.meguri")]}>
      <Card title={tx("nextgen.notice")}>
        <Facts rows={(["who", "what", "why", "how", "stop"] as const).map((part) => [tx(`nextgen.${part}_label`), tx(`nextgen.${part}`)])} />
      </Card>
      <WithAnswer answer={answer}>{(data) => <Stop data={data} />}</WithAnswer>
      <p class="notice"><Icon name="info" size={18} /><span>{tx("nextgen.confirm")}</span></p>
    </Page>
  );
}

function Stop({ data }: { data: Schemas["NextGenOut"] }) {
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isBusy, setBusy] = useState(false);
  const turn = async (stop: boolean) => {
    setBusy(true);
    setProblem(null);
    const client_id = newClientId();
    try {
      await withStepUp(() => body(api.PUT("/api/consent/nextgen", { body: { stop, client_id } })));
      toast(tx(stop ? "consent.change.nextgen_off" : "consent.change.nextgen_on"));
      outdate("/api/consent/nextgen", "/api/consent/history");
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Card tone={data.stopped_at ? "look" : undefined}>
      <Switch label={tx("nextgen.switch")} checked={data.stopped_at !== null} busy={isBusy} onChange={(on) => void turn(on)}
        note={data.stopped_at ? tx("nextgen.stopped_since", { when: dayTime(data.stopped_at) }) : data.usable_from ? tx("nextgen.usable_from", { day: day(data.usable_from) }) : undefined} />
      <ProblemNote problem={problem} />
    </Card>
  );
}

export function EraseMe() {
  const [isSure, setSure] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [erased, setErased] = useState<Schemas["ErasedOut"] | null>(null);
  const erase = async () => {
    setBusy(true);
    setProblem(null);
    try {
      setErased(await withStepUp(() => body(api.POST("/api/me/erase", { body: { confirm: "erase" } }))));
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  if (erased) return <Gone erased={erased} />;
  return (
    <Page title={markup("erase.title")} lead={tx("erase.lead")} back={["/meguri", markup("nav.meguri")]}>
      <Card title={tx("erase.what")}>
        <Rows>
          {(["record", "account", "recipients", "backups", "ledger"] as const).map((part) => (
            <ListRow key={part} icon={part === "ledger" ? "info" : "bin"} title={tx(`erase.${part}`)} note={tx(`erase.${part}_note`)} />
          ))}
        </Rows>
      </Card>
      <Card tone="now">
        <p class="strong">{tx("erase.no_way_back")}</p>
        <p class="soft">{tx("erase.first")} <a href="/meguri">{tx("erase.instead")}</a></p>
        <Check checked={isSure} onChange={setSure}>{tx("erase.sure")}</Check>
        <ProblemNote problem={problem} />
        <Button wide busy={isBusy} disabled={!isSure} icon="bin" onClick={() => void erase()}>{tx("erase.now")}</Button>
        <p class="small soft">{tx("erase.passkey")}</p>
      </Card>
    </Page>
  );
}

function Gone({ erased }: { erased: Schemas["ErasedOut"] }) {
  const save = () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([erased.receipt], { type: "application/jose" }));
    link.download = "meguri-erased.jws";
    link.click();
    URL.revokeObjectURL(link.href);
  };
  return (
    <Page title={markup("erase.done")} end={<Chip tone="good">{dayTime(erased.at)}</Chip>}>
      <Card>
        <p>{tx("erase.done_text")}</p>
        <p class="soft">{tx("erase.receipt")}</p>
        <div class="buttons">
          <Button kind="main" onClick={save}>{tx("meguri.receipt_save")}</Button>
          <Button onClick={() => void signOut()}>{tx("erase.leave")}</Button>
        </div>
      </Card>
    </Page>
  );
}
