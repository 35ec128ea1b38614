import type { ActionResult } from "../../model/index.js";
import type { AmiClient } from "./ami-client.js";
import { refused } from "./site.js";

/**
 * Silences MixMonitor on these channels, both directions, or lets it hear again. The file goes on, with silence in it.
 * Asterisk says the same of a channel that it does not record and of one that it could not silence, so refused means
 * that it was done on none; away, that it was not asked.
 */
export async function pauseRecording(
  ami: Pick<AmiClient, "action" | "loggedIn"> | undefined,
  channels: readonly string[],
  on: boolean,
): Promise<ActionResult> {
  if (ami === undefined) return refused("pbx-failed", "there is no AMI");
  const answers = await Promise.all(
    channels.map((channel) =>
      ami.action("MixMonitorMute", [
        ["Channel", channel],
        ["Direction", "both"],
        ["State", on ? "1" : "0"],
      ]),
    ),
  );
  if (answers.some(({ ok }) => ok)) return { ok: true };
  if (!ami.loggedIn) return refused("pbx-away", "AMI is not logged in");
  const [why] = answers.flatMap((answer) => (answer.ok ? [] : [answer.why]));
  return refused("pbx-failed", why ?? "the call has no channels");
}
