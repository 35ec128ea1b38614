import type { ActionResult, PbxAction } from "../../model/index.js";
import type { AriClient } from "./ari-client.js";
import type { CallEvent, Calls } from "./calls.js";
import { privacyOf } from "./listing.js";
import { type Privacy, saysPrivate } from "./privacy.js";
import { type Refused, refused } from "./site.js";

export interface PrivateCallsParts {
  readonly privacy: Privacy;
  readonly calls: Pick<Calls, "callOf" | "channelsOf">;
  readonly ari: Pick<AriClient, "variable">;
  /** Whether the PBX's events arrive now. */
  readonly isLive: () => boolean;
  /** Cuts whatever is heard of a private call now. */
  readonly cut: () => void;
  /** Cuts it, and tells what has changed on the board. */
  readonly tell: (changes: readonly CallEvent[]) => void;
}

const PRIVATE = refused("call-private", "the call is private");

/** Makes calls private and open again at somebody's word, and knows which may be heard (R20). */
export class PrivateCalls {
  readonly #parts: PrivateCallsParts;

  constructor(parts: PrivateCallsParts) {
    this.#parts = parts;
  }

  async set({ call, on }: Extract<PbxAction, { type: "set-private" }>): Promise<ActionResult> {
    const { privacy, isLive, cut, tell } = this.#parts;
    if (on) {
      const changes = privacy.mark(call);
      // What is heard no more is cut whether the PBX tells us anything or not.
      if (isLive()) tell(changes);
      else cut();
      return await privacy.keep(call);
    }
    if (!isLive()) return refused("pbx-away", "there is no connection to the PBX");
    const changes = await privacy.lift(call);
    if (typeof changes === "string") return refused("pbx-failed", changes);
    tell(changes);
    return { ok: true };
  }

  /**
   * Why the call of this channel may not be heard now; undefined when it may. An event could still be on its way, or could
   * have been missed, so the PBX is asked.
   */
  async refusal(channel: string): Promise<Refused | undefined> {
    const { privacy, calls, ari, isLive, tell } = this.#parts;
    const call = calls.callOf(channel);
    if (call === undefined) return refused("call-gone", "the leg is not part of a call");
    const asked = calls.channelsOf(call.id).map(async (id) => ({ id, value: await privacyOf(ari, id) }));
    for (const { id, value } of await Promise.all(asked)) {
      if (value === undefined) return refused("call-private", "the PBX does not tell whether the call is private");
      if (saysPrivate(value) && privacy.since(id) === undefined && isLive()) tell(privacy.heard(id, value));
      if (saysPrivate(value)) return PRIVATE;
    }
    return calls.callOf(channel)?.private === undefined ? undefined : PRIVATE;
  }
}
