// Take the record along: as a file for a doctor, for other apps, for a spreadsheet. Made in the background, kept a day.
import { useState } from "preact/hooks";
import { api, asProblem, body, Problem, problemOf, type Schemas } from "../../api/client";
import { markup, number, t, tx } from "../../i18n";
import { ago, dayTime } from "../../i18n/time";
import { outdate, useCached } from "../../offline/cached";
import { Button, Card, Chip, Disclosure, ListRow, Progress, Rows } from "../../ui/index";
import { toast } from "../../ui/overlay";
import { Page, ProblemNote, WithAnswer } from "../../ui/page";
import { size } from "../link/found";
import { useUntilDone } from "../link/upload";
import { withStepUp } from "../people/passkey";

type Take = Schemas["TakeShape"];
type Form = Take["form"];

const FORMS: Form[] = ["pdf", "fhir", "csv"];
const LIST = "/api/record/exports";

export function TakeAlong() {
  const answer = useCached(LIST);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState<string | null>(null);
  const takes = answer.data?.takes ?? [];
  useUntilDone(takes.some((one) => one.state === "making"), answer);

  const act = async (name: string, run: () => Promise<unknown>) => {
    setBusy(name);
    setProblem(null);
    try {
      await run();
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(null);
      outdate(LIST);
    }
  };
  const make = (form: Form) => act(form, () => withStepUp(() => body(api.POST(LIST, { body: { form } }))));

  return (
    <Page title={markup("take.title")} lead={tx("take.lead")} back={["/record", markup("nav.record")]}>
      <ProblemNote problem={problem} />
      <WithAnswer answer={answer} safe={tx("take.safe")}>
        {(all) => (
          <>
            {all.takes.map((one) => <OneTake key={one.id} take={one} busy={busy} act={act} />)}
            <Card title={tx("take.what")}>
              <p>{tx("take.counts", { values: number(all.values), samples: number(all.samples), answers: number(all.answers) })}</p>
              <p class="soft">{tx("take.not_in")}</p>
            </Card>
            {FORMS.map((form) => (
              <Card key={form} title={tx(`take.${form}`)}>
                <p>{tx(`take.${form}_for`)}</p>
                {all.takes.some((one) => one.form === form && one.state === "making") ? null : (
                  <div><Button kind={form === "pdf" ? "main" : "plain"} busy={busy === form} onClick={() => void make(form)}>{tx(`take.make_${form}`)}</Button></div>
                )}
                {form !== "pdf" && <Disclosure summary={tx("take.more")}><p>{tx(`take.${form}_more`)}</p></Disclosure>}
              </Card>
            ))}
            <p class="soft">{tx("take.careful")}</p>
          </>
        )}
      </WithAnswer>
      <Card title={tx("take.other_ways")}>
        <Rows>
          <ListRow icon="qr" href="/record/links" title={tx("share.title")} note={tx("share.note")} />
          <ListRow icon="key" href="/record/tokens" title={tx("token.title")} note={tx("token.note")} />
        </Rows>
      </Card>
    </Page>
  );
}

function OneTake({ take, busy, act }: { take: Take; busy: string | null; act: (name: string, run: () => Promise<unknown>) => Promise<void> }) {
  const name = tx(`take.${take.form}`);
  if (take.state === "making") {
    return (
      <Card title={name} end={<Chip tone="info">{tx("take.making")}</Chip>}>
        <Progress done={take.done} total={take.total} label={markup("take.making")} />
        <p class="soft">{tx("take.may_leave")}</p>
      </Card>
    );
  }
  if (take.state === "failed") {
    return (
      <Card tone="look" title={name} end={<Chip tone="look">{tx("take.failed")}</Chip>}>
        <p>{tx("take.failed_text")}</p>
        <div><Button onClick={() => void act(take.id, () => drop(take))}>{tx("take.drop")}</Button></div>
      </Card>
    );
  }
  const file = `file ${take.id}`;
  return (
    <Card tone="good" title={name} end={<Chip tone="good">{tx("take.ready")}</Chip>}>
      <p><span class="link-name">{take.file_name}</span>（{size(take.size)}）<br /><span class="soft">{tx("take.until", { when: dayTime(take.expires_at) })}</span></p>
      <div class="buttons">
        <Button kind="main" busy={busy === file} onClick={() => void act(file, () => withStepUp(() => fetchAnd(take, save)))}>{tx("take.save")}</Button>
        {canShare() && <Button busy={busy === file} onClick={() => void act(file, () => withStepUp(() => fetchAnd(take, share)))}>{tx("take.share")}</Button>}
        <Button kind="quiet" icon="bin" onClick={() => void act(take.id, () => drop(take))}>{tx("take.drop")}</Button>
      </div>
      {take.downloads > 0 && <p class="soft">{tx("take.downloads", { n: take.downloads })} {ago(take.created_at)}</p>}
    </Card>
  );
}

const drop = (take: Take) => body(api.DELETE("/api/record/exports/{id}", { params: { path: { id: take.id } } }));
const canShare = () => typeof navigator.canShare === "function" && navigator.canShare({ files: [new File(["x"], "x.pdf", { type: "application/pdf" })] });

async function fetchAnd(take: Take, then: (file: File) => Promise<void> | void): Promise<void> {
  const answer = await fetch(`${LIST}/${take.id}/file`, { credentials: "same-origin" }).catch(() => { throw new Problem("shell.offline_now"); });
  if (!answer.ok) throw await problemOf(answer);
  const bytes = await answer.blob();
  await then(new File([bytes], take.file_name, { type: bytes.type }));
}

function save(file: File): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = file.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  toast(tx("take.saved"));
}

async function share(file: File): Promise<void> {
  try {
    await navigator.share({ files: [file], title: t("take.title") });
  } catch (error) {
    if ((error as Error).name === "AbortError") return;
    // Some phones share no such file, or want a fresh touch after the download: it can still be saved.
    save(file);
  }
}
