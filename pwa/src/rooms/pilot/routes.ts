import type { Route } from "../../routes";

const pilot = () => import("./index");

export const routes: Route[] = [
  { path: "/pilot", who: "staff", load: async () => (await pilot()).Funnel },
  { path: "/pilot/invites", who: "staff", load: async () => (await pilot()).Invites },
  { path: "/pilot/invites/:batch", who: "staff", load: async () => (await pilot()).Invites },
];
