// What this phone remembers about looks: language, theme, type size. No personal data.
import { createStore } from "./store";

export type Locale = "ja" | "ja-easy" | "en";
export type Theme = "auto" | "light" | "dark";

export interface Prefs {
  locale: Locale;
  theme: Theme;
  large: boolean;
  /** Someone is signed in here: open on home at once and ask the server meanwhile. */
  inside: boolean;
  /** The session that wants notices on this phone; the next one is asked anew. */
  notices: string;
}

const KEY = "meguri.prefs";

function stored(): Partial<Prefs> {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Prefs>;
  } catch {
    return {};
  }
}

const first = stored();

export const prefs = createStore<Prefs>({
  locale: (window.meguriBoot?.locale as Locale | undefined) ?? first.locale ?? "ja",
  theme: first.theme ?? "auto",
  large: first.large ?? false,
  inside: first.inside ?? false,
  notices: first.notices ?? "",
});

/** Change some of them, show it at once and keep it. */
export function setPrefs(change: Partial<Prefs>): void {
  const next = { ...prefs.get(), ...change };
  prefs.set(next);
  try {
    localStorage.setItem(KEY, JSON.stringify(next));
  } catch {
    // Private mode without storage: it holds until the page is closed.
  }
  const root = document.documentElement;
  root.lang = next.locale === "en" ? "en" : "ja";
  root.dataset.locale = next.locale;
  if (next.theme === "auto") delete root.dataset.theme;
  else root.dataset.theme = next.theme;
  if (next.large) root.dataset.type = "large";
  else delete root.dataset.type;
}

/** Light or dark as it is seen now. */
export function shownTheme(): "light" | "dark" {
  const { theme } = prefs.get();
  if (theme !== "auto") return theme;
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}
