import type { Route } from "../../routes";

const imports = () => import("./imports");

export const routes: Route[] = [
  // "/link" itself is where one-time sign-in links lead.
  { path: "/link-data", who: "resident", place: "home", load: async () => (await import("./index")).LinkData },
  { path: "/link-data/upload/:upload", who: "resident", place: "home", load: async () => (await import("./upload")).Upload },
  { path: "/link-data/imports", who: "resident", place: "home", load: async () => (await imports()).Imports },
  { path: "/link-data/import/:id", who: "resident", place: "home", load: async () => (await imports()).ImportOne },
];
