import type { Route } from "../../routes";

const consent = () => import("./index");
const history = () => import("./history");

export const routes: Route[] = [
  { path: "/meguri", who: "resident", place: "meguri", load: async () => (await consent()).Meguri },
  { path: "/meguri/others", who: "resident", place: "meguri", load: async () => (await consent()).Others },
  { path: "/meguri/table", who: "resident", place: "meguri", load: async () => (await import("./table")).Table },
  { path: "/meguri/rules", who: "resident", place: "meguri", load: async () => (await consent()).Rules },
  { path: "/meguri/history", who: "resident", place: "meguri", load: async () => (await history()).History },
  { path: "/meguri/reads", who: "resident", place: "meguri", load: async () => (await history()).Reads },
  { path: "/meguri/receipt/:id", who: "resident", place: "meguri", load: async () => (await import("./receipt")).Receipt },
  { path: "/meguri/with/:recipient/:purpose", who: "resident", place: "meguri", load: async () => (await consent()).OneRecipient },
];
