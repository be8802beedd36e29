// GET answers: what was seen before at once, with its true time, and the server's answer as soon as it comes.
import { useEffect, useRef, useState } from "preact/hooks";
import { addressOf, api, asProblem, body, type Problem } from "../api/client";
import type { paths } from "../api/schema";
import { answers } from "./store";

type JsonOf<T> = T extends { responses: { 200: { content: { "application/json": infer A } } } } ? A : never;
/** Paths that can be read, and what they answer. */
export type GetPath = { [P in keyof paths]: paths[P] extends { get: { responses: { 200: unknown } } } ? P : never }[keyof paths];
export type AnswerOf<P extends GetPath> = paths[P] extends { get: infer G } ? JsonOf<G> : never;

export interface Asked {
  path?: Record<string, string>;
  query?: Record<string, string | number | boolean | string[] | undefined>;
}

export interface Cached<T> {
  /** The newest answer this phone has. */
  data: T | undefined;
  /** When the server gave it. */
  at: number | undefined;
  /** A newer one is on its way. */
  isLoading: boolean;
  /** The last try failed; `data` may still be there. */
  problem: Problem | undefined;
  reload: () => void;
}

const memory = new Map<string, { at: number; body: unknown }>();
const watchers = new Set<{ url: string; reload: () => void }>();

async function ask<P extends GetPath>(path: P, asked: Asked): Promise<AnswerOf<P>> {
  const get = api.GET as unknown as (path: string, init: object) => Promise<{ data?: AnswerOf<P>; response: Response }>;
  return body(get(path, { params: { path: asked.path, query: asked.query } }));
}

/** Ask the server now and keep the answer. */
export async function fetchFresh<P extends GetPath>(path: P, asked: Asked = {}): Promise<AnswerOf<P>> {
  const generation = wipes;
  const fresh = await ask(path, asked);
  const kept = { url: addressOf(path, asked), at: Date.now(), body: fresh };
  // An answer that arrives after sign-out belongs to nobody, and nobody's screen may leave one behind.
  if (generation === wipes && isKeeping) {
    memory.set(kept.url, kept);
    void answers.put(kept).catch(() => undefined);
  }
  return fresh;
}

let wipes = 0;
let isKeeping = false;

/** Somebody is signed in: answers are kept from here on. */
export function keepAnswers(): void {
  isKeeping = true;
}

/** Forget the answers in memory (the stored ones go with wipeStore) and keep none until somebody signs in. */
export function forgetAnswers(): void {
  wipes += 1;
  isKeeping = false;
  memory.clear();
}

/** Say that answers under these addresses are out of date: open screens ask again. */
export function outdate(...starts: string[]): void {
  for (const url of memory.keys()) if (starts.some((start) => url.startsWith(start))) memory.get(url)!.at = 0;
  for (const watcher of [...watchers]) if (starts.some((start) => watcher.url.startsWith(start))) watcher.reload();
}

/** Take answers off this phone, for example after an erasure. */
export async function dropAnswers(...starts: string[]): Promise<void> {
  for (const url of [...memory.keys()]) if (starts.some((start) => url.startsWith(start))) memory.delete(url);
  await answers.drop(starts).catch(() => undefined);
}

/** Follow one address. `null` asks nothing (yet). */
export function useCached<P extends GetPath>(path: P | null, asked: Asked = {}): Cached<AnswerOf<P>> {
  const url = path === null ? "" : addressOf(path, asked);
  const seen = memory.get(url);
  const [state, setState] = useState<{ url: string; at?: number; body?: unknown; isLoading: boolean; problem?: Problem }>({
    url, at: seen?.at, body: seen?.body, isLoading: path !== null,
  });
  const latest = useRef(0);
  const askedNow = useRef(asked);
  askedNow.current = asked;

  const load = () => {
    if (path === null) return;
    const mine = ++latest.current;
    const known = memory.get(url);
    // Old values stay while new ones are on their way.
    setState((old) => ({ url, at: known?.at ?? (old.url === url ? old.at : undefined), body: known?.body ?? (old.url === url ? old.body : undefined), isLoading: true }));
    if (!known) {
      void answers.get(url).then((kept) => {
        if (!kept || mine !== latest.current) return;
        setState((old) => (old.url === url && old.body === undefined ? { ...old, at: kept.at, body: kept.body } : old));
      }, () => undefined);
    }
    fetchFresh(path, askedNow.current).then(
      (fresh) => mine === latest.current && setState({ url, at: Date.now(), body: fresh, isLoading: false }),
      (error: unknown) => mine === latest.current && setState((old) => ({ ...old, isLoading: false, problem: asProblem(error) })),
    );
  };

  useEffect(() => {
    load();
    const watcher = { url, reload: load };
    if (path !== null) watchers.add(watcher);
    const again = () => load();
    window.addEventListener("online", again);
    return () => {
      latest.current += 1;
      watchers.delete(watcher);
      window.removeEventListener("online", again);
    };
  }, [url]);

  const own = state.url === url ? state : { url, at: seen?.at, body: seen?.body, isLoading: path !== null, problem: undefined };
  return { data: own.body as AnswerOf<P> | undefined, at: own.at, isLoading: own.isLoading, problem: own.problem, reload: load };
}
