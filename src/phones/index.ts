import { polycom } from "./polycom/index.js";
import type { Vendor } from "./vendor.js";
import { yealink } from "./yealink/index.js";

export { byMessage } from "./message.js";
export type { Known, Profile, Quirk } from "./profile.js";
export type { ProbePage, ProbePush, ProveScript, ProveStep } from "./prove.js";
export { type DocumentData, type PushedNotice, typedParameter, type Vendor, type VendorPush } from "./vendor.js";

/** Every make of phone, by the name that the configuration uses. */
export const vendors: Readonly<Record<string, Vendor>> = {
  yealink,
  polycom,
};

/** The vendor of that name, if there is one. */
export function vendorNamed(name: string): Vendor | undefined {
  return Object.hasOwn(vendors, name) ? vendors[name] : undefined;
}

/** Whose document a caller gets of whom nothing is known (404, 405). No phone is proven to show such a reply at all. */
export const strangersVendor = "yealink";
