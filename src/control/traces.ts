import type { LegId, RefusalCode } from "../model/index.js";
import type { ControlParts } from "./parts.js";

/** A press has a second in all, its row and the PBX's doing included. */
const withinMs = 250;

/** Why Hidden would leave a trace on this leg's call, by the PBX's word of now; undefined when it leaves none (R5). */
export async function traceOn(
  { pbx, clock, log }: Pick<ControlParts, "pbx" | "clock" | "log">,
  leg: LegId,
): Promise<RefusalCode | undefined> {
  let cancel = (): void => {};
  const late = new Promise<RefusalCode>((resolve) => {
    cancel = clock.after(withinMs, () => resolve("pbx-failed"));
  });
  const asked = pbx.unseen(leg).then(
    (answer) => (answer.ok ? undefined : answer.code),
    (error: unknown): RefusalCode => {
      log.error({ error }, "the PBX adapter broke");
      return "pbx-failed";
    },
  );
  const code = await Promise.race([asked, late]);
  cancel();
  return code;
}
