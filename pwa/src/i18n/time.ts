// Dates and times in the language shown. Days are Asia/Tokyo days wherever the phone is.
import { prefs } from "../prefs";
import { markup } from "./index";

const ZONE = "Asia/Tokyo";
const DAY_MS = 86_400_000;

type When = string | number | Date;

function asDate(when: When): Date {
  // A bare day means that day in Tokyo; noon keeps it there.
  return typeof when === "string" && /^\d{4}-\d\d-\d\d$/.test(when) ? new Date(`${when}T12:00:00+09:00`) : new Date(when);
}

function parts(when: When): Record<string, string> {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone: ZONE, year: "numeric", month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit", weekday: "short", hourCycle: "h23",
  });
  return Object.fromEntries(format.formatToParts(asDate(when)).map(({ type, value }) => [type, value]));
}

/** The Tokyo day as YYYY-MM-DD. */
export function dayOf(when: When): string {
  const p = parts(when);
  return `${p.year}-${p.month!.padStart(2, "0")}-${p.day!.padStart(2, "0")}`;
}

/** Hour and minute. */
export function clockTime(when: When): string {
  const p = parts(when);
  return `${Number(p.hour)}:${p.minute}`;
}

const WEEKDAYS: Record<string, [string, string]> = {
  Mon: ["月", "げつ"], Tue: ["火", "か"], Wed: ["水", "すい"], Thu: ["木", "もく"], Fri: ["金", "きん"], Sat: ["土", "ど"], Sun: ["日", "にち"],
};

/** A day: 11月22日, with the year where it is not this one. */
export function day(when: When, { weekday = false, year }: { weekday?: boolean; year?: boolean } = {}): string {
  const { locale } = prefs.get();
  const p = parts(when);
  const showYear = year ?? p.year !== parts(Date.now()).year;
  if (locale === "en") {
    return new Intl.DateTimeFormat("en-GB", {
      timeZone: ZONE, day: "numeric", month: "short", ...(showYear && { year: "numeric" }), ...(weekday && { weekday: "short" }),
    }).format(asDate(when));
  }
  const easy = locale === "ja-easy";
  const unit = (kanji: string, kana: string) => (easy ? `{${kanji}|${kana}}` : kanji);
  const [kanji, kana] = WEEKDAYS[p.weekday!]!;
  return (
    (showYear ? `${p.year}${unit("年", "ねん")}` : "") +
    `${Number(p.month)}${unit("月", "がつ")}${Number(p.day)}${unit("日", "にち")}` +
    (weekday ? `（${unit(kanji, kana)}）` : "")
  );
}

/** Day and time. */
export function dayTime(when: When): string {
  return `${day(when)} ${clockTime(when)}`;
}

/** Relative up to a day, then the date. */
export function ago(when: When, now: number = Date.now()): string {
  const ms = now - asDate(when).getTime();
  if (ms < 60_000) return markup("time.just_now");
  if (ms < 3_600_000) return markup("time.minutes_ago", { n: Math.floor(ms / 60_000) });
  if (ms < DAY_MS) return markup("time.hours_ago", { n: Math.floor(ms / 3_600_000) });
  return day(when);
}

/** きょう, きのう, or the date. */
export function nearDay(when: When, now: number = Date.now()): string {
  const shown = dayOf(when);
  if (shown === dayOf(now)) return markup("time.today");
  if (shown === dayOf(now - DAY_MS)) return markup("time.yesterday");
  return day(when);
}
