// Access keys for other programs: made with a name and an end, shown once, ended at any time.
import { useState } from "preact/hooks";
import { api, asProblem, body, type Problem, type Schemas } from "../../api/client";
import { markup, rich, tx } from "../../i18n";
import { ago, day } from "../../i18n/time";
import { outdate, useCached } from "../../offline/cached";
import { Button, Card, Chip, EmptyState, ListRow, Rows } from "../../ui/index";
import { Choices, Field } from "../../ui/form";
import { Dialog, toast } from "../../ui/overlay";
import { Page, ProblemNote, WithAnswer } from "../../ui/page";
import { withStepUp } from "../people/passkey";

type Token = Schemas["TokenShape"];

const LIST = "/api/record/tokens";
const SCOPES = { all: "patient/*.rs", values: "patient/Patient.rs patient/Observation.rs" };

export function Tokens() {
  const answer = useCached(LIST);
  const [isMaking, setMaking] = useState(false);
  const [made, setMade] = useState<Token | null>(null);
  const [ending, setEnding] = useState<Token | null>(null);
  const [name, setName] = useState("");
  const [scope, setScope] = useState<keyof typeof SCOPES>("values");
  const [days, setDays] = useState("30");
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);

  const act = async (run: () => Promise<unknown>) => {
    setBusy(true);
    setProblem(null);
    try {
      await run();
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
      outdate(LIST);
    }
  };
  const make = () => act(async () => {
    const until = new Date(Date.now() + Number(days) * 86_400_000).toISOString();
    setMade(await withStepUp(() => body(api.POST(LIST, { body: { name: name.trim(), scope: SCOPES[scope], until } }))));
    setMaking(false);
    setName("");
  });
  const end = (one: Token) => act(async () => {
    await body(api.DELETE("/api/record/tokens/{id}", { params: { path: { id: one.id } } }));
    setEnding(null);
    toast(tx("token.ended_toast"));
  });

  return (
    <Page title={markup("token.title")} lead={tx("token.lead")} back={["/record/take", markup("take.title")]}>
      {made?.token && (
        <Card tone="good" title={tx("token.made", { name: made.name })}>
          <p>{tx("token.once")}</p>
          <pre class="take-token">{made.token}</pre>
          <div class="buttons">
            <Button kind="main" onClick={() => void navigator.clipboard.writeText(made.token!).then(() => toast(tx("share.copied")), () => toast(tx("share.not_copied")))}>{tx("token.copy")}</Button>
            <Button onClick={() => setMade(null)}>{tx("token.noted")}</Button>
          </div>
        </Card>
      )}
      <WithAnswer answer={answer}>
        {({ tokens, address }) => (
          <>
            {tokens.length === 0
              ? <EmptyState title={tx("token.none_title")} text={tx("token.none")} action={tx("token.new")} onClick={() => setMaking(true)} />
              : (
                <>
                  <div><Button kind={made ? "plain" : "main"} icon="plus" onClick={() => setMaking(true)}>{tx("token.new")}</Button></div>
                  <Card>
                    <Rows>
                      {tokens.map((one) => (
                        <ListRow key={one.id} title={one.name} onClick={one.state === "active" ? () => setEnding(one) : undefined}
                          note={<>
                            {tx(one.scope === SCOPES.all ? "token.scope_all" : "token.scope_values")}・{tx("share.until", { day: day(one.expires_at, { year: true }) })}
                            <br />{one.last_used_at ? <>{tx("token.used", { n: one.uses })}（{rich(ago(one.last_used_at))}）</> : tx("token.unused")}
                            <br /><Chip tone={one.state === "active" ? "good" : "info"}>{tx(`share.state_${one.state}`)}</Chip>
                          </>} />
                      ))}
                    </Rows>
                  </Card>
                </>
              )}
            <Card title={tx("token.address")}>
              <p class="soft">{tx("token.address_note")}</p>
              <pre class="take-token">{address}</pre>
            </Card>
          </>
        )}
      </WithAnswer>
      <p class="soft">{tx("token.seen")}　<a href="/meguri/reads">{tx("meguri.reads")}</a></p>

      <Dialog title={tx("token.new")} open={isMaking} onClose={() => setMaking(false)}>
        <Field label={tx("token.name")} hint={tx("token.name_hint")} value={name} maxLength={60} autocomplete="off" onInput={setName} />
        <Choices<keyof typeof SCOPES> legend={tx("token.may_read")} value={scope} onChange={setScope}
          options={[{ value: "values", label: tx("token.scope_values") }, { value: "all", label: tx("token.scope_all") }]} />
        <Choices<string> legend={tx("share.for_days")} value={days} onChange={setDays}
          options={["7", "30", "90", "365"].map((value) => ({ value, label: tx("share.days", { n: value }) }))} />
        <ProblemNote problem={problem} />
        <Button kind="main" wide busy={isBusy} disabled={name.trim() === ""} onClick={() => void make()}>{tx("token.make")}</Button>
      </Dialog>
      <Dialog title={tx("token.end_title")} open={ending !== null} onClose={() => setEnding(null)}>
        <p>{tx("token.end_text", { name: ending?.name ?? "" })}</p>
        <ProblemNote problem={problem} />
        <div class="buttons">
          <Button kind="main" busy={isBusy} onClick={() => ending && void end(ending)}>{tx("share.stop")}</Button>
          <Button onClick={() => setEnding(null)}>{tx("share.keep")}</Button>
        </div>
      </Dialog>
    </Page>
  );
}
