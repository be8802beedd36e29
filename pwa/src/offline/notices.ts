// Notices on this phone: the browser's subscription and the server's word on it. Loaded in settings, and at opening where it is on.
import { api, body, Problem } from "../api/client";
import { prefs, setPrefs } from "../prefs";
import { session } from "../session";

/** How long a browser's push service may take; without the vendor's service `subscribe` never answers. */
const PATIENCE_MS = 10_000;

/** Whether this browser can take notices: yes, no, or (iPhone, iPad) only from the home screen. */
export function ability(): "yes" | "no" | "install" {
  if ("serviceWorker" in navigator && "PushManager" in window && "Notification" in window) return "yes";
  return /iPhone|iPad/.test(navigator.userAgent) || (/Macintosh/.test(navigator.userAgent) && navigator.maxTouchPoints > 1) ? "install" : "no";
}

function inTime<T>(asked: Promise<T>): Promise<T> {
  return Promise.race([
    asked,
    new Promise<T>((_, refuse) => setTimeout(() => refuse(new Problem("notices.no_answer")), PATIENCE_MS)),
  ]);
}

async function manager(): Promise<PushManager> {
  // Not `ready`: where no worker was registered, it would wait for ever.
  const registration = await navigator.serviceWorker.getRegistration("/");
  if (!registration) throw new Problem("notices.unsupported");
  return registration.pushManager;
}

const bytesOf = (base64url: string) =>
  Uint8Array.from(atob(base64url.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));

function isFor(subscription: PushSubscription, key: string): boolean {
  const held = subscription.options.applicationServerKey;
  if (!held) return false;
  const [have, want] = [new Uint8Array(held), bytesOf(key)];
  return have.length === want.length && have.every((byte, i) => byte === want[i]);
}

/** Subscribe at the browser's service and tell the server; a Problem says in words what did not work. */
async function subscribe(key: string, isKnown: boolean): Promise<void> {
  const push = await manager();
  let held = await inTime(push.getSubscription());
  // The server forgot it because the push service did, or it was made for another key.
  if (held && !(isKnown && isFor(held, key))) {
    await inTime(held.unsubscribe()).catch(() => false);
    held = null;
  }
  const subscription = held ?? await inTime(push.subscribe({ userVisibleOnly: true, applicationServerKey: bytesOf(key) }).catch(() => {
    throw new Problem("notices.no_answer");
  }));
  const { endpoint, keys } = subscription.toJSON();
  await body(api.POST("/api/push/subscriptions", { body: { endpoint: endpoint ?? "", keys: { p256dh: keys?.["p256dh"] ?? "", auth: keys?.["auth"] ?? "" } } }));
}

const asked = () => body(api.GET("/api/push/key"));

/** Whether notices come to this phone: permitted here, subscribed here, and known at the server. */
export async function areOn(): Promise<boolean> {
  const { is_on } = await asked();
  if (!is_on || Notification.permission !== "granted") return false;
  return (await inTime((await manager()).getSubscription())) !== null;
}

/** Turn them on, asking for permission; throws a Problem where that is not possible. */
export async function turnOn(): Promise<void> {
  // First the question: browsers only ask in answer to a press.
  const permission = await Notification.requestPermission();
  if (permission !== "granted") throw new Problem(permission === "denied" ? "notices.denied" : "notices.not_asked");
  const { key, is_on } = await asked();
  await subscribe(key, is_on);
  setPrefs({ notices: session.get().me?.session ?? "" });
}

/** Turn them off: first at the server, from then on nothing is sent. */
export async function turnOff(): Promise<void> {
  await body(api.DELETE("/api/push/subscriptions"));
  setPrefs({ notices: "" });
  const held = await inTime((await manager()).getSubscription()).catch(() => null);
  await held?.unsubscribe().catch(() => false);
}

/** At opening: where this session wants notices, see that they still come. */
export async function renew(): Promise<void> {
  if (ability() !== "yes" || Notification.permission !== "granted") return;
  if (prefs.get().notices !== session.get().me?.session) return;
  const { key, is_on } = await asked();
  await subscribe(key, is_on);
}
