// Who is signed in on this phone. The server decides; this only remembers what it said last.
import { api, asProblem, body, onSessionEnded, type Schemas } from "./api/client";
import { forgetAnswers, keepAnswers } from "./offline/cached";
import { followAccount } from "./offline/outbox";
import { keep, wipeStore } from "./offline/store";
import { prefs, setPrefs, type Theme } from "./prefs";
import { createStore } from "./store";

export type Me = Schemas["MeOut"];

export interface Session {
  /** "opening" only while nothing is known yet. */
  state: "opening" | "in" | "out";
  me: Me | null;
  /** Why one is out: said once on the landing page. */
  ended?: { unsent: number };
}

export const session = createStore<Session>({ state: prefs.get().inside ? "opening" : "out", me: null });

const others = "BroadcastChannel" in window ? new BroadcastChannel("meguri.session") : null;

async function enterAs(me: Me): Promise<void> {
  const before = await keep.get<Me>("me").catch(() => undefined);
  // Another person on the same phone starts with nothing of the first.
  if (before && before.account !== me.account) await forget();
  keepAnswers();
  await keep.put("me", me).catch(() => undefined);
  setPrefs({ inside: true });
  session.set({ state: "in", me });
  followAccount(me.person ? me.account : null);
}

/** The server just said who we are (after sign-in). */
export async function signedIn(me: Me): Promise<void> {
  await enterAs(me);
  const { settings } = me;
  if (settings.theme !== prefs.get().theme || settings.large_type !== prefs.get().large) {
    setPrefs({ theme: settings.theme as Theme, large: settings.large_type });
  }
  others?.postMessage("in");
}

/** Open: the card kept on this phone at once, the server's word as soon as it comes. */
export async function openSession(): Promise<void> {
  if (!prefs.get().inside) return;
  const kept = await keep.get<Me>("me").catch(() => undefined);
  if (kept) {
    keepAnswers();
    session.set({ state: "in", me: kept });
    followAccount(kept.person ? kept.account : null);
  }
  const asking = refreshMe();
  if (!kept) await asking;
  else void asking;
}

/** Ask again who we are; offline the card kept here stays. */
export async function refreshMe(): Promise<void> {
  try {
    await enterAs(await body(api.GET("/api/me")));
  } catch {
    if (session.get().state === "opening") session.set({ state: "out", me: null });
  }
}

async function forget(): Promise<number> {
  followAccount(null);
  forgetAnswers();
  // Storage that the browser is clearing at this moment may not answer; leaving must not wait for it.
  return Promise.race([wipeStore().catch(() => 0), new Promise<number>((done) => setTimeout(() => done(0), 1500))]);
}

async function leave(why: "signed-out" | "ended"): Promise<void> {
  const wasIn = session.get().state !== "out";
  const unsent = await forget();
  setPrefs({ inside: false });
  session.set({ state: "out", me: null, ...(why === "ended" && wasIn && { ended: { unsent } }) });
}

let isLeaving = false;

/** Sign out: first the server, so that the session is really over, then this phone forgets. */
export async function signOut(): Promise<void> {
  isLeaving = true;
  try {
    await body(api.POST("/api/signout"));
  } catch (error) {
    // The browser clears this site's storage on that answer and may cut it off; what counts is whether the session is over.
    const isOver = await body(api.GET("/api/me")).then(() => false, (refused: unknown) => asProblem(refused).status === 401);
    if (!isOver) throw error;
  } finally {
    isLeaving = false;
  }
  await leave("signed-out");
  others?.postMessage("out");
}

onSessionEnded.run = () => {
  if (!isLeaving && session.get().state !== "out") void leave("ended").then(() => others?.postMessage("out"));
};

others?.addEventListener("message", (event: MessageEvent) => {
  if (event.data === "out") {
    followAccount(null);
    forgetAnswers();
    setPrefs({ inside: false });
    session.set({ state: "out", me: null });
  } else if (session.get().state === "out") {
    setPrefs({ inside: true });
    void openSession();
  }
});

/** The name to greet with. */
export function shownName(me: Me): string {
  return me.person?.name ?? me.display_name;
}

/** Which door of the app opens for this account. */
export function homeOf(me: Me | null): string {
  if (!me) return "/";
  if (me.person) return "/";
  if (me.roles.includes("counsellor")) return "/care";
  if (me.roles.includes("staff")) return "/pilot";
  if (me.roles.includes("reviewer")) return "/review";
  if (me.roles.includes("auditor")) return "/audit";
  if (me.roles.includes("data_user")) return "/desk";
  if (me.roles.includes("provider")) return "/provider";
  return "/settings";
}
