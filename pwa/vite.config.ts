import { defineConfig } from "vite";
import { meguri } from "./build/plugin.mjs";

// The backend serves dist/; in development vite serves and hands /api on to it.
export default defineConfig({
  plugins: [meguri()],
  build: {
    target: ["chrome111", "safari16.4", "firefox114"],
    cssTarget: ["chrome111", "safari16.4", "firefox114"],
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1400,
    rolldownOptions: {
      input: { main: "index.html", sw: "src/offline/sw.ts" },
      output: {
        entryFileNames: (chunk) => (chunk.name === "sw" ? "sw.js" : "assets/[name]-[hash].js"),
      },
    },
  },
  server: { port: 5173, proxy: { "/api": "http://127.0.0.1:8000" } },
});
