// The one way to the server: typed from openapi.json, says honestly what went wrong.
import createClient, { type Middleware } from "openapi-fetch";
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

const middleware: Middleware = {
  onRequest({ request }) {
    underWay.set(underWay.get() + 1);
    if (request.method !== "GET") request.headers.set("X-Meguri", "1");
    return request;
  },
  async onResponse({ response, schemaPath }) {
    underWay.set(underWay.get() - 1);
    if (response.ok) return response;
    const problem = await problemOf(response);
    const isSigningIn = /^\/api\/(signin|signup|invites)/.test(schemaPath);
    if (response.status === 401 && !isSigningIn && problem.key === "base.sign_in_needed") onSessionEnded.run();
    throw problem;
  },
  onError({ error }) {
    underWay.set(underWay.get() - 1);
    if (error instanceof Problem) return error;
    return new Problem("shell.offline_now");
  },
};

/** The refusal in an answer that is not OK. */
export async function problemOf(response: Response): Promise<Problem> {
  const body = (await response.json().catch(() => ({}))) as { key?: string; params?: Params; fields?: string[] };
  return new Problem(body.key ?? "shell.server_error", body.params ?? {}, response.status, body.fields ?? []);
}

/** Anything thrown, as a Problem that has words. */
export function asProblem(error: unknown): Problem {
  return error instanceof Problem ? error : new Problem("shell.unexpected");
}

export const api = createClient<paths>({ credentials: "same-origin" });
api.use(middleware);

/** The body of an answer; refusals were thrown by the middleware before. */
export async function body<T>(asked: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  const { data, error, response } = await asked;
  if (error !== undefined) throw asProblem(error);
  if (data === undefined && response.status !== 204) throw new Problem("shell.server_error", {}, response.status);
  return data as T;
}

/** A random id for things that this phone makes; the server takes the same one twice and keeps one. */
export function newClientId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
