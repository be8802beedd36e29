// The public register: every use that was approved, rejected or has ended. No sign-in, no names of residents.
import { useState } from "preact/hooks";
import { markup, t, tx } from "../../i18n";
import { day } from "../../i18n/time";
import { useCached } from "../../offline/cached";
import { Field, Select } from "../../ui/form";
import { Card, ListRow, Rows } from "../../ui/index";
import { Page, WithAnswer } from "../../ui/page";
import { lastDay, said, saidText, StateChip } from "./parts";

const STANDINGS = ["", "live", "suspended", "ended", "rejected"];

export function Register() {
  const answer = useCached("/api/governance/register");
  const sites = useCached("/api/sites");
  const [search, setSearch] = useState("");
  const [standing, setStanding] = useState("");
  const words = search.normalize("NFKC").toLowerCase().split(/\s+/).filter(Boolean);
  return (
    <Page title={markup("review.register")} lead={tx("review.register_lead")} back={["/", markup("review.to_start")]} bare wide>
      <div class="grid-2">
        <Field label={tx("review.search")} type="search" value={search} onInput={setSearch} />
        <Select label={tx("review.standing")} value={standing} onChange={setStanding}
          options={STANDINGS.map((value) => ({ value, label: value ? t(`review.state.${value}`) : t("review.all") }))} />
      </div>
      <WithAnswer answer={answer}>
        {({ lines }) => {
          const shown = lines.filter((line) => (!standing || line.standing === standing)
            && words.every((word) => `${saidText(line.title)} ${saidText(line.organisation)}`.toLowerCase().includes(word)));
          if (lines.length === 0) return <Card><p class="soft">{tx("review.register_empty")}</p></Card>;
          return (
            <Card>
              <p class="soft small" role="status">{tx("review.found", { n: shown.length })}</p>
              <Rows label={t("review.register")}>
                {shown.map((line) => (
                  <ListRow key={line.verdict} href={`/register/${line.verdict}`} title={said(line.title)}
                    note={<>{said(line.organisation)}{" · "}{line.purpose ? tx(`consent.purpose.${line.purpose}`) : ""}{" · "}{tx("review.decided_on", { day: day(line.decided_at) })}
                      {line.until && line.standing === "live" && <>{" · "}{tx("review.until_day", { day: lastDay(line.until) })}</>}
                      {line.has_results && <>{" · "}<b>{tx("review.has_results")}</b></>}</>}
                    end={<StateChip state={line.standing} />} />
                ))}
              </Rows>
            </Card>
          );
        }}
      </WithAnswer>
      <Card title={tx("review.rules_title")}>
        <p>{tx("review.rules_lead")}</p>
        <WithAnswer answer={sites}>
          {(found) => (
            <Rows>
              {found.sites.map((site) => (
                <ListRow key={site.id} href={`/rules/${site.id}`} title={tx("review.rules_of", { site: site.names.ja ? pickName(site.names) : site.id })} />
              ))}
            </Rows>
          )}
        </WithAnswer>
      </Card>
      <Card title={tx("review.apply_title")}>
        <p>{tx("review.apply_lead")}</p>
        <div><a class="button" href="/organisations/new">{tx("review.new_organisation")}</a></div>
      </Card>
    </Page>
  );
}

function pickName(names: Record<string, string>): string {
  return saidText(names as never);
}
