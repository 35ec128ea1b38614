import type { ActionResult, RefusalCode } from "../../model/index.js";

export const done: ActionResult = { ok: true };
export const away = refused("pbx-away", "the simulator plays away");
export const unknown = refused("not-supervising", "no such supervision");
export const overtaken = refused("not-supervising", "overtaken by what closes or ends it");

/** What the simulated PBX will not do, and why. */
export function refused(code: RefusalCode, detail: string): ActionResult {
  return { ok: false, code, detail };
}
