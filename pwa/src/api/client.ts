// The one way to the server: typed from openapi.json, says honestly what went wrong.
import type { Client } from "openapi-fetch";
import { createStore } from "../store";
import type { components, paths } from "./schema";

export type Schemas = components["schemas"];
export type Params = Record<string, string | number>;

/** What went wrong: a refusal of the server by its message key, or no answer at all. */
export class Problem extends Error {
  constructor(
    readonly key: string,
    readonly params: Params = {},
    readonly status = 0,
    readonly fields: string[] = [],
  ) {
    super(key);
  }

  /** No answer came: offline, or the server is away. Nothing is known about what it did. */
  get isOffline(): boolean {
    return this.status === 0;
  }
}

/** How many requests are under way; the thin bar follows it. */
export const underWay = createStore(0);

/** The session ended at the server; set by session.ts, which forgets everything on this phone. */
export const onSessionEnded: { run: () => void } = { run: () => undefined };

/** The refusal in an answer that is not OK. */
export async function problemOf(response: Response): Promise<Problem> {
  const body = (await response.json().catch(() => ({}))) as { key?: string; params?: Params; fields?: string[] };
  return new Problem(body.key ?? "shell.server_error", body.params ?? {}, response.status, body.fields ?? []);
}

/** Anything thrown, as a Problem that has words. */
export function asProblem(error: unknown): Problem {
  return error instanceof Problem ? error : new Problem("shell.unexpected");
}

interface Init {
  params?: { path?: Record<string, unknown>; query?: Record<string, unknown>; header?: Record<string, string> };
  body?: unknown;
  /** Raw bytes go as they are. */
  bodySerializer?: (body: never) => BodyInit;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** The address with its parameters filled in; lists are repeated, order does not matter. */
export function addressOf(path: string, params: Init["params"] = {}): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(params.path?.[name] ?? "")));
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params.query ?? {})) {
    if (value === undefined || value === null) continue;
    for (const one of Array.isArray(value) ? value : [value]) query.append(name, String(one));
  }
  query.sort();
  return query.size > 0 ? `${filled}?${query}` : filled;
}

async function send(method: string, path: string, init: Init = {}): Promise<{ data?: unknown; response: Response }> {
  const headers: Record<string, string> = { ...init.params?.header, ...init.headers };
  if (method !== "GET") headers["X-Meguri"] = "1";
  let content: BodyInit | undefined;
  if (init.body !== undefined) {
    content = init.bodySerializer ? init.bodySerializer(init.body as never) : JSON.stringify(init.body);
    headers["Content-Type"] ??= "application/json";
  }
  underWay.set(underWay.get() + 1);
  try {
    const response = await fetch(addressOf(path, init.params), { method, headers, body: content, signal: init.signal, credentials: "same-origin" });
    if (response.ok) return { data: response.status === 204 ? undefined : await response.json(), response };
    const problem = await problemOf(response);
    const isSigningIn = /^\/api\/(signin|signup|invites)/.test(path);
    if (response.status === 401 && !isSigningIn && problem.key === "base.sign_in_needed") onSessionEnded.run();
    throw problem;
  } catch (error) {
    throw error instanceof Problem || (error as Error).name === "AbortError" ? error : new Problem("shell.offline_now");
  } finally {
    underWay.set(underWay.get() - 1);
  }
}

const ask = (method: string) => (path: string, init?: Init) => send(method, path, init);

/** openapi-fetch's typed client; its runtime is larger than all we need of it, so these lines stand in. */
export const api = {
  GET: ask("GET"), POST: ask("POST"), PUT: ask("PUT"), PATCH: ask("PATCH"), DELETE: ask("DELETE"),
} as unknown as Pick<Client<paths>, "GET" | "POST" | "PUT" | "PATCH" | "DELETE">;

/** The body of an answer; refusals are thrown as Problem. */
export async function body<T>(asked: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  const { data, response } = await asked;
  if (data === undefined && response.status !== 204) throw new Problem("shell.server_error", {}, response.status);
  return data as T;
}

/** A random id for things that this phone makes; the server takes the same one twice and keeps one. */
export function newClientId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
