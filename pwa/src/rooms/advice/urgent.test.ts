// The red flags: words that must be caught, words that must not, and numbers that must not change by accident.
import assert from "node:assert/strict";
import { test } from "node:test";
import table from "./urgent.json";
import ja from "../../words/ja/urgent.json";
import { callsFor, urgentIn } from "./urgent-words";

test("every sign has words, a call that exists and a source", () => {
  const calls = new Set([...table.calls.map((one) => one.id), "clinic"]);
  for (const sign of table.signs) {
    assert.ok(calls.has(sign.call), sign.id);
    assert.ok(sign.source.length > 0);
    assert.ok(`urgent.sign.${sign.id}` in ja, sign.id);
  }
  for (const one of table.words) assert.ok(table.signs.some((sign) => sign.id === one.sign), one.sign);
});

test("numbers are those of the services", () => {
  assert.deepEqual(table.calls.map((one) => one.tel), ["119", "#7119", "#8000", "0120279338", "0120061338"]);
});

test("a text that mentions a red flag names whom to call", () => {
  const cases: [string, string[]][] = [
    ["朝から胸が 痛くて", ["119"]],
    ["むねがくるしいです", ["119"]],
    ["I have CHEST PAIN since noon", ["119"]],
    ["もう、しにたい", ["mind"]],
    ["I want to die. It hurts", ["mind"]],
    ["妊娠中の出血があります", ["clinic"]],
    ["破水かもしれません。けいれんもしました", ["119", "clinic"]],
    ["出血が止まらない", ["119"]],
    ["健診の血圧のことを聞きたいです", []],
    ["ひざに負担の少ない運動を知りたい", []],
    ["Which shoes are good for walking?", []],
  ];
  for (const [text, calls] of cases) assert.deepEqual([...new Set(urgentIn(text).map((one) => one.call))], calls, text);
});

test("the most pressing call comes first", () => {
  assert.deepEqual(callsFor(new Set(["mind_die", "preg_bleed", "chest", "child_other"])), ["119", "clinic", "mind", "8000"]);
  assert.deepEqual(callsFor(new Set()), []);
});
