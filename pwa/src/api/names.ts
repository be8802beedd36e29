// Short names for the generated types.
import type { components } from "./schema";

export type Schemas = components["schemas"];
export interface Word {
  key: string;
  params?: Record<string, string | number | null | undefined>;
}
