// Terms and privacy notice; who runs this place and how to reach them comes from the site's data.
import type { Schemas } from "../../api/client";
import { markup, pick, tx } from "../../i18n";
import { useCached } from "../../offline/cached";
import { useLocation } from "../../router";
import { session } from "../../session";
import { useStore } from "../../store";
import { Card, Chip, Facts } from "../../ui/index";
import { Page, WithAnswer } from "../../ui/page";
import { names } from "./join";

type Site = Schemas["SiteOut"];

/** Whom to call. */
export function OperatorCard({ site }: { site: Site }) {
  const { operator } = site;
  return (
    <Card title={pick(names(site.names))} end={operator.is_sample ? <Chip tone="look">{tx("about.sample_contact")}</Chip> : undefined}>
      <Facts rows={[
        [tx("about.operator"), operator.name],
        [tx("about.department"), operator.department],
        [tx("about.phone"), <a href={`tel:${operator.phone}`}>{operator.phone}</a>],
        [tx("about.email"), <a href={`mailto:${operator.email}`}>{operator.email}</a>],
        [tx("about.address"), operator.address],
        [tx("about.hours"), operator.hours],
      ]} />
    </Card>
  );
}

function Paper({ kind, sections }: { kind: "terms" | "privacy"; sections: string[] }) {
  const { me } = useStore(session);
  const { query } = useLocation();
  const sites = useCached("/api/sites");
  const wanted = query.get("site") ?? me?.site.id;
  return (
    <Page bare title={markup(`${kind}.title`)} lead={tx(`${kind}.lead`)} back={me ? ["/settings", markup("settings.title")] : ["/welcome", markup("landing.back")]}>
      <Card>
        {sections.map((id) => (
          <section class="stack-s" key={id}>
            <h2>{tx(`${kind}.${id}`)}</h2>
            <p>{tx(`${kind}.${id}_text`)}</p>
          </section>
        ))}
      </Card>
      {kind === "privacy" && <p><a href="/register">{tx("about.uses")}</a></p>}
      <h2>{tx("about.contact")}</h2>
      <WithAnswer answer={sites} safe={tx("about.contact_later")}>
        {({ sites: all }) => {
          const shown = all.filter((site) => !wanted || site.id === wanted);
          return (
            <>
              {(shown.length > 0 ? shown : all).map((site) => <OperatorCard key={site.id} site={site} />)}
              <p class="soft small">{tx("about.version", { version: (kind === "terms" ? shown[0]?.terms_version : shown[0]?.privacy_version) ?? all[0]?.[kind === "terms" ? "terms_version" : "privacy_version"] ?? "" })}</p>
            </>
          );
        }}
      </WithAnswer>
    </Page>
  );
}

export function Terms() {
  return <Paper kind="terms" sections={["what", "join", "medical", "values", "consent", "stop", "change", "duty"]} />;
}

export function Privacy() {
  return <Paper kind="privacy" sections={["what", "why", "who", "keep", "safe", "phone", "rights", "leave"]} />;
}
