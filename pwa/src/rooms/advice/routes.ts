import type { Route } from "../../routes";

const advice = () => import("./index");
const urgent = () => import("./urgent");

export const routes: Route[] = [
  { path: "/urgent", who: "any", place: "advice", load: async () => (await urgent()).Urgent },
  { path: "/advice", who: "resident", place: "advice", load: async () => (await advice()).Advice },
  { path: "/advice/:suggestion", who: "resident", place: "advice", load: async () => (await advice()).Suggestion },
];
