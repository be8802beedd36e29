// Every address of the app and the file that draws it. One chunk per file, loaded when it is opened.
import type { ComponentType } from "preact";
import type { Match } from "./router";

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

const landing = () => import("./rooms/landing");
const about = () => import("./rooms/people/about");
const join = () => import("./rooms/people/join");
const account = () => import("./rooms/people/account");
const settings = () => import("./rooms/people/settings");
const home = () => import("./rooms/home");
const timeline = () => import("./rooms/record/timeline");
const metric = () => import("./rooms/record/metric");
const reading = () => import("./rooms/record/reading");
const entry = () => import("./rooms/record/entry");
const profile = () => import("./rooms/record/profile");
const outbox = () => import("./rooms/record/outbox");

export const routes: Route[] = [
  { path: "/welcome", who: "any", isFirst: true, load: async () => (await landing()).Landing },
  { path: "/signin", who: "any", load: async () => (await import("./rooms/people/sign-in")).SignIn },
  { path: "/join", who: "any", load: async () => (await join()).Join },
  { path: "/link", who: "any", isFirst: true, load: async () => (await import("./rooms/people/link-sign-in")).LinkSignIn },
  { path: "/terms", who: "any", load: async () => (await about()).Terms },
  { path: "/privacy", who: "any", load: async () => (await about()).Privacy },
  { path: "/settings", who: "any", load: async () => (await settings()).Settings },
  { path: "/settings/devices", who: "in", load: async () => (await account()).Devices },

  { path: "/", who: "resident", place: "home", load: async () => (await home()).Home },
  { path: "/record", who: "resident", place: "record", load: async () => (await timeline()).Timeline },
  { path: "/record/metrics", who: "resident", place: "record", load: async () => (await timeline()).Metrics },
  { path: "/record/metric/:metric", who: "resident", place: "record", load: async () => (await metric()).Metric },
  { path: "/record/reading/:id", who: "resident", place: "record", load: async () => (await reading()).Reading },
  { path: "/record/enter/:kind", who: "resident", place: "record", load: async () => (await entry()).Entry },
  { path: "/record/outbox", who: "resident", place: "record", load: async () => (await outbox()).Outbox },
  { path: "/record/profile", who: "resident", place: "record", load: async () => (await profile()).Profile },
  { path: "/record/profile/:key", who: "resident", place: "record", load: async () => (await profile()).ProfileOne },
];

/** Rooms add their own routes: a file `rooms/<room>/routes.ts` that exports `routes`. */
const rooms = import.meta.glob<{ routes: Route[] }>("./rooms/*/routes.ts", { eager: true });
for (const room of Object.values(rooms)) routes.push(...room.routes);
