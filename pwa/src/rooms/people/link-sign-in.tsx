// A one-time link from the desk: /link#token. The token stays behind the # and so out of every log.
import { useEffect, useState } from "preact/hooks";
import { api, asProblem, body, type Problem } from "../../api/client";
import { loadRest, tx, markup } from "../../i18n";
import { navigate } from "../../router";
import { homeOf, session, signedIn } from "../../session";
import { useStore } from "../../store";
import { Button, Card } from "../../ui/index";
import { Page, ProblemNote } from "../../ui/page";

export function LinkSignIn() {
  const [token] = useState(() => window.location.hash.slice(1));
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isBusy, setBusy] = useState(false);
  const { me } = useStore(session);

  useEffect(() => {
    // Nobody finds it in the history of a shared phone.
    if (token) history.replaceState(history.state, "", "/link");
  }, [token]);

  // A press, not the opening, uses the link up: previews of messengers open links too.
  const press = async () => {
    setBusy(true);
    setProblem(null);
    try {
      const entered = await body(api.POST("/api/signin/link", { body: { token } }));
      await signedIn(entered);
      navigate(entered.offer_passkey ? "/settings/devices?offer=1" : homeOf(entered), { replace: true });
    } catch (error) {
      await loadRest().catch(() => undefined);
      setProblem(asProblem(error));
      setBusy(false);
    }
  };

  return (
    <Page title={markup("signin.link_title")} lead={tx(token ? "signin.link_lead" : "signin.link_empty")} bare>
      {token && (
        <Card>
          {me && <p class="soft">{tx("signin.link_other")}</p>}
          <Button kind="main" wide busy={isBusy} onClick={press}>{tx("signin.link_button")}</Button>
          <ProblemNote problem={problem} />
        </Card>
      )}
      <p><a href="/signin">{tx("signin.title")}</a></p>
    </Page>
  );
}
