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

interface Notice {
  title?: string;
  body?: string;
  lang?: string;
  tag?: string;
  navigate?: string;
}

function noticeIn(data: PushMessageData | null): Notice {
  try {
    return (data?.json() as { notification?: Notice } | undefined)?.notification ?? {};
  } catch {
    return {};
  }
}

const pages = () => worker.clients.matchAll({ type: "window", includeUncontrolled: true });

// Every message is shown, also one that cannot be read: a browser takes the permission back from who stays silent.
worker.addEventListener("push", (event) => {
  const { title, body, lang, tag, navigate } = noticeIn(event.data);
  const options: NotificationOptions & { renotify: boolean } = {
    body, lang, tag: tag || "meguri", renotify: true, icon: "/icons/icon-192.png", data: navigate,
  };
  event.waitUntil(Promise.all([
    worker.registration.showNotification(title || "めぐり", options),
    pages().then((open) => open.forEach((page) => page.postMessage({ news: true }))),
  ]));
});

// An open page goes there itself, so that nothing typed is lost by loading it anew.
async function show(to: unknown): Promise<void> {
  const url = new URL(typeof to === "string" ? to : "/", worker.location.origin);
  const path = url.origin === worker.location.origin ? url.pathname : "/";
  const [page] = await pages();
  if (!page) {
    await worker.clients.openWindow(path);
    return;
  }
  await page.focus().catch(() => undefined);
  page.postMessage({ open: path });
}

worker.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(show(event.notification.data));
});
