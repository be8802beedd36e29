// Before signing up: what Meguri is, a marked sample of what it shows, and two doors.
import { useState } from "preact/hooks";
import { Distribution } from "../../chart/distribution";
import { Sparkline } from "../../chart/sparkline";
import { markup, setLocale, t, tx } from "../../i18n";
import { installPrompt, needsIosHint } from "../../offline/install";
import { prefs, type Locale } from "../../prefs";
import { useLocation } from "../../router";
import { session } from "../../session";
import { useStore } from "../../store";
import { Button, Card, Chip, Figure, NotDiagnosis } from "../../ui/index";
import { Page } from "../../ui/page";

const LANGUAGES: [Locale, string][] = [["ja", "日本語"], ["ja-easy", "やさしい日本語"], ["en", "English"]];

/** Language in its own words, on every page before signing in. */
export function LanguageChoice() {
  const { locale } = useStore(prefs);
  const [wanted, setWanted] = useState<Locale | null>(null);
  return (
    <div class="row" role="group" aria-label={t("landing.language")}>
      {LANGUAGES.map(([id, name]) => (
        <button key={id} type="button" class="filter" lang={id === "en" ? "en" : "ja"} aria-pressed={(wanted ?? locale) === id}
          onClick={() => { setWanted(id); void setLocale(id).finally(() => setWanted(null)); }}>
          {name}
        </button>
      ))}
    </div>
  );
}

/** Put it on the home screen: the browser's prompt, or words where there is none. */
export function InstallCard() {
  const prompt = useStore(installPrompt);
  if (prompt) {
    return (
      <Card title={tx("landing.install_title")}>
        <p>{tx("landing.install")}</p>
        <Button icon="phone" onClick={() => void prompt.prompt().finally(() => installPrompt.set(null))}>{tx("landing.install_button")}</Button>
      </Card>
    );
  }
  if (!needsIosHint()) return null;
  return <Card title={tx("landing.install_title")}><p>{tx("landing.install_ios")}</p></Card>;
}

function Sample() {
  return (
    <section class="stack" aria-label={t("landing.sample_title")}>
      <div class="row-between">
        <h2>{tx("landing.sample_title")}</h2>
        <Chip tone="info">{tx("shell.sample")}</Chip>
      </div>
      <div class="tiles">
        <Card class="tile" level={3} title={tx("landing.sample_bp")}
          end={<Sparkline values={[131, 133, 132, 136, 134, 135, 134]} band={[115, 135]} tone="look" label={t("landing.sample_bp_line")} />}>
          <Figure value="134/86" unit="mmHg" />
          <p><Chip tone="look">{tx("landing.sample_bp_chip")}</Chip></p>
        </Card>
        <Card class="tile" level={3} title={tx("landing.sample_steps")}
          end={<Sparkline values={[6200, 7100, 5900, 8300, 6900, 7400, 6820]} tone="info" label={t("landing.sample_steps_line")} />}>
          <Figure value="6,820" unit={markup("landing.steps")} />
          <p><Chip tone="info">{tx("landing.sample_steps_chip")}</Chip></p>
        </Card>
      </div>
      <Card level={3} title={tx("landing.sample_position")} end={<Chip tone="look">{tx("landing.sample_position_chip")}</Chip>}>
        <Distribution label={t("landing.sample_position_text")} you={tx("landing.you")} shares={[
          { label: markup("landing.below", { n: "5.6" }), percent: 49, isMine: false },
          { label: "5.6-5.9", percent: 31, isMine: true },
          { label: "6.0-6.4", percent: 12, isMine: false },
          { label: markup("landing.from", { n: "6.5" }), percent: 8, isMine: false },
        ]} />
        <p>{tx("landing.sample_position_text")}</p>
      </Card>
      <Card level={3} title={tx("landing.sample_advice")}>
        <p class="strong">{tx("landing.sample_advice_what")}</p>
        <p class="soft">{tx("landing.sample_advice_why")}</p>
      </Card>
      <NotDiagnosis />
    </section>
  );
}

export function Landing() {
  const { ended } = useStore(session);
  const { query } = useLocation();
  const next = query.get("next");
  const signIn = next ? `/signin?next=${encodeURIComponent(next)}` : "/signin";
  return (
    <Page title={markup("landing.title")} lead={tx("landing.lead")} bare over={<p class="strong">めぐり</p>}>
      {ended && (
        <div role="alert">
          <Card tone="look" title={tx("landing.ended_title")}>
            <p>{tx("landing.ended")}</p>
            {ended.unsent > 0 && <p>{tx("landing.ended_unsent", { n: ended.unsent })}</p>}
          </Card>
        </div>
      )}
      <div class="stack">
        <Button kind="main" href="/join">{tx("landing.join")}</Button>
        <Button href={signIn} icon="key">{tx("landing.signin")}</Button>
      </div>
      <LanguageChoice />
      <Sample />
      <Card title={tx("landing.promise_title")}>
        <ul class="stack">
          {["own", "off", "look", "honest"].map((id) => (
            <li key={id}><b>{tx(`landing.promise_${id}`)}</b><br /><span class="soft">{tx(`landing.promise_${id}_text`)}</span></li>
          ))}
        </ul>
      </Card>
      <InstallCard />
      <p class="row">
        <a href="/terms">{tx("landing.terms")}</a>
        <a href="/privacy">{tx("landing.privacy")}</a>
      </p>
    </Page>
  );
}
