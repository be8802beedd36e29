// A receipt of an invented ledger of 5,000 leaves, checked as the phone checks it; each forgery fails for its own reason.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { verifyReceipt, type Jwk, type ReceiptBody } from "./verify";

const sample = JSON.parse(readFileSync(join(process.cwd(), "src/rooms/consent/receipt.sample.json"), "utf8")) as { receipt: string; keys: Jwk[] };
const text = (part: string): string => Buffer.from(part, "base64url").toString();
const part = (body: unknown): string => Buffer.from(JSON.stringify(body)).toString("base64url");

test("a genuine receipt is genuine, and quickly so", async () => {
  const verdict = await verifyReceipt(sample.receipt, sample.keys);
  assert.equal(verdict.isGenuine, true);
  assert.equal(verdict.payload?.leaf.index, 1234);
  const began = performance.now();
  for (let i = 0; i < 20; i++) await verifyReceipt(sample.receipt, sample.keys);
  console.log(`receipt checked in ${((performance.now() - began) / 20).toFixed(2)} ms (bar 20 ms)`);
});

test("what was forged is found, and where", async () => {
  const [head = "", body = "", signature = ""] = sample.receipt.split(".");
  const said = JSON.parse(text(body)) as ReceiptBody;
  const forge = (change: (copy: ReceiptBody) => void) => {
    const copy = structuredClone(said);
    change(copy);
    return `${head}.${part(copy)}.${signature}`;
  };
  for (const forged of [
    forge((copy) => { copy.body = copy.body.replace("C-VITAL", "C-GENE"); }),
    forge((copy) => { copy.person = "somebody-else"; }),
    forge((copy) => { copy.leaf.index += 1; }),
    forge((copy) => { copy.proof.pop(); }),
  ]) assert.equal((await verifyReceipt(forged, sample.keys)).failed, "signature");
  assert.equal((await verifyReceipt("no receipt", sample.keys)).failed, "form");
  assert.equal((await verifyReceipt(sample.receipt, [])).failed, "key");
  const other = { ...sample.keys[0]!, kid: "another" };
  assert.equal((await verifyReceipt(sample.receipt, [other])).failed, "key");
  const none = `${part({ alg: "none", kid: sample.keys[0]!.kid })}.${body}.`;
  assert.equal((await verifyReceipt(none, sample.keys)).failed, "key");
});
