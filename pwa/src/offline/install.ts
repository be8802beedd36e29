// Service worker, new versions, and putting Meguri on the home screen.
import { navigate } from "../router";
import { createStore } from "../store";
import { outdate } from "./cached";

/** A new version waits: the person says when. */
export const newVersion = createStore<(() => void) | null>(null);

interface InstallPrompt extends Event {
  prompt(): Promise<{ outcome: "accepted" | "dismissed" }>;
}

/** The browser's own install prompt, while it has one. */
export const installPrompt = createStore<InstallPrompt | null>(null);

/** iPhone and iPad have no prompt: they need words. */
export const needsIosHint = (): boolean => /iPhone|iPad/.test(navigator.userAgent) && !isInstalled();

/** Opened from the home screen. */
export const isInstalled = (): boolean =>
  matchMedia("(display-mode: standalone)").matches || (navigator as { standalone?: boolean }).standalone === true;

/** Register the worker after the first screen is drawn, and watch for a newer one. */
export function startWorker(): void {
  window.addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    installPrompt.set(event as InstallPrompt);
  });
  window.addEventListener("appinstalled", () => installPrompt.set(null));
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  const hadWorker = navigator.serviceWorker.controller !== null;
  let isReloading = false;
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    // Without a controller the worker was removed (sign-out clears this site's storage): nothing to reload for.
    if (!hadWorker || isReloading || !navigator.serviceWorker.controller) return;
    isReloading = true;
    window.location.reload();
  });
  navigator.serviceWorker.addEventListener("message", ({ data }: MessageEvent<{ news?: true; open?: string }>) => {
    outdate("/api/consultations");
    if (data.open) navigate(data.open);
  });
  void navigator.serviceWorker.register("/sw.js").then((registration: ServiceWorkerRegistration | undefined) => {
    if (!registration) return;
    const offer = (worker: ServiceWorker | null) => {
      if (worker && navigator.serviceWorker.controller) newVersion.set(() => worker.postMessage("take-over"));
    };
    offer(registration.waiting);
    registration.addEventListener("updatefound", () => {
      const coming = registration.installing;
      coming?.addEventListener("statechange", () => coming.state === "installed" && offer(coming));
    });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") void registration.update().catch(() => undefined);
    });
  }, () => undefined);
}
