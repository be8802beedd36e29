// All addresses that the first page does not need: fetched behind it, so that its first load stays small.
import type { Route } from "./routes";

const about = () => import("./rooms/people/about");
const join = () => import("./rooms/people/join");
const account = () => import("./rooms/people/account");
const settings = () => import("./rooms/people/settings");
const timeline = () => import("./rooms/record/timeline");
const metric = () => import("./rooms/record/metric");
const reading = () => import("./rooms/record/reading");
const entry = () => import("./rooms/record/entry");
const profile = () => import("./rooms/record/profile");
const outbox = () => import("./rooms/record/outbox");

export const rest: Route[] = [
  { path: "/signin", who: "any", load: async () => (await import("./rooms/people/sign-in")).SignIn },
  { path: "/join", who: "any", load: async () => (await join()).Join },
  { path: "/link", who: "any", isFirst: true, load: async () => (await import("./rooms/people/link-sign-in")).LinkSignIn },
  { path: "/terms", who: "any", load: async () => (await about()).Terms },
  { path: "/privacy", who: "any", load: async () => (await about()).Privacy },
  { path: "/settings", who: "any", load: async () => (await settings()).Settings },
  { path: "/settings/devices", who: "in", load: async () => (await account()).Devices },

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
for (const room of Object.values(rooms)) rest.push(...room.routes);
