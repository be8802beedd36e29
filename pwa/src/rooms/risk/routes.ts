import type { Route } from "../../routes";

const years = () => import("./years");
const children = () => import("./children");
const position = () => import("./position");

export const routes: Route[] = [
  { path: "/risk", who: "resident", place: "record", load: async () => (await import("./index")).Risk },
  // Before /risk/:model, which would take it for a model.
  { path: "/risk/position", who: "resident", place: "record", load: async () => (await position()).Positions },
  { path: "/risk/position/:metric", who: "resident", place: "record", load: async () => (await position()).PositionOne },
  { path: "/risk/years", who: "resident", place: "record", load: async () => (await years()).Years },
  { path: "/risk/years/:metric", who: "resident", place: "record", load: async () => (await years()).YearsOne },
  { path: "/risk/:model/what-if", who: "resident", place: "record", load: async () => (await import("./whatif")).WhatIfPage },
  { path: "/children", who: "resident", place: "record", load: async () => (await children()).Children },
  { path: "/children/new", who: "resident", place: "record", load: async () => (await children()).NewChild },
  { path: "/children/:child", who: "resident", place: "record", load: async () => (await children()).ChildPage },
  { path: "/risk/:model", who: "resident", place: "record", load: async () => (await import("./detail")).RiskCard },
];
