import type { Route } from "../../routes";

const advice = () => import("./index");
const urgent = () => import("./urgent");
const week = () => import("./week");

export const routes: Route[] = [
  { path: "/urgent", who: "any", place: "advice", load: async () => (await urgent()).Urgent },
  { path: "/advice", who: "resident", place: "advice", load: async () => (await advice()).Advice },
  { path: "/advice/week", who: "resident", place: "advice", load: async () => (await week()).WeekView },
  { path: "/advice/settings", who: "resident", place: "advice", load: async () => (await week()).WeekSettings },
  { path: "/advice/movement", who: "resident", place: "advice", load: async () => (await import("./movement")).Movement },
  { path: "/pilot/reminders", who: "staff", load: async () => (await import("./staff")).Learning },
  { path: "/advice/:suggestion", who: "resident", place: "advice", load: async () => (await advice()).Suggestion },
];
