import type { Route } from "../../routes";

const links = () => import("./take-links");
const corrections = () => import("./corrections");

export const routes: Route[] = [
  { path: "/record/glucose", who: "resident", place: "record", load: async () => (await import("./glucose")).Glucose },
  { path: "/record/complete", who: "resident", place: "record", load: async () => (await import("./complete")).Complete },
  { path: "/record/emergency", who: "resident", place: "record", load: async () => (await import("./emergency")).Emergency },
  { path: "/record/corrections", who: "resident", place: "record", load: async () => (await corrections()).Corrections },
  { path: "/record/correction/:id", who: "resident", place: "record", load: async () => (await corrections()).CorrectionReceipt },
  { path: "/record/take", who: "resident", place: "record", load: async () => (await import("./take")).TakeAlong },
  { path: "/record/tokens", who: "resident", place: "record", load: async () => (await import("./take-tokens")).Tokens },
  { path: "/record/links", who: "resident", place: "record", load: async () => (await links()).HealthLinks },
  { path: "/record/links/new", who: "resident", place: "record", load: async () => (await import("./take-link-new")).NewHealthLink },
  { path: "/record/links/:id", who: "resident", place: "record", load: async () => (await links()).HealthLink },
  { path: "/record/correction/:id/letter", who: "resident", place: "record", load: async () => (await corrections()).CorrectionLetter },
];
