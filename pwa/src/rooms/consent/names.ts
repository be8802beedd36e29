// Names that come as data in three languages.
import type { Schemas } from "../../api/client";
import { prefs } from "../../prefs";

/** The name in the language shown, ruby still in it. */
export function nameOf(words: Schemas["WordsOut"] | null | undefined): string {
  return words ? words[prefs.get().locale] : "";
}
