// One approved use: what may be read and until when, a table on the spot, programs with tokens, results for residents.
import { useState } from "preact/hooks";
import { api, asProblem, body, newClientId, type Problem, type Schemas } from "../../api/client";
import { markup, number, t, tx } from "../../i18n";
import { ago, dayTime } from "../../i18n/time";
import { outdate, useCached } from "../../offline/cached";
import { navigate, type Match } from "../../router";
import { Field, Select } from "../../ui/form";
import { Button, Card, Disclosure, ListRow, Rows } from "../../ui/index";
import { Dialog, toast } from "../../ui/overlay";
import { BackLink, ProblemNote, WithAnswer } from "../../ui/page";
import { StaffShell } from "../../ui/staff";
import { withStepUp } from "../people/passkey";
import { PLACES } from "./desk";
import { Area, cohort, ColumnList, said, saidText, StateChip, VerdictFacts } from "./parts";

type Whole = Schemas["UseOut"];

export function Use({ match }: { match: Match }) {
  const use = match.use ?? "";
  const answer = useCached("/api/governance/uses/{use}", { path: { use } });
  return (
    <StaffShell title={t("review.use")} work={tx("review.work_user")} places={PLACES()}>
      <BackLink to="/desk" word={markup("review.desk")} />
      <WithAnswer answer={answer}>{(found) => <TheUse found={found} key={use} />}</WithAnswer>
    </StaffShell>
  );
}

function TheUse({ found }: { found: Whole }) {
  const { verdict, state } = found;
  return (
    <div class="stack-l">
      <div class="row-between"><h1 tabIndex={-1}>{said(verdict.texts.title)}</h1><StateChip state={state} /></div>
      {state !== "live" && <Card tone={state === "suspended" ? "now" : "info"}><p>{tx(`review.use_${state}`)} {state === "suspended" ? found.why : tx(`review.why.${found.why}`)}</p></Card>}
      <Card title={tx("review.approved_columns")}>
        <ColumnList columns={verdict.columns} names={found.names} />
        <p class="soft">{tx(`review.lane.${verdict.identifiability}`)} · {cohort(verdict.cohort)}</p>
        <Disclosure summary={tx("review.conditions")}>
          <VerdictFacts verdict={verdict} />
          {verdict.conditions.length > 0 && <ul class="bullets">{verdict.conditions.map((text) => <li key={text}>{text}</li>)}</ul>}
        </Disclosure>
      </Card>
      {verdict.identifiability !== "anonymous" && <Card href={`/bank/${verdict.use}`} title={tx("bankdesk.title")}><p class="soft">{tx("bankdesk.lead")}</p></Card>}
      {state === "live" && <Ask found={found} />}
      {state === "live" && verdict.identifiability !== "anonymous" && <Download found={found} />}
      <Programs found={found} />
      <Results found={found} />
      {state !== "ended" && <Change found={found} />}
    </div>
  );
}

