// A picture may shorten what the publisher prints, but never say something else.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Scope } from "./labels";

Object.assign(globalThis, {
  window: { meguriBoot: { locale: "ja" }, location: { pathname: "/", search: "", hash: "" }, addEventListener: () => undefined },
  localStorage: { getItem: () => null, setItem: () => undefined },
  document: { documentElement: { dataset: {} } },
});

const { sharesOf, shortLabel, standing } = await import("./labels");

const flat = (text: string) => text.replaceAll("\u200b", "");

test("class labels keep their numbers", () => {
  const cases: [string, string][] = [
    ["5.6未満", "〜5.6"], ["5.6以上6.0未満", "5.6〜6.0"], ["8.4以上", "8.4〜"], ["30以下", "〜30"], ["31以上50以下", "31〜50"], ["＋＋", "＋＋"],
  ];
  for (const [printed, short] of cases) assert.equal(flat(shortLabel(printed)), short);
});

const share = (low: number, high: number, percent: number | null, count: number | null, is_mine = false) => ({
  label: "1以上", lower: 1, upper: null, count, count_range: [0, 9], share_percent: percent, share_percent_range: [low, high], is_mine,
});
const scope = (classes: unknown[], above: [number, number]) => ({ classes, above_percent_range: above }) as unknown as Scope;

test("a hidden count shows the range of its share, not a guess", () => {
  const [small, large, known] = sharesOf(scope([share(0, 10, null, null), share(81.8, 100, null, 81, true), share(49.3, 49.4, 49.3, 7611)], [0, 100]));
  assert.equal(flat(small!.text!), "0〜10 %");
  assert.equal(flat(large!.text!), "82〜100 %");
  assert.equal(flat(known!.text!), "49 %");
});

test("not quite everybody is never 100 %, and under one is said in words", () => {
  const texts = (percent: number) => flat(sharesOf(scope([share(percent, percent, percent, 5)], [0, 100]))[0]!.text!);
  assert.deepEqual([99.4, 99.6, 100].map(texts), ["99 %", "99 %", "100 %"]);
  assert.match(texts(0.9), /1 %未満|under_one/);
  assert.equal(texts(1), "1 %");
});

test("standing names the end classes and a range in between, rounded outwards", () => {
  const three = (mine: number) => [0, 1, 2].map((n) => share(10, 20, 10, 1, n === mine));
  assert.equal(standing(scope(three(0), [16.9, 100])).key, "riskroom.lowest");
  assert.equal(standing(scope(three(2), [0, 94.3])).key, "riskroom.highest");
  assert.deepEqual(standing(scope(three(1), [20.0, 50.7])), { key: "riskroom.from_top", params: { low: 20, high: 51 } });
});
