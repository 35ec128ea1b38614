import type { DeskPhone } from "../../model/desk.js";
import type { Lamp } from "../../model/indicators.js";
import type { Mode } from "../../model/supervisions.js";
import type { Supervised } from "../store.js";
import { listed } from "../words.js";
import type { LampKind } from "./form.js";

export interface LampShown {
  /** The light beside the launcher key and on top of the phone. */
  readonly power: "off" | "unknown" | "on" | Mode;
  /** A mic is open: the light blinks. */
  readonly blinks: boolean;
  readonly lit: boolean;
  /** The light in words. */
  readonly says: string;
  /** The light of the microphone, on a phone that supervises. */
  readonly mic: "off" | "muted" | "open";
}

const dark: LampShown = { power: "off", blinks: false, lit: false, says: "Lamp off", mic: "off" };

/**
 * An agent's phone shows the lamp as its own account read it at the broker. A supervisor's phone has none; its
 * microphone's light is what the PBX says of the mouth. A lamp that is a BLF key is on or off, and never blinks.
 */
export function lampOf(
  phone: DeskPhone,
  light: Lamp | "unknown" | undefined,
  own: Supervised | undefined,
  kind: LampKind = "colours",
): LampShown {
  if (phone.supervises) {
    const facts = own?.supervision.facts;
    if (!facts || facts.leg === "ringing") return dark;
    return { ...dark, mic: facts.mouth ? "open" : "muted" };
  }
  if (light === undefined) return dark;
  if (light === "unknown") return { ...dark, power: "unknown", says: "Lamp unknown: the gateway is offline" };
  const { lamp, mic, supervisors } = light;
  if (lamp === "off") return dark;
  if (kind === "on-off") return { ...dark, power: "on", lit: true, says: "Lamp on: a supervisor is with you" };
  const names = listed(supervisors.map(({ name }) => name));
  return {
    power: lamp,
    blinks: mic === "open",
    lit: true,
    says: `Lamp ${lamp}, ${mic === "open" ? "a microphone is open" : "muted"}: ${names}`,
    mic: "off",
  };
}
