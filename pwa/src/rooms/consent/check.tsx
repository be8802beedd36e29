// Three questions before the first entrustment: a wrong answer explains and may be given again.
import { useState } from "preact/hooks";
import { api, asProblem, body, type Problem } from "../../api/client";
import { tx } from "../../i18n";
import { useCached } from "../../offline/cached";
import { Button } from "../../ui/index";
import { Choices } from "../../ui/form";
import { Dialog } from "../../ui/overlay";
import { ProblemNote, WithAnswer } from "../../ui/page";
import { withStepUp } from "../people/passkey";

interface Waiting {
  done: () => void;
  stop: (error: unknown) => void;
}

/** `entrust(work)` does what gives data away: the questions first where they are due, then the passkey. */
export function useEntrust() {
  const [waiting, setWaiting] = useState<Waiting | null>(null);
  const entrust = async <T,>(work: () => Promise<T>): Promise<T> => {
    try {
      return await withStepUp(work);
    } catch (error) {
      if (asProblem(error).key !== "consent.check_needed") throw error;
      await new Promise<void>((done, stop) => setWaiting({ done, stop: () => stop(error) }));
      return await withStepUp(work);
    }
  };
  const dialog = waiting && (
    <Questions
      passed={() => { setWaiting(null); waiting.done(); }}
      close={() => { setWaiting(null); waiting.stop(null); }}
    />
  );
  return { entrust, dialog };
}

function Questions({ passed, close }: { passed: () => void; close: () => void }) {
  const check = useCached("/api/consent/check");
  const [answers, setAnswers] = useState<Record<string, string>>({});
  const [wrong, setWrong] = useState<string[] | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const send = async () => {
    setProblem(null);
    try {
      const done = await body(api.POST("/api/consent/check", { body: { answers } }));
      if (done.is_passed) passed();
      else setWrong(done.wrong);
    } catch (error) {
      setProblem(asProblem(error));
    }
  };
  return (
    <Dialog title={tx("check.title")} open onClose={close}>
      <p class="soft">{tx("check.lead")}</p>
      <WithAnswer answer={check}>
        {({ questions }) => (
          <div class="choices-long stack">
            {questions.map((one) => (
              <Choices key={one.id} legend={tx(`check.${one.id}`)} value={answers[one.id] ?? null}
                onChange={(value) => { setAnswers({ ...answers, [one.id]: value }); setWrong(wrong && wrong.filter((id) => id !== one.id)); }}
                options={one.options.map((each) => ({ value: each, label: tx(`check.${one.id}.${each}`) }))}
                error={wrong?.includes(one.id) ? tx(`check.${one.id}.why`) : undefined} />
            ))}
            {wrong !== null && wrong.length > 0 && <p class="strong">{tx("check.again")}</p>}
            <ProblemNote problem={problem} />
            <Button kind="main" disabled={questions.some((one) => !answers[one.id])} onClick={() => void send()}>{tx("check.send")}</Button>
          </div>
        )}
      </WithAnswer>
    </Dialog>
  );
}
