// 今週の献立: what to eat day by day, what took a meal off, and why there is or is no plan.
import { useEffect, useState } from "preact/hooks";
import { api, asProblem, body, type Problem, type Schemas } from "../../api/client";
import { markup, number, pick, rich, t, tx, word } from "../../i18n";
import { day as dayOf } from "../../i18n/time";
import { outdate, useCached } from "../../offline/cached";
import { Button, Card, Chip, Disclosure, EmptyState, Facts, Icon, ListRow, NotDiagnosis, Rows } from "../../ui/index";
import { toast, toastUndo } from "../../ui/overlay";
import { Page, ProblemNote, WithAnswer } from "../../ui/page";

type Week = Schemas["MealsOut"];
type Meal = Schemas["MealOut"];
type Plate = Schemas["MealPlate"];

/** Every screen of meals shows the same plan: after a change all ask again. */
export function mealsChanged(): void {
  outdate("/api/meals");
}

export function nutrientWord(nutrient: string): string {
  const word = markup(`advice.meals.nutrient.${nutrient}`);
  return word.charAt(0).toUpperCase() + word.slice(1); // as a label; English words are kept small for sentences
}

/** The dishes of a meal with its title; a light breakfast is not called after its rice or bread. */
export function titled(plates: Plate[]): [string, Plate | undefined, Plate[]] {
  const [head, ...rest] = plates;
  if (!head || head.kind === "staple") return [markup("meals.light"), undefined, plates];
  return [plateName(head), head, rest];
}

/** Dish names one after another; a name moves to the next line as a whole. */
export function Plates({ plates, linked }: { plates: Plate[]; linked?: boolean }) {
  return <>{plates.map((plate, i) => (
    <span key={plate.id} class="meal-plate">{linked
      ? <a href={`/meals/dish/${encodeURIComponent(plate.dish)}`}>{rich(plateName(plate))}</a>
      : rich(plateName(plate))}{i < plates.length - 1 && "・"}</span>
  ))}</>;
}

export function unitOf(nutrient: string): string {
  return nutrient.endsWith("_kcal") ? "kcal" : nutrient.endsWith("_mg") ? "mg" : nutrient.endsWith("_ug") ? "µg" : "g";
}

/** A dish of a meal; one and a half portions are said. */
export function plateName(plate: Plate): string {
  return plate.times === 1 ? pick(plate.name) : `${pick(plate.name)}${markup("meals.times", { n: plate.times })}`;
}

export function Meals() {
  const week = useCached("/api/meals");
  const isWorking = week.data?.task?.state === "working";
  useEffect(() => {
    if (!isWorking) return undefined;
    const timer = setInterval(() => outdate("/api/meals"), 2000);
    return () => clearInterval(timer);
  }, [isWorking]);
  return (
    <Page title={markup("meals.title")} back={["/advice", markup("nav.advice")]}>
      <WithAnswer answer={week}>{(data) => <TheMeals week={data} />}</WithAnswer>
    </Page>
  );
}

