// One file before it is on the record: how far reading is, what is in it, whose it is, and the person's yes.
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { api, asProblem, body, type Problem, type Schemas } from "../../api/client";
import { markup, number, rich, tx, word } from "../../i18n";
import { dayOf, dayTime } from "../../i18n/time";
import { dropAnswers, outdate, useCached } from "../../offline/cached";
import { navigate, type Match } from "../../router";
import { Button, Card, Chip, Disclosure, Facts, Figure, Icon, Progress } from "../../ui/index";
import { Choices } from "../../ui/form";
import { Dialog } from "../../ui/overlay";
import { Page, ProblemNote, WithAnswer } from "../../ui/page";
import { days, Kinds, LeftOutList, size, sourceList } from "./found";

type UploadOut = Schemas["UploadOut"];
type Preview = Schemas["PreviewOut"];
type Answer = "mine" | "not_mine";

/** Ask again while the server is still at it; slower where no answer comes. */
export function useUntilDone(isUnderWay: boolean, answer: { at: number | undefined; problem: Problem | undefined; reload: () => void }): void {
  const { at, problem, reload } = answer;
  useEffect(() => {
    if (!isUnderWay) return undefined;
    const timer = setTimeout(reload, problem ? 3000 : 700);
    return () => clearTimeout(timer);
  }, [isUnderWay, at, problem]);
}

const TITLES: Record<UploadOut["state"], string> = {
  reading: "linkdata.reading_title",
  ready: "linkdata.preview_title",
  refused: "linkdata.refused_title",
  importing: "linkdata.importing_title",
  imported: "linkdata.imported_title",
};

export function Upload({ match }: { match: Match }) {
  const id = match.upload ?? "";
  const answer = useCached("/api/link/uploads/{upload_id}", { path: { upload_id: id } });
  const [isGone, setGone] = useState<"dropped" | "not_mine" | null>(null);
  const upload = answer.data;
  useUntilDone(upload?.state === "reading" && !isGone, answer);

  useEffect(() => {
    // From here on the import speaks; "back" must not lead to a preview that is over.
    if (upload?.import_id) navigate(`/link-data/import/${upload.import_id}`, { replace: true });
  }, [upload?.import_id]);

  const gone = isGone ?? (answer.problem?.status === 404 ? "expired" : null);
  const title = gone ? "linkdata.gone_title" : TITLES[upload?.state ?? "reading"];
  return (
    <Page title={markup(title)} back={["/link-data", markup("linkdata.title")]}>
      {gone ? <Gone why={gone} /> : (
        <WithAnswer answer={answer} safe={tx("linkdata.nothing_stored")}>
          {(found) => <OfState upload={found} onGone={setGone} />}
        </WithAnswer>
      )}
    </Page>
  );
}

function OfState({ upload, onGone }: { upload: UploadOut; onGone: (why: "dropped" | "not_mine") => void }) {
  if (upload.state === "refused") return <Refused upload={upload} />;
  if (upload.state === "ready" && upload.preview) return <Look upload={upload} preview={upload.preview} onGone={onGone} />;
  if (upload.state === "reading") {
    return (
      <Card>
        <Progress done={upload.progress.done} total={upload.progress.total}
          label={markup(upload.progress.stage === "waiting" ? "linkdata.in_line" : "linkdata.reading", { done: size(upload.progress.done), total: size(upload.progress.total) })} />
        <p class="soft">{tx("linkdata.reading_safe")}</p>
        <Throw upload={upload} onGone={onGone} label={tx("linkdata.throw")} />
      </Card>
    );
  }
  return <p class="soft" role="status">{tx("shell.first_load")}</p>;
}

function Gone({ why }: { why: "dropped" | "not_mine" | "expired" }) {
  return (
    <Card>
      <p>{tx(why === "not_mine" ? "link.said_not_mine" : `linkdata.gone_${why}`)}</p>
      <div><Button kind="main" href="/link-data">{tx("linkdata.back_to_link")}</Button></div>
    </Card>
  );
}

function Refused({ upload }: { upload: UploadOut }) {
  return (
    <Card tone="look">
      {upload.refusal && <p class="strong" role="alert">{word(upload.refusal)}</p>}
      {upload.preview && upload.preview.left_out.length > 0 && (
        <Disclosure summary={tx("linkdata.left_out")}><LeftOutList groups={upload.preview.left_out} /></Disclosure>
      )}
      <p>{tx("linkdata.refused_safe")}</p>
      <div><Button kind="main" href="/link-data">{tx("linkdata.other_file")}</Button></div>
    </Card>
  );
}

function Note({ children, tone = "info" }: { children: ComponentChildren; tone?: "info" | "warn" }) {
  return <p class="link-note"><Icon name={tone} size={20} /><span>{children}</span></p>;
}

