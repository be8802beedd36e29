// Settings: language, looks, devices, papers, leaving. Changes show at once on this phone.
import { useState } from "preact/hooks";
import { api, asProblem, body, type Problem } from "../../api/client";
import { markup, setLocale, tx } from "../../i18n";
import { sync } from "../../offline/outbox";
import { prefs, setPrefs, type Locale, type Prefs, type Theme } from "../../prefs";
import { navigate } from "../../router";
import { homeOf, session, shownName, signOut } from "../../session";
import { useStore } from "../../store";
import { Button, Card, ListRow, Rows } from "../../ui/index";
import { Choices, Switch } from "../../ui/form";
import { Dialog, toast } from "../../ui/overlay";
import { Page, ProblemNote } from "../../ui/page";
import { InstallCard } from "../landing/index";
import { OperatorCard } from "./about";
import { NoticesCard } from "./notices";

// From here: a chunk of its own for it would break up what the first load shares (0.8 KB more).
export { renew } from "../../offline/notices";

export function Settings() {
  const { locale, theme, large } = useStore(prefs);
  const { me } = useStore(session);
  const { pending, failed } = useStore(sync);
  const [isAsking, setAsking] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const unsent = pending.length + failed.length;

  const change = async (wish: Partial<Prefs>) => {
    if (wish.locale) await setLocale(wish.locale).catch(() => toast(tx("settings.locale_offline")));
    else setPrefs(wish);
    if (!me) return;
    const { locale: newLocale, theme: newTheme, large: newLarge } = prefs.get();
    await body(api.PATCH("/api/me/settings", { body: { locale: newLocale, theme: newTheme, large_type: newLarge } }))
      .catch(() => toast(tx("settings.only_here")));
  };

  const leave = async () => {
    setBusy(true);
    setProblem(null);
    try {
      await signOut();
      navigate("/", { replace: true });
    } catch (error) {
      setProblem(asProblem(error));
      setBusy(false);
    }
  };

  const parent: [string, string] = me ? [homeOf(me), markup(me.person ? "nav.home" : "settings.back_work")] : ["/welcome", markup("landing.back")];
  return (
    <Page title={markup("settings.title")} back={parent}>
      {me && (
        <Card title={shownName(me)} level={2}>
          <Rows>
            {me.person && <ListRow icon="person" href="/record/profile" title={tx("profile.title")} note={tx("settings.profile_note")} />}
            <ListRow icon="phone" href="/settings/devices" title={tx("devices.title")} note={tx("settings.devices_note")} />
          </Rows>
        </Card>
      )}
      <Card>
        <Choices<Locale> legend={tx("settings.language")} value={locale} onChange={(value) => void change({ locale: value })}
          options={[{ value: "ja", label: "日本語" }, { value: "ja-easy", label: "やさしい日本語" }, { value: "en", label: "English" }]} />
        <Choices<Theme> legend={tx("settings.theme")} value={theme} onChange={(value) => void change({ theme: value })}
          options={[
            { value: "auto", label: tx("settings.theme_auto") }, { value: "light", label: tx("settings.theme_light") }, { value: "dark", label: tx("settings.theme_dark") },
          ]} />
        <Switch label={tx("settings.large")} note={tx("settings.large_note")} checked={large} onChange={(value) => void change({ large: value })} />
      </Card>
      {me?.person && <NoticesCard />}
      <InstallCard />
      <Card>
        <Rows>
          <ListRow href="/terms" title={tx("landing.terms")} />
          <ListRow href="/privacy" title={tx("landing.privacy")} />
        </Rows>
      </Card>
      {me && <OperatorCard site={me.site} />}
      {me && (
        <Card>
          <p class="soft">{tx("settings.signout_note")}</p>
          <Button wide onClick={() => setAsking(true)}>{tx("settings.signout")}</Button>
        </Card>
      )}
      <Dialog title={tx("settings.signout_ask")} open={isAsking} onClose={() => setAsking(false)}>
        <p>{tx("settings.signout_note")}</p>
        {unsent > 0 && <p class="strong">{tx("settings.signout_unsent", { n: unsent })}</p>}
        <ProblemNote problem={problem} />
        <div class="buttons">
          <Button kind="main" busy={isBusy} onClick={leave}>{tx("settings.signout")}</Button>
          <Button onClick={() => setAsking(false)}>{tx("shell.cancel")}</Button>
        </div>
      </Dialog>
    </Page>
  );
}
