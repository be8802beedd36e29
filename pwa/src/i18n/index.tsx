// Words: t() gives plain text for attributes, tx() gives what is put on the screen (with ruby).
import type { ComponentChildren, VNode } from "preact";
import { urls } from "virtual:words";
import { prefs, setPrefs, type Locale } from "../prefs";
import { createStore } from "../store";
import { plain, rich } from "./ruby";
import { day } from "./time";

export { plain, rich } from "./ruby";

export type Param = string | number | null | undefined;
export type Params = Record<string, Param>;
export interface Word {
  key: string;
  params?: Params;
}
export interface Names {
  ja: string;
  ja_easy: string;
  en: string;
}

let words: Record<string, string> = {};
let restOf: Locale | null = null;
/** Counts up when words arrive, so that screens draw again. */
export const wordsVersion = createStore(0);

async function load(url: string): Promise<Record<string, string>> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`words: ${answer.status}`);
  return (await answer.json()) as Record<string, string>;
}

/** Load what the first screen says. */
export async function loadFirst(): Promise<void> {
  const { locale } = prefs.get();
  const boot = window.meguriBoot;
  words = await (boot?.locale === locale ? boot.first : load(urls[locale]!.first)).catch(() => load(urls[locale]!.first));
}

/** Load everything else; rooms wait for it. */
export async function loadRest(): Promise<void> {
  const { locale } = prefs.get();
  if (restOf === locale) return;
  const boot = window.meguriBoot;
  const url = urls[locale]!.rest;
  const rest = await (boot?.locale === locale && boot.rest ? boot.rest.catch(() => load(url)) : load(url));
  words = { ...words, ...rest };
  restOf = locale;
}

/** Change the language: the new words are loaded first, so that the screen changes once. */
export async function setLocale(locale: Locale): Promise<void> {
  if (locale === prefs.get().locale) return;
  const [first, rest] = await Promise.all([load(urls[locale]!.first), load(urls[locale]!.rest)]);
  words = { ...first, ...rest };
  restOf = locale;
  setPrefs({ locale });
  wordsVersion.set(wordsVersion.get() + 1);
}

/** Whether the app has words for a key. */
export function hasWords(key: string): boolean {
  return key in words;
}

/** Parameters that are codes by their name: a metric and a source have words of their own. */
const CODED: Record<string, string> = { metric: "metric.", source: "record.source." };

function text(value: Param, name = ""): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return number(value);
  // A parameter that is itself a sentence comes as "@key".
  if (value.startsWith("@") && hasWords(value.slice(1))) return markup(value.slice(1));
  const coded = `${CODED[name] ?? ""}${value}`;
  if (name in CODED && hasWords(coded)) return markup(coded);
  if (/^\d{4}-\d\d-\d\d$/.test(value)) return day(value);
  return value;
}

/** The sentence with its parameters, ruby still written as {漢字|かんじ}. */
export function markup(key: string, params: Params = {}): string {
  const found = words[key];
  if (found === undefined) return key;
  return found.replace(/\{(\w+)\}/g, (whole, name: string) => (name in params ? text(params[name], name) : whole));
}

/** Plain text, for attributes and titles. */
export function t(key: string, params: Params = {}): string {
  return plain(markup(key, params));
}

/** What is put on the screen; a parameter may be an element. */
export function tx(key: string, params: Record<string, Param | VNode> = {}): ComponentChildren {
  const found = words[key];
  if (found === undefined) return key;
  if (!Object.values(params).some((value) => typeof value === "object" && value !== null)) {
    return rich(markup(key, params as Params));
  }
  return found.split(/(\{\w+\})/).map((piece) => {
    const name = /^\{(\w+)\}$/.exec(piece)?.[1];
    if (name === undefined || !(name in params)) return rich(piece);
    const value = params[name];
    return typeof value === "object" && value !== null ? value : rich(text(value, name));
  });
}

/** A sentence that came from the server as key and parameters. */
export function word(given: Word): ComponentChildren {
  return tx(given.key, given.params ?? {});
}

/** The same as plain text. */
export function wordText(given: Word): string {
  return t(given.key, given.params ?? {});
}

/** The name in the language shown, ruby still in it. */
export function pick(names: Names): string {
  const { locale } = prefs.get();
  return locale === "en" ? names.en : locale === "ja-easy" ? names.ja_easy : names.ja;
}

/** A number as the language writes it. */
export function number(value: number, decimals?: number): string {
  const digits = decimals === undefined ? { maximumFractionDigits: 2 } : { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
  return new Intl.NumberFormat(prefs.get().locale === "en" ? "en" : "ja-JP", digits).format(value);
}

/** A source as people call it. */
export function sourceName(source: string): string {
  const centre = /^健診機関 (\d+)$/.exec(source);
  if (centre) return markup("record.source_centre", { n: centre[1] });
  return hasWords(`record.source.${source}`) ? markup(`record.source.${source}`) : source;
}

/** A metric's name by its code. */
export function metricName(metric: string): string {
  return hasWords(`metric.${metric}`) ? markup(`metric.${metric}`) : metric;
}
