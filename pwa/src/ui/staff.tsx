// Staff screens: places at the left, list, case. Arrow keys walk the list, Enter opens, Escape goes back to it.
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { tx } from "../i18n";
import { navigate, usePageArrival, useLocation } from "../router";
import { SyncLine } from "./page";

export interface StaffPlace {
  href: string;
  word: ComponentChildren;
  count?: number;
}

interface StaffShellProps {
  /** Document title, plain. */
  title: string;
  /** Beside the brand: which work this is. */
  work: ComponentChildren;
  places: StaffPlace[];
  /** The list in the middle; leave out for a page of one pane. */
  list?: ComponentChildren;
  listLabel?: string;
  /** Where Escape and the back link on a phone lead. */
  listHref?: string;
  /** The open case; null where none is open. */
  children: ComponentChildren;
  isCaseOpen?: boolean;
}

/** Three panes on a desk, one at a time on a phone. */
export function StaffShell({ title, work, places, list, listLabel, listHref, children, isCaseOpen }: StaffShellProps) {
  usePageArrival(title);
  const { path } = useLocation();
  const listRef = useRef<HTMLDivElement>(null);
  // The place with the longest address that fits: /care/inbox is not also /care.
  const here = places.map((place) => place.href).filter((href) => path === href || path.startsWith(`${href}/`)).sort((a, b) => b.length - a.length)[0];

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const rows = [...(listRef.current?.querySelectorAll<HTMLElement>(".staff-row") ?? [])];
      const at = rows.indexOf(document.activeElement as HTMLElement);
      if (event.key === "Escape" && isCaseOpen && listHref && !document.querySelector("dialog[open]")) {
        navigate(listHref);
        rows.find((row) => row.getAttribute("aria-current"))?.focus();
      } else if (at >= 0 && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
        event.preventDefault();
        rows[at + (event.key === "ArrowDown" ? 1 : -1)]?.focus();
      } else if (at >= 0 && (event.key === "Home" || event.key === "End")) {
        event.preventDefault();
        rows.at(event.key === "Home" ? 0 : -1)?.focus();
      }
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [isCaseOpen, listHref]);

  return (
    <div class="staff" data-case={isCaseOpen || list === undefined ? "open" : "closed"} data-list={list === undefined ? "none" : "some"}>
      <nav class="staff-places no-print" aria-label={title}>
        <p class="staff-brand"><b>めぐり</b> <span class="soft small">{work}</span></p>
        <ul>
          {places.map((place) => (
            <li key={place.href}>
              <a class="staff-place" href={place.href} aria-current={place.href === here ? "page" : undefined}>
                <span>{place.word}</span>
                {place.count !== undefined && <span class="number">{place.count}</span>}
              </a>
            </li>
          ))}
          <li><a class="staff-place" href="/settings"><span>{tx("settings.title")}</span></a></li>
        </ul>
        <SyncLine />
      </nav>
      {list !== undefined && <div class="staff-list" ref={listRef} role="region" aria-label={listLabel}>{list}</div>}
      <main id="main" class="staff-case">{children}</main>
    </div>
  );
}

/** One row of the list: who, why it is here, a chip and a time. */
export function StaffRow({ href, title, note, chip, time, current }: {
  href: string; title: ComponentChildren; note: ComponentChildren; chip?: ComponentChildren; time?: ComponentChildren; current?: boolean;
}) {
  return (
    <a class="staff-row" href={href} aria-current={current ? "true" : undefined}>
      <span class="strong">{title}</span>
      <span>{chip}</span>
      <span class="soft small">{note}</span>
      <span class="small strong nowrap">{time}</span>
    </a>
  );
}
