// Entries made on this phone: shown at once, sent when there is a net, called "sent" only after the server said so.
import { api, asProblem, body, newClientId, type Schemas } from "../api/client";
import { createStore } from "../store";
import { outdate } from "./cached";
import { outboxStore, type OutboxItem } from "./store";

export interface SyncState {
  pending: OutboxItem[];
  failed: OutboxItem[];
  /** When the server last acknowledged an entry of this phone. */
  lastSent: number | null;
  isSending: boolean;
  isOnline: boolean;
}

export const sync = createStore<SyncState>({
  pending: [], failed: [], lastSent: null, isSending: false, isOnline: navigator.onLine,
});

/** Readings that an entry became, for undo after it was sent. */
const became = new Map<string, string[]>();
let account: string | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;

async function refresh(change: Partial<SyncState> = {}): Promise<void> {
  const items = (await outboxStore.all()).filter((item) => item.account === account);
  items.sort((a, b) => a.created_at - b.created_at);
  sync.set({
    ...sync.get(), ...change,
    pending: items.filter((item) => item.state === "pending"),
    failed: items.filter((item) => item.state === "failed"),
  });
}

export type EntryBody = Omit<Schemas["EntryBody"], "client_id">;

/** Take an entry: stored on this phone first, then sent. Returns its id, for undo. */
export async function enter(entry: EntryBody, label: string): Promise<string> {
  if (account === null) throw new Error("no account");
  const client_id = newClientId();
  await outboxStore.put({
    client_id, account, path: "/api/entries", body: { ...entry }, label, created_at: Date.now(), tries: 0, state: "pending",
  });
  await refresh();
  void flush();
  return client_id;
}

async function remove(readings: string[]): Promise<void> {
  for (const id of readings) await body(api.DELETE("/api/readings/{id}", { params: { path: { id } } }));
  outdate("/api/home", "/api/timeline", "/api/metrics", "/api/risk", "/api/advice");
}

/** Take an entry back, whether it was sent or not. */
export async function undo(client_id: string): Promise<void> {
  const item = await outboxStore.get(client_id);
  if (item && item.tries === 0) {
    await outboxStore.remove(client_id);
    return refresh();
  }
  if (item) {
    // It may have reached the server without an answer: ask again (same id), then delete what it became.
    await outboxStore.put({ ...item, state: "undo" });
    await refresh();
    return flush();
  }
  await remove(became.get(client_id) ?? []);
  became.delete(client_id);
  return undefined;
}

/** Try failed entries once more. */
export async function retry(): Promise<void> {
  for (const item of sync.get().failed) await outboxStore.put({ ...item, state: "pending", problem: undefined });
  await refresh();
  return flush();
}

/** Give up one entry that the server refused. */
export async function discard(client_id: string): Promise<void> {
  await outboxStore.remove(client_id);
  return refresh();
}

async function send(item: OutboxItem): Promise<void> {
  await outboxStore.put({ ...item, tries: item.tries + 1 });
  const entry = { ...item.body, client_id: item.client_id } as Schemas["EntryBody"];
  const answer = await body(api.POST("/api/entries", { body: entry }));
  const readings = answer.readings.map((reading) => reading.id);
  // It may have been taken back while it was under way.
  const isUndone = (await outboxStore.get(item.client_id))?.state === "undo";
  if (isUndone) await remove(readings);
  else became.set(item.client_id, readings);
  await outboxStore.remove(item.client_id);
}

async function sendAll(): Promise<void> {
  clearTimeout(timer);
  const items = (await outboxStore.all()).filter((item) => item.account === account && item.state !== "failed");
  if (items.length === 0) return refresh({ isSending: false });
  await refresh({ isSending: true });
  items.sort((a, b) => a.created_at - b.created_at);
  for (const item of items) {
    try {
      await send(item);
      await refresh({ lastSent: Date.now(), isOnline: true });
    } catch (error) {
      const problem = asProblem(error);
      if (problem.status === 401) return refresh({ isSending: false });
      const isRefused = problem.status >= 400 && problem.status < 500 && problem.status !== 429 && problem.status !== 408;
      if (!isRefused) {
        const wait = Math.min(300_000, 5_000 * 2 ** Math.min(item.tries, 6));
        timer = setTimeout(() => void flush(), wait);
        return refresh({ isSending: false, isOnline: problem.isOffline ? navigator.onLine && sync.get().isOnline : true });
      }
      if (await outboxStore.get(item.client_id)) {
        await outboxStore.put({ ...item, tries: item.tries + 1, state: "failed", problem: { key: problem.key, params: problem.params } });
      }
    }
  }
  outdate("/api/home", "/api/timeline", "/api/metrics", "/api/risk", "/api/advice");
  return refresh({ isSending: false });
}

let running: Promise<void> | null = null;
let isWantedAgain = false;

/** Send what waits; one tab at a time. */
export function flush(): Promise<void> {
  if (account === null) return Promise.resolve();
  if (running) {
    // Something was added while sending: once more after this round.
    isWantedAgain = true;
    return running.then(() => (isWantedAgain ? flush() : undefined));
  }
  isWantedAgain = false;
  running = (navigator.locks ? navigator.locks.request("meguri.outbox", sendAll) : sendAll())
    .then(() => undefined)
    .finally(() => (running = null));
  return running;
}

/** Follow the signed-in account: its entries are sent now and whenever the net comes back. */
export function followAccount(id: string | null): void {
  if (id === account) return;
  account = id;
  became.clear();
  clearTimeout(timer);
  if (id === null) sync.set({ ...sync.get(), pending: [], failed: [], lastSent: null, isSending: false });
  else void refresh().then(flush, () => undefined);
}

window.addEventListener("online", () => {
  sync.set({ ...sync.get(), isOnline: true });
  void flush();
});
window.addEventListener("offline", () => sync.set({ ...sync.get(), isOnline: false }));
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && void flush());
