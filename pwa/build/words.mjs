// Collects every sentence of the app: our words files and those of the backend rooms.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const PWA = join(dirname(fileURLToPath(import.meta.url)), "..");
export const BACKEND = join(PWA, "..", "backend");
export const LOCALES = ["ja", "ja-easy", "en"];

/** Files of ours that the first screen needs; all else comes with the first room. */
export const FIRST = new Set(["shell", "landing"]);

/** Our words as {group: {locale: {key: text}}}; a file name stands for its room. */
export function ourWords() {
  const groups = {};
  for (const locale of LOCALES) {
    const folder = join(PWA, "src", "words", locale);
    for (const file of readdirSync(folder).filter((name) => name.endsWith(".json")).sort()) {
      const group = file.slice(0, -5);
      groups[group] ??= {};
      groups[group][locale] = JSON.parse(readFileSync(join(folder, file), "utf8"));
    }
  }
  return groups;
}

function wordFiles(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name.startsWith("__") ? [] : wordFiles(path);
    return /^words.*\.json$/.test(entry.name) ? [path] : [];
  }).sort();
}

/** Backend words as {file: {key: {ja, ja-easy, en}}}. */
export function backendWords() {
  return Object.fromEntries(
    wordFiles(BACKEND).map((path) => [path.slice(BACKEND.length + 1), JSON.parse(readFileSync(path, "utf8"))]),
  );
}

/** Rows of a CSV file as objects; quoted fields may hold commas. */
function csv(path) {
  const lines = readFileSync(path, "utf8").split(/\r?\n/).filter(Boolean);
  const cells = (line) => [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map((m) => m[1]?.replaceAll('""', '"') ?? m[2] ?? "");
  const head = cells(lines[0]);
  return lines.slice(1).map((line) => Object.fromEntries(cells(line).map((cell, i) => [head[i], cell])));
}

/** Names of metrics as metric.<code>. */
export function metricWords() {
  const path = join(BACKEND, "record", "catalogue", "metrics.csv");
  if (!existsSync(path)) return {};
  return Object.fromEntries(csv(path).map((row) => [`metric.${row.code}`, { ja: row.ja, "ja-easy": row.ja_easy, en: row.en }]));
}

/** {first|rest: {locale: {key: text}}}, as the app loads them. */
export function bundles() {
  const out = { first: {}, rest: {} };
  for (const locale of LOCALES) {
    out.first[locale] = {};
    out.rest[locale] = {};
  }
  for (const [group, byLocale] of Object.entries(ourWords())) {
    const part = FIRST.has(group) ? out.first : out.rest;
    for (const locale of LOCALES) Object.assign(part[locale], byLocale[locale] ?? {});
  }
  for (const words of [...Object.values(backendWords()), metricWords()]) {
    for (const [key, texts] of Object.entries(words)) {
      for (const locale of LOCALES) if (texts[locale] !== undefined) out.rest[locale][key] = texts[locale];
    }
  }
  return out;
}
