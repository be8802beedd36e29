// Show a chosen part by a link: the list of links, who looked, and one link with its QR.
import { useEffect, useState } from "preact/hooks";
import { api, asProblem, body, type Problem, type Schemas } from "../../api/client";
import { markup, rich, t, tx } from "../../i18n";
import { ago, day, dayTime } from "../../i18n/time";
import { outdate, useCached } from "../../offline/cached";
import { navigate, type Match } from "../../router";
import { Button, Card, Chip, EmptyState, Facts, ListRow, Rows, type Tone } from "../../ui/index";
import { Dialog, toast } from "../../ui/overlay";
import { ErrorState, Page, ProblemNote, WithAnswer } from "../../ui/page";
import { takePasscode } from "./take-link-new";

type Link = Schemas["HealthLinkShape"];

const LIST = "/api/record/health-links";
const TONES: Record<Link["state"], Tone> = { active: "good", expired: "info", stopped: "info", used_up: "look" };

export function HealthLinks() {
  const answer = useCached(LIST);
  return (
    <Page title={markup("share.title")} lead={tx("share.lead")} back={["/record", markup("nav.record")]}>
      <WithAnswer answer={answer}>
        {({ links }) => {
          if (links.length === 0) return <EmptyState title={tx("share.none_title")} text={tx("share.none")} action={tx("share.new")} href="/record/links/new" />;
          const active = links.filter((one) => one.state === "active");
          const ended = links.filter((one) => one.state !== "active");
          return (
            <>
              <div><Button kind="main" icon="plus" href="/record/links/new">{tx("share.new")}</Button></div>
              {active.length > 0 && <Card title={tx("share.active")}><Rows>{active.map((one) => <LinkRow key={one.id} link={one} />)}</Rows></Card>}
              {ended.length > 0 && <Card title={tx("share.ended")}><Rows>{ended.map((one) => <LinkRow key={one.id} link={one} />)}</Rows></Card>}
            </>
          );
        }}
      </WithAnswer>
    </Page>
  );
}

function LinkRow({ link }: { link: Link }) {
  return (
    <ListRow href={`/record/links/${link.id}`} title={link.label || tx("share.no_label")}
      note={<>
        {tx("share.views", { n: link.views })}・{tx("share.until", { day: day(link.expires_at, { year: true }) })}
        <br /><Chip tone={TONES[link.state]}>{tx(`share.state_${link.state}`)}</Chip>
      </>} />
  );
}

/** One link. Its QR opens the record, so it is never kept on the phone: asked anew each time. */
export function HealthLink({ match }: { match: Match }) {
  const id = match.id ?? "";
  const [link, setLink] = useState<Link | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isStopping, setStopping] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [refused, setRefused] = useState<Problem | null>(null);
  const [passcode] = useState(() => takePasscode(id));
  const ask = () => {
    setProblem(null);
    body(api.GET("/api/record/health-links/{id}", { params: { path: { id } } })).then(setLink, (error) => setProblem(asProblem(error)));
  };
  useEffect(ask, [id]);

  const stop = async () => {
    setBusy(true);
    setRefused(null);
    try {
      await body(api.DELETE("/api/record/health-links/{id}", { params: { path: { id } } }));
      outdate(LIST);
      toast(tx("share.stopped"));
      navigate("/record/links", { replace: true });
    } catch (error) {
      setRefused(asProblem(error));
    } finally {
      setBusy(false);
    }
  };

  return (
    <Page title={link?.label || markup("share.one")} back={["/record/links", markup("share.title")]}>
      {problem && !link && <ErrorState problem={problem} retry={ask} />}
      {!problem && !link && <p class="soft" role="status">{tx("shell.first_load")}</p>}
      {link && (
        <>
          {link.uri && link.qr ? <QrCard link={link} passcode={passcode} /> : <Card tone={TONES[link.state]}><p>{tx(`share.why_${link.state}`)}</p></Card>}
          <Card title={tx("share.about")} end={<Chip tone={TONES[link.state]}>{tx(`share.state_${link.state}`)}</Chip>}>
            <Facts rows={[
              [tx("share.shows"), <>{link.sections.map((one, i) => <span key={one}>{i > 0 && " / "}{tx(`share.section_${one}`)}</span>)}</>],
              [tx("share.span"), link.months ? tx("share.last_months", { n: link.months }) : tx("share.all_time")],
              [tx("share.as_of"), link.flag.includes("L") ? tx("share.always_new") : rich(dayTime(link.made_at))],
              [tx("share.ends"), rich(dayTime(link.expires_at))],
              [tx("share.passcode"), link.has_passcode ? tx("share.tries_left", { n: link.tries_left }) : tx("share.no_passcode")],
            ]} />
            {link.state === "active" && <div><Button icon="close" onClick={() => setStopping(true)}>{tx("share.stop")}</Button></div>}
          </Card>
          <Card title={tx("share.seen_title", { n: link.views })}>
            {link.seen.length === 0 ? <p class="soft">{tx("share.seen_nobody")}</p> : (
              <Rows>
                {link.seen.map((view, i) => (
                  <ListRow key={i} title={view.recipient || tx("share.nameless")} note={<>{rich(dayTime(view.at))}（{rich(ago(view.at))}）</>}
                    end={view.is_wrong ? <Chip tone="look">{tx("share.wrong")}</Chip> : undefined} />
                ))}
              </Rows>
            )}
            <p class="soft small">{tx("share.seen_note")}</p>
          </Card>
          <Dialog title={tx("share.stop_title")} open={isStopping} onClose={() => setStopping(false)}>
            <p>{tx("share.stop_text")}</p>
            <ProblemNote problem={refused} />
            <div class="buttons">
              <Button kind="main" busy={isBusy} onClick={() => void stop()}>{tx("share.stop")}</Button>
              <Button onClick={() => setStopping(false)}>{tx("share.keep")}</Button>
            </div>
          </Dialog>
        </>
      )}
    </Page>
  );
}

function QrCard({ link, passcode }: { link: Link; passcode: string | null }) {
  const copy = () => navigator.clipboard.writeText(link.uri!).then(() => toast(tx("share.copied")), () => toast(tx("share.not_copied")));
  const send = () => navigator.share({ text: link.uri! }).catch(() => undefined);
  return (
    <Card title={tx("share.show_this")}>
      {/* The server draws it from its own link: no text of others is in it. */}
      <div class="take-qr" role="img" aria-label={t("share.qr_label")} dangerouslySetInnerHTML={{ __html: link.qr! }} />
      {passcode && (
        <p class="take-code"><span class="soft">{tx("share.passcode")}</span><strong class="number">{passcode}</strong></p>
      )}
      <p>{tx(passcode ? "share.tell_code" : link.has_passcode ? "share.code_once" : "share.anyone")}</p>
      <div class="buttons">
        <Button onClick={() => void copy()}>{tx("share.copy")}</Button>
        {"share" in navigator && <Button onClick={() => void send()}>{tx("share.send")}</Button>}
      </div>
    </Card>
  );
}
