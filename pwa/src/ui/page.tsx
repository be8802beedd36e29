// The frame of a page: back, heading, what is known about its age, and what went wrong.
import type { ComponentChildren } from "preact";
import type { Problem } from "../api/client";
import { hasWords, t, tx } from "../i18n";
import { rich, plain } from "../i18n/ruby";
import { ago, clockTime } from "../i18n/time";
import type { Cached } from "../offline/cached";
import { sync } from "../offline/outbox";
import { usePageArrival } from "../router";
import { useStore } from "../store";
import { Button, Card, Icon } from "./index";

interface PageProps {
  /** Heading and document title; ruby allowed. */
  title: string;
  lead?: ComponentChildren;
  /** The parent, named: [path, word]. */
  back?: [string, string];
  /** At the right of the back link: a note or a link. */
  end?: ComponentChildren;
  /** Above the heading. */
  over?: ComponentChildren;
  /** No places at the bottom (before signing in). */
  bare?: boolean;
  wide?: boolean;
  children: ComponentChildren;
}

/** A page: exactly one per screen. */
export function Page({ title, lead, back, end, over, bare, wide, children }: PageProps) {
  usePageArrival(plain(title));
  return (
    <main id="main" class={`page ${bare ? "page-bare" : ""} ${wide ? "page-wide" : ""}`}>
      {(back || end) && (
        <div class="topbar">
          {back ? <BackLink to={back[0]} word={back[1]} /> : <span />}
          {end !== undefined && <span class="topbar-note">{end}</span>}
        </div>
      )}
      <header class="page-head">
        {over}
        <h1 tabIndex={-1}>{rich(title)}</h1>
        {lead !== undefined && <p class="lead">{lead}</p>}
      </header>
      {children}
    </main>
  );
}

/** ‹ 記録 : by history where that is the page before, so that the place on it comes back. */
export function BackLink({ to, word }: { to: string; word: string }) {
  return <a class="back" href={to} data-back=""><Icon name="back" size={20} /><span>{rich(word)}</span></a>;
}

/** What happened, what is safe, what to do. */
export function ErrorState({ problem, retry, safe }: { problem: Problem; retry?: () => void; safe?: ComponentChildren }) {
  const key = hasWords(problem.key) ? problem.key : "shell.unexpected";
  return (
    <div role="alert">
      <Card tone="look" title={problem.isOffline ? tx("shell.offline_title") : tx("shell.error_title")}>
        <p>{tx(key, problem.params)}</p>
        <p class="soft">{safe ?? tx("shell.error_safe")}</p>
        {retry && <Button onClick={retry}>{tx("shell.try_again")}</Button>}
      </Card>
    </div>
  );
}

/** A refusal beside the button that caused it. */
export function ProblemNote({ problem }: { problem: Problem | null | undefined }) {
  if (!problem) return null;
  const key = hasWords(problem.key) ? problem.key : "shell.unexpected";
  return <p class="field-error" role="alert"><Icon name="warn" size={18} /><span>{tx(key, problem.params)}</span></p>;
}

/** Draw an answer: the old values while a new one comes, its true time when no new one came. */
export function WithAnswer<T>({ answer, children, safe }: { answer: Cached<T>; children: (data: T) => ComponentChildren; safe?: ComponentChildren }) {
  const { data, at, problem, reload, isLoading } = answer;
  if (data === undefined) {
    if (problem) return <ErrorState problem={problem} retry={reload} safe={safe} />;
    // First time on this phone: nothing to show yet but that it is coming.
    return <p class="soft" role="status">{isLoading ? tx("shell.first_load") : null}</p>;
  }
  return (
    <>
      {problem && <AsOf at={at} problem={problem} reload={reload} />}
      {children(data)}
    </>
  );
}

function AsOf({ at, problem, reload }: { at: number | undefined; problem: Problem; reload: () => void }) {
  return (
    <div class="status-line" data-tone={problem.isOffline ? "info" : "look"} role="status">
      <span class="dot" />
      <span>{tx(problem.isOffline ? "shell.as_of_offline" : "shell.as_of_error", { when: at ? ago(at) : "" })}</span>
      <button type="button" class="link-button" onClick={reload}>{tx("shell.try_again")}</button>
    </div>
  );
}

/** The truth about entries of this phone: waiting, refused, or received by the server (and when). */
export function SyncLine({ idle }: { idle?: ComponentChildren }) {
  const { pending, failed, lastSent, isOnline, isSending } = useStore(sync);
  const line = (tone: string, text: ComponentChildren, href?: string) => (
    <div class="status-line" data-tone={tone} role="status">
      <span class="dot" />
      {href ? <a href={href}>{text}</a> : <span>{text}</span>}
    </div>
  );
  if (failed.length > 0) return line("look", tx("sync.failed", { n: failed.length }), "/record/outbox");
  if (pending.length > 0) {
    const key = !isOnline ? "sync.pending_offline" : isSending ? "sync.sending" : "sync.pending";
    return line("info", tx(key, { n: pending.length }), "/record/outbox");
  }
  if (!isOnline) return line("info", tx("sync.offline"));
  if (lastSent !== null) return line("good", tx("sync.sent", { time: clockTime(lastSent) }));
  return idle === undefined ? null : line("plain", idle);
}

/** Title for screen readers of a list. */
export const listLabel = (key: string): string => t(key);
