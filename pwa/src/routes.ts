// The addresses of the first pages, and the type of all. One chunk per file, loaded when it is opened.
import type { ComponentType } from "preact";
import type { Match } from "./router";
import { createStore } from "./store";

export type Screen = ComponentType<{ match: Match }>;
export type Place = "home" | "record" | "advice" | "care" | "meguri";

export interface Route {
  path: string;
  /** any: also before signing in · in: signed in · resident: with an own record · staff: roles of the desk. */
  who: "any" | "in" | "resident" | "staff";
  /** Which place at the bottom is marked. */
  place?: Place;
  /** Needs only the first words (before signing in). */
  isFirst?: boolean;
  load: () => Promise<Screen>;
}

export const routes: Route[] = [
  { path: "/welcome", who: "any", isFirst: true, load: async () => (await import("./rooms/landing")).Landing },
  { path: "/", who: "resident", place: "home", load: async () => (await import("./rooms/home")).Home },
];

/** Whether `routes` holds every address of the app. */
export const routesKnown = createStore(false);

let asking: Promise<void> | null = null;

/** Fetch the addresses beyond the first pages; once it failed it may be asked again. */
export function loadRoutes(): Promise<void> {
  asking ??= import("./routes-rest").then(({ rest }) => {
    routes.push(...rest);
    routesKnown.set(true);
  });
  asking.catch(() => (asking = null));
  return asking;
}
