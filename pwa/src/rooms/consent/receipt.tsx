// A receipt and its check, which this phone does alone.
import { useEffect, useState } from "preact/hooks";
import { markup, tx } from "../../i18n";
import { dayTime } from "../../i18n/time";
import { useCached } from "../../offline/cached";
import type { Match } from "../../router";
import { Button, Card, Chip, Disclosure, Facts } from "../../ui/index";
import { Page, WithAnswer } from "../../ui/page";
import { type Jwk, type Verdict, verifyReceipt } from "./verify";

export function Receipt({ match }: { match: Match }) {
  const receipt = useCached("/api/consent/receipts/{id}", { path: { id: match.id ?? "" } });
  const keys = useCached("/api/consent/keys");
  return (
    <Page title={markup("meguri.receipt")} lead={tx("meguri.receipt_lead")} back={["/meguri/history", markup("meguri.history")]}>
      <WithAnswer answer={receipt}>
        {(signed) => <WithAnswer answer={keys}>{({ keys: known }) => <CheckedReceipt receipt={signed.receipt} keys={known} />}</WithAnswer>}
      </WithAnswer>
    </Page>
  );
}

/** A receipt with its check; other rooms that give receipts show them the same way. */
export function CheckedReceipt({ receipt, keys }: { receipt: string; keys: Jwk[] }) {
  const [verdict, setVerdict] = useState<Verdict | null>(null);
  useEffect(() => {
    let isCurrent = true;
    verifyReceipt(receipt, keys).then(
      (found) => isCurrent && setVerdict(found),
      () => isCurrent && setVerdict({ isGenuine: false, failed: "form", payload: null }),
    );
    return () => { isCurrent = false; };
  }, [receipt, keys]);
  if (verdict === null) return <p class="soft" role="status">{tx("meguri.checking")}</p>;
  const payload = verdict.payload;
  const save = () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([receipt], { type: "application/jose" }));
    link.download = `meguri-receipt-${payload?.leaf.index ?? 0}.jws`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  };
  return (
    <>
      <Card tone={verdict.isGenuine ? "good" : "now"} end={<Chip tone={verdict.isGenuine ? "good" : "now"}>{tx(verdict.isGenuine ? "meguri.genuine" : "meguri.not_genuine")}</Chip>}
        title={tx("meguri.checked_here")}>
        <p>{verdict.isGenuine ? tx("meguri.genuine_means") : tx(`meguri.failed.${verdict.failed ?? "form"}`)}</p>
      </Card>
      {payload && (
        <Card>
          <Facts rows={[
            [tx("meguri.receipt_at"), dayTime(payload.leaf.at)],
            [tx("meguri.receipt_number"), `${payload.leaf.index + 1}`],
            [tx("meguri.receipt_from"), payload.iss],
          ]} />
          <Disclosure summary={tx("meguri.receipt_raw")}><pre class="small wrap">{JSON.stringify(JSON.parse(payload.body), null, 1)}</pre></Disclosure>
          <Button onClick={save}>{tx("meguri.receipt_save")}</Button>
        </Card>
      )}
    </>
  );
}
