// Every version that was loaded: look at it, offer it again, get the file back.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { api, asProblem, body, type Problem } from "../../api/client";
import { markup, rich, t, tx } from "../../i18n";
import { ago, dayTime } from "../../i18n/time";
import { outdate, useCached } from "../../offline/cached";
import type { Match } from "../../router";
import { Button, Card, Facts } from "../../ui/index";
import { toast } from "../../ui/overlay";
import { BackLink, ProblemNote, WithAnswer } from "../../ui/page";
import { StaffRow, StaffShell } from "../../ui/staff";
import { Dishes, PLACES, State } from "./dishes";

export function Versions({ match }: { match: Match }) {
  const list = useCached("/api/provider/versions");
  const open = match.version;
  return (
    <StaffShell title={t("supply.history")} work={tx("supply.work")} places={PLACES()} listLabel={t("supply.history")}
      listHref="/provider/versions" isCaseOpen={open !== undefined}
      list={<>
        <div class="staff-list-head stack-s"><h1 tabIndex={-1}>{tx("supply.history")}</h1></div>
        <WithAnswer answer={list}>
          {({ versions }) => (versions.length === 0
            ? <p class="soft pad">{tx("supply.no_versions")}</p>
            : <>{versions.map((one) => (
                <StaffRow key={one.id} href={`/provider/versions/${one.id}`} current={one.id === open} title={tx("supply.nth", { n: one.number })}
                  note={tx("supply.row_note", { name: one.file_name, n: one.dishes })} chip={<State state={one.state} />} time={rich(ago(one.loaded_at))} />
              ))}</>)}
        </WithAnswer>
      </>}>
      {open === undefined ? <p class="soft">{tx("supply.choose_version")}</p> : <OneVersion id={open} key={open} />}
    </StaffShell>
  );
}

function OneVersion({ id }: { id: string }) {
  const whole = useCached("/api/provider/versions/{version}", { path: { version: id } });
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const change = async (isOffered: boolean) => {
    setBusy(true);
    setProblem(null);
    try {
      const params = { path: { version: id } };
      await body(isOffered
        ? api.POST("/api/provider/versions/{version}/withdraw", { params })
        : api.POST("/api/provider/versions/{version}/publish", { params }));
      outdate("/api/provider");
      toast(tx(isOffered ? "supply.withdrawn_now" : "supply.offered_again"));
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <BackLink to="/provider/versions" word={markup("supply.history")} />
      <WithAnswer answer={whole}>
        {({ version, dishes }) => (
          <div class="stack-l">
            <div class="row-between"><h2>{tx("supply.nth", { n: version.number })}</h2><State state={version.state} /></div>
            <Card>
              <Facts rows={[
                [tx("supply.file"), version.file_name],
                [tx("supply.loaded"), rich(dayTime(version.loaded_at))],
                ...(version.published_at ? [[tx("supply.published"), rich(dayTime(version.published_at))] as [ComponentChildren, ComponentChildren]] : []),
                ...(version.withdrawn_at ? [[tx("supply.withdrawn"), rich(dayTime(version.withdrawn_at))] as [ComponentChildren, ComponentChildren]] : []),
              ]} />
              <ProblemNote problem={problem} />
              <div class="grid-2">
                <Button kind={version.state === "published" ? "now" : "main"} busy={isBusy} onClick={() => void change(version.state === "published")}>
                  {tx(version.state === "published" ? "supply.withdraw" : "supply.offer_this")}
                </Button>
                <a class="button" href={`/api/provider/versions/${id}/file`} download>{tx("supply.get_file")}</a>
              </div>
            </Card>
            <Card title={tx("supply.dishes")}><Dishes dishes={dishes} /></Card>
          </div>
        )}
      </WithAnswer>
    </>
  );
}
