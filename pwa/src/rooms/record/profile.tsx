// わたしのこと: what models and advice must know and files seldom say. "Don't know" is an answer too.
import { useState } from "preact/hooks";
import type { ComponentChildren } from "preact";
import { api, asProblem, body, type Problem, type Schemas } from "../../api/client";
import { hasWords, markup, plain, rich, sourceName, t, tx, word, wordText } from "../../i18n";
import { day } from "../../i18n/time";
import { outdate, useCached } from "../../offline/cached";
import { prefs } from "../../prefs";
import { goBack, type Match } from "../../router";
import { Button, Card, Chip, Disclosure, Facts, ListRow, Rows } from "../../ui/index";
import { Check, Choices, Field, Select } from "../../ui/form";
import { toast } from "../../ui/overlay";
import { Page, ProblemNote, WithAnswer } from "../../ui/page";

type Question = Schemas["ProfileQuestion"];
type Fact = Schemas["FactShape"];
type Town = Schemas["MunicipalityOut"];
interface Contact {
  name: string;
  relation: string;
  phone: string;
}
interface Pregnancy {
  status: "yes" | "no";
  due: string | null;
}

const townName = (town: Town): string => (prefs.get().locale === "en" ? town.en : prefs.get().locale === "ja-easy" ? `{${town.ja}|${town.kana}}` : town.ja);

/** An answer in words. */
function answerText(fact: Fact, towns: Town[]): string {
  if (fact.answer !== "value") return markup(`record.answer.${fact.answer}`);
  const { value } = fact;
  if (Array.isArray(value)) {
    return value.length === 0 ? markup("profile.none") : value.map((one) => (hasWords(`record.choice.${one}`) ? markup(`record.choice.${one}`) : String(one))).join("、");
  }
  if (value !== null && typeof value === "object" && "phone" in value) {
    const { name, relation, phone } = value as Contact;
    return `${name}${relation ? `（${relation}）` : ""} ${phone}`;
  }
  if (value !== null && typeof value === "object") {
    const { status, due } = value as Pregnancy;
    const said = markup(`record.choice.${status}`);
    return due ? `${said}（${markup("profile.due_is", { day: due })}）` : said;
  }
  const town = towns.find((one) => one.code === value);
  if (town) return townName(town);
  return hasWords(`record.choice.${value}`) ? markup(`record.choice.${value}`) : String(value);
}

function origin(fact: Fact): ComponentChildren {
  if (fact.answer !== "value" && fact.answer !== "unknown") return undefined;
  const source = fact.source === "self" ? markup("profile.by_self") : fact.source ? sourceName(fact.source) : "";
  return rich([fact.on ? day(fact.on) : "", source].filter(Boolean).join("・"));
}

export function Profile() {
  const profile = useCached("/api/profile");
  const towns = useCached("/api/municipalities").data?.municipalities ?? [];
  return (
    <Page title={markup("profile.title")} lead={tx("profile.lead")} back={["/record", markup("nav.record")]}>
      <WithAnswer answer={profile}>
        {({ questions, unanswered }) => {
          const groups = [...new Set(questions.map((one) => one.group))];
          return (
            <>
              {unanswered > 0 && <p><Chip tone="look">{tx("profile.left", { n: unanswered })}</Chip></p>}
              {groups.map((group) => (
                <Card key={group} title={tx(`profile.group_${group}`)}>
                  <p class="soft small">{word(questions.find((one) => one.group === group)!.why)}</p>
                  <Rows>
                    {questions.filter((one) => one.group === group).map((one) => (
                      <ListRow key={one.key} href={`/record/profile/${one.key}`} title={word(one.question)} note={origin(one.current)}
                        end={one.current.answer === "unanswered"
                          ? <Chip tone="look">{tx("profile.to_answer")}</Chip>
                          : <span class="strong">{rich(answerText(one.current, towns))}</span>} />
                    ))}
                  </Rows>
                </Card>
              ))}
            </>
          );
        }}
      </WithAnswer>
    </Page>
  );
}

interface EditProps {
  question: Question;
  value: unknown;
  onChange: (value: unknown) => void;
  towns: Town[];
}

