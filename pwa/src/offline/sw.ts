// The service worker: the app opens without a net. It never touches /api: answers live in the page's own store.
/// <reference lib="webworker" />

const worker = self as unknown as ServiceWorkerGlobalScope;
const NAME = "meguri-__STAMP__";
const FILES = "__FILES__" as unknown as string[];

worker.addEventListener("install", (event) => {
  event.waitUntil(
    caches.open(NAME).then((cache) =>
      // "reload": the browser's own cache may hold an older index.html.
      cache.addAll(["/", ...FILES].map((file) => new Request(file, { cache: file === "/" ? "reload" : "default" }))),
    ),
  );
});

worker.addEventListener("activate", (event) => {
  event.waitUntil(
    caches.keys()
      .then((names) => Promise.all(names.filter((name) => name.startsWith("meguri-") && name !== NAME).map((name) => caches.delete(name))))
      .then(() => worker.clients.claim()),
  );
});

worker.addEventListener("message", (event) => {
  if (event.data === "take-over") void worker.skipWaiting();
});

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== worker.location.origin || url.pathname.startsWith("/api/")) return;
  if (request.mode === "navigate") {
    event.respondWith(caches.match("/").then((shell) => shell ?? fetch(request)));
    return;
  }
  event.respondWith(
    caches.match(request).then((kept) => {
      if (kept) return kept;
      return fetch(request).then((answer) => {
        // Hashed files never change: what was fetched once (Plotly) opens offline too.
        if (answer.ok && url.pathname.startsWith("/assets/")) {
          const copy = answer.clone();
          event.waitUntil(caches.open(NAME).then((cache) => cache.put(request, copy)));
        }
        return answer;
      });
    }),
  );
});
