// Rules: one answer for a whole class of recipients, those that come later included. A grant still names one recipient.
import { useState } from "preact/hooks";
import { api, asProblem, body, newClientId, type Problem, type Schemas } from "../../api/client";
import { markup, t, tx } from "../../i18n";
import { day } from "../../i18n/time";
import { outdate } from "../../offline/cached";
import { Button, Card, ListRow, Rows } from "../../ui/index";
import { Check, Choices, Select } from "../../ui/form";
import { Dialog, toast } from "../../ui/overlay";
import { ProblemNote } from "../../ui/page";
import { withStepUp } from "../people/passkey";
import { useEntrust } from "./check";

type Overview = Schemas["ConsentOut"];
type CardOut = Schemas["CardOut"];
type Category = Schemas["SwitchOut"]["category"];
type Effect = Schemas["RuleIn"]["effect"];

interface Class {
  kind: CardOut["kind"];
  purpose: CardOut["purpose"];
  categories: Category[];
  names: number;
}

/** Every kind of recipient and purpose that is on the screen, with the categories that can be given. */
function classesOf(cards: CardOut[]): Class[] {
  const found = new Map<string, Class>();
  for (const card of cards) {
    const key = `${card.kind} ${card.purpose}`;
    const one = found.get(key) ?? { kind: card.kind, purpose: card.purpose, categories: [], names: 0 };
    const open = card.categories.filter((each) => each.can_turn_on || each.is_on).map((each) => each.category);
    found.set(key, { ...one, names: one.names + 1, categories: [...new Set([...one.categories, ...open])] });
  }
  return [...found.values()].filter((one) => one.categories.length > 0);
}

const title = (one: { kind: string; purpose: string }): string => markup("rules.class", { kind: `@consent.kind.${one.kind}`, purpose: `@consent.purpose.${one.purpose}` });

/** The rules in force, and the way to a new one. */
export function RulesCard({ overview }: { overview: Overview }) {
  const [isMaking, setMaking] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const end = async (id: string) => {
    setProblem(null);
    try {
      const client_id = newClientId();
      await withStepUp(() => body(api.PUT("/api/consent/rules/{id}/end", { params: { path: { id } }, body: { client_id } })));
      toast(tx("consent.change.rule_off"));
      outdate("/api/consent", "/api/home");
    } catch (error) {
      setProblem(asProblem(error));
    }
  };
  return (
    <Card>
      {overview.rules.length === 0 && <p class="soft">{tx("rules.none")}</p>}
      {overview.rules.length > 0 && (
        <Rows>
          {overview.rules.map((one) => (
            <ListRow key={one.id} title={tx("rules.one", { effect: `@consent.rule.${one.effect}`, what: title(one) })}
              note={<>{one.categories.map((each, i) => <>{i > 0 && tx("meguri.comma")}{tx(`consent.category.${each}`)}</>)}{tx("meguri.dot")}{tx("rules.since", { when: day(one.since) })}</>}
              end={<Button kind="quiet" onClick={() => void end(one.id)}>{tx("rules.end")}</Button>} />
          ))}
        </Rows>
      )}
      <ProblemNote problem={problem} />
      <Button icon="plus" onClick={() => setMaking(true)}>{tx("rules.make")}</Button>
      <MakeRule classes={classesOf(overview.bank)} isOpen={isMaking} close={() => setMaking(false)} />
    </Card>
  );
}

function MakeRule({ classes, isOpen, close }: { classes: Class[]; isOpen: boolean; close: () => void }) {
  const [at, setAt] = useState(0);
  const [effect, setEffect] = useState<Effect>("stop");
  const [chosen, setChosen] = useState<Category[]>([]);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const { entrust, dialog } = useEntrust();
  const one = classes[at];
  if (!one) return null;
  const categories = chosen.filter((each) => one.categories.includes(each));
  const make = async () => {
    setBusy(true);
    setProblem(null);
    const rule = { kind: one.kind, purpose: one.purpose, categories, effect, client_id: newClientId() };
    try {
      const done = await entrust(() => body(api.POST("/api/consent/rules", { body: rule })));
      toast(tx("rules.made", { n: done.switches.length }));
      outdate("/api/consent", "/api/home");
      setChosen([]);
      close();
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog title={tx("rules.make")} open={isOpen} onClose={close}>
      <Select label={tx("rules.whom")} value={`${at}`} onChange={(value) => setAt(Number(value))}
        options={classes.map((each, i) => ({ value: `${i}`, label: t("rules.class", { kind: `@consent.kind.${each.kind}`, purpose: `@consent.purpose.${each.purpose}` }) }))} />
      <Choices legend={tx("rules.effect")} value={effect} onChange={setEffect}
        options={[{ value: "stop", label: tx("rules.effect_stop") }, { value: "create", label: tx("rules.effect_create") }]} />
      <fieldset class="choices">
        <legend>{tx("meguri.what_to_give")}</legend>
        {one.categories.map((each) => (
          <Check key={each} checked={categories.includes(each)}
            onChange={(on) => setChosen(on ? [...chosen, each] : chosen.filter((other) => other !== each))}>
            {tx(`consent.category.${each}`)}
          </Check>
        ))}
      </fieldset>
      <p class="soft">{tx("rules.now_and_later", { n: one.names })}</p>
      <ProblemNote problem={problem} />
      <Button kind="main" busy={isBusy} disabled={categories.length === 0} onClick={() => void make()}>{tx("rules.make_now")}</Button>
      {dialog}
    </Dialog>
  );
}
