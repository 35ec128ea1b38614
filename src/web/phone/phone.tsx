import type { DeskPhone } from "../../model/desk.js";
import { formNamed } from "./forms.js";

/** One drawn desk phone: its own documents, its own keys, its lamp. */
export function Phone({ phone }: { readonly phone: DeskPhone }) {
  const form = formNamed(phone.form);
  // As another model it is another phone, with nothing on its screen yet.
  if (form) return <form.Phone key={phone.model} phone={phone} />;
  return <p class="undrawn">{`A ${phone.model} cannot be drawn here. Choose another model.`}</p>;
}
