// Types that openapi.json cannot tell apart: two rooms use one name for different shapes there.
import type { Schemas, Word } from "./names";

export interface HomeMissing {
  id: string;
  text: Word;
  action: "link" | "enter_bp" | "enter_weight" | "profile";
}

export interface OwnPerson {
  id: string;
  name: string;
  kana: string;
  birth: string;
  sex: "male" | "female";
  age: number;
  is_demo: boolean;
}

export type Me = Omit<Schemas["MeOut"], "person"> & { person: OwnPerson | null };
