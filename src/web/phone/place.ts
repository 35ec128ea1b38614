import { signal } from "@preact/signals";
import type { Mac } from "../../model/ids.js";
import type { Machine } from "./form.js";

const phones = signal<ReadonlyMap<Mac, Machine>>(new Map());

/** The phones that are drawn now, for whoever looks at what one of them shows. */
export const drawn = {
  get: (mac: Mac): Machine | undefined => phones.value.get(mac),
  set(mac: Mac, phone: Machine): void {
    phones.value = new Map(phones.value).set(mac, phone);
  },
  forget(mac: Mac, phone: Machine): void {
    if (phones.peek().get(mac) !== phone) return;
    const rest = new Map(phones.peek());
    rest.delete(mac);
    phones.value = rest;
  },
};
