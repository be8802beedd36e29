// Fails when a sentence misses a language, a placeholder differs, an easy text has a kanji without reading,
// or the app asks for a key that nobody wrote.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { backendWords, LOCALES, metricWords, ourWords, PWA } from "./words.mjs";

const faults = [];
const known = new Set();
const KANJI = /[\u4e00-\u9fff々]/;
const strip = (text) => text.replace(/\{[^{}|]+\|[^{}|]+\}/g, "");
const holes = (text) => [...new Set([...strip(text).matchAll(/\{(\w+)\}/g)].map((match) => match[1]))];

function check(where, key, texts, { isOurs }) {
  if (known.has(key)) faults.push(`${where}: ${key} is written twice`);
  known.add(key);
  for (const locale of LOCALES) {
    if (typeof texts[locale] !== "string" || texts[locale] === "") faults.push(`${where}: ${key} misses ${locale}`);
  }
  if (LOCALES.some((locale) => typeof texts[locale] !== "string")) return;
  for (const locale of ["ja-easy", "en"]) {
    // An easy sentence may leave a detail out; a placeholder nobody fills must not appear.
    const extra = holes(texts[locale]).filter((hole) => !holes(texts.ja).includes(hole));
    const lost = isOurs && locale === "en" ? holes(texts.ja).filter((hole) => !holes(texts.en).includes(hole)) : [];
    if (extra.length + lost.length > 0) faults.push(`${where}: ${key} has other placeholders in ${locale}`);
  }
  if (!isOurs) return;
  if (KANJI.test(strip(texts["ja-easy"]))) faults.push(`${where}: ${key} has a kanji without reading in ja-easy`);
  if (/[!！]/.test(LOCALES.map((locale) => texts[locale]).join(""))) faults.push(`${where}: ${key} has an exclamation mark`);
  const plain = texts["ja-easy"].replace(/\{([^{}|]+)\|[^{}|]+\}/g, "$1");
  for (const sentence of plain.split("。")) {
    if (sentence.length >= 34) faults.push(`${where}: ${key} has a long sentence in ja-easy (${sentence.length})`);
  }
}

for (const [group, byLocale] of Object.entries(ourWords())) {
  const keys = new Set(LOCALES.flatMap((locale) => Object.keys(byLocale[locale] ?? {})));
  for (const key of keys) {
    check(`words/${group}`, key, Object.fromEntries(LOCALES.map((locale) => [locale, byLocale[locale]?.[key]])), { isOurs: true });
  }
}
for (const [file, words] of Object.entries(backendWords())) {
  for (const [key, texts] of Object.entries(words)) check(`backend/${file}`, key, texts, { isOurs: false });
}
for (const [key, texts] of Object.entries(metricWords())) check("metrics.csv", key, texts, { isOurs: false });

function sources(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? sources(path) : /\.tsx?$/.test(entry.name) ? [path] : [];
  });
}
for (const path of sources(join(PWA, "src"))) {
  const code = readFileSync(path, "utf8");
  for (const match of code.matchAll(/\b(?:t|tx|markup)\(\s*"([a-z0-9_.-]+)"/gi)) {
    if (!known.has(match[1])) faults.push(`${path.slice(PWA.length + 1)}: nobody wrote ${match[1]}`);
  }
  const lines = code.split("\n").length;
  if (lines > 401 && !path.endsWith("schema.d.ts")) faults.push(`${path.slice(PWA.length + 1)}: ${lines} lines`);
}

if (faults.length > 0) {
  console.error(faults.join("\n"));
  console.error(`${faults.length} faults in words`);
  process.exit(1);
}
console.log(`words: ${known.size} keys in ${LOCALES.length} languages`);
