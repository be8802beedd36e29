// 相談: the resident's side.
import { useId, useState } from "preact/hooks";
import { api, asProblem, body, newClientId, type Problem } from "../../api/client";
import { markup, plain, rich, tx } from "../../i18n";
import { ago } from "../../i18n/time";
import { useCached } from "../../offline/cached";
import { navigate, type Match } from "../../router";
import { Button, Card, Chip, EmptyState, Icon, ListRow, Rows } from "../../ui/index";
import { Field, Select } from "../../ui/form";
import { Page, ProblemNote, WithAnswer } from "../../ui/page";
import { UrgentInText, UrgentLine } from "../advice/urgent-calls";
import { nameOf } from "../consent/names";
import { Talk, talkChanged } from "./talk";

export function Consultations() {
  const list = useCached("/api/consultations");
  return (
    <Page title={markup("nav.care")} lead={tx("talk.lead")}>
      <WithAnswer answer={list}>
        {({ consultations }) => (consultations.length === 0
          ? <EmptyState title={tx("talk.empty_title")} text={tx("talk.empty")} action={tx("talk.new")} href="/consultations/new" />
          : (
            <>
              <Button kind="main" href="/consultations/new" icon="plus">{tx("talk.new")}</Button>
              <Card>
                <Rows>
                  {consultations.map((one) => (
                    <ListRow key={one.id} href={`/consultations/${one.id}`} title={one.subject}
                      note={<>{rich(nameOf(one.names))}<br />{tx(one.last_side === "resident" ? "talk.you_wrote" : "talk.they_wrote", { when: ago(one.last_at) })}</>}
                      end={one.unread > 0 ? <Chip tone="look">{tx("talk.unread", { n: one.unread })}</Chip> : undefined} />
                  ))}
                </Rows>
              </Card>
            </>
          ))}
      </WithAnswer>
      <p class="notice"><Icon name="warn" size={18} /><span>{tx("care.not_for_emergency")}</span></p>
      <UrgentLine />
    </Page>
  );
}

export function NewConsultation() {
  const whom = useCached("/api/consultations/addressees");
  const field = useId();
  const [to, setTo] = useState("");
  const [subject, setSubject] = useState("");
  const [text, setText] = useState("");
  const [client_id] = useState(newClientId);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const send = async () => {
    setBusy(true);
    setProblem(null);
    try {
      const opened = await body(api.POST("/api/consultations", { body: { subject: subject.trim(), text: text.trim(), to: to || null, client_id } }));
      talkChanged();
      navigate(`/consultations/${opened.id}`, { replace: true });
    } catch (error) {
      setProblem(asProblem(error));
      setBusy(false);
    }
  };
  return (
    <Page title={markup("talk.new")} back={["/consultations", markup("nav.care")]}>
      <WithAnswer answer={whom}>
        {({ addressees }) => (
          <Card>
            <form class="stack" onSubmit={(event) => { event.preventDefault(); void send(); }}>
              <Select label={tx("talk.to")} value={to} onChange={setTo}
                options={addressees.map((one) => ({ value: one.is_team ? "" : one.recipient, label: plain(nameOf(one.names)) }))} />
              <Field label={tx("talk.subject")} hint={tx("talk.subject_hint")} value={subject} onInput={setSubject} maxLength={80} required />
              <div class="field">
                <label class="field-label" for={field}>{tx("talk.text")}</label>
                <textarea id={field} class="input" rows={6} maxLength={4000} required value={text} onInput={(event) => setText(event.currentTarget.value)} />
              </div>
              <UrgentInText text={`${subject} ${text}`} />
              <p class="soft">{tx("care.no_need_to_share")}</p>
              <ProblemNote problem={problem} />
              {problem?.isOffline && <p class="small soft">{tx("talk.not_sent")}</p>}
              <Button kind="main" type="submit" wide busy={isBusy} disabled={!subject.trim() || !text.trim()}>{tx(isBusy ? "shell.sending" : "talk.send")}</Button>
            </form>
          </Card>
        )}
      </WithAnswer>
      <p class="notice"><Icon name="warn" size={18} /><span>{tx("care.not_for_emergency")}</span></p>
      <UrgentLine />
    </Page>
  );
}

export function OneConsultation({ match }: { match: Match }) {
  const whole = useCached("/api/consultations/{id}", { path: { id: match.id ?? "" } });
  return (
    <Page title={whole.data?.subject ?? markup("nav.care")} back={["/consultations", markup("nav.care")]} lead={whole.data && rich(nameOf(whole.data.names))}>
      <WithAnswer answer={whole}>{(data) => <Card><Talk whole={data} /></Card>}</WithAnswer>
      <Card><ListRow title={tx("talk.share")} note={tx("talk.share_note")} href="/meguri" /></Card>
      <p class="notice"><Icon name="warn" size={18} /><span>{tx("care.not_for_emergency")}</span></p>
      <UrgentLine />
    </Page>
  );
}