function Edit({ question, value, onChange, towns }: EditProps) {
  const legend = word(question.question);
  const choiceWord = (id: string) => tx(`record.choice.${id}`);
  if (question.kind === "choice") {
    return <Choices<string> legend={legend} value={typeof value === "string" ? value : null} onChange={onChange}
      options={question.values.map((id) => ({ value: id, label: choiceWord(id) }))} />;
  }
  if (question.kind === "many") {
    const list = Array.isArray(value) ? (value as string[]) : [];
    return (
      <fieldset class="choices">
        <legend>{legend}</legend>
        {question.values.map((id) => (
          <Check key={id} checked={list.includes(id)} onChange={(on) => onChange(on ? [...list, id] : list.filter((one) => one !== id))}>{choiceWord(id)}</Check>
        ))}
      </fieldset>
    );
  }
  if (question.kind === "municipality") {
    return <Select label={legend} hint={tx("profile.area_hint")} value={typeof value === "string" ? value : ""} onChange={onChange}
      options={[{ value: "", label: t("join.choose") }, ...towns.map((town) => ({ value: town.code, label: plain(`${prefs.get().locale === "en" ? town.en : `${town.prefecture} ${town.ja}`}`) }))]} />;
  }
  if (question.kind === "pregnancy") {
    const now = (value ?? {}) as Partial<Pregnancy>;
    return (
      <>
        <Choices<"yes" | "no"> legend={legend} value={now.status ?? null} onChange={(status) => onChange({ status, due: status === "yes" ? (now.due ?? null) : null })}
          options={[{ value: "yes", label: choiceWord("yes") }, { value: "no", label: choiceWord("no") }]} />
        {now.status === "yes" && (
          <Field label={tx("profile.due")} hint={tx("profile.due_hint")} type="date" value={now.due ?? ""} onInput={(due) => onChange({ status: "yes", due: due || null })} />
        )}
      </>
    );
  }
  if (question.kind === "contact") {
    const now = { name: "", relation: "", phone: "", ...(value as Partial<Contact> | undefined) };
    return (
      <>
        <Field label={tx("emergency.contact_name")} autocomplete="off" value={now.name} maxLength={120} onInput={(name) => onChange({ ...now, name })} />
        <Field label={tx("emergency.contact_relation")} hint={tx("emergency.contact_relation_hint")} autocomplete="off" value={now.relation} maxLength={120} onInput={(relation) => onChange({ ...now, relation })} />
        <Field label={tx("emergency.contact_phone")} type="tel" autocomplete="off" value={now.phone} maxLength={20} onInput={(phone) => onChange({ ...now, phone })} />
      </>
    );
  }
  const list = Array.isArray(value) ? (value as string[]) : [];
  return (
    <div class="field">
      <span class="field-label">{legend}</span>
      {[...list, ""].map((text, i) => (
        <Field key={i} label={<span class="sr-only">{t("profile.line", { n: i + 1 })}</span>} value={text} maxLength={120}
          onInput={(next) => onChange([...list.slice(0, i), ...(next ? [next] : []), ...list.slice(i + 1)])} />
      ))}
    </div>
  );
}

function OneQuestion({ question, towns }: { question: Question; towns: Town[] }) {
  const [value, setValue] = useState<unknown>(question.current.answer === "value" ? question.current.value : undefined);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isBusy, setBusy] = useState(false);
  const send = async (answer: "value" | "unknown" | "unanswered") => {
    setBusy(true);
    setProblem(null);
    try {
      const sent = answer === "value" ? (value ?? (question.kind === "many" || question.kind === "text_list" ? [] : null)) : null;
      await body(api.PUT("/api/profile/{key}", { params: { path: { key: question.key } }, body: { answer, value: sent } }));
      outdate("/api/profile", "/api/home", "/api/risk", "/api/advice", "/api/emergency", "/api/completeness", "/api/glucose");
      goBack("/record/profile");
      toast(tx("profile.saved"));
    } catch (error) {
      setProblem(asProblem(error));
      setBusy(false);
    }
  };
  const isList = question.kind === "many" || question.kind === "text_list";
  const contact = question.kind === "contact" ? (value as Partial<Contact> | undefined) : null;
  const isReady = isList || (contact === null ? value !== undefined && value !== "" : Boolean(contact?.name?.trim() && contact.phone?.trim()));
  return (
    <>
      <Card>
        <p class="soft">{word(question.why)}</p>
        <Edit question={question} value={value} onChange={setValue} towns={towns} />
        <ProblemNote problem={problem} />
        <Button kind="main" wide busy={isBusy} disabled={!isReady} onClick={() => void send("value")}>
          {tx(isList && !(value as unknown[] | undefined)?.length ? "profile.save_none" : "shell.save")}
        </Button>
        <div class="buttons">
          {question.kind !== "contact" && <Button busy={isBusy} onClick={() => void send("unknown")}>{tx("record.answer.unknown")}</Button>}
          {question.current.source === "self" && question.current.answer !== "unanswered" && (
            <Button kind="quiet" busy={isBusy} onClick={() => void send("unanswered")}>{tx("profile.take_back")}</Button>
          )}
        </div>
      </Card>
      {question.current.answer !== "unanswered" && (
        <Card title={tx("profile.now")}>
          <Facts rows={[
            [tx("profile.answer"), rich(answerText(question.current, towns))],
            [tx("profile.from"), origin(question.current)],
          ]} />
          {question.current.reading && <p><a href={`/record/reading/${encodeURIComponent(question.current.reading)}`}>{tx("record.see_source")}</a></p>}
        </Card>
      )}
      {question.others.length + question.history.length > 0 && (
        <Disclosure summary={tx("profile.history")}>
          <Facts rows={[...question.others, ...question.history].map((fact) => [origin(fact) ?? "", rich(answerText(fact, towns))])} />
        </Disclosure>
      )}
    </>
  );
}

export function ProfileOne({ match }: { match: Match }) {
  const profile = useCached("/api/profile");
  const towns = useCached("/api/municipalities");
  const question = profile.data?.questions.find((one) => one.key === match.key);
  return (
    <Page title={question ? wordText(question.question) : t("profile.title")} back={["/record/profile", markup("profile.title")]}>
      <WithAnswer answer={profile}>
        {() => (question ? <OneQuestion key={question.key} question={question} towns={towns.data?.municipalities ?? []} /> : <p>{tx("record.unknown_question")}</p>)}
      </WithAnswer>
    </Page>
  );
}

