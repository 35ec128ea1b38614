import type { Form } from "./form.js";
import { soundpoint, vvx } from "./polycom/index.js";
import { yealink } from "./yealink/yealink.js";

/** Every form of phone that can be drawn, by the name that its vendor gives to that kind of document. */
export const forms: Readonly<Record<string, Form>> = {
  yealink,
  soundpoint,
  vvx,
};

/** The form of that name; undefined where nothing here draws it. */
export function formNamed(name: string | undefined): Form | undefined {
  return name !== undefined && Object.hasOwn(forms, name) ? forms[name] : undefined;
}
