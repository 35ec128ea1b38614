import type { FloorCall } from "../../model/desk.js";
import type { Party } from "../floor/parties.js";

export function Hear(_: { readonly call: FloorCall; readonly parties: readonly Party[] }) {
  return null;
}
