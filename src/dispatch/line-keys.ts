import type { BranchShown, Lamp, Mac, Phone, PushDocument } from "../model/index.js";
import type { Profile, VendorPush } from "../phones/index.js";
import type { PhonePushesParts } from "./phone-pushes.js";
import type { Fate } from "./phone-queue.js";
import { replayWithin } from "./replays.js";
import { keyOf, type Station } from "./stations.js";

/** What the label of a line key has room for. */
const lampColumns = 16;

/** The line keys of phones by which their people see who is there: a lamp, and a label. */
export class LineKeys {
  readonly #parts: Pick<PhonePushesParts, "say" | "clock" | "random">;
  /** Timers by which lamps are sent again. */
  readonly #forget = new Map<Mac, () => void>();

  constructor(parts: Pick<PhonePushesParts, "say" | "clock" | "random">) {
    this.#parts = parts;
  }

  /** Shows who is there on the line key that has the phone's lamp; what it was asked to show last is not asked for again. */
  light(station: Station, lamp: Lamp): readonly Fate[] {
    const { phone, profile, make } = station;
    const key = keyOf(phone);
    if (key === undefined) return [];
    const [strongest, ...others] = lamp.supervisors;
    const more = others.length > 0 ? ` +${others.length}` : "";
    const say = this.#parts.say(phone.owner, profile.screen);
    const words = strongest ? `${strongest.name}${more}` : say("agent.title", {}, lampColumns);
    return [
      ...this.#ask(station, "lamp", make.lamp(lamp, key, profile)),
      ...this.#ask(station, "label", make.label(words, key, profile)),
    ];
  }

  /** What shows while nobody knows what is true: a lamp that is out would say that nobody is there. */
  unknown({ owner, lampKey }: Phone, profile: Profile, make: VendorPush): BranchShown["unknown"] {
    if (lampKey === undefined) return {};
    const lamp = make.unknown?.(lampKey, profile);
    const words = this.#parts.say(owner, profile.screen)("agent.unknown", {}, lampColumns);
    const label = make.label(words, lampKey, profile);
    return { ...(lamp && { lamp }), ...(label && { label }) };
  }

  /** Sends lamp and label as they were asked for last. */
  sendAgain({ asked, queue }: Station): void {
    for (const [kind, { document }] of asked) queue.ask({ kind, make: () => Promise.resolve(document) });
  }

  /** Sends its lamp again from time to time, from now until `forget`. */
  replay(station: Station): void {
    const { clock, random } = this.#parts;
    const forget = clock.after(replayWithin(random), () => {
      const lamp = station.asked.get("lamp");
      if (lamp) station.queue.ask({ kind: "lamp", make: () => Promise.resolve(lamp.document) });
      this.replay(station);
    });
    this.#forget.set(station.phone.mac, forget);
  }

  forget(mac: Mac): void {
    this.#forget.get(mac)?.();
    this.#forget.delete(mac);
  }

  #ask(station: Station, kind: "lamp" | "label", document: PushDocument | undefined): readonly Fate[] {
    const text = JSON.stringify(document?.root);
    if (!document || station.asked.get(kind)?.text === text) return [];
    station.asked.set(kind, { document, text });
    return [station.queue.ask({ kind, make: () => Promise.resolve(document) })];
  }
}
