import type { Route } from "../../routes";

export const routes: Route[] = [
  { path: "/register", who: "any", load: async () => (await import("./register")).Register },
  { path: "/register/:verdict", who: "any", load: async () => (await import("./entry")).RegisterEntry },
  { path: "/rules/:site", who: "any", load: async () => (await import("./rules")).Rules },
  { path: "/organisations/new", who: "any", load: async () => (await import("./organisations")).NewOrganisation },
  { path: "/organisations", who: "staff", load: async () => (await import("./organisations")).Organisations },
  { path: "/desk", who: "staff", load: async () => (await import("./desk")).Desk },
  { path: "/desk/applications/:application", who: "staff", load: async () => (await import("./apply")).Apply },
  { path: "/desk/uses/:use", who: "staff", load: async () => (await import("./use")).Use },
  { path: "/review", who: "staff", load: async () => (await import("./cases")).Cases },
  { path: "/review/cases/:application", who: "staff", load: async () => (await import("./cases")).Cases },
  { path: "/review/uses", who: "staff", load: async () => (await import("./uses")).Uses },
  { path: "/audit", who: "staff", load: async () => (await import("./audit")).Audit },
  { path: "/votes", who: "resident", place: "meguri", load: async () => (await import("./votes")).Votes },
];
