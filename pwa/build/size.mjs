// Script before the first interaction: at most 25 KB gz. Counts what index.html and the first page pull in.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { PWA } from "./words.mjs";

const BAR = 25 * 1024;
const dist = join(PWA, "dist");
const assets = readdirSync(join(dist, "assets"));
const gz = (file) => gzipSync(readFileSync(join(dist, file)), { level: 9 }).length;
const importsOf = (file) => [...readFileSync(join(dist, file), "utf8").matchAll(/(?:from|import)\s*["']\.\/([^"']+\.js)["']/g)].map((m) => `assets/${m[1]}`);

function closure(files, seen = new Set()) {
  for (const file of files) {
    if (seen.has(file)) continue;
    seen.add(file);
    closure(importsOf(file), seen);
  }
  return seen;
}

const html = readFileSync(join(dist, "index.html"), "utf8");
const entries = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)].map((match) => match[1]);
const chunk = (name) => assets.find((file) => file.startsWith(`${name}-`) && file.endsWith(".js"));

let isOver = false;
for (const name of ["landing", "home"]) {
  const page = chunk(name);
  if (!page) throw new Error(`no chunk ${name}`);
  const files = [...closure([...entries, `assets/${page}`])];
  const total = files.reduce((sum, file) => sum + gz(file), 0);
  isOver ||= total > BAR;
  console.log(`first load, ${name}: ${(total / 1024).toFixed(1)} KB gz of script in ${files.length} files (bar ${BAR / 1024})`);
}
const css = assets.filter((file) => file.endsWith(".css")).reduce((sum, file) => sum + gz(`assets/${file}`), 0);
console.log(`styles: ${(css / 1024).toFixed(1)} KB gz`);
if (isOver) {
  console.error("script before the first interaction is over the bar");
  process.exit(1);
}
