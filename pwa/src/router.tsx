// Own router on the history API: back works, the place on the page comes back, focus goes to the heading.
import { useEffect, useLayoutEffect } from "preact/hooks";
import { createStore, useStore } from "./store";

export interface Location {
  path: string;
  query: URLSearchParams;
  hash: string;
  /** Position in our own history, to know whether "back" stays inside the app. */
  index: number;
  /** How we came here. */
  by: "load" | "push" | "replace" | "pop";
}

interface State {
  index: number;
  scroll: number;
}

const STACK = "meguri.stack";

function stack(): string[] {
  try {
    return JSON.parse(sessionStorage.getItem(STACK) ?? "[]") as string[];
  } catch {
    return [];
  }
}

function remember(index: number): void {
  try {
    sessionStorage.setItem(STACK, JSON.stringify([...stack().slice(0, index), window.location.pathname]));
  } catch {
    // Without session storage the back link simply goes to the parent.
  }
}

function state(): State {
  const given = history.state as Partial<State> | null;
  return { index: given?.index ?? 0, scroll: given?.scroll ?? 0 };
}

function here(by: Location["by"]): Location {
  const { pathname, search, hash } = window.location;
  return { path: pathname, query: new URLSearchParams(search), hash, index: state().index, by };
}

export const location = createStore<Location>(here("load"));

function keepScroll(): void {
  history.replaceState({ ...state(), scroll: Math.round(window.scrollY) }, "");
}

/** Go somewhere inside the app. */
export function navigate(to: string, { replace = false }: { replace?: boolean } = {}): void {
  const index = replace ? state().index : state().index + 1;
  if (replace) history.replaceState({ index, scroll: 0 }, "", to);
  else {
    keepScroll();
    history.pushState({ index, scroll: 0 }, "", to);
  }
  remember(index);
  location.set(here(replace ? "replace" : "push"));
}

/** Go back to a parent: by history when it is the page before, so that its scroll comes back. */
export function goBack(parent: string): void {
  const { index } = location.get();
  const path = new URL(parent, window.location.origin).pathname;
  if (index > 0 && stack()[index - 1] === path) history.back();
  else navigate(parent, { replace: index === 0 });
}

/** Listen to history and to clicks on links; called once. */
export function startRouter(): void {
  history.scrollRestoration = "manual";
  if (history.state === null) history.replaceState({ index: 0, scroll: 0 }, "");
  remember(state().index);
  window.addEventListener("popstate", () => location.set(here("pop")));
  window.addEventListener("pagehide", keepScroll);
  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = (event.target as Element | null)?.closest?.("a");
    if (!link || link.target || link.hasAttribute("download") || link.origin !== window.location.origin) return;
    if (link.pathname.startsWith("/api/") || link.pathname.startsWith("/assets/")) return;
    if (link.pathname === window.location.pathname && link.hash) return;
    event.preventDefault();
    if (link.dataset.back !== undefined) goBack(link.pathname + link.search);
    else if (link.href !== window.location.href) navigate(link.pathname + link.search + link.hash);
    else window.scrollTo(0, 0);
  });
}

export interface Match {
  [name: string]: string;
}

/** Match "/record/metric/:metric" against a path; null where it does not fit. */
export function matchPath(pattern: string, path: string): Match | null {
  const want = pattern.split("/").filter(Boolean);
  const have = path.split("/").filter(Boolean);
  if (want.length !== have.length) return null;
  const found: Match = {};
  for (const [i, piece] of want.entries()) {
    const given = have[i]!;
    if (piece.startsWith(":")) found[piece.slice(1)] = decodeURIComponent(given);
    else if (piece !== given) return null;
  }
  return found;
}

/** The location, following it. */
export function useLocation(): Location {
  return useStore(location);
}

/** After a page is drawn: title, focus on its heading, scroll where it was. */
export function usePageArrival(title: string): void {
  useEffect(() => {
    document.title = title ? `${title} - めぐり` : "めぐり";
  }, [title]);
  useLayoutEffect(() => {
    const { by } = location.get();
    if (by === "load") return undefined;
    document.querySelector<HTMLElement>("h1")?.focus({ preventScroll: true });
    const wanted = by === "pop" ? state().scroll : 0;
    window.scrollTo(0, wanted);
    if (wanted === 0) return undefined;
    // Stored answers arrive within a frame or two; wait for the page to be long enough.
    let tries = 0;
    const timer = setInterval(() => {
      window.scrollTo(0, wanted);
      if (Math.abs(window.scrollY - wanted) < 2 || ++tries > 15) clearInterval(timer);
    }, 40);
    return () => clearInterval(timer);
  }, []);
}