function Ask({ found }: { found: Whole }) {
  const { use } = found.verdict;
  const [column, setColumn] = useState("");
  const [by, setBy] = useState("");
  const [table, setTable] = useState<Schemas["TableOut"] | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isBusy, setBusy] = useState(false);
  const groups = found.groupings;
  const pairs = groups.flatMap((a, i) => groups.slice(i + 1).map((b) => `${a},${b}`));
  const numbers = found.names.filter((one) => !["age_band", "sex", "area", "name", "kana"].includes(one.name));
  const ask = async () => {
    setBusy(true);
    setProblem(null);
    try {
      setTable(await body(api.POST("/api/uses/{use}/query", {
        params: { path: { use } }, body: { measure: column ? "mean" : "count", column: column || null, by: (by ? by.split(",") : []) as never },
      })));
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  const groupName = (names: string) => names.split(",").map((name) => t(`review.group.${name}`)).join(" × ");
  return (
    <Card title={tx("review.ask_title")}>
      <p class="soft">{tx("review.ask_lead", { n: number(Math.max(found.verdict.min_cell, found.verdict.min_k)) })}</p>
      <div class="grid-2">
        <Select label={tx("review.what_number")} value={column} onChange={setColumn}
          options={[{ value: "", label: t("review.count_people") }, ...numbers.map((one) => ({ value: one.name, label: t("review.mean_of", { name: saidText(one.names) }) }))]} />
        <Select label={tx("review.by")} value={by} onChange={setBy}
          options={[{ value: "", label: t("review.by_nothing") }, ...[...groups, ...pairs].map((value) => ({ value, label: groupName(value) }))]} />
      </div>
      <ProblemNote problem={problem} />
      <div><Button kind="main" busy={isBusy} onClick={() => void ask()}>{tx("review.make_table")}</Button></div>
      {table && (
        <div class="scroll-x" tabIndex={0} role="region" aria-label={t("review.ask_title")}>
          <table class="table">
            <caption class="small soft">{tx("review.table_as_of", { when: dayTime(table.as_of) })}</caption>
            <thead><tr>{(table.question.by.length ? table.question.by : [""]).map((name) => <th key={name}>{name ? tx(`review.group.${name}`) : tx("review.all")}</th>)}
              <th class="number">{tx("review.people_head")}</th>{table.question.measure === "mean" && <th class="number">{tx("review.mean")}</th>}</tr></thead>
            <tbody>
              {table.cells.map((cell) => (
                <tr key={cell.key.join("|")}>
                  {(cell.key.length ? cell.key : [t("review.all")]).map((part) => <td key={part}>{["male", "female"].includes(part) ? tx(`review.sex.${part}`) : part}</td>)}
                  <td class="number">{cell.n === null ? <span class="soft">{tx("review.hidden", { n: table.least })}</span> : tx("review.about", { n: number(cell.n) })}</td>
                  {table.question.measure === "mean" && <td class="number">{cell.mean === null ? "–" : number(cell.mean)}</td>}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Card>
  );
}

function Download({ found }: { found: Whole }) {
  const { use } = found.verdict;
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isBusy, setBusy] = useState(false);
  const fetchAll = async () => {
    setBusy(true);
    setProblem(null);
    try {
      const lines = ["pseudonym,about,column,day,value,unit"];
      let after: string | undefined;
      do {
        const page = await body(api.GET("/api/uses/{use}/rows", { params: { path: { use }, query: after ? { after } : {} } }));
        for (const row of page.rows) {
          const about = Object.entries(row.about).map(([name, value]) => `${name}=${value}`).join(";");
          for (const value of row.values) lines.push([row.pseudonym, about, value.column, value.day, value.value ?? "", value.unit].map((cell) => `"${String(cell).replace(/"/g, '""')}"`).join(","));
          if (row.values.length === 0) lines.push(`"${row.pseudonym}","${about}","","","",""`);
        }
        after = page.after ?? undefined;
      } while (after);
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob(["\ufeff", lines.join("\r\n"), "\r\n"], { type: "text/csv" }));
      link.download = `meguri-${use}.csv`;
      link.click();
      URL.revokeObjectURL(link.href);
      toast(tx("review.downloaded", { n: lines.length - 1 }));
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Card title={tx("review.download_title")}>
      <p class="soft">{tx("review.download_lead", { n: number(found.verdict.min_k) })}</p>
      <ProblemNote problem={problem} />
      <div><Button busy={isBusy} onClick={() => void fetchAll()}>{tx("review.download")}</Button></div>
    </Card>
  );
}

function Programs({ found }: { found: Whole }) {
  const { use } = found.verdict;
  const [label, setLabel] = useState("");
  const [made, setMade] = useState<Schemas["ClientMade"] | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const run = async (what: () => Promise<void>) => {
    setProblem(null);
    try {
      await what();
      outdate("/api/governance/uses");
    } catch (error) {
      setProblem(asProblem(error));
    }
  };
  return (
    <Card title={tx("review.programs")}>
      <p class="soft">{tx("review.programs_lead")} {tx("review.programs_passkey")} <a href="/settings/devices">{tx("review.programs_devices")}</a></p>
      {found.clients.length > 0 && (
        <Rows>
          {found.clients.map((one) => (
            <ListRow key={one.id} title={one.label} note={<><code>{one.id}</code> · {one.revoked_at ? tx("review.taken_back") : one.used_at ? tx("review.used", { when: ago(one.used_at) }) : tx("review.never_used")}</>}
              end={one.revoked_at ? undefined : <Button onClick={() => void run(async () => { await body(api.DELETE("/api/governance/clients/{client}", { params: { path: { client: one.id } } })); })}>{tx("review.take_back")}</Button>} />
          ))}
        </Rows>
      )}
      {found.state === "live" && (
        <form class="row" onSubmit={(event) => { event.preventDefault(); void run(async () => { setMade(await withStepUp(() => body(api.POST("/api/governance/uses/{use}/clients", { params: { path: { use } }, body: { label: label.trim() } })))); setLabel(""); }); }}>
          <Field label={tx("review.program_name")} value={label} onInput={setLabel} maxLength={60} />
          <Button type="submit" disabled={!label.trim()}>{tx("review.make_program")}</Button>
        </form>
      )}
      <ProblemNote problem={problem} />
      <Dialog title={tx("review.secret_title")} open={made !== null} onClose={() => setMade(null)}>
        {made && <div class="stack">
          <p>{tx("review.secret_once")}</p>
          <p>client_id<br /><code class="break">{made.client.id}</code></p>
          <p>client_secret<br /><code class="break">{made.secret}</code></p>
          <pre class="code" tabIndex={0}>{`curl ${location.origin}/api/oauth/token -d grant_type=client_credentials -d client_id=${made.client.id} -d client_secret=…\ncurl ${location.origin}/api/uses/${use}/rows -H "Authorization: Bearer …"`}</pre>
          <Button kind="main" onClick={() => setMade(null)}>{tx("review.secret_kept")}</Button>
        </div>}
      </Dialog>
    </Card>
  );
}

function Results({ found }: { found: Whole }) {
  const { use } = found.verdict;
  const empty = { title: "", text: "", text_easy: "", link: "" };
  const [given, setGiven] = useState(empty);
  const [problem, setProblem] = useState<Problem | null>(null);
  const send = async () => {
    setProblem(null);
    try {
      await body(api.POST("/api/governance/uses/{use}/results", { params: { path: { use } }, body: given }));
      setGiven(empty);
      outdate("/api/governance");
      toast(tx("review.result_sent"));
    } catch (error) {
      setProblem(asProblem(error));
    }
  };
  return (
    <Card title={tx("review.results")}>
      {found.results.map((one) => <section key={one.id} class="stack-s"><h3>{one.title}</h3><p>{one.text}</p></section>)}
      <Disclosure summary={tx("review.report")}>
        <p class="soft">{tx("review.report_lead")}</p>
        <Field label={tx("review.result_title")} value={given.title} onInput={(title) => setGiven({ ...given, title })} maxLength={120} />
        <Area label={tx("review.result_text")} value={given.text} onInput={(text) => setGiven({ ...given, text })} maxLength={4000} />
        <Area label={tx("review.result_easy")} hint={tx("review.ruby_hint")} value={given.text_easy} onInput={(text_easy) => setGiven({ ...given, text_easy })} maxLength={4000} />
        <Field label={tx("review.result_link")} value={given.link} onInput={(link) => setGiven({ ...given, link })} maxLength={300} />
        <ProblemNote problem={problem} />
        <div><Button kind="main" disabled={!given.title.trim() || !given.text.trim() || !given.text_easy.trim()} onClick={() => void send()}>{tx("review.report_now")}</Button></div>
      </Disclosure>
    </Card>
  );
}

function Change({ found }: { found: Whole }) {
  const { use } = found.verdict;
  const [isEnding, setEnding] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const act = async (what: () => Promise<void>) => {
    setProblem(null);
    try {
      await what();
      outdate("/api/governance");
    } catch (error) {
      setProblem(asProblem(error));
    }
  };
  return (
    <Card title={tx("review.change_title")}>
      <p class="soft">{tx("review.change_lead")}</p>
      <ProblemNote problem={problem} />
      <div class="row">
        <Button onClick={() => void act(async () => {
          const made = await body(api.POST("/api/governance/uses/{use}/amend", { params: { path: { use } }, body: { client_id: newClientId().slice(0, 26) } }));
          navigate(`/desk/applications/${made.id}`);
        })}>{tx("review.amend")}</Button>
        <Button kind="now" onClick={() => setEnding(true)}>{tx("review.end")}</Button>
      </div>
      <Dialog title={tx("review.end")} open={isEnding} onClose={() => setEnding(false)}>
        <p>{tx("review.end_what")}</p>
        <Button kind="now" onClick={() => void act(async () => { await body(api.POST("/api/governance/uses/{use}/finish", { params: { path: { use } } })); setEnding(false); })}>{tx("review.end_now")}</Button>
      </Dialog>
    </Card>
  );
}
