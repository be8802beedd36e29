// A consultation as both sides see it: every message says when the server had it and when it was read.
import { useEffect, useId, useState } from "preact/hooks";
import { api, asProblem, body, newClientId, type Problem, type Schemas } from "../../api/client";
import { tx } from "../../i18n";
import { ago, dayTime } from "../../i18n/time";
import { outdate } from "../../offline/cached";
import { Button } from "../../ui/index";
import { ProblemNote } from "../../ui/page";
import { UrgentInText } from "../advice/urgent-calls";

type Whole = Schemas["ConsultationOut"];

/** Screens that show a consultation ask again. */
export function talkChanged(): void {
  outdate("/api/consultations", "/api/care", "/api/home");
}

export function Talk({ whole }: { whole: Whole }) {
  const newest = whole.messages.at(-1);
  const unread = whole.messages.some((one) => !one.is_mine && one.read_at === null);
  useEffect(() => {
    // Read means: it was on a screen that somebody looks at.
    if (!unread || !newest || document.visibilityState !== "visible") return;
    body(api.POST("/api/consultations/{id}/read", { params: { path: { id: whole.id } }, body: { up_to: newest.id } }))
      .then(talkChanged, () => undefined);
  }, [whole.id, newest?.id, unread]);

  return (
    <>
      <ol class="talk">
        {whole.messages.map((one) => (
          <li key={one.id} class="talk-message" data-mine={one.is_mine}>
            <p class="talk-text">{one.text}</p>
            <p class="small soft">
              {!one.is_mine && <>{one.author} </>}
              {one.is_mine ? tx("care.stored", { time: dayTime(one.stored_at) }) : dayTime(one.stored_at)}
              {one.is_mine && <> {one.read_at ? tx("care.read", { time: ago(one.read_at) }) : tx("care.not_read")}</>}
            </p>
          </li>
        ))}
      </ol>
      <Reply id={whole.id} isMine={whole.side === "resident"} />
    </>
  );
}

function draftKey(id: string): string {
  return `meguri.draft.${id}`;
}

function Reply({ id, isMine }: { id: string; isMine: boolean }) {
  const field = useId();
  const [text, setText] = useState(() => sessionStorage.getItem(draftKey(id)) ?? "");
  // Kept until the server has it: a second try of the same text is the same message.
  const [client_id, setClientId] = useState(newClientId);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const write = (value: string) => {
    setText(value);
    sessionStorage.setItem(draftKey(id), value);
  };
  const send = async () => {
    setBusy(true);
    setProblem(null);
    try {
      await body(api.POST("/api/consultations/{id}/messages", { params: { path: { id } }, body: { text: text.trim(), client_id } }));
      write("");
      setClientId(newClientId());
      talkChanged();
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form class="stack-s" onSubmit={(event) => { event.preventDefault(); if (text.trim()) void send(); }}>
      <label class="field-label" for={field}>{tx("talk.write")}</label>
      <textarea id={field} class="input" rows={3} maxLength={4000} value={text} onInput={(event) => write(event.currentTarget.value)} />
      {isMine && <UrgentInText text={text} />}
      <ProblemNote problem={problem} />
      {problem?.isOffline && <p class="small soft">{tx("talk.not_sent")}</p>}
      <Button kind="main" type="submit" busy={isBusy} disabled={!text.trim()}>{tx(isBusy ? "shell.sending" : "talk.send")}</Button>
    </form>
  );
}
