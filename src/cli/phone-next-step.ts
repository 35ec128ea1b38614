import type { PhoneListed } from "../model/index.js";
import type { PhoneFilesBy } from "./reports.js";

/** What a phone needs after an order: it knows its key, and what else it is told, from its files alone. */
export type FilesNeed = "first" | "with-another-key" | "with-the-same-key";

/** What is to be done next, as this site's phones get their files; a sentence without a line end. */
export function nextStep({ mac, vendor }: PhoneListed, by: PhoneFilesBy, need: FilesNeed): string {
  const again = `earshot provision resync ${mac}`;
  switch (by) {
    case "full": {
      const window = `earshot provision enrol ${mac}`;
      if (need === "first") return `It fetches its files in a window: ${window}`;
      return `It needs its files again: ${need === "with-another-key" ? `${window}, then ` : ""}${again}`;
    }
    case "overlay": {
      const line = `earshot provision recipe ${vendor} address ${mac}`;
      if (need === "first") return `Your provisioner needs a line for it: ${line}`;
      if (need === "with-another-key") return `Your provisioner needs another line for it: ${line}, then ${again}`;
      return `It needs its file again: ${again}`;
    }
    case "elsewhere":
      return `It needs its files${need === "first" ? "" : " again"}: earshot provision render ${mac}`;
    default:
      return by satisfies never;
  }
}
