import type { Route } from "../../routes";

const advice = () => import("./index");

export const routes: Route[] = [
  { path: "/advice", who: "resident", place: "advice", load: async () => (await advice()).Advice },
  { path: "/advice/:suggestion", who: "resident", place: "advice", load: async () => (await advice()).Suggestion },
];
