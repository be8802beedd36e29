// The offers inbox: who asks for which data, why, what comes back, how long; and the answer.
import { useState } from "preact/hooks";
import { api, asProblem, body, newClientId, type Problem, type Schemas } from "../../api/client";
import { markup, metricName, number, rich, tx } from "../../i18n";
import { day, dayTime } from "../../i18n/time";
import { outdate, useCached } from "../../offline/cached";
import { prefs } from "../../prefs";
import type { Match } from "../../router";
import { Button, Card, Chip, Disclosure, EmptyState, Facts, Icon, ListRow, Rows, type Tone } from "../../ui/index";
import { Check } from "../../ui/form";
import { toast } from "../../ui/overlay";
import { Page, ProblemNote, WithAnswer } from "../../ui/page";
import { useEntrust } from "../consent/check";
import { nameOf } from "../consent/names";

type Offer = Schemas["OfferOut"];
type Category = Offer["categories"][number];
type Answer = Schemas["OfferAnswerIn"]["answer"];

const TONES: Record<Offer["state"], Tone | undefined> = { open: "look", later: "info", accepted: "good", declined: undefined, ended: undefined };

/** Columns that are no metric. */
const PERSON = new Set(["name", "kana", "age_band", "sex", "area"]);

export const amountOf = (one: { unit: string; amount: number }) => tx(`offers.amount_${one.unit}`, { n: number(one.amount) });

export function Offers() {
  const answer = useCached("/api/bank/offers");
  return (
    <Page title={markup("offers.title")} lead={tx("offers.lead")} back={["/meguri", markup("nav.meguri")]}>
      <WithAnswer answer={answer}>
        {({ offers }) => {
          const waiting = offers.filter((one) => one.state === "open" || one.state === "later");
          const answered = offers.filter((one) => !waiting.includes(one));
          return (
            <>
              {waiting.length === 0 && <EmptyState title={tx("offers.none_title")} text={tx("offers.none")} />}
              {waiting.map((one) => <Brief key={one.use} one={one} />)}
              {answered.length > 0 && (
                <Card title={tx("offers.answered")}>
                  <Rows>
                    {answered.map((one) => (
                      <ListRow key={one.use} href={`/meguri/offers/${one.use}`} title={rich(nameOf(one.title))}
                        note={<>{rich(nameOf(one.names))}{one.rule && <>{tx("meguri.dot")}{tx("consent.by_rule")}</>}</>} end={<StateChip one={one} />} />
                    ))}
                  </Rows>
                </Card>
              )}
            </>
          );
        }}
      </WithAnswer>
    </Page>
  );
}

function StateChip({ one }: { one: Offer }) {
  return <Chip tone={TONES[one.state]}>{one.state === "open" ? tx("offers.days_left", { n: one.days_left }) : tx(`offers.state_${one.state}`)}</Chip>;
}

function Brief({ one }: { one: Offer }) {
  return (
    <Card href={`/meguri/offers/${one.use}`} title={rich(nameOf(one.title))} end={<StateChip one={one} />}>
      <p class="soft">{rich(nameOf(one.names))}</p>
      <p><Listed categories={one.added.length > 0 ? one.added : one.categories} /></p>
      <p class="strong">{one.amount > 0 ? amountOf(one) : tx("offers.no_amount")}</p>
    </Card>
  );
}

function Listed({ categories }: { categories: Category[] }) {
  return <>{categories.map((each, i) => <>{i > 0 && tx("meguri.comma")}{tx(`consent.category.${each}`)}</>)}</>;
}

/** One offer in full, with the answer below. */
export function OneOffer({ match }: { match: Match }) {
  const answer = useCached("/api/bank/offers");
  const one = answer.data?.offers.find((each) => each.use === match.use);
  return (
    <Page title={one ? nameOf(one.title) : markup("offers.title")} lead={one && rich(nameOf(one.names))}
      back={["/meguri/offers", markup("offers.title")]} end={one && <StateChip one={one} />}>
      <WithAnswer answer={answer}>{() => (one ? <Whole key={`${one.state}${one.answered_at}`} one={one} /> : <Card><p>{tx("bank.offer_gone")}</p></Card>)}</WithAnswer>
    </Page>
  );
}

