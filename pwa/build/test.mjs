// Bundles src/**/*.test.ts with rolldown (already here with vite) and runs them on node's own test runner.
import { spawnSync } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { PWA } from "./words.mjs";

const out = join(PWA, "node_modules", ".tests");
rmSync(out, { recursive: true, force: true });
const tests = readdirSync(join(PWA, "src"), { recursive: true }).filter((file) => /\.test\.tsx?$/.test(file));
const bundle = await rolldown({
  input: Object.fromEntries(tests.map((file) => [file.replaceAll("/", "_").replace(/\.tsx?$/, ""), join(PWA, "src", file)])),
  platform: "node",
  external: [/^node:/],
  plugins: [{
    name: "words",
    resolveId: (id) => (id === "virtual:words" ? "\0virtual:words" : null),
    load: (id) => (id === "\0virtual:words" ? "export const urls = {};" : null),
  }],
});
await bundle.write({ dir: out, format: "esm", entryFileNames: "[name].mjs", chunkFileNames: "[name]-chunk.mjs" });
const { status } = spawnSync(process.execPath, ["--test", ...readdirSync(out).filter((f) => f.endsWith(".test.mjs")).map((f) => join(out, f))], { stdio: "inherit" });
process.exit(status ?? 1);
