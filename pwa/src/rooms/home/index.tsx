// Home: today's few numbers, where one stands, one thing for this week, and what is truly sent.
import { Sparkline } from "../../chart/sparkline";
import { markup, number, pick, rich, sourceName, t, tx, word } from "../../i18n";
import { ago, day, nearDay } from "../../i18n/time";
import type { Schemas } from "../../api/client";
import { useCached } from "../../offline/cached";
import { session, shownName } from "../../session";
import { useStore } from "../../store";
import { Button, Card, Chip, Figure, Icon, ListRow, NotDiagnosis, Rows, toneOf } from "../../ui/index";
import { Page, SyncLine, WithAnswer } from "../../ui/page";
import { PositionCard } from "./position";

type Tile = Schemas["Tile"];

function greeting(): string {
  const hour = Number(new Intl.DateTimeFormat("en-GB", { timeZone: "Asia/Tokyo", hour: "2-digit", hourCycle: "h23" }).format(new Date()));
  return hour < 4 || hour >= 18 ? "home.evening" : hour < 11 ? "home.morning" : "home.day";
}

/** One of today's numbers, with its line; opens the metric's page. */
function TileCard({ tile }: { tile: Tile }) {
  const title = tile.title.key === "record.tile.metric" ? rich(pick(tile.name)) : word(tile.title);
  const tone = tile.chip ? toneOf(tile.chip.tone) : "info";
  const values = tile.values.map((value) => number(value.value, value.decimals)).join("/");
  const line = tile.trend?.values[0]?.filter((value) => value !== null) ?? [];
  return (
    <Card class="tile" href={`/record/metric/${encodeURIComponent(tile.metric)}`} title={title}
      end={tile.trend && (
        <Sparkline values={tile.trend.values[0] ?? []} band={tile.trend.band as [number, number] | null} tone={tone === "good" ? "info" : tone}
          label={t("home.line", { n: line.length, low: Math.min(...line), high: Math.max(...line) })} />
      )}>
      <Figure value={values} unit={pick(tile.unit_label)} />
      {tile.chip && <p><Chip tone={tone}>{word(tile.chip)}</Chip></p>}
      <p class={`small ${tile.is_old ? "strong" : "soft"}`}>
        {tile.is_old ? tx("home.old", { day: day(tile.day) }) : rich(nearDay(tile.day))}
      </p>
    </Card>
  );
}

const ACTIONS: Record<Schemas["Missing"]["action"], [string, string]> = {
  link: ["/link-data", "home.do_link"],
  enter_bp: ["/record/enter/blood-pressure", "home.do_bp"],
  enter_weight: ["/record/enter/weight", "home.do_weight"],
  profile: ["/record/profile", "home.do_profile"],
};

function Suggestion() {
  const advice = useCached("/api/advice");
  const first = advice.data?.suggestions.find((one) => one.answer === null) ?? advice.data?.suggestions[0];
  if (!first) return null;
  return (
    <Card title={tx("home.this_week")} end={<span class="soft small">{tx("home.of", { n: 1, of: advice.data!.suggestions.length })}</span>}>
      <p class="strong">{word(first.title)}</p>
      <p class="soft">{word(first.trigger.words)}</p>
      <Button kind="main" href="/advice">{tx("home.see_advice")}</Button>
    </Card>
  );
}

/** What must not wait stands above everything else. */
export function AlertCard() {
  const { data } = useCached("/api/advice");
  if (!data?.alert) return null;
  const { alert } = data;
  return (
    <div role="alert">
      <Card tone={alert.tone} title={tx(`home.alert_${alert.tone}`)}>
        <p>{word(alert.words)}</p>
        <p class="soft small">{alert.source}</p>
      </Card>
    </div>
  );
}

function Answers() {
  const { data } = useCached("/api/consultations");
  const unread = data?.consultations.reduce((sum, one) => sum + one.unread, 0) ?? 0;
  if (unread === 0) return null;
  return (
    <Card tone="info" href="/consultations" title={tx("home.notices", { n: unread })} end={<Icon name="next" size={18} />}>
      <p>{tx("home.answer_came")}</p>
    </Card>
  );
}

export function Home() {
  const { me } = useStore(session);
  const home = useCached("/api/home");
  const name = me ? shownName(me) : "";
  const last = home.data?.last_stored_at;
  return (
    <Page wide title={markup(greeting(), { name })}
      over={
        <div class="row-between home-over">
          <span class="soft">{rich(day(Date.now(), { weekday: true, year: false }))}</span>
          <a class="icon-button" href="/settings" aria-label={t("settings.title")}><Icon name="settings" /></a>
        </div>
      }>
      {me?.is_demo && <p><Chip tone="info">{tx("home.demo")}</Chip></p>}
      <SyncLine idle={last ? tx("home.last_stored", { when: ago(last), source: sourceName(home.data?.last_stored_source ?? "") }) : undefined} />
      <AlertCard />
      <WithAnswer answer={home}>
        {({ tiles, missing }) => (
          <>
            {tiles.length > 0 && <div class="tiles">{tiles.map((tile) => <TileCard key={tile.id} tile={tile} />)}</div>}
            {missing.some((one) => one.id === "nothing") && (
              <Card tone="good" title={tx("home.welcome")}>
                <p>{word(missing.find((one) => one.id === "nothing")!.text)}</p>
                <Button kind="main" wide icon="link" href="/link-data">{tx("home.do_link")}</Button>
              </Card>
            )}
            <div class="columns">
              <PositionCard />
              <Suggestion />
              <Answers />
            </div>
            <Card title={tx("home.add")}>
              <div class="buttons">
                <Button icon="pencil" href="/record/enter/blood-pressure">{tx("home.do_bp")}</Button>
                <Button icon="pencil" href="/record/enter/weight">{tx("home.do_weight")}</Button>
                <Button icon="link" href="/link-data">{tx("home.do_link")}</Button>
              </div>
            </Card>
            {missing.filter((one) => one.id !== "nothing").length > 0 && (
              <Card title={tx("home.missing")}>
                <Rows>
                  {missing.filter((one) => one.id !== "nothing").map((one) => (
                    <ListRow key={one.id} title={tx(ACTIONS[one.action][1])} note={word(one.text)} href={ACTIONS[one.action][0]} />
                  ))}
                </Rows>
              </Card>
            )}
            <NotDiagnosis />
          </>
        )}
      </WithAnswer>
    </Page>
  );
}
