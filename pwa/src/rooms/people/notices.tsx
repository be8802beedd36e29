// お知らせを受け取る: a switch that shows what the server has, and words where it cannot be.
import { useEffect, useState } from "preact/hooks";
import { asProblem, type Problem } from "../../api/client";
import { tx } from "../../i18n";
import { ability, areOn, turnOff, turnOn } from "../../offline/notices";
import { Card } from "../../ui/index";
import { Switch } from "../../ui/form";
import { toast } from "../../ui/overlay";
import { ProblemNote } from "../../ui/page";

/** Notices on this device. */
export function NoticesCard() {
  const able = ability();
  const [isOn, setOn] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const isDenied = able === "yes" && Notification.permission === "denied";

  useEffect(() => {
    if (able === "yes") areOn().then(setOn, () => undefined);
  }, []);

  const change = async (wanted: boolean) => {
    setBusy(true);
    setProblem(null);
    try {
      await (wanted ? turnOn() : turnOff());
      setOn(wanted);
      toast(tx(wanted ? "notices.on" : "notices.off"));
    } catch (error) {
      setProblem(asProblem(error));
    }
    setBusy(false);
  };

  return (
    <Card title={tx("notices.title")}>
      {able !== "yes" ? <p>{tx(able === "install" ? "notices.ios" : "notices.unsupported")}</p> : (
        <>
          <Switch label={tx("notices.switch")} note={tx("notices.note")} checked={isOn && !isDenied} busy={isBusy}
            onChange={(wanted) => void change(wanted)} />
          <p class="soft">{tx("notices.private")}</p>
          {isDenied && !problem && <p>{tx("notices.denied")}</p>}
          <ProblemNote problem={problem} />
        </>
      )}
    </Card>
  );
}
