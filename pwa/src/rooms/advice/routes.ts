import type { Route } from "../../routes";

const advice = () => import("./index");
const urgent = () => import("./urgent");
const week = () => import("./week");

const meals = () => import("./meals");
const mealsDish = () => import("./meals-dish");
const mealsWishes = () => import("./meals-wishes");

export const routes: Route[] = [
  { path: "/urgent", who: "any", place: "advice", load: async () => (await urgent()).Urgent },
  { path: "/advice", who: "resident", place: "advice", load: async () => (await advice()).Advice },
  { path: "/advice/week", who: "resident", place: "advice", load: async () => (await week()).WeekView },
  { path: "/advice/settings", who: "resident", place: "advice", load: async () => (await week()).WeekSettings },
  { path: "/advice/movement", who: "resident", place: "advice", load: async () => (await import("./movement")).Movement },
  { path: "/pilot/reminders", who: "staff", load: async () => (await import("./staff")).Learning },
  { path: "/advice/:suggestion", who: "resident", place: "advice", load: async () => (await advice()).Suggestion },
  { path: "/clinics", who: "resident", place: "advice", load: async () => (await import("./telemed")).Clinics },
  { path: "/clinics/find", who: "resident", place: "advice", load: async () => (await import("./telemed")).FindClinic },
  { path: "/clinics/book/:partner/:slot", who: "resident", place: "advice", load: async () => (await import("./telemed")).Book },
  { path: "/visits", who: "resident", place: "advice", load: async () => (await import("./telemed-visits")).Visits },
  { path: "/insurance", who: "resident", place: "advice", load: async () => (await import("./insurance")).Insurance },
  { path: "/meals", who: "resident", place: "advice", load: async () => (await meals()).Meals },
  { path: "/meals/wishes", who: "resident", place: "advice", load: async () => (await mealsWishes()).MealsWishes },
  { path: "/meals/shopping", who: "resident", place: "advice", load: async () => (await mealsWishes()).MealsShopping },
  { path: "/meals/rejected", who: "resident", place: "advice", load: async () => (await mealsDish()).MealsRejected },
  { path: "/meals/dish/:dish", who: "resident", place: "advice", load: async () => (await mealsDish()).MealDish },
  { path: "/meals/swap/:day/:slot", who: "resident", place: "advice", load: async () => (await mealsDish()).MealSwap },
];
