// An organisation asks to take part (no sign-in); the site's staff let it in with a one-time link.
import { useState } from "preact/hooks";
import { api, asProblem, body, type Problem, type Schemas } from "../../api/client";
import { markup, t, tx } from "../../i18n";
import { ago } from "../../i18n/time";
import { outdate, useCached } from "../../offline/cached";
import { Field, Select } from "../../ui/form";
import { Button, Card, Facts } from "../../ui/index";
import { Page, ProblemNote, WithAnswer } from "../../ui/page";
import { StaffShell } from "../../ui/staff";
import { Area, said, saidText, StateChip } from "./parts";

type Kind = Schemas["RecipientKind"];
const KINDS: Kind[] = ["research", "municipality", "company", "service", "insurer"];

export function NewOrganisation() {
  const sites = useCached("/api/sites");
  const [given, setGiven] = useState({ site: "", kind: "research" as Kind, name: "", name_en: "", contact: "", security: "" });
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isSent, setSent] = useState(false);
  const set = (name: keyof typeof given) => (value: string) => setGiven({ ...given, [name]: value });
  const first = sites.data?.sites[0]?.id ?? "";
  const send = async () => {
    setBusy(true);
    setProblem(null);
    try {
      await body(api.POST("/api/governance/organisations", { body: { ...given, site: given.site || first, name_easy: "" } }));
      setSent(true);
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Page title={markup("review.new_organisation")} lead={tx("review.new_organisation_lead")} back={["/register", markup("review.register")]} bare>
      {isSent ? <Card tone="good" title={tx("review.organisation_sent")}><p>{tx("review.organisation_next")}</p></Card> : (
        <Card>
          <form class="stack" onSubmit={(event) => { event.preventDefault(); void send(); }}>
            <Select label={tx("review.site")} value={given.site || first} onChange={set("site")}
              options={(sites.data?.sites ?? []).map((site) => ({ value: site.id, label: saidText(site.names as never) }))} />
            <Select label={tx("review.kind_label")} value={given.kind} onChange={set("kind")} options={KINDS.map((value) => ({ value, label: t(`review.kind.${value}`) }))} />
            <Field label={tx("review.org_name")} value={given.name} onInput={set("name")} maxLength={120} required />
            <Field label={tx("review.org_name_en")} value={given.name_en} onInput={set("name_en")} maxLength={120} />
            <Field label={tx("review.contact")} hint={tx("review.contact_hint")} value={given.contact} onInput={set("contact")} maxLength={400} required />
            <Area label={tx("review.security")} hint={tx("review.security_hint")} value={given.security} onInput={set("security")} maxLength={1000} />
            <ProblemNote problem={problem} />
            <Button kind="main" type="submit" busy={isBusy} disabled={!given.name.trim() || !given.contact.trim() || !given.security.trim()}>{tx("review.send")}</Button>
          </form>
        </Card>
      )}
    </Page>
  );
}

const PLACES = () => [
  { href: "/pilot", word: tx("desk.funnel") },
  { href: "/pilot/invites", word: tx("desk.invites") },
  { href: "/organisations", word: tx("review.organisations") },
];

export function Organisations() {
  const answer = useCached("/api/governance/organisations");
  const [link, setLink] = useState<{ id: string; link: string } | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const decide = async (id: string, is_approved: boolean) => {
    setProblem(null);
    try {
      const done = await body(api.POST("/api/governance/organisations/{organisation}/decide", {
        params: { path: { organisation: id } }, body: { is_approved, certified_until: null },
      }));
      if (done.link) setLink({ id, link: done.link });
      outdate("/api/governance/organisations");
    } catch (error) {
      setProblem(asProblem(error));
    }
  };
  return (
    <StaffShell title={t("review.organisations")} work={tx("desk.work_pilot")} places={PLACES()}>
      <h1 tabIndex={-1}>{tx("review.organisations")}</h1>
      <p class="soft">{tx("review.organisations_lead")}</p>
      <ProblemNote problem={problem} />
      <WithAnswer answer={answer}>
        {({ organisations }) => (organisations.length === 0 ? <p class="soft">{tx("review.organisations_none")}</p> : (
          <div class="stack">
            {organisations.map((one) => (
              <Card key={one.id} title={said(one.names)} end={<StateChip state={one.state} />}>
                <Facts rows={[
                  [tx("review.kind_label"), tx(`review.kind.${one.kind}`)],
                  [tx("review.contact"), one.contact],
                  [tx("review.security"), one.security],
                  [tx("review.asked"), ago(one.created_at)],
                ]} />
                {link?.id === one.id && <p class="notice"><span>{tx("review.link_once")}<br /><code class="break">{link.link}</code></span></p>}
                {one.state === "pending" && (
                  <div class="row">
                    <Button kind="main" onClick={() => void decide(one.id, true)}>{tx("review.let_in")}</Button>
                    <Button onClick={() => void decide(one.id, false)}>{tx("review.refuse")}</Button>
                  </div>
                )}
              </Card>
            ))}
          </div>
        ))}
      </WithAnswer>
    </StaffShell>
  );
}
