import { polycom } from "./polycom/index.js";
import { snom } from "./snom/index.js";
import type { Vendor } from "./vendor.js";
import { yealink } from "./yealink/index.js";

export { byMessage } from "./message.js";
export type { Known, Profile, Quirk } from "./profile.js";
export type { ProbeNotice, ProbePage, ProbePush, ProveScript, ProveStep } from "./prove.js";
export { type DocumentData, type PushedNotice, typedParameter, type Vendor, type VendorPush } from "./vendor.js";

/** Every make of phone, by the name that the configuration uses. */
export const vendors: Readonly<Record<string, Vendor>> = {
  yealink,
  polycom,
  snom,
};

/** The vendor of that name, if there is one. */
export function vendorNamed(name: string): Vendor | undefined {
  return Object.hasOwn(vendors, name) ? vendors[name] : undefined;
}

/** What a phone says of itself; anybody may say so. */
export interface SelfNamed {
  /** By the name that the configuration uses. */
  readonly make: string;
  readonly model?: string;
  readonly firmware?: string;
}

/** What a request's `User-Agent` says of the phone; undefined where it is no known make's. */
export function namedIn(agent: string): SelfNamed | undefined {
  for (const [make, vendor] of Object.entries(vendors)) {
    const found = vendor.agent.exec(agent);
    if (!found) continue;
    const { model, firmware } = found.groups ?? {};
    return { make, ...(model && { model }), ...(firmware && { firmware }) };
  }
  return undefined;
}

/** The name of the make whose phones call themselves so in a request (`User-Agent`), if there is one. */
export function makeOf(agent: string | undefined): string | undefined {
  return namedIn(agent ?? "")?.make;
}

/** Whether some make's phones all ask for a file of that name, in small letters. */
export function isCommonFile(name: string): boolean {
  return Object.values(vendors).some(({ commonFiles }) => commonFiles.test(name));
}
