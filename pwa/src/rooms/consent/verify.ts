// Checks a receipt on this phone alone: the signature (Ed25519), the tree head, and the proof that the
// change stands in the tree (RFC 6962). Needs no server once the receipt and the public key are here.
import type { Schemas } from "../../api/client";

export type Jwk = Schemas["JwkOut"];

export interface ReceiptBody {
  iss: string;
  person: string;
  leaf: { index: number; at: string; kind: string };
  salt: string;
  body: string;
  proof: string[];
  head: { size: number; at: string; root: string; kid: string; signature: string };
}

export interface Verdict {
  isGenuine: boolean;
  /** Which check failed first; null when all held. */
  failed: "form" | "key" | "signature" | "head" | "proof" | null;
  payload: ReceiptBody | null;
}

type Bytes = Uint8Array<ArrayBuffer>;

const utf8 = (text: string): Bytes => new TextEncoder().encode(text) as Bytes;
const hex = (bytes: Bytes): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

function fromText(text: string): Bytes {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (char) => char.charCodeAt(0)) as Bytes;
}

async function sha256(...parts: Bytes[]): Promise<Bytes> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return new Uint8Array(await crypto.subtle.digest("SHA-256", whole)) as Bytes;
}

const node = (left: Bytes, right: Bytes) => sha256(new Uint8Array([1]) as Bytes, left, right);

/** The root that an audit path leads to (RFC 9162, 2.1.3.2); null if its shape is wrong. */
async function rootOf(leaf: Bytes, index: number, size: number, proof: Bytes[]): Promise<Bytes | null> {
  if (!(index >= 0 && index < size)) return null;
  let [place, last, found] = [index, size - 1, leaf];
  for (const step of proof) {
    if (last === 0) return null;
    if (place % 2 === 1 || place === last) {
      found = await node(step, found);
      while (place % 2 === 0 && place > 0) [place, last] = [Math.floor(place / 2), Math.floor(last / 2)];
    } else {
      found = await node(found, step);
    }
    [place, last] = [Math.floor(place / 2), Math.floor(last / 2)];
  }
  return last === 0 ? found : null;
}

/** Check a compact JWS receipt with the public keys of the installation. */
export async function verifyReceipt(receipt: string, keys: Jwk[]): Promise<Verdict> {
  const fail = (failed: Verdict["failed"], payload: ReceiptBody | null = null): Verdict => ({ isGenuine: false, failed, payload });
  let header: { alg?: string; kid?: string };
  let payload: ReceiptBody;
  const [head64 = "", body64 = "", signature64 = ""] = receipt.split(".");
  try {
    header = JSON.parse(new TextDecoder().decode(fromText(head64))) as typeof header;
    payload = JSON.parse(new TextDecoder().decode(fromText(body64))) as ReceiptBody;
  } catch {
    return fail("form");
  }
  const jwk = keys.find((one) => one.kid === header.kid);
  if (header.alg !== "EdDSA" || !jwk || payload.head.kid !== jwk.kid) return fail("key", payload);
  const key = await crypto.subtle.importKey("jwk", { kty: jwk.kty, crv: jwk.crv, x: jwk.x }, "Ed25519", false, ["verify"]);
  const check = (signature: string, signed: string) => crypto.subtle.verify("Ed25519", key, fromText(signature), utf8(signed));
  if (!(await check(signature64, `${head64}.${body64}`))) return fail("signature", payload);
  const { leaf, head } = payload;
  const root = fromText(head.root);
  if (!(await check(head.signature, `meguri-head-1\n${head.size}\n${head.at}\n${hex(root)}`))) return fail("head", payload);
  const salted = hex(await sha256(fromText(payload.salt), utf8(`${payload.person}\n${payload.body}`)));
  const leafHash = await sha256(new Uint8Array([0]) as Bytes, utf8(`meguri-leaf-1\n${leaf.index}\n${leaf.at}\n${leaf.kind}\n${salted}`));
  const found = await rootOf(leafHash, leaf.index, head.size, payload.proof.map(fromText));
  if (!found || hex(found) !== hex(root)) return fail("proof", payload);
  return { isGenuine: true, failed: null, payload };
}
