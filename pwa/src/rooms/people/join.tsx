// Joining: code, about you, what you agree to, passkey. A step can be left and taken up again.
import { useEffect, useState } from "preact/hooks";
import { api, asProblem, body, type Problem, type Schemas } from "../../api/client";
import { markup, number, pick, t, tx } from "../../i18n";
import { navigate, useLocation } from "../../router";
import { prefs } from "../../prefs";
import { homeOf, signedIn } from "../../session";
import { Button, Card } from "../../ui/index";
import { Check, Choices, Field } from "../../ui/form";
import { Page, ProblemNote } from "../../ui/page";
import { BirthField } from "./birth";
import { create } from "./passkey";

type Invited = Schemas["InviteCheckOut"];

interface Draft {
  code: string;
  name: string;
  kana: string;
  birth: string;
  sex: "male" | "female" | null;
  agreed: boolean;
}

const KEY = "meguri.join";
const EMPTY: Draft = { code: "", name: "", kana: "", birth: "", sex: null, agreed: false };
const STEPS = 4;

function kept(): Draft {
  try {
    return { ...EMPTY, ...(JSON.parse(sessionStorage.getItem(KEY) ?? "{}") as Partial<Draft>) };
  } catch {
    return EMPTY;
  }
}

export function Join() {
  const { query } = useLocation();
  const [draft, setDraftState] = useState<Draft>(() => ({ ...kept(), ...(query.get("code") && { code: query.get("code")! }) }));
  const [invited, setInvited] = useState<Invited | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [missing, setMissing] = useState<string[]>([]);
  const wanted = Number(query.get("step") ?? "1");
  const step = invited ? Math.min(STEPS, Math.max(1, wanted)) : 1;
  const isResident = invited?.role !== "counsellor" && invited?.role !== "staff" && invited?.role !== "reviewer";

  const setDraft = (change: Partial<Draft>) => {
    const next = { ...draft, ...change };
    setDraftState(next);
    // Only for this tab, only until joined: a call that comes in between loses nothing.
    sessionStorage.setItem(KEY, JSON.stringify(next));
  };
  const go = (to: number) => {
    setProblem(null);
    navigate(`/join?step=${to}`);
    window.scrollTo(0, 0);
    document.querySelector<HTMLElement>("h1")?.focus();
  };

  const check = async (isByItself = false) => {
    setBusy(true);
    setProblem(null);
    try {
      const found = await body(api.POST("/api/invites/check", { body: { code: draft.code } }));
      setInvited(found);
      setDraft({ code: found.code });
      if (!isByItself) go(2);
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  // A code that came by QR is checked at once; a reload in the middle checks it again.
  useEffect(() => {
    if (draft.code && (query.get("code") || wanted > 1)) void check(true);
  }, []);

  const aboutYou = () => {
    const lost = isResident
      ? (["name", "kana", "birth", "sex"] as const).filter((field) => !draft[field])
      : (["name"] as const).filter((field) => !draft[field]);
    setMissing(lost);
    if (lost.length === 0) go(3);
  };

  const finish = async () => {
    if (!invited) return;
    setBusy(true);
    setProblem(null);
    try {
      const begun = await body(api.POST("/api/signup/begin", { body: { code: invited.code, name: draft.name } }));
      const credential = await create(begun);
      const me = await body(api.POST("/api/signup/finish", {
        body: {
          flow: begun.flow, credential, locale: prefs.get().locale, large_type: prefs.get().large,
          terms_version: invited.site.terms_version, privacy_version: invited.site.privacy_version,
          display_name: isResident ? "" : draft.name,
          person: isResident ? { name: draft.name, kana: draft.kana, birth: draft.birth, sex: draft.sex ?? "female" } : null,
        },
      }));
      sessionStorage.removeItem(KEY);
      await signedIn(me);
      navigate(homeOf(me), { replace: true });
    } catch (error) {
      setProblem(asProblem(error));
      setBusy(false);
    }
  };

  const lost = (field: string) => (missing.includes(field) ? tx("join.missing") : undefined);
  const siteName = invited ? pick(names(invited.site.names)) : "";
  const back: [string, string] = step === 1 ? ["/welcome", markup("landing.back")] : [`/join?step=${step - 1}`, markup("join.back")];
  return (
    <Page bare title={markup(`join.step${step}`)} back={back} end={t("join.steps", { n: step, of: STEPS })}>
      {step === 1 && (
        <Card>
          {invited ? (
            <>
              <p>{tx("join.from", { site: siteName })}</p>
              <p class="soft">{markup("join.code_is", { code: invited.grouped })}</p>
              <Button kind="main" wide onClick={() => go(2)}>{tx("shell.next")}</Button>
            </>
          ) : (
            <form class="stack" onSubmit={(event) => { event.preventDefault(); void check(); }}>
              <Field label={tx("join.code")} hint={tx("join.code_hint")} value={draft.code} onInput={(code) => setDraft({ code })}
                class="input-code" autocomplete="off" maxLength={20} lang="en"
                error={problem && !problem.isOffline ? tx(problem.key, problem.params) : undefined} />
              {problem?.isOffline && <ProblemNote problem={problem} />}
              <Button kind="main" wide type="submit" busy={isBusy}>{tx("shell.next")}</Button>
            </form>
          )}
        </Card>
      )}
      {step === 2 && (
        <Card>
          <p class="soft">{tx(isResident ? "join.about_why" : "join.staff_why")}</p>
          <Field label={tx("join.name")} value={draft.name} onInput={(name) => setDraft({ name })} autocomplete="name" maxLength={80} error={lost("name")} />
          {isResident && (
            <>
              <Field label={tx("join.kana")} hint={tx("join.kana_hint")} value={draft.kana} onInput={(kana) => setDraft({ kana })} maxLength={80} error={lost("kana")} />
              <BirthField value={draft.birth} onChange={(birth) => setDraft({ birth })} error={lost("birth")} />
              <Choices legend={tx("join.sex")} value={draft.sex} onChange={(sex) => setDraft({ sex })} error={lost("sex")}
                options={[{ value: "female", label: tx("join.female") }, { value: "male", label: tx("join.male") }]} />
              <p class="small soft">{tx("join.sex_why")}</p>
            </>
          )}
          <Button kind="main" wide onClick={aboutYou}>{tx("shell.next")}</Button>
        </Card>
      )}
      {step === 3 && invited && (
        <Card>
          <p>{tx("join.who_runs", { operator: invited.site.operator.name })}</p>
          <ul class="stack">
            {["own", "off", "look"].map((id) => (
              <li key={id}><b>{tx(`landing.promise_${id}`)}</b><br /><span class="soft">{tx(`landing.promise_${id}_text`)}</span></li>
            ))}
          </ul>
          <p>{tx("join.not_medical")}</p>
          <p class="row">
            <a href={`/terms?site=${invited.site.id}`} target="_blank" rel="noopener">{tx("landing.terms")}</a>
            <a href={`/privacy?site=${invited.site.id}`} target="_blank" rel="noopener">{tx("landing.privacy")}</a>
          </p>
          <Check checked={draft.agreed} onChange={(agreed) => setDraft({ agreed })}>{tx("join.agree")}</Check>
          {missing.includes("agreed") && <ProblemNote problem={{ key: "join.agree_first", params: {} } as Problem} />}
          <Button kind="main" wide onClick={() => (draft.agreed ? (setMissing([]), go(4)) : setMissing(["agreed"]))}>{tx("shell.next")}</Button>
        </Card>
      )}
      {step === 4 && (
        <Card>
          <p>{tx("join.passkey_what")}</p>
          <p class="soft">{tx("join.passkey_safe")}</p>
          <Button kind="main" wide icon="key" busy={isBusy} onClick={finish}>{tx("join.passkey_button")}</Button>
          <ProblemNote problem={problem} />
        </Card>
      )}
      {invited && step > 1 && <p class="soft small">{tx("join.from", { site: siteName })} {number(step)} / {STEPS}</p>}
    </Page>
  );
}

/** Names of a site come by locale. */
export function names(given: Record<string, string>): { ja: string; ja_easy: string; en: string } {
  return { ja: given.ja ?? "", ja_easy: given["ja-easy"] ?? given.ja ?? "", en: given.en ?? given.ja ?? "" };
}
