import type { Handset } from "../../model/desk.js";
import type { PageSeen, Standing } from "./form.js";

/** Which of its screens a phone shows. */
export type OnScreen = "call" | "page" | "idle";

export function screenOf({ covered, complaints }: Standing, page: PageSeen | undefined, handset: Handset): OnScreen {
  if (covered && handset.state !== "idle") return "call";
  return page || complaints.length > 0 ? "page" : handset.state === "idle" ? "idle" : "call";
}
