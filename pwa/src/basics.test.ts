// What every screen stands on: readings in text, days in Tokyo, addresses, routes.
import assert from "node:assert/strict";
import { test } from "node:test";

Object.assign(globalThis, {
  window: { meguriBoot: { locale: "ja-easy" }, location: { pathname: "/", search: "", hash: "" }, addEventListener: () => undefined },
  localStorage: { getItem: () => null, setItem: () => undefined },
  sessionStorage: { getItem: () => null, setItem: () => undefined },
  history: { state: null },
  document: { documentElement: { dataset: {} } },
});

const { plain } = await import("./i18n/ruby");
const { day, dayOf } = await import("./i18n/time");
const { addressOf } = await import("./api/client");
const { matchPath } = await import("./router");
const { setPrefs } = await import("./prefs");

test("plain text leaves the readings out and keeps placeholders", () => {
  assert.equal(plain("{血圧|けつあつ}は{n}です"), "血圧は{n}です");
  assert.equal(plain("そのまま"), "そのまま");
});

test("a day is a Tokyo day wherever the phone is", () => {
  assert.equal(dayOf("2026-11-22T15:00:00Z"), "2026-11-23");
  assert.equal(dayOf("2026-11-22T14:59:59Z"), "2026-11-22");
  assert.equal(dayOf("2026-11-22"), "2026-11-22");
});

test("dates carry readings in easy Japanese and the weekday where asked", () => {
  assert.equal(day("2026-09-05", { year: true }), "2026{年|ねん}9{月|がつ}5{日|にち}");
  setPrefs({ locale: "ja" });
  assert.equal(day("2026-11-22", { weekday: true, year: false }), "11月22日（日）");
  setPrefs({ locale: "en" });
  assert.equal(day("2026-11-22", { year: true }), "22 Nov 2026");
});

test("addresses are filled, encoded and ordered, so that one question has one cache key", () => {
  assert.equal(addressOf("/api/metrics/{metric}", { path: { metric: "a b" }, query: { unit: undefined, range: "1y" } }), "/api/metrics/a%20b?range=1y");
  assert.equal(addressOf("/api/timeline", { query: { source: ["b", "a"], category: ["C-LAB"] } }), "/api/timeline?category=C-LAB&source=b&source=a");
});

test("routes match by pieces and decode them", () => {
  assert.deepEqual(matchPath("/record/metric/:metric", "/record/metric/hba1c%20x"), { metric: "hba1c x" });
  assert.equal(matchPath("/record/metric/:metric", "/record/metric"), null);
  assert.deepEqual(matchPath("/", "/"), {});
});
