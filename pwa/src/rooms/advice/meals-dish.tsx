// One dish; what could stand in its place; and every dish that is kept out, with the reason.
import { useState } from "preact/hooks";
import { api, asProblem, body, type Problem, type Schemas } from "../../api/client";
import { markup, number, pick, rich, tx, word } from "../../i18n";
import { useCached } from "../../offline/cached";
import { prefs } from "../../prefs";
import { navigate, type Match } from "../../router";
import { Button, Card, Chip, Disclosure, EmptyState, Facts, ListRow, NotDiagnosis, Rows } from "../../ui/index";
import { toastUndo } from "../../ui/overlay";
import { Page, ProblemNote, WithAnswer } from "../../ui/page";
import { mealsChanged, nutrientWord, Plates, titled, unitOf } from "./meals";

type Reason = Schemas["MealReason"];
const MAIN = ["energy_kcal", "protein_g", "fat_g", "carbohydrate_g", "fibre_g", "salt_g"];

function Why({ reason }: { reason: Reason }) {
  return (
    <>
      {word(reason.words)}
      {reason.allergens.length > 0 && <>（{reason.allergens.map((name, i) => <span key={name.ja}>{i > 0 && markup("meals.comma")}{rich(pick(name))}</span>)}）</>}
      {reason.to_be_confirmed && <> {tx("meals.to_be_confirmed")}</>}
    </>
  );
}

function amount(one: Schemas["MealNutrient"]): string {
  const unit = unitOf(one.nutrient);
  if (!one.is_known) return one.least > 0 ? markup("meals.at_least_known", { n: `${number(one.least)} ${unit}` }) : markup("meals.unknown");
  return `${number(one.least)} ${unit}`;
}

export function MealDish({ match }: { match: Match }) {
  const dish = useCached("/api/meals/dishes/{dish}", { path: { dish: match.dish ?? "" } });
  const [problem, setProblem] = useState<Problem | null>(null);
  const one = dish.data;

  const dislike = async (isDisliked: boolean) => {
    setProblem(null);
    try {
      const { wishes } = await body(api.GET("/api/meals/wishes"));
      const others = (wishes.disliked_dishes ?? []).filter((name) => name !== match.dish);
      await body(api.PUT("/api/meals/wishes", { body: { ...wishes, disliked_dishes: isDisliked ? [...others, match.dish ?? ""] : others } }));
      mealsChanged();
      if (isDisliked) toastUndo(tx("meals.dish.sent_away"), () => void dislike(false));
      dish.reload();
    } catch (error) {
      setProblem(asProblem(error));
    }
  };

  return (
    <Page title={one ? pick(one.name) : markup("meals.title")} back={["/meals", markup("meals.title")]}>
      <WithAnswer answer={dish}>
        {(data) => (
          <>
            {data.reasons.length > 0 && (
              <Card tone="look" title={tx("meals.dish.kept_out")}>
                <Rows>{data.reasons.map((why) => <ListRow key={why.words.key} title={<Why reason={why} />} note={why.source || undefined} />)}</Rows>
              </Card>
            )}
            <Card>
              <Facts rows={[
                ...(data.provider ? [[tx("meals.dish.provider"), data.provider] as [preact.ComponentChildren, preact.ComponentChildren]] : []),
                ...(data.minutes > 0 ? [[tx("meals.dish.time"), tx("meals.minutes", { n: data.minutes })] as [preact.ComponentChildren, preact.ComponentChildren]] : []),
                [tx(data.provider ? "meals.dish.price" : "meals.dish.cost"), tx("meals.yen", { n: number(data.yen) })],
                [tx("meals.dish.allergens"), data.allergens.length === 0 ? tx("meals.dish.no_allergens") : <>{data.allergens.map((name, i) => <span key={name.ja}>{i > 0 && markup("meals.comma")}{rich(pick(name))}</span>)}</>],
                ...(data.unknown_allergens.length > 0 ? [[tx("meals.dish.unknown_allergens"), <>{data.unknown_allergens.map((name, i) => <span key={name.ja}>{i > 0 && markup("meals.comma")}{rich(pick(name))}</span>)}</>] as [preact.ComponentChildren, preact.ComponentChildren]] : []),
              ]} />
              <p class="soft small">{tx("advice.food.labels")}</p>
            </Card>
            {data.ingredients.length > 0 && (
              <Card title={tx("meals.dish.ingredients")}>
                <Rows>{data.ingredients.map((part) => <ListRow key={part.code} title={rich(pick(part.name))} end={<span class="number nowrap">{number(part.grams)} g</span>} />)}</Rows>
              </Card>
            )}
            {data.steps.length > 0 && (
              <Card title={tx("meals.dish.steps")}>{prefs.get().locale !== "ja" && <p class="soft small">{tx("meals.dish.steps_ja")}</p>}<ol class="meals-steps" lang="ja">{data.steps.map((step) => <li key={step}>{step}</li>)}</ol></Card>
            )}
            <Card title={tx("meals.dish.nutrients")}>
              <Facts rows={data.nutrients.filter((line) => MAIN.includes(line.nutrient)).map((line) => [rich(nutrientWord(line.nutrient)), rich(amount(line))])} />
              <Disclosure summary={tx("meals.dish.all")}>
                <Facts rows={data.nutrients.filter((line) => !MAIN.includes(line.nutrient)).map((line) => [rich(nutrientWord(line.nutrient)), rich(amount(line))])} />
                <p class="soft small">{tx("meals.dish.unknown_why")}</p>
                <p class="soft small">{data.credit}</p>
              </Disclosure>
            </Card>
            <Button kind="quiet" wide onClick={() => void dislike(!data.is_disliked)}>{tx(data.is_disliked ? "meals.dish.again" : "meals.dish.away")}</Button>
            <ProblemNote problem={problem} />
            <NotDiagnosis />
          </>
        )}
      </WithAnswer>
    </Page>
  );
}