function TheMeals({ week }: { week: Week }) {
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isBusy, setBusy] = useState(false);

  const run = async (send: () => Promise<unknown>, said?: string) => {
    setBusy(true);
    setProblem(null);
    try {
      await send();
      mealsChanged();
      if (said) toast(tx(said));
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  const undo = () => void run(() => body(api.POST("/api/meals/undo")), "meals.undone");
  const plan = () => void run(async () => {
    const made = await body(api.POST("/api/meals/plan"));
    if (made.state === "ready" && made.task === null && made.can_undo) toastUndo(tx("meals.planned"), undo);
  });

  const isWorking = week.task?.state === "working";
  const removed = week.days.flatMap((one) => one.meals).filter((meal) => meal.removed.length > 0).length;
  return (
    <>
      {week.state === "refused" && <Refused week={week} />}
      {week.task && <TaskCard task={week.task} />}
      {removed > 0 && week.state !== "refused" && (
        <Card tone="look" title={tx("meals.removed_title", { n: removed })}>
          <p>{tx("meals.removed")}</p>
          <Button kind="main" busy={isBusy || isWorking} onClick={plan}>{tx("meals.plan_again")}</Button>
        </Card>
      )}
      {week.state === "empty" && !week.task && (
        <EmptyState title={tx("meals.empty_title")} text={tx("meals.empty")} action={isBusy ? tx("meals.thinking") : tx("meals.plan")} onClick={isBusy ? undefined : plan} />
      )}
      {week.state === "empty" && week.task && week.task.state !== "working" && <Button kind="main" wide busy={isBusy} onClick={plan}>{tx("meals.try_again")}</Button>}
      <ProblemNote problem={problem} />
      {week.days.length > 0 && (
        <>
          {week.is_outdated && removed === 0 && week.state === "ready" && (
            <Card tone="info" title={tx("meals.outdated_title")}>
              <p>{tx("meals.outdated")}</p>
              <Button kind="main" busy={isBusy || isWorking} onClick={plan}>{tx("meals.plan_again")}</Button>
            </Card>
          )}
          {removed === 0 && <Sums week={week} />}
          {week.days.map((one) => <DayCard key={one.day} one={one} onLock={(meal) => void run(() => body(api.PUT("/api/meals/lock", { body: { day: meal.day, slot: meal.slot, is_locked: !meal.is_locked } })))} />)}
        </>
      )}
      <Card>
        <Rows>
          {week.days.length > 0 && <ListRow icon="check" title={tx("meals.shopping")} href="/meals/shopping" />}
          <ListRow icon="settings" title={tx("meals.wishes")} href="/meals/wishes" />
          {week.state !== "refused" && <ListRow icon="info" title={tx("meals.rejected")} href="/meals/rejected" />}
        </Rows>
      </Card>
      {week.days.length > 0 && week.state === "ready" && (
        <div class="stack-s">
          {removed === 0 && <Button wide busy={isBusy || isWorking} onClick={plan}>{tx("meals.plan_again")}</Button>}
          {week.can_undo && <Button kind="quiet" wide busy={isBusy} onClick={undo}>{tx("meals.undo")}</Button>}
        </div>
      )}
      {week.state !== "refused" && <Basis week={week} />}
      <NotDiagnosis />
      {week.state !== "refused" && <Advertisements />}
    </>
  );
}

/** What somebody pays for stands last, marked, and never among the dishes of the plan. */
function Advertisements() {
  const offers = useCached("/api/meals/offers").data?.offers ?? [];
  if (offers.length === 0) return null;
  return (
    <Card title={tx("meals.ads")} end={<Chip tone="look">{tx("meals.ads")}</Chip>}>
      <p class="soft small">{tx("meals.ads_lead")}</p>
      <Rows>
        {offers.map((one) => (
          <ListRow key={one.dish} title={rich(pick(one.name))} href={`/meals/dish/${encodeURIComponent(one.dish)}`}
            note={<>{one.provider}・{tx("meals.ads_from", { sponsor: one.sponsor })}</>} end={<span class="number nowrap">{tx("meals.yen", { n: number(one.yen) })}</span>} />
        ))}
      </Rows>
    </Card>
  );
}

function Refused({ week }: { week: Week }) {
  const hrefs: Record<string, string> = { allergies: "/meals/wishes", weight_kg: "/record/enter/weight", pregnancy: "/record/profile/pregnancy" };
  return (
    <Card tone="info" title={tx("meals.refused_title")}>
      {week.refused.map((one) => (
        <div key={one.words.key} class="stack-s">
          <p>{word(one.words)}</p>
          {one.asks && <Button kind="main" href={hrefs[one.asks] ?? "/record/profile"}>{tx(`meals.ask.${one.asks}`)}</Button>}
          {one.source && <p class="soft small">{tx("meals.source", { source: one.source })}</p>}
        </div>
      ))}
    </Card>
  );
}

function TaskCard({ task }: { task: NonNullable<Week["task"]> }) {
  if (task.state === "working") {
    return (
      <Card tone="info" title={tx("meals.working_title")}>
        <p role="status">{tx(`meals.part.${task.part}`)}</p>
        <div class="progress" role="progressbar" aria-label={t("meals.working_title")}><div class="meals-going" /></div>
        <p class="soft small">{tx("meals.working")}</p>
      </Card>
    );
  }
  if (task.state === "gave_up") return <Card tone="look" title={tx("meals.gave_up_title")}><p>{tx("meals.gave_up")}</p></Card>;
  return (
    <Card tone="look" title={tx("meals.impossible_title")}>
      <p>{tx(task.relaxations.length > 0 ? "meals.impossible" : task.is_searched ? "meals.impossible_safe" : "meals.impossible_unknown")}</p>
      {task.relaxations.map((steps, i) => (
        <div key={i} class="stack-s">
          <p class="strong">{task.relaxations.length > 1 && <Chip tone="info">{tx("meals.option", { n: i + 1 })}</Chip>}</p>
          <Rows>{steps.map((step) => <ListRow key={step.wish + step.what} title={word(step.words)} href="/meals/wishes" />)}</Rows>
        </div>
      ))}
      <p class="soft small">{tx("meals.never_relaxed")}</p>
    </Card>
  );
}

function Sums({ week }: { week: Week }) {
  const salts = week.days.map((one) => one.salt_g);
  const salt = salts.includes(null) ? null : salts.reduce<number>((sum, one) => sum + (one ?? 0), 0) / 7;
  const energy = week.days.reduce((sum, one) => sum + one.energy_kcal, 0) / 7;
  return (
    <Card title={tx("meals.mean_title")}>
      <div class="meals-sums">
        <p><span class="soft small">{rich(nutrientWord("energy_kcal"))}</span><br /><strong class="number">{number(Math.round(energy))}</strong> kcal</p>
        <p><span class="soft small">{rich(nutrientWord("salt_g"))}</span><br /><strong class="number">{salt === null ? t("meals.unknown") : number(salt, 1)}</strong> {salt !== null && "g"}</p>
        <p><span class="soft small">{tx("meals.week_yen")}</span><br /><strong class="number">{number(week.yen)}</strong> {tx("meals.yen_unit")}</p>
      </div>
    </Card>
  );
}

function DayCard({ one, onLock }: { one: Week["days"][number]; onLock: (meal: Meal) => void }) {
  return (
    <Card title={<>{rich(dayOf(one.on))}{tx("meals.in_brackets", { what: `@meals.weekday.${(new Date(`${one.on}T00:00:00Z`).getUTCDay() + 6) % 7}` })}</>} end={<span class="soft small number nowrap">{number(one.energy_kcal)} kcal{one.salt_g !== null && <>・{tx("meals.salt_short", { n: number(one.salt_g, 1) })}</>}</span>}>
      <div class="stack">{one.meals.map((meal) => <MealRow key={meal.slot} meal={meal} onLock={() => onLock(meal)} />)}</div>
    </Card>
  );
}

function MealRow({ meal, onLock }: { meal: Meal; onLock: () => void }) {
  const [title, head, rest] = titled(meal.plates);
  const isRemoved = meal.removed.length > 0;
  return (
    <section class={`meal ${isRemoved ? "meal-removed" : ""}`} aria-label={t(`meals.slot.${meal.slot}`)}>
      <p class="meal-slot soft small">{tx(`meals.slot.${meal.slot}`)}</p>
      <div class="stack-s">
        <p class="meal-head">
          {isRemoved ? <s>{rich(title)}</s> : head ? <a href={`/meals/dish/${encodeURIComponent(head.dish)}`}>{rich(title)}</a> : rich(title)}
          {head?.provider && <> <Chip tone="info">{tx("meals.delivered")}</Chip></>}
          {meal.is_locked && !isRemoved && <> <Chip tone="good">{tx("meals.locked")}</Chip></>}
        </p>
        {!isRemoved && rest.length > 0 && (
          <p class="small soft"><Plates plates={rest} linked /></p>
        )}
        {meal.removed.map((why) => (
          <p key={why.words.key} class="notice"><Icon name="warn" size={18} /><span>{word(why.words)}
            {why.allergens.length > 0 && <>（{why.allergens.map((name, i) => <span key={name.ja}>{i > 0 && markup("meals.comma")}{rich(pick(name))}</span>)}）</>}
            {why.to_be_confirmed && <> {tx("meals.to_be_confirmed")}</>}</span></p>
        ))}
        {!isRemoved && (
          <p class="meal-acts">
            <a class="link-button" href={`/meals/swap/${meal.day}/${meal.slot}`}>{tx("meals.swap")}</a>
            <button type="button" class="link-button" onClick={onLock}>{tx(meal.is_locked ? "meals.unlock" : "meals.lock")}</button>
            <span class="soft small nowrap">{meal.minutes > 0 && tx("meals.minutes", { n: meal.minutes })}</span>
          </p>
        )}
      </div>
    </section>
  );
}

function Basis({ week }: { week: Week }) {
  const span = (band: Schemas["MealBand"]) => {
    const unit = unitOf(band.nutrient);
    if (band.low !== null && band.high !== null) return `${number(band.low)}–${number(band.high)} ${unit}`;
    return band.high !== null ? markup("meals.at_most", { n: `${number(band.high)} ${unit}` }) : markup("meals.at_least", { n: `${number(band.low ?? 0)} ${unit}` });
  };
  return (
    <Card>
      <Disclosure>
        {week.maker && (
          <>
            <p>{word(week.maker.proof)}</p>
            <Facts rows={[
              [tx("meals.maker"), tx("meals.maker_is")],
              [tx("meals.made"), rich(dayOf(week.maker.made_at))],
              [tx("meals.choices"), number(week.maker.choices)],
              [tx("meals.took"), tx("meals.seconds", { n: number(week.maker.seconds, 1) })],
            ]} />
          </>
        )}
        <h3>{tx("meals.rules")}</h3>
        <Rows>
          {week.triggers.map((one) => (
            <ListRow key={one.words.key + String(one.words.params?.name)} title={word(one.words)} href={one.reading ? `/record/reading/${one.reading}` : undefined}
              note={<>{rich(one.on ? `${dayOf(one.on)}・` : "")}{one.source}{one.to_be_confirmed && <> {tx("meals.to_be_confirmed")}</>}</>} />
          ))}
        </Rows>
        <h3>{tx("meals.lines")}</h3>
        <Rows>
          {week.energy_kcal !== null && <ListRow title={rich(nutrientWord("energy_kcal"))} note={week.energy_source} end={<span class="number nowrap">{number(week.energy_kcal)} kcal ±5 %</span>} />}
          {week.bands.map((band) => (
            <ListRow key={band.nutrient + band.source} title={rich(nutrientWord(band.nutrient))}
              note={<>{week.days.length > 0 && <>{tx("meals.has", { n: `${number(band.most ?? band.least)} ${unitOf(band.nutrient)}` })}・</>}{band.source}{band.to_be_confirmed && <> {tx("meals.to_be_confirmed")}</>}</>}
              end={<span class="nowrap">{rich(span(band))}</span>} />
          ))}
        </Rows>
        {week.not_checked.length > 0 && (
          <>
            <h3>{tx("meals.not_checked")}</h3>
            <p class="soft">{week.not_checked.map((name, i) => <span key={name}>{i > 0 && markup("meals.comma")}{rich(nutrientWord(name))}</span>)}</p>
            <p class="soft small">{tx("meals.not_checked_why")}</p>
          </>
        )}
        {week.notes.length > 0 && <h3>{tx("meals.notes")}</h3>}
        {week.notes.map((note) => <p key={note.key}>{word(note)}</p>)}
        <p class="soft small">{week.credit}</p>
      </Disclosure>
    </Card>
  );
}
