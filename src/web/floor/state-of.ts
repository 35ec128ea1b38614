import type { FloorCall } from "../../model/desk.js";

/** How a call stands. */
export function stateOf(call: FloorCall): "ringing" | "talking" | "on hold" {
  if (call.answeredAt === undefined) return "ringing";
  return call.legs.some((leg) => leg.holding) ? "on hold" : "talking";
}
