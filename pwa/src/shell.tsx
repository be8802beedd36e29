// The frame around every page: the five places, the thin bar, short messages, the update offer.
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { underWay } from "./api/client";
import { t, tx } from "./i18n";
import { newVersion } from "./offline/install";
import type { Place } from "./routes";
import { useStore } from "./store";
import { Button, Icon, type IconName } from "./ui/index";
import { Toasts } from "./ui/overlay";

const PLACES: [Place, string, IconName][] = [
  ["home", "/", "home"],
  ["record", "/record", "record"],
  ["advice", "/advice", "advice"],
  ["care", "/consultations", "care"],
  ["meguri", "/meguri", "meguri"],
];

function Nav({ place }: { place: Place | undefined }) {
  return (
    <nav class="nav no-print" aria-label={t("nav.label")}>
      <p class="nav-brand" aria-hidden="true">めぐり</p>
      <ul>
        {PLACES.map(([id, href, icon]) => (
          <li key={id}>
            <a href={href} aria-current={id === place ? "page" : undefined}>
              <Icon name={icon} />
              <span>{tx(`nav.${id}`)}</span>
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function LoadingBar() {
  const isLoading = useStore(underWay) > 0;
  return <div class="loading-bar" data-on={isLoading} aria-hidden="true" />;
}

function UpdateOffer() {
  const update = useStore(newVersion);
  if (!update) return null;
  return (
    <div class="toasts" role="status">
      <div class="toast">
        <span>{tx("shell.new_version")}</span>
        <button type="button" class="link-button" onClick={update}>{tx("shell.update_now")}</button>
        <button type="button" class="link-button" onClick={() => newVersion.set(null)}>{tx("shell.later")}</button>
      </div>
    </div>
  );
}

/** Everything around a page. */
export function Shell({ place, withNav, children }: { place: Place | undefined; withNav: boolean; children: ComponentChildren }) {
  return (
    <div class={withNav ? "with-nav" : ""}>
      <a class="skip" href="#main" onClick={(event) => { event.preventDefault(); document.querySelector<HTMLElement>("h1")?.focus(); }}>
        {tx("shell.skip")}
      </a>
      <LoadingBar />
      {children}
      {withNav && <Nav place={place} />}
      <Toasts />
      <UpdateOffer />
    </div>
  );
}

/** A chunk did not load: offline before it was kept, or a new version took its place. */
export function ChunkFailed({ again }: { again: () => void }) {
  useEffect(() => {
    window.addEventListener("online", again);
    return () => window.removeEventListener("online", again);
  }, []);
  return (
    <main id="main" class="page">
      <h1 tabIndex={-1}>{tx("shell.offline_title")}</h1>
      <p>{tx("shell.page_not_here")}</p>
      <div><Button onClick={() => window.location.reload()}>{tx("shell.try_again")}</Button></div>
    </main>
  );
}
