// The phone's side of the passkey ceremonies: JSON from the server in, JSON to the server out.
import { api, body, Problem } from "../../api/client";
import { signedIn, type Me } from "../../session";

type Json = Record<string, unknown>;
interface Ceremony {
  flow: string;
  options: Json;
}

const toBytes = (text: string): ArrayBuffer => {
  const raw = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(raw, (char) => char.charCodeAt(0)).buffer;
};
const toText = (buffer: ArrayBuffer): string =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

type Described = { id: string; type: "public-key"; transports?: AuthenticatorTransport[] };
const described = (list: unknown) => ((list as Described[] | undefined) ?? []).map((one) => ({ ...one, id: toBytes(one.id) }));

/** Whether this browser can do passkeys at all. */
export const hasPasskeys = (): boolean => "PublicKeyCredential" in window;

/** Whether the browser offers passkeys inside a form field. */
export async function hasAutofill(): Promise<boolean> {
  return hasPasskeys() && (await PublicKeyCredential.isConditionalMediationAvailable?.().catch(() => false)) === true;
}

function refused(error: unknown): Problem {
  const name = error instanceof DOMException ? error.name : "";
  if (name === "InvalidStateError") return new Problem("passkey.already_here", {}, 409);
  if (name === "NotAllowedError" || name === "AbortError") return new Problem("passkey.stopped", {}, 400);
  if (name === "SecurityError") return new Problem("passkey.wrong_address", {}, 400);
  return new Problem("passkey.not_possible", {}, 400);
}

/** Make a passkey from the server's options. */
export async function create({ options }: Ceremony): Promise<Json> {
  if (!hasPasskeys()) throw new Problem("passkey.not_possible", {}, 400);
  const user = options.user as { id: string; name: string; displayName: string };
  const publicKey = {
    ...options, challenge: toBytes(options.challenge as string), user: { ...user, id: toBytes(user.id) },
    excludeCredentials: described(options.excludeCredentials),
  } as unknown as PublicKeyCredentialCreationOptions;
  const made = (await navigator.credentials.create({ publicKey }).catch((error: unknown) => { throw refused(error); })) as PublicKeyCredential | null;
  if (!made) throw new Problem("passkey.stopped", {}, 400);
  const answer = made.response as AuthenticatorAttestationResponse;
  return {
    id: made.id, rawId: toText(made.rawId), type: made.type,
    authenticatorAttachment: made.authenticatorAttachment ?? undefined,
    clientExtensionResults: made.getClientExtensionResults(),
    response: {
      clientDataJSON: toText(answer.clientDataJSON), attestationObject: toText(answer.attestationObject),
      transports: answer.getTransports?.() ?? [],
    },
  };
}

/** Use a passkey. With `signal` it waits quietly inside a form field until one is chosen. */
export async function use({ options }: Ceremony, signal?: AbortSignal): Promise<Json> {
  if (!hasPasskeys()) throw new Problem("passkey.not_possible", {}, 400);
  const publicKey = {
    ...options, challenge: toBytes(options.challenge as string), allowCredentials: described(options.allowCredentials),
  } as unknown as PublicKeyCredentialRequestOptions;
  const asked = navigator.credentials.get({ publicKey, ...(signal && { signal, mediation: "conditional" as CredentialMediationRequirement }) });
  const given = (await asked.catch((error: unknown) => { throw refused(error); })) as PublicKeyCredential | null;
  if (!given) throw new Problem("passkey.stopped", {}, 400);
  const answer = given.response as AuthenticatorAssertionResponse;
  return {
    id: given.id, rawId: toText(given.rawId), type: given.type,
    authenticatorAttachment: given.authenticatorAttachment ?? undefined,
    clientExtensionResults: given.getClientExtensionResults(),
    response: {
      clientDataJSON: toText(answer.clientDataJSON), authenticatorData: toText(answer.authenticatorData),
      signature: toText(answer.signature), userHandle: answer.userHandle ? toText(answer.userHandle) : undefined,
    },
  };
}

/** Sign in with a passkey; with `signal`, by autofill. */
export async function signIn(signal?: AbortSignal): Promise<Me> {
  const begun = (await body(api.POST("/api/signin/begin"))) as Ceremony;
  const credential = await use(begun, signal);
  const me = await body(api.POST("/api/signin/finish", { body: { flow: begun.flow, credential } }));
  await signedIn(me);
  return me;
}

/** Confirm with a passkey once more (for what must not happen by a borrowed phone). */
export async function stepUp(): Promise<void> {
  const begun = (await body(api.POST("/api/step-up/begin"))) as Ceremony;
  const credential = await use(begun);
  await body(api.POST("/api/step-up/finish", { body: { flow: begun.flow, credential } }));
}

/** Do something that may need a step-up: asks for the passkey once and tries again. */
export async function withStepUp<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof Problem) || error.key !== "base.step_up_needed") throw error;
    await stepUp();
    return act();
  }
}

/** Add a passkey to the account that is signed in. */
export async function addPasskey(label: string): Promise<void> {
  const begun = (await withStepUp(() => body(api.POST("/api/passkeys/begin")))) as Ceremony;
  const credential = await create(begun);
  await body(api.POST("/api/passkeys/finish", { body: { flow: begun.flow, credential, label } }));
}
