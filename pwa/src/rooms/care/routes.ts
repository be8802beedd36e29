import type { Route } from "../../routes";

const mine = () => import("./mine");
const desk = () => import("./desk");

export const routes: Route[] = [
  { path: "/consultations", who: "resident", place: "care", load: async () => (await mine()).Consultations },
  { path: "/consultations/new", who: "resident", place: "care", load: async () => (await mine()).NewConsultation },
  { path: "/consultations/:id", who: "resident", place: "care", load: async () => (await mine()).OneConsultation },
  { path: "/care", who: "staff", load: async () => (await desk()).Desk },
  { path: "/care/inbox", who: "staff", load: async () => (await desk()).Inbox },
  { path: "/care/inbox/:id", who: "staff", load: async () => (await desk()).Inbox },
  { path: "/guidance", who: "resident", place: "advice", load: async () => (await import("./guidance")).Guidance },
  { path: "/care/guidance", who: "staff", load: async () => (await import("./guidance-desk")).GuidanceDesk },
  { path: "/care/guidance/:id", who: "staff", load: async () => (await import("./guidance-desk")).GuidanceDesk },
  { path: "/care/:person", who: "staff", load: async () => (await desk()).Desk },
];
