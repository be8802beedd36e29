// A file on its way to the server. It goes on while other screens are open; reloading the page ends it.
import { onSessionEnded, newClientId, Problem, type Schemas } from "../../api/client";
import { tx } from "../../i18n";
import { outdate } from "../../offline/cached";
import { location, navigate } from "../../router";
import { createStore } from "../../store";
import { toast } from "../../ui/overlay";

export type SourceKey = Schemas["SourceOut"]["key"];
type UploadOut = Schemas["UploadOut"];

export interface Sending {
  file: File;
  source: SourceKey | null;
  /** The same for every try with this file, so that the server keeps one. */
  clientId: string;
  /** Bytes that left this phone. */
  sent: number;
  /** What ended it, if something did. */
  problem: Problem | null;
}

export const sending = createStore<Sending | null>(null);
let request: XMLHttpRequest | null = null;

/** Ask before the page goes away while a file is on its way. */
function hold(event: BeforeUnloadEvent): void {
  event.preventDefault();
}

function over(): void {
  request = null;
  window.removeEventListener("beforeunload", hold);
}

function change(part: Partial<Sending>): void {
  const now = sending.get();
  if (now) sending.set({ ...now, ...part });
}

function problemIn(answer: XMLHttpRequest): Problem {
  try {
    const found = JSON.parse(answer.responseText) as { key?: string; params?: Record<string, string | number> };
    return new Problem(found.key ?? "shell.server_error", found.params ?? {}, answer.status);
  } catch {
    return new Problem("shell.server_error", {}, answer.status);
  }
}

function received(upload: UploadOut): void {
  sending.set(null);
  outdate("/api/link");
  const there = `/link-data/upload/${upload.id}`;
  if (["/link-data", "/link/add"].includes(location.get().path)) navigate(there);
  else toast(tx("linkdata.arrived"), { label: tx("linkdata.look"), run: () => navigate(there) });
}

function start(): void {
  const { file, source, clientId } = sending.get()!;
  // fetch cannot say how much of a body has left the phone; this can.
  const asked = new XMLHttpRequest();
  request = asked;
  asked.open("POST", `/api/link/uploads${source ? `?source=${source}` : ""}`);
  asked.setRequestHeader("X-Meguri", "1");
  asked.setRequestHeader("Content-Type", "application/octet-stream");
  asked.setRequestHeader("X-Filename", encodeURIComponent(file.name));
  asked.setRequestHeader("Idempotency-Key", clientId);
  asked.upload.onprogress = (event) => change({ sent: event.loaded });
  asked.onload = () => {
    over();
    if (asked.status === 201) return received(JSON.parse(asked.responseText) as UploadOut);
    const problem = problemIn(asked);
    if (problem.status === 401) onSessionEnded.run();
    change({ problem });
  };
  asked.onerror = () => {
    over();
    change({ problem: new Problem("shell.offline_now") });
  };
  window.addEventListener("beforeunload", hold);
  asked.send(file);
}

/** Send a file; `source` is where the person said it comes from. */
export function send(file: File, source: SourceKey | null): void {
  request?.abort();
  over();
  sending.set({ file, source, clientId: newClientId(), sent: 0, problem: null });
  start();
}

/** Try the same file again. */
export function sendAgain(): void {
  change({ sent: 0, problem: null });
  start();
}

/** Stop; the server throws away what it got of an unfinished file. */
export function stopSending(): void {
  request?.abort();
  over();
  sending.set(null);
}
