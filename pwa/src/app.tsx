// Which page is shown: by address, by who is signed in, and with its words loaded.
import { useEffect, useState } from "preact/hooks";
import { tx, wordsVersion, loadRest } from "./i18n";
import { matchPath, navigate, useLocation, type Match } from "./router";
import { loadRoutes, routes, routesKnown, type Route, type Screen } from "./routes";
import { homeOf, session } from "./session";
import { ChunkFailed, Shell } from "./shell";
import { useStore } from "./store";
import { Button } from "./ui/index";

interface Found {
  route: Route;
  match: Match;
}

function find(path: string): Found | null {
  for (const route of routes) {
    const match = matchPath(route.path, path);
    if (match) return { route, match };
  }
  return null;
}

const loaded = new Map<Route, Screen>();

async function load(route: Route): Promise<Screen> {
  const [screen] = await Promise.all([route.load(), route.isFirst ? undefined : loadRest()]);
  loaded.set(route, screen);
  return screen;
}

function NotFound() {
  return (
    <main id="main" class="page">
      <h1 tabIndex={-1}>{tx("shell.not_found_title")}</h1>
      <p>{tx("shell.not_found")}</p>
      <div><Button kind="main" href="/">{tx("shell.to_start")}</Button></div>
    </main>
  );
}

/** The whole app. */
export function App() {
  const { path } = useLocation();
  const { state, me } = useStore(session);
  const version = useStore(wordsVersion);
  const [, redraw] = useState(0);
  const [failed, setFailed] = useState<Route | "routes" | null>(null);
  const isKnown = useStore(routesKnown);

  // "/" is the landing page for those who are not signed in.
  const wanted = path === "/" && state === "out" ? "/welcome" : path;
  const found = find(wanted);
  const route = found?.route;
  const isResident = me?.person != null;

  useEffect(() => {
    if (state === "opening") return;
    if (route && route.who !== "any" && state === "out") {
      navigate(`/welcome?next=${encodeURIComponent(path)}`, { replace: true });
    } else if (state === "in" && (path === "/welcome" || (route?.who === "resident" && !isResident))) {
      const next = new URLSearchParams(window.location.search).get("next");
      navigate(next?.startsWith("/") && !next.startsWith("//") ? next : homeOf(me), { replace: true });
    }
  }, [state, route, path, isResident]);

  const isAllowed = route !== undefined && (route.who === "any" || (state === "in" && (route.who !== "resident" || isResident)));
  useEffect(() => {
    if (!route || loaded.has(route)) return undefined;
    let isCurrent = true;
    load(route).then(() => isCurrent && redraw((n) => n + 1), () => isCurrent && setFailed(route));
    return () => { isCurrent = false; };
  }, [route]);

  useEffect(() => {
    if (found || isKnown || failed) return;
    loadRoutes().catch(() => setFailed("routes"));
  }, [found, isKnown, failed]);

  // The page before stays until the next one is there: no flash of nothing.
  const [shown, setShown] = useState<{ found: Found; key: string } | null>(null);
  const screenReady = found && isAllowed && loaded.has(found.route);
  const current = screenReady ? { found, key: `${path}#${version}` } : shown;
  useEffect(() => {
    if (screenReady && shown?.key !== current?.key) setShown(current);
  });

  const withNav = state === "in" && isResident && route?.who !== "staff";
  let page;
  if (failed && (failed === route || (failed === "routes" && !found))) page = <ChunkFailed again={() => setFailed(null)} />;
  else if (!found && isKnown) page = <NotFound />;
  else if (current && (state !== "out" || current.found.route.who === "any")) {
    const Screen = loaded.get(current.found.route)!;
    page = <Screen key={current.key} match={current.found.match} />;
  } else page = <main id="main" class="page" aria-busy="true" />;
  return <Shell place={found?.route.place} withNav={withNav}>{page}</Shell>;
}
