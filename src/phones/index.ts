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

/** The name of the make whose phones call themselves so in a request (`User-Agent`), if there is one. */
export function makeOf(agent: string | undefined): string | undefined {
  return Object.keys(vendors).find((name) => vendors[name]?.agent.test(agent ?? ""));
}