export function MealSwap({ match }: { match: Match }) {
  const day = Number(match.day);
  const slot = match.slot as "B" | "L" | "D";
  const choices = useCached("/api/meals/choices/{day}/{slot}", { path: { day: String(day), slot } });
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState<string | null>(null);

  const swap = async (meal: string) => {
    setBusy(meal);
    setProblem(null);
    try {
      await body(api.POST("/api/meals/swap", { body: { day, slot, meal } }));
      mealsChanged();
      toastUndo(tx("meals.swapped"), () => void body(api.POST("/api/meals/undo")).then(mealsChanged));
      navigate("/meals");
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(null);
    }
  };

  return (
    <Page title={markup("meals.swap_title")} lead={tx("meals.swap_lead")} back={["/meals", markup("meals.title")]}>
      <WithAnswer answer={choices}>
        {({ now, choices: several }) => (
          <>
            <Card title={tx("meals.swap_now")}>
              <p><Plates plates={now.plates} /></p>
            </Card>
            <ProblemNote problem={problem} />
            {several.length === 0 && <EmptyState title={tx("meals.swap_none_title")} text={tx("meals.swap_none")} action={tx("meals.wishes")} href="/meals/wishes" />}
            {several.map((choice) => { const [title, , rest] = titled(choice.plates); return (
              <Card key={choice.id} title={rich(title)} end={choice.plates[0]!.provider ? <Chip tone="info">{tx("meals.delivered")}</Chip> : undefined}>
                {rest.length > 0 && <p class="soft"><Plates plates={rest} /></p>}
                <p class="small number">{number(choice.energy_kcal)} kcal{choice.salt_g !== null && <>・{tx("meals.salt_short", { n: number(choice.salt_g, 1) })}</>}・{tx("meals.yen", { n: number(choice.yen) })}</p>
                <Button busy={busy !== null} onClick={() => void swap(choice.id)}>{tx(busy === choice.id ? "meals.thinking" : "meals.swap_take")}</Button>
              </Card>
            ); })}
          </>
        )}
      </WithAnswer>
    </Page>
  );
}

export function MealsRejected() {
  const rejected = useCached("/api/meals/rejected");
  return (
    <Page title={markup("meals.rejected")} back={["/meals", markup("meals.title")]}>
      <WithAnswer answer={rejected}>
        {(data) => {
          const groups = [true, false].map((isSafety) => data.rejected.filter((one) => one.reasons.some((why) => why.is_safety) === isSafety));
          return (
            <>
              <p>{tx("meals.rejected_lead", { n: data.allowed })}</p>
              {groups.map((several, i) => several.length > 0 && (
                <Card key={i} title={tx(i === 0 ? "meals.rejected_safety" : "meals.rejected_wish", { n: several.length })}>
                  <Rows>
                    {several.map((one) => (
                      <ListRow key={one.id} title={rich(pick(one.name))} href={`/meals/dish/${encodeURIComponent(one.id)}`}
                        note={<>{one.reasons.map((why, n) => <span key={n}>{n > 0 && "／"}<Why reason={why} /></span>)}</>} />
                    ))}
                  </Rows>
                </Card>
              ))}
            </>
          );
        }}
      </WithAnswer>
    </Page>
  );
}
