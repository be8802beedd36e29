// What comes back: benefits promised and delivered, and the certificates that what was given is erased.
import { type Schemas } from "../../api/client";
import { markup, rich, tx } from "../../i18n";
import { day, dayTime } from "../../i18n/time";
import { useCached } from "../../offline/cached";
import { Card, Chip, EmptyState, Facts, ListRow, Rows, type Tone } from "../../ui/index";
import { Page, WithAnswer } from "../../ui/page";
import { nameOf } from "../consent/names";
import { amountOf } from "./offers";

type Benefit = Schemas["BenefitOut"];
type Erasure = Schemas["ErasureOut"];

function stateOf(one: Benefit): [string, Tone | undefined] {
  if (one.delivered_at) return ["delivered", "good"];
  if (one.lapsed_at) return ["lapsed", undefined];
  return one.is_overdue ? ["overdue", "look"] : ["promised", "info"];
}

export function Benefits() {
  const answer = useCached("/api/bank/benefits");
  return (
    <Page title={markup("benefits.title")} lead={tx("benefits.lead")} back={["/meguri", markup("nav.meguri")]}>
      <WithAnswer answer={answer}>
        {({ benefits, sums }) => benefits.length === 0
          ? <EmptyState title={tx("benefits.none_title")} text={tx("benefits.none")} />
          : (
            <>
              {sums.map((one) => (
                <Card key={one.unit}>
                  <Facts rows={[
                    [tx("benefits.promised"), amountOf({ unit: one.unit, amount: one.promised })],
                    [tx("benefits.delivered"), amountOf({ unit: one.unit, amount: one.delivered })],
                  ]} />
                </Card>
              ))}
              <Card>
                <Rows>
                  {benefits.map((one) => {
                    const [state, tone] = stateOf(one);
                    return (
                      <ListRow key={`${one.use}${one.promised_at}`} title={<>{amountOf(one)}{tx("meguri.dot")}{rich(nameOf(one.title))}</>}
                        note={<>{rich(nameOf(one.names))}<br />{tx("benefits.promised_on", { day: day(one.promised_at) })}{tx("meguri.dot")}
                          {one.delivered_at ? tx("benefits.delivered_on", { day: day(one.delivered_at) })
                            : one.lapsed_at ? tx("benefits.lapsed_on", { day: day(one.lapsed_at) })
                            : one.due_at && tx("benefits.due_on", { day: day(one.due_at) })}</>}
                        end={<Chip tone={tone}>{tx(`benefits.state_${state}`)}</Chip>} />
                    );
                  })}
                </Rows>
              </Card>
            </>
          )}
      </WithAnswer>
    </Page>
  );
}

const TONES: Record<Erasure["state"], Tone | undefined> = { waiting: "info", overdue: "look", certified: "good", lifted: undefined };

export function Erasures() {
  const answer = useCached("/api/bank/erasures");
  return (
    <Page title={markup("erasures.title")} lead={tx("erasures.lead")} back={["/meguri", markup("nav.meguri")]}>
      <WithAnswer answer={answer}>
        {({ erasures }) => erasures.length === 0
          ? <EmptyState title={tx("erasures.none_title")} text={tx("erasures.none")} />
          : (
            <Card>
              <Rows>
                {erasures.map((one) => (
                  <ListRow key={one.id} title={one.names ? rich(nameOf(one.names)) : one.recipient}
                    note={
                      <>
                        {one.categories.map((each, i) => <>{i > 0 && tx("meguri.comma")}{tx(`consent.category.${each}`)}</>)}<br />
                        {tx("erasures.asked", { when: dayTime(one.ordered_at) })}{tx("meguri.dot")}
                        {one.certified_at && one.erased_on
                          ? <>{tx("erasures.erased_on", { day: day(one.erased_on) })}<br />{tx("erasures.signed", { who: one.signer ?? "", how: one.method ?? "" })}</>
                          : tx(one.state === "lifted" ? "erasures.lifted" : "erasures.due", { day: day(one.due_at) })}
                      </>
                    }
                    end={<Chip tone={TONES[one.state]}>{tx(`erasures.state_${one.state}`)}</Chip>} />
                ))}
              </Rows>
            </Card>
          )}
      </WithAnswer>
    </Page>
  );
}
