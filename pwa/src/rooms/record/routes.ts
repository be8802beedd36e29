import type { Route } from "../../routes";

const corrections = () => import("./corrections");

export const routes: Route[] = [
  { path: "/record/glucose", who: "resident", place: "record", load: async () => (await import("./glucose")).Glucose },
  { path: "/record/complete", who: "resident", place: "record", load: async () => (await import("./complete")).Complete },
  { path: "/record/emergency", who: "resident", place: "record", load: async () => (await import("./emergency")).Emergency },
  { path: "/record/corrections", who: "resident", place: "record", load: async () => (await corrections()).Corrections },
  { path: "/record/correction/:id", who: "resident", place: "record", load: async () => (await corrections()).CorrectionReceipt },
];
