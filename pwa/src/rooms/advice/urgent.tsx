// つらいとき・急ぐとき: whom to call now. Works without a net and without signing in; nothing tapped is kept or sent.
import { useState } from "preact/hooks";
import { markup, tx } from "../../i18n";
import { Button, Card, Disclosure, Rows } from "../../ui/index";
import { Check } from "../../ui/form";
import { Page } from "../../ui/page";
import { session } from "../../session";
import { useStore } from "../../store";
import { CallButton } from "./urgent-calls";
import { callsFor, numbers, signs } from "./urgent-words";

const GROUPS = ["adult", "child", "pregnant", "mind"];

export function Urgent() {
  const { state } = useStore(session);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const calls = callsFor(chosen);
  const toggle = (id: string, isOn: boolean) => {
    const next = new Set(chosen);
    if (isOn) next.add(id);
    else next.delete(id);
    setChosen(next);
    if (isOn) document.getElementById("main")?.scrollIntoView({ block: "start" });
  };
  return (
    <Page title={markup("urgent.title")} lead={tx("urgent.lead")} bare={state !== "in"}
      back={state === "in" ? ["/advice", markup("nav.advice")] : ["/welcome", markup("landing.back")]}>
      <div aria-live="assertive">
        {calls.length > 0 && (
          <Card tone={calls[0] === "mind" ? "info" : "now"} title={tx(calls[0] === "mind" ? "urgent.talk_to" : "urgent.now")}>
            {calls.map((call) => <CallButton key={call} call={call} />)}
            {calls.includes("mind") && <CallButton call="mind2" />}
            {calls.includes("clinic") && <CallButton call="7119" />}
            <Button kind="quiet" onClick={() => setChosen(new Set())}>{tx("urgent.clear")}</Button>
          </Card>
        )}
      </div>
      {calls.length === 0 && <Card><CallButton call="119" /><CallButton call="7119" /><CallButton call="8000" /><CallButton call="mind" /></Card>}
      <Card title={tx("urgent.check")}>
        <p class="soft small">{tx("urgent.check_note")}</p>
        {GROUPS.map((group) => (
          <fieldset key={group} class="choices">
            <legend>{tx(`urgent.group.${group}`)}</legend>
            <div class="stack-s">
              {signs.filter((sign) => sign.group === group).map((sign) => (
                <Check key={sign.id} checked={chosen.has(sign.id)} onChange={(isOn) => toggle(sign.id, isOn)}>{tx(`urgent.sign.${sign.id}`)}</Check>
              ))}
            </div>
          </fieldset>
        ))}
        <p>{tx("urgent.none")}</p>
      </Card>
      <Card>
        <Disclosure summary={tx("urgent.source")}>
          <Rows>
            {[...new Set([...numbers, ...signs].map((one) => one.source))].map((source) => <p key={source} class="small soft">{source}</p>)}
          </Rows>
        </Disclosure>
      </Card>
    </Page>
  );
}
