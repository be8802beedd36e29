// Wishes for the plan: allergens, what one would rather not have, budget, time, days to receive; and the shopping list.
import { useState } from "preact/hooks";
import { api, asProblem, body, type Problem, type Schemas } from "../../api/client";
import { markup, number, pick, rich, t, tx } from "../../i18n";
import { day as dayOf } from "../../i18n/time";
import { useCached } from "../../offline/cached";
import { navigate } from "../../router";
import { Button, Card, EmptyState, ListRow, Rows } from "../../ui/index";
import { Check, Choices, Field, Select, Switch } from "../../ui/form";
import { toast } from "../../ui/overlay";
import { Page, ProblemNote, WithAnswer } from "../../ui/page";
import { mealsChanged, plateName } from "./meals";

type Wishes = Required<Schemas["MealWishes"]>;
type Goal = Wishes["goal"];

const toggled = <T,>(list: T[], one: T, on: boolean): T[] => (on ? [...list.filter((other) => other !== one), one] : list.filter((other) => other !== one));

export function MealsWishes() {
  const wishes = useCached("/api/meals/wishes");
  return (
    <Page title={markup("meals.wishes")} lead={tx("meals.wishes_lead")} back={["/meals", markup("meals.title")]}>
      <WithAnswer answer={wishes}>{(data) => <Form data={data} />}</WithAnswer>
    </Page>
  );
}

