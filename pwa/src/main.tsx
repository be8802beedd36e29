// The start: words and the session's card together, then the first page.
import { render } from "preact";
import { App } from "./app";
import { loadFirst, loadRest } from "./i18n";
import { startWorker } from "./offline/install";
import { prefs } from "./prefs";
import { startRouter } from "./router";
import { loadRoutes } from "./routes";
import { openSession } from "./session";

async function start(): Promise<void> {
  startRouter();
  await Promise.all([loadFirst(), openSession()]);
  render(<App />, document.getElementById("app")!);
  startWorker();
  // A push service may have dropped this phone: it is asked for again when Meguri is opened.
  if (prefs.get().notices) setTimeout(() => void import("./rooms/people/settings").then(({ renew }) => renew()).catch(() => undefined), 3000);
  setTimeout(() => void loadRoutes().catch(() => undefined), 300);
  // The rest of the words come while the first page is read.
  if (!prefs.get().inside) setTimeout(() => void loadRest().catch(() => undefined), 1500);
}

void start();
