// Where one stands among people of the same sex and age in one's own area: a statistic, no verdict.
import type { Schemas } from "../../api/client";
import { Distribution } from "../../chart/distribution";
import { number, rich, t, tx, word, wordText } from "../../i18n";
import { useCached } from "../../offline/cached";
import { Card, Disclosure, EmptyState, Facts } from "../../ui/index";
import { placeName, sharesOf } from "../risk/labels";

type Position = Schemas["PositionShown"];

/** The picture, its sentence and its reasons, for one metric. */
export function PositionPicture({ position }: { position: Position }) {
  const scope = position.scopes[0];
  if (!scope || position.value == null) return null;
  return (
    <>
      <Distribution label={wordText(scope.text)} tone="info"
        you={<>{tx("home.you")} {number(position.value)}</>}
        shares={sharesOf(scope)} />
      <p>{word(scope.text)}</p>
      <Disclosure>
        <Facts rows={[
          [tx("home.people"), t(scope.people_is_lower_bound ? "home.at_least" : "home.n_people", { n: scope.people })],
          [tx("home.place"), placeName(scope)],
          [tx("home.age_band"), `${position.age_band ?? ""}`],
          [tx("home.value_of"), position.day ?? ""],
          [tx("home.source"), `${position.source} (${position.version})`],
        ].map(([term, value]) => [term, typeof value === "string" ? rich(value) : value])} />
        {position.notes.map((note) => <p class="soft small" key={note.key}>{word(note)}</p>)}
      </Disclosure>
    </>
  );
}

/** On home: the first position that can be shown, or what is missing for one. */
export function PositionCard() {
  const { data } = useCached("/api/risk/position");
  if (!data) return null;
  const shown = data.positions.find((one) => one.state === "ok" && one.kind !== "answer" && one.scopes.length > 0);
  if (!shown) {
    const reason = data.positions.find((one) => one.kind !== "answer" && (one.missing.length > 0 || one.reasons.length > 0));
    // A file cannot help where the comparison itself does not hold, as in pregnancy: say that instead.
    const refusal = reason?.missing.length === 0 ? reason.reasons[0] : undefined;
    if (refusal) return <Card title={tx("home.position")}><p>{word(refusal.text)}</p></Card>;
    const isArea = reason?.missing.some((one) => one.profile_key === "area");
    return (
      <EmptyState title={tx("home.position")} text={tx(isArea ? "home.position_area" : "home.position_empty")}
        action={tx(isArea ? "home.do_profile" : "home.do_link")} href={isArea ? "/record/profile/area" : "/link-data"} />
    );
  }
  return (
    <Card title={word(shown.title)}>
      <PositionPicture position={shown} />
      <p><a href="/risk">{tx("home.all_positions")}</a></p>
    </Card>
  );
}