function Form({ data }: { data: Schemas["MealWishesOut"] }) {
  const [wishes, setWishes] = useState<Wishes>(data.wishes as Wishes);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isBusy, setBusy] = useState(false);
  const set = (changed: Partial<Wishes>) => setWishes({ ...wishes, ...changed });
  const budget = wishes.budget_yen;

  const save = async () => {
    setBusy(true);
    setProblem(null);
    try {
      await body(api.PUT("/api/meals/wishes", { body: wishes }));
      mealsChanged();
      toast(tx("meals.saved"));
      navigate("/meals");
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  const allergen = (one: Schemas["MealAllergen"]) => {
    const isOfProfile = data.from_profile.includes(one.id);
    return (
      <Check key={one.id} checked={isOfProfile || wishes.allergens.includes(one.id)} onChange={(on) => !isOfProfile && set({ allergens: toggled(wishes.allergens, one.id, on) })}>
        {rich(pick(one.name))}{isOfProfile && <span class="soft small"> {tx("meals.of_profile")}</span>}
      </Check>
    );
  };

  return (
    <>
      <Card title={tx("meals.allergens")}>
        <p class="soft">{tx("meals.allergens_lead")}</p>
        <div class="meals-checks">{data.allergens.filter((one) => one.duty === "mandatory").map(allergen)}</div>
        <details class="disclosure" open={data.allergens.some((one) => one.duty !== "mandatory" && wishes.allergens.includes(one.id))}>
          <summary><span>{tx("meals.more_allergens")}</span></summary>
          <div class="meals-checks">{data.allergens.filter((one) => one.duty !== "mandatory").map(allergen)}</div>
        </details>
        <a class="link-button" href="/record/profile/allergies">{tx("meals.profile_allergies")}</a>
      </Card>
      <Card title={tx("meals.dislikes")}>
        <div class="meals-checks">
          {data.groups.map((group) => (
            <Check key={group} checked={wishes.disliked_groups.includes(group)} onChange={(on) => set({ disliked_groups: toggled(wishes.disliked_groups, group, on) })}>{tx(`advice.meals.group.${group}`)}</Check>
          ))}
        </div>
        {wishes.disliked_dishes.length > 0 && (
          <Rows>
            {wishes.disliked_dishes.map((name) => (
              <ListRow key={name} title={data.dishes[name] ? rich(pick(data.dishes[name])) : name}
                end={<Button kind="quiet" onClick={() => set({ disliked_dishes: toggled(wishes.disliked_dishes, name, false) })}>{tx("meals.dish.again")}</Button>} />
            ))}
          </Rows>
        )}
      </Card>
      <Card title={tx("meals.likes")}>
        <div class="meals-checks">
          {data.groups.filter((group) => !wishes.disliked_groups.includes(group)).map((group) => (
            <Check key={group} checked={wishes.liked_groups.includes(group)} onChange={(on) => set({ liked_groups: toggled(wishes.liked_groups, group, on) })}>{tx(`advice.meals.group.${group}`)}</Check>
          ))}
        </div>
      </Card>
      <Card title={tx("meals.money_time")}>
        <Field label={tx("meals.budget")} hint={tx("meals.budget_hint")} inputMode="numeric" value={budget === null ? "" : String(budget)}
          onInput={(text) => set({ budget_yen: /^\d+$/.test(text.trim()) ? Number(text.trim()) : null })} />
        <Select label={tx("meals.most_minutes")} value={wishes.most_minutes === null ? "" : String(wishes.most_minutes)} onChange={(text) => set({ most_minutes: text ? Number(text) : null })}
          options={[{ value: "", label: t("meals.any_time") }, ...[15, 20, 30, 45, 60].map((n) => ({ value: String(n), label: t("meals.up_to_minutes", { n }) }))]} />
      </Card>
      <Card title={tx("meals.delivery")}>
        <Switch label={tx("meals.use_delivery")} checked={wishes.wants_delivery} onChange={(on) => set({ wants_delivery: on })} />
        {wishes.wants_delivery && (
          <Select label={tx("meals.deliveries")} value={String(wishes.deliveries)} onChange={(text) => set({ deliveries: Number(text) })}
            options={[1, 2, 3, 4, 5, 6, 7].map((n) => ({ value: String(n), label: t("meals.deliveries_n", { n }) }))} />
        )}
        {wishes.wants_delivery && (
          <fieldset class="choices">
            <legend>{tx("meals.receive_days")}</legend>
            <div class="meals-checks">
              {[0, 1, 2, 3, 4, 5, 6].map((one) => (
                <Check key={one} checked={wishes.receive_days.includes(one)} onChange={(on) => set({ receive_days: toggled(wishes.receive_days, one, on) })}>{tx(`meals.weekday.${one}`)}</Check>
              ))}
            </div>
          </fieldset>
        )}
      </Card>
      <Card title={tx("meals.goal")}>
        <Choices<Goal> legend={tx("meals.goal_legend")} value={wishes.goal} onChange={(goal) => set({ goal })}
          options={(["keep", "lose", "gain"] as Goal[]).map((value) => ({ value, label: tx(`meals.goal.${value}`) }))} />
        <p class="soft small">{tx("meals.goal_note")}</p>
      </Card>
      <ProblemNote problem={problem} />
      <Button kind="main" wide busy={isBusy} onClick={() => void save()}>{tx("meals.save")}</Button>
    </>
  );
}

export function MealsShopping() {
  const list = useCached("/api/meals/shopping");
  const [problem, setProblem] = useState<Problem | null>(null);
  const tick = async (data: Schemas["MealShoppingOut"], code: string, on: boolean) => {
    if (data.plan === null) return;
    setProblem(null);
    const codes = toggled(data.buys.filter((one) => one.is_ticked).map((one) => one.code), code, on);
    try {
      await body(api.PUT("/api/meals/shopping", { body: { plan: data.plan, codes } }));
      list.reload();
    } catch (error) {
      setProblem(asProblem(error));
    }
  };
  return (
    <Page title={markup("meals.shopping")} back={["/meals", markup("meals.title")]}>
      <WithAnswer answer={list}>
        {(data) => (data.plan === null || (data.buys.length === 0 && data.orders.length === 0)
          ? <EmptyState title={tx("meals.shopping_none_title")} text={tx("meals.shopping_none")} action={tx("meals.title")} href="/meals" />
          : (
            <>
              <p>{tx("meals.shopping_sum", { n: number(data.yen) })} <span class="soft small">{data.price_basis}</span></p>
              <ProblemNote problem={problem} />
              {data.orders.length > 0 && (
                <Card title={tx("meals.orders")}>
                  <Rows>{data.orders.map((one) => <ListRow key={one.on + one.slot + one.plate.id} title={rich(plateName(one.plate))} note={<>{one.plate.provider}・{rich(dayOf(one.on))} {tx(`meals.slot.${one.slot}`)}</>} end={<span class="number nowrap">{tx("meals.yen", { n: number(one.plate.yen) })}</span>} />)}</Rows>
                </Card>
              )}
              {[...new Set(data.buys.map((one) => one.shelf))].map((shelf) => (
                <Card key={shelf} title={tx(`meals.shelf.${shelf}`)}>
                  {data.buys.filter((one) => one.shelf === shelf).map((one) => (
                    <div key={one.code} class="meals-buy">
                      <Check checked={one.is_ticked} onChange={(on) => void tick(data, one.code, on)}>{rich(pick(one.name))}</Check>
                      <span class="number nowrap small">{one.count !== null && one.unit ? tx("meals.count", { n: number(one.count), unit: markup(`meals.unit.${one.unit}`) }) : `${number(Math.ceil(one.grams))} g`}</span>
                    </div>
                  ))}
                </Card>
              ))}
            </>
          ))}
      </WithAnswer>
    </Page>
  );
}