/** The preview: nothing of it is stored yet, and the page says so first. */
function Look({ upload, preview, onGone }: { upload: UploadOut; preview: Preview; onGone: (why: "dropped" | "not_mine") => void }) {
  const [answer, setAnswer] = useState<Answer | null>(null);
  const [isAsked, setAsked] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isBusy, setBusy] = useState(false);
  const { question } = preview;

  const confirm = async () => {
    if (question && answer === null) {
      setAsked(true);
      return;
    }
    setBusy(true);
    setProblem(null);
    try {
      const started = await body(api.POST("/api/link/uploads/{upload_id}/confirm", {
        params: { path: { upload_id: upload.id } },
        body: { answers: question && answer ? { [question]: answer } : {} },
      }));
      outdate("/api/link");
      navigate(`/link-data/import/${started.id}`, { replace: true });
    } catch (error) {
      const found = asProblem(error);
      setBusy(false);
      if (found.key === "link.said_not_mine") {
        await forget(upload.id);
        onGone("not_mine");
      } else setProblem(found);
    }
  };

  return (
    <>
      <p><Chip tone="info">{tx("linkdata.nothing_yet")}</Chip></p>
      <Card title={tx("linkdata.found")}>
        <Figure big value={number(preview.count)} unit={markup("linkdata.values")} />
        <Kinds kinds={preview.kinds} />
        <Facts rows={[
          [tx("linkdata.when"), rich(days(preview.first, preview.last))],
          [tx("linkdata.from"), rich(sourceList(preview.sources))],
          [tx("linkdata.file"), <><span class="link-name">{preview.file_name}</span> <span class="soft nowrap">{size(preview.size)}</span></>],
          [tx("linkdata.whose"), tx(`linkdata.identity_${preview.identity}`)],
        ]} />
      </Card>
      {preview.already_imported_at && (
        <Card tone="info"><Note>{tx("link.already_imported", { date: dayOf(preview.already_imported_at) })}</Note></Card>
      )}
      {preview.other_people > 0 && (
        <Card tone="info"><Note>{tx("link.other_people", { people: preview.other_people })}</Note></Card>
      )}
      {preview.warnings.length > 0 && (
        <Card title={tx("linkdata.warnings")}>
          {preview.warnings.map((one, i) => <Note key={i} tone="warn">{word(one)}</Note>)}
        </Card>
      )}
      {preview.left_out.length > 0 && (
        <Card>
          <Disclosure summary={tx("linkdata.left_out_n", { n: preview.left_out.reduce((sum, one) => sum + one.count, 0) })}>
            <p class="soft">{tx("linkdata.left_out_text")}</p>
            <LeftOutList groups={preview.left_out} />
          </Disclosure>
        </Card>
      )}
      {question && (
        <Card tone="look" class="link-question">
          <Choices<Answer> value={answer} onChange={(given) => { setAnswer(given); setAsked(false); setProblem(null); }}
            legend={tx(`link.question_${question}`, { name: preview.name_in_file ?? "" })}
            error={isAsked ? tx("link.answer_needed") : undefined}
            options={[{ value: "mine", label: tx("link.answer_mine") }, { value: "not_mine", label: tx("link.answer_not_mine") }]} />
        </Card>
      )}
      <Card>
        <Button kind="main" wide busy={isBusy} onClick={() => void confirm()}>
          {tx(answer === "not_mine" ? "linkdata.throw_not_mine" : "linkdata.confirm")}
        </Button>
        <ProblemNote problem={problem} />
        <p class="soft small">{tx("linkdata.kept_until", { when: dayTime(upload.expires_at) })}</p>
        <Throw upload={upload} onGone={onGone} label={tx("linkdata.throw")} />
      </Card>
    </>
  );
}

async function forget(id: string): Promise<void> {
  await dropAnswers(`/api/link/uploads/${id}`);
  outdate("/api/link/sources");
}

/** Throw the file away; asks first, since sending it again may take long. */
function Throw({ upload, onGone, label }: { upload: UploadOut; onGone: (why: "dropped") => void; label: ComponentChildren }) {
  const [isAsking, setAsking] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isBusy, setBusy] = useState(false);
  const run = async () => {
    setBusy(true);
    setProblem(null);
    try {
      await body(api.DELETE("/api/link/uploads/{upload_id}", { params: { path: { upload_id: upload.id } } }));
      await forget(upload.id);
      setAsking(false);
      onGone("dropped");
    } catch (error) {
      setProblem(asProblem(error));
      setBusy(false);
    }
  };
  return (
    <div>
      <Button kind="quiet" icon="bin" onClick={() => setAsking(true)}>{label}</Button>
      <Dialog title={tx("linkdata.throw_title")} open={isAsking} onClose={() => setAsking(false)}>
        <p>{tx("linkdata.throw_text")}</p>
        <div class="buttons">
          <Button kind="now" busy={isBusy} onClick={() => void run()}>{tx("linkdata.throw_do")}</Button>
          <Button onClick={() => setAsking(false)}>{tx("shell.cancel")}</Button>
        </div>
        <ProblemNote problem={problem} />
      </Dialog>
    </div>
  );
}
