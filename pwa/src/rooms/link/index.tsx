// つなぐ: choose a file at once; below, where data can come from, how the last tries went, and what came in.
import { useRef, useState } from "preact/hooks";
import type { Schemas } from "../../api/client";
import { markup, rich, tx, word } from "../../i18n";
import { ago, dayTime } from "../../i18n/time";
import { useCached } from "../../offline/cached";
import { useStore } from "../../store";
import { Button, Card, Chip, Disclosure, Icon, ListRow, Progress, Rows } from "../../ui/index";
import { Page, ProblemNote, WithAnswer } from "../../ui/page";
import { size } from "./found";
import { ImportRow } from "./imports";
import { StepPicture } from "./pictures";
import { send, sendAgain, sending, stopSending, type SourceKey } from "./sending";

type Source = Schemas["SourceOut"];

const ACCEPTS = [".zip", ".xml", ".json", ".ndjson", ".csv", ".txt", ".fit"];

/** The phone's own file picker behind a button. */
function Picker({ source, accepts, main }: { source: SourceKey | null; accepts: string[]; main?: boolean }) {
  const ref = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button kind={main ? "main" : "plain"} wide icon="link" onClick={() => ref.current!.click()}>{tx("linkdata.choose")}</Button>
      <input ref={ref} type="file" hidden accept={accepts.join()} data-source={source ?? "any"}
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          // The same file can be chosen again after a failure.
          event.currentTarget.value = "";
          if (file) send(file, source);
        }} />
    </>
  );
}

/** How far the file has really left this phone. */
function SendingCard() {
  const now = useStore(sending);
  if (!now) return null;
  const isOut = now.sent >= now.file.size && now.file.size > 0;
  return (
    <Card title={tx(now.problem ? "linkdata.not_sent" : "linkdata.sending")} tone={now.problem ? "look" : undefined}>
      <p class="link-name">{now.file.name} <span class="soft nowrap">{size(now.file.size)}</span></p>
      {now.problem ? (
        <>
          <ProblemNote problem={now.problem} />
          <p class="soft">{tx("linkdata.not_sent_safe")}</p>
          <div class="buttons">
            {(now.problem.isOffline || now.problem.status >= 500) && <Button kind="main" onClick={sendAgain}>{tx("linkdata.send_again")}</Button>}
            <Button onClick={stopSending}>{tx("linkdata.other_file")}</Button>
          </div>
        </>
      ) : (
        <>
          <Progress done={now.sent} total={now.file.size} label={markup(isOut ? "linkdata.all_out" : "linkdata.on_the_way", { done: size(now.sent), total: size(now.file.size) })} />
          <p class="soft small">{tx("linkdata.keep_open")}</p>
          <div><Button onClick={stopSending}>{tx("linkdata.stop")}</Button></div>
        </>
      )}
    </Card>
  );
}

/** The first thing on the page; on a desk a file can be dropped on it. */
function ChooseCard() {
  const [isOver, setOver] = useState(false);
  return (
    <div class="link-drop" data-over={isOver}
      onDragOver={(event) => { event.preventDefault(); setOver(true); }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        const file = event.dataTransfer?.files[0];
        if (file) send(file, null);
      }}>
      <Card title={tx("linkdata.choose_title")}>
        <p>{tx("linkdata.choose_text")}</p>
        <Picker main source={null} accepts={ACCEPTS} />
        <p class="link-drop-hint soft small">{tx("linkdata.drop")}</p>
      </Card>
    </div>
  );
}

function SourceCard({ source }: { source: Source }) {
  const failed = source.last_failure;
  return (
    <Card level={3} title={word(source.title)}
      end={failed ? <Chip tone="look">{tx("linkdata.failed_last")}</Chip>
        : source.imports > 0 ? <Chip tone="good">{tx("linkdata.linked")}</Chip> : <Chip>{tx("linkdata.not_yet")}</Chip>}>
      {source.last_success_at && (
        <p class="soft small">{tx("linkdata.last_success", { when: ago(source.last_success_at), n: source.imports })}</p>
      )}
      {failed && (
        <p class="link-failure"><Icon name="warn" size={18} />
          <span>{source.last_failure_at && <b>{rich(dayTime(source.last_failure_at))} </b>}{word(failed)}</span>
        </p>
      )}
      <Disclosure summary={tx("linkdata.how")}>
        <ol class="link-steps">
          {source.how.map((step, i) => (
            <li key={step.key}>
              <StepPicture source={source.key} step={i} />
              <p><b class="number">{i + 1}.</b> {word(step)}</p>
            </li>
          ))}
        </ol>
        {source.key === "checkup" && <p class="soft small">{tx("linkdata.how_portal")}</p>}
        {!source.is_tried && <p class="soft small">{tx("linkdata.not_tried")}</p>}
        <p class="soft small">{tx("linkdata.accepts", { kinds: source.accepts.join(" ") })}</p>
        <Picker source={source.key} accepts={source.accepts} />
      </Disclosure>
    </Card>
  );
}

export function LinkData() {
  const isSending = useStore(sending) !== null;
  const sources = useCached("/api/link/sources");
  const imports = useCached("/api/link/imports");
  return (
    <Page title={markup("linkdata.title")} lead={tx("linkdata.lead")} back={["/", markup("nav.home")]}>
      {isSending ? <SendingCard /> : <ChooseCard />}
      <WithAnswer answer={sources}>
        {({ sources: listed, waiting }) => (
          <>
            {waiting.length > 0 && (
              <Card tone="info" title={tx("linkdata.waiting")}>
                <p>{tx("linkdata.waiting_text")}</p>
                <Rows>
                  {waiting.map((one) => (
                    <ListRow key={one.id} icon="clock" href={`/link-data/upload/${one.id}`} title={<span class="link-name">{one.file_name}</span>}
                      note={tx(one.state === "reading" ? "linkdata.still_reading" : "linkdata.until", { when: dayTime(one.expires_at) })} />
                  ))}
                </Rows>
              </Card>
            )}
            <h2 class="link-heading">{tx("linkdata.where")}</h2>
            {listed.map((source) => <SourceCard key={source.key} source={source} />)}
          </>
        )}
      </WithAnswer>
      {imports.data && imports.data.imports.length > 0 && (
        <Card title={tx("linkdata.imports")}>
          <Rows>{imports.data.imports.slice(0, 3).map((one) => <ImportRow key={one.id} one={one} />)}</Rows>
          {imports.data.imports.length > 3 && (
            <a class="link-button" href="/link-data/imports">{tx("linkdata.all_imports", { n: imports.data.imports.length })}</a>
          )}
        </Card>
      )}
    </Page>
  );
}
