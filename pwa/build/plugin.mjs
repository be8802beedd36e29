// What vite does not do by itself: words as hashed JSON, a tiny boot script, the service worker's file list.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { bundles, LOCALES, PWA } from "./words.mjs";

const hash = (text) => createHash("sha256").update(text).digest("hex").slice(0, 8);

function wordAssets() {
  const assets = {};
  const urls = {};
  for (const [part, byLocale] of Object.entries(bundles())) {
    for (const locale of LOCALES) {
      const source = JSON.stringify(byLocale[locale]);
      const file = `assets/words-${part}-${locale}-${hash(source)}.json`;
      assets[file] = source;
      (urls[locale] ??= {})[part] = `/${file}`;
    }
  }
  return { assets, urls };
}

function bootAsset(urls) {
  const source = readFileSync(join(PWA, "build", "boot.js"), "utf8")
    .replace("__WORDS__", JSON.stringify(urls))
    .replace(/^\s*\/\/.*\n/gm, "")
    .replace(/\n\s*/g, " ");
  return { file: `assets/boot-${hash(source)}.js`, source };
}

/** The app's own vite plugin. */
export function meguri() {
  let current;
  const refresh = () => {
    const { assets, urls } = wordAssets();
    const boot = bootAsset(urls);
    current = { urls, boot, assets: { ...assets, [boot.file]: boot.source } };
    return current;
  };
  return {
    name: "meguri",
    buildStart() {
      refresh();
    },
    resolveId(id) {
      return id === "virtual:words" ? "\0virtual:words" : null;
    },
    load(id) {
      return id === "\0virtual:words" ? `export const urls = ${JSON.stringify((current ?? refresh()).urls)};` : null;
    },
    configureServer(server) {
      refresh();
      server.middlewares.use((request, response, next) => {
        const source = current.assets[(request.url ?? "").split("?")[0].slice(1)];
        if (source === undefined) return next();
        response.setHeader("Content-Type", request.url.endsWith(".js") ? "text/javascript" : "application/json");
        response.end(source);
      });
    },
    transformIndexHtml() {
      return [{ tag: "script", attrs: { src: `/${(current ?? refresh()).boot.file}` }, injectTo: "head-prepend" }];
    },
    generateBundle: {
      order: "post",
      handler(_options, bundle) {
        if (!bundle["sw.js"]) return;
        for (const [fileName, source] of Object.entries(current.assets)) {
          this.emitFile({ type: "asset", fileName, source });
        }
        // Plotly is fetched when a chart is opened, and kept from then on.
        const files = [...new Set([...Object.keys(bundle), ...Object.keys(current.assets)])]
          .filter((file) => file !== "sw.js" && file !== "index.html" && !/plotly/i.test(file) && !file.endsWith(".map"))
          .sort()
          .map((file) => `/${file}`);
        const stamp = hash(files.join() + (bundle["index.html"]?.source ?? ""));
        const worker = bundle["sw.js"];
        worker.code = worker.code
          .replace(/(["'`])__FILES__\1/, JSON.stringify(files))
          .replace("__STAMP__", stamp);
        if (/__(FILES|STAMP)__/.test(worker.code)) throw new Error("the service worker has no file list");
      },
    },
  };
}
