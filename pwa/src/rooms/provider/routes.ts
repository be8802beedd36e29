import type { Route } from "../../routes";

export const routes: Route[] = [
  { path: "/provider", who: "staff", load: async () => (await import("./index")).Catalogue },
  { path: "/provider/versions", who: "staff", load: async () => (await import("./versions")).Versions },
  { path: "/provider/versions/:version", who: "staff", load: async () => (await import("./versions")).Versions },
];