function Whole({ one }: { one: Offer }) {
  return (
    <>
      <Card tone="info">
        <p class="strong">{one.amount > 0 ? amountOf(one) : tx("offers.no_amount")}</p>
        <p class="soft">{one.amount > 0 && tx("offers.due", { n: one.due_days })} {rich(nameOf(one.benefit))}</p>
      </Card>
      <Card>
        <Facts rows={[
          [tx("consent.text.who"), <>{rich(nameOf(one.names))}{tx("meguri.dot")}{tx(one.is_onward_allowed ? "offers.onward" : "offers.no_onward")}</>],
          [tx("consent.text.what"), <><Listed categories={one.categories} />{tx("meguri.dot")}{tx(`consent.identifiability.${one.identifiability}`)}</>],
          [tx("consent.text.why"), <>{tx(`consent.purpose.${one.purpose}`)}{tx("meguri.dot")}{rich(nameOf(one.title))}</>],
          [tx("consent.text.until"), tx("offers.until", { day: day(Date.parse(one.until) - 1), n: one.erase_after_days })],
          [tx("consent.text.stop"), tx("offers.stop")],
        ]} />
      </Card>
      <Card title={tx("offers.board")}>
        <p><Written>{nameOf(one.reason)}</Written></p>
        {one.conditions.length > 0 && <ul class="bullets">{one.conditions.map((each) => <li key={each}><Written>{each}</Written></li>)}</ul>}
        <Disclosure summary={tx("offers.columns", { n: one.columns.length })}>
          <p class="small soft">{one.columns.map((each, i) => <>{i > 0 && tx("meguri.comma")}{PERSON.has(each.name) ? tx(`offers.column.${each.name}`) : rich(metricName(each.name))}</>)}</p>
        </Disclosure>
      </Card>
      {one.state === "ended" ? <Card><p>{tx("bank.offer_gone")}</p></Card> : <AnswerCard one={one} />}
      {one.is_synthetic && <p class="notice"><Icon name="info" size={18} /><span>{tx("consent.synthetic")}</span></p>}
    </>
  );
}

/** What the board wrote in Japanese, marked so where the screen speaks another language. */
function Written({ children }: { children: string }) {
  const isMarked = prefs.get().locale === "en" && /[\u3040-\u30ff\u4e00-\u9fff]/u.test(children);
  return <>{isMarked ? <><span lang="ja">{rich(children)}</span>{" "}<span class="soft small">{tx("offers.in_japanese")}</span></> : rich(children)}</>;
}

function AnswerCard({ one }: { one: Offer }) {
  const wanted = (one.added.length > 0 ? one.added : one.categories).filter((each) => !one.closed.includes(each));
  const [chosen, setChosen] = useState<Category[]>(wanted);
  const [busy, setBusy] = useState<Answer | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const { entrust, dialog } = useEntrust();
  const give = async (answer: Answer) => {
    setBusy(answer);
    setProblem(null);
    const sent = { answer, categories: answer === "accept" ? chosen : [], client_id: newClientId() };
    const work = () => body(api.POST("/api/bank/offers/{use}/answer", { params: { path: { use: one.use } }, body: sent }));
    try {
      await (answer === "accept" ? entrust(work) : work());
      toast(tx(`offers.done_${answer}`));
      outdate("/api/bank/offers", "/api/bank/benefits", "/api/bank/erasures", "/api/consent", "/api/home");
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(null);
    }
  };
  const isOpen = one.state === "open" || one.state === "later";
  return (
    <Card title={tx(isOpen ? "offers.your_answer" : `offers.state_${one.state}`)}>
      {isOpen ? (
        <>
          {one.added.length > 0 && <p>{tx("offers.added")}</p>}
          <fieldset class="choices">
            <legend>{tx("offers.choose")}</legend>
            {wanted.map((each) => (
              <Check key={each} checked={chosen.includes(each)} onChange={(on) => setChosen(on ? [...chosen, each] : chosen.filter((other) => other !== each))}>
                {tx(`consent.category.${each}`)}
              </Check>
            ))}
          </fieldset>
          {one.closed.length > 0 && <p class="small soft"><Listed categories={one.closed} />{tx("meguri.dot")}{tx("consent.sensitive_closed")}</p>}
          <ProblemNote problem={problem} />
          <Button kind="main" wide busy={busy === "accept"} disabled={chosen.length === 0} onClick={() => void give("accept")}>{tx("offers.accept")}</Button>
          <div class="buttons">
            <Button busy={busy === "later"} onClick={() => void give("later")}>{tx("offers.later")}</Button>
            <Button busy={busy === "decline"} onClick={() => void give("decline")}>{tx("offers.decline")}</Button>
          </div>
          <p class="small soft">{tx("offers.free")}</p>
        </>
      ) : (
        <>
          {one.state === "accepted" && <p><Listed categories={one.accepted} /></p>}
          {one.rule && <p class="soft">{tx("offers.by_rule_explained", { kind: `@consent.kind.${one.kind}` })} <a href="/meguri/rules">{tx("rules.title")}</a></p>}
          {one.answered_at && <p class="small soft">{tx("offers.answered_at", { when: dayTime(one.answered_at) })}</p>}
          <ProblemNote problem={problem} />
          {one.state === "accepted"
            ? <Button busy={busy === "decline"} onClick={() => void give("decline")}>{tx("offers.withdraw")}</Button>
            : <Button busy={busy === "reopen"} onClick={() => void give("reopen")}>{tx("offers.reopen")}</Button>}
        </>
      )}
      {dialog}
    </Card>
  );
}
