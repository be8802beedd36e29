import type { Route } from "../../routes";

const offers = () => import("./offers");
const back = () => import("./back");
const rights = () => import("./rights");

export const routes: Route[] = [
  { path: "/meguri/offers", who: "resident", place: "meguri", load: async () => (await offers()).Offers },
  { path: "/meguri/offers/:use", who: "resident", place: "meguri", load: async () => (await offers()).OneOffer },
  { path: "/meguri/benefits", who: "resident", place: "meguri", load: async () => (await back()).Benefits },
  { path: "/meguri/erasures", who: "resident", place: "meguri", load: async () => (await back()).Erasures },
  { path: "/meguri/nextgen", who: "resident", place: "meguri", load: async () => (await rights()).NextGen },
  { path: "/meguri/erase-me", who: "resident", place: "meguri", load: async () => (await rights()).EraseMe },
  { path: "/bank/:use", who: "staff", load: async () => (await import("./desk")).Desk },
];
