import { signal } from "@preact/signals";
import type { Mac } from "../../model/ids.js";
import type { DrawnPhone } from "./drawn-phone.js";

const phones = signal<ReadonlyMap<Mac, DrawnPhone>>(new Map());

/** The phones that are drawn now, for whoever looks at what one of them shows. */
export const drawn = {
  get: (mac: Mac): DrawnPhone | undefined => phones.value.get(mac),
  set(mac: Mac, phone: DrawnPhone): void {
    phones.value = new Map(phones.value).set(mac, phone);
  },
  forget(mac: Mac, phone: DrawnPhone): void {
    if (phones.peek().get(mac) !== phone) return;
    const rest = new Map(phones.peek());
    rest.delete(mac);
    phones.value = rest;
  },
};
