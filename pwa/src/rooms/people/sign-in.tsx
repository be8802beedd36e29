// Sign in: the field offers the phone's passkeys by itself, the button asks for them.
import { useEffect, useRef, useState } from "preact/hooks";
import { asProblem, type Problem } from "../../api/client";
import { t, tx, markup } from "../../i18n";
import { navigate, useLocation } from "../../router";
import { homeOf } from "../../session";
import { Button, Card } from "../../ui/index";
import { Page, ProblemNote } from "../../ui/page";
import { hasAutofill, signIn } from "./passkey";

export function SignIn() {
  const { query } = useLocation();
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [canFill, setCanFill] = useState(false);
  const [round, setRound] = useState(0);
  const waiting = useRef<AbortController | null>(null);

  const arrive = (me: Parameters<typeof homeOf>[0]) => {
    const next = query.get("next");
    navigate(next?.startsWith("/") && !next.startsWith("//") ? next : homeOf(me), { replace: true });
  };

  useEffect(() => {
    const controller = new AbortController();
    waiting.current = controller;
    void hasAutofill().then(async (can) => {
      if (!can || controller.signal.aborted) return;
      setCanFill(true);
      try {
        arrive(await signIn(controller.signal));
      } catch (error) {
        // Nobody pressed anything yet: a phone without a passkey here is no failure to report.
        const found = asProblem(error);
        if (!controller.signal.aborted && found.key !== "passkey.stopped") setProblem(found);
      }
    });
    return () => controller.abort();
  }, [round]);

  const press = async () => {
    // Only one question to the phone at a time.
    waiting.current?.abort();
    setBusy(true);
    setProblem(null);
    try {
      arrive(await signIn());
    } catch (error) {
      setProblem(asProblem(error));
      setBusy(false);
      setRound(round + 1);
    }
  };

  return (
    <Page title={markup("signin.title")} back={["/welcome", markup("landing.back")]} lead={tx("signin.lead")} bare>
      <Card>
        {canFill && (
          <div class="field">
            <label class="field-label" for="passkey-field">{tx("signin.field")}</label>
            <span class="field-hint" id="passkey-hint">{tx("signin.field_hint")}</span>
            <input id="passkey-field" class="input" name="username" autocomplete="username webauthn" aria-describedby="passkey-hint" />
          </div>
        )}
        <Button kind="main" wide icon="key" busy={isBusy} onClick={press}>{tx("signin.button")}</Button>
        <ProblemNote problem={problem} />
      </Card>
      <Card title={tx("signin.lost_title")}>
        <p>{tx("signin.lost")}</p>
      </Card>
      <p><a href="/join">{t("signin.join")}</a></p>
    </Page>
  );
}
