// The dishes of a file or a version, as residents' plans see them, and the places of this desk.
import type { Schemas } from "../../api/client";
import { number, t, tx } from "../../i18n";
import { ChartTable } from "../../chart/people";
import { Chip, ListRow, Rows, type Tone } from "../../ui/index";

export type Dish = Schemas["CatalogueDishOut"];
export type Version = Schemas["CatalogueVersionOut"];

export const PLACES = () => [
  { href: "/provider", word: tx("supply.title") },
  { href: "/provider/versions", word: tx("supply.history") },
];

const TONES: Record<Version["state"], Tone> = { draft: "info", published: "good", withdrawn: "look" };

export function State({ state }: { state: Version["state"] }) {
  return <Chip tone={TONES[state]}>{tx(`supply.state.${state}`)}</Chip>;
}

const FIRST = 8;

/** The first few as lines, all of them as a table. */
export function Dishes({ dishes }: { dishes: Dish[] }) {
  const held = (value: number | null, unit: string) => (value === null ? tx("supply.unknown") : `${number(value)} ${unit}`);
  return (
    <div class="stack">
      <Rows label={t("supply.dishes")}>
        {dishes.slice(0, FIRST).map((dish) => (
          <ListRow key={dish.id} title={dish.name}
            note={<>{held(dish.energy_kcal, "kcal")}・{tx("supply.salt")} {held(dish.salt_g, "g")}</>}
            end={<span class="number nowrap">{tx("supply.yen", { n: number(dish.price_yen) })}</span>} />
        ))}
      </Rows>
      {dishes.length > FIRST && <p class="soft small">{tx("supply.more", { n: dishes.length - FIRST })}</p>}
      <ChartTable caption={t("supply.dishes")}
        columns={[{ head: tx("supply.number") }, { head: tx("supply.dish") }, { head: tx("supply.price"), isNumber: true },
          { head: "kcal", isNumber: true }, { head: tx("supply.salt_g"), isNumber: true }, { head: tx("supply.allergens") }, { head: tx("supply.pregnancy") }]}
        rows={dishes.map((dish) => [dish.id, dish.name, number(dish.price_yen),
          dish.energy_kcal === null ? tx("supply.unknown") : number(dish.energy_kcal),
          dish.salt_g === null ? tx("supply.unknown") : number(dish.salt_g),
          <Allergens key="a" dish={dish} />,
          dish.tags.includes("pregnancy_checked") ? tx("supply.may") : tx("supply.not")])} />
    </div>
  );
}

function Allergens({ dish }: { dish: Dish }) {
  const names = dish.allergens.map((id) => t(`supply.allergen.${id}`)).join(t("supply.comma"));
  if (dish.allergens_unknown > 2) return <>{names || tx("supply.allergens_unknown")}{names && <> {tx("supply.others_unknown")}</>}</>;
  return <>{names || tx("supply.none")}</>;
}
