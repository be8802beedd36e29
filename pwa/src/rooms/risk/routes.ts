import type { Route } from "../../routes";

const position = () => import("./position");

export const routes: Route[] = [
  { path: "/risk", who: "resident", place: "record", load: async () => (await import("./index")).Risk },
  // Before /risk/:model, which would take it for a model.
  { path: "/risk/position", who: "resident", place: "record", load: async () => (await position()).Positions },
  { path: "/risk/position/:metric", who: "resident", place: "record", load: async () => (await position()).PositionOne },
  { path: "/risk/:model", who: "resident", place: "record", load: async () => (await import("./detail")).RiskCard },
];
