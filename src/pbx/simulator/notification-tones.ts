import type { ActionResult, LegId, NotificationTone, SupervisionId } from "../../model/index.js";
import { done, overtaken, refused, unknown } from "./answers.js";
import type { Supervision } from "./supervision.js";
import { latency, type SupervisionSettings } from "./supervision-settings.js";

/** The tones by which a party to a call can hear that it is supervised. */
export class NotificationTones implements NotificationTone {
  /** The legs to which one was played, one entry each time. */
  readonly notified: LegId[] = [];

  constructor(
    private readonly settings: SupervisionSettings,
    private readonly find: (id: SupervisionId) => Supervision | undefined,
  ) {}

  async play(id: SupervisionId, leg: LegId, wanted: () => boolean): Promise<ActionResult> {
    const { calls, connected } = this.settings;
    await latency(this.settings);
    const one = this.find(id);
    const found = calls.find(leg);
    const heard = one?.ear === undefined ? undefined : calls.find(one.ear);
    if (!connected()) return refused("pbx-away", "the connection was lost meanwhile");
    if (found === undefined) return refused("call-gone", "the leg is gone");
    if (one?.ending !== undefined || found.call.id !== heard?.call.id) return unknown;
    if (found.call.private !== undefined) return refused("call-private", "the call is private");
    if (!wanted()) return overtaken;
    this.notified.push(leg);
    return done;
  }
}
