// What this phone keeps: answers seen, entries to send, the session's own card. Wiped on sign-out.
import { openDB, type DBSchema, type IDBPDatabase } from "idb";

export interface Kept {
  url: string;
  /** When the server gave this answer. */
  at: number;
  body: unknown;
}

export interface OutboxItem {
  client_id: string;
  account: string;
  path: "/api/entries";
  body: Record<string, unknown>;
  /** What the person sees while it waits, e.g. "134/86". */
  label: string;
  created_at: number;
  tries: number;
  state: "pending" | "failed" | "undo";
  /** Why it failed, as the server's message key. */
  problem?: { key: string; params?: Record<string, string | number> };
}

interface Schema extends DBSchema {
  answers: { key: string; value: Kept };
  outbox: { key: string; value: OutboxItem };
  keep: { key: string; value: unknown };
}

let opening: Promise<IDBPDatabase<Schema>> | null = null;

function database(): Promise<IDBPDatabase<Schema>> {
  opening ??= openDB<Schema>("meguri", 1, {
    upgrade(db) {
      db.createObjectStore("answers", { keyPath: "url" });
      db.createObjectStore("outbox", { keyPath: "client_id" });
      db.createObjectStore("keep");
    },
    // The server clears this site's storage on sign-out: the next use opens a fresh one.
    terminated: () => (opening = null),
    blocking: (_current, _next, event) => (event.target as IDBDatabase).close(),
  });
  opening.catch(() => (opening = null));
  return opening;
}

/** Answers: a phone without storage simply has none. */
export const answers = {
  get: async (url: string): Promise<Kept | undefined> => (await database()).get("answers", url).catch(() => undefined),
  put: async (kept: Kept): Promise<void> => void (await (await database()).put("answers", kept)),
  drop: async (starts: string[]): Promise<void> => {
    const db = await database();
    const keys = await db.getAllKeys("answers");
    await Promise.all(keys.filter((key) => starts.some((start) => key.startsWith(start))).map((key) => db.delete("answers", key)));
  },
};

/** Entries waiting for the server. A failed write here must reach the person, so nothing is caught. */
export const outboxStore = {
  all: async (): Promise<OutboxItem[]> => (await database()).getAll("outbox"),
  get: async (id: string): Promise<OutboxItem | undefined> => (await database()).get("outbox", id),
  put: async (item: OutboxItem): Promise<void> => void (await (await database()).put("outbox", item)),
  remove: async (id: string): Promise<void> => (await database()).delete("outbox", id),
};

export const keep = {
  get: async <T>(key: string): Promise<T | undefined> => (await (await database()).get("keep", key)) as T | undefined,
  put: async (key: string, value: unknown): Promise<void> => void (await (await database()).put("keep", value, key)),
};

/** Forget everything about the person on this phone; says how many entries were not sent yet. */
export async function wipeStore(): Promise<number> {
  const db = await database();
  const unsent = await db.count("outbox");
  const writing = db.transaction(["answers", "outbox", "keep"], "readwrite");
  await Promise.all([
    writing.objectStore("answers").clear(),
    writing.objectStore("outbox").clear(),
    writing.objectStore("keep").clear(),
    writing.done,
  ]);
  return unsent;
}
