import { cutAtWord, plain } from "./plain.js";
import type { VendorPush } from "./vendor.js";

/** What a text may be long, so that it goes on to a phone in one packet, whatever its letters take. */
const longestText = 200;

/** What any phone can be sent as a text by SIP (RFC 3428): notices in words, and nothing else. */
export const byMessage: VendorPush = {
  ways: ["message"],
  priorities: [],
  pagesAgain: false,
  lampKeys: false,
  lamp: () => undefined,
  label: () => undefined,
  page: () => undefined,
  notice: ({ text }) => {
    const message = cutAtWord(plain(text).trim(), longestText);
    const http = { path: "", contentType: "text/plain" };
    return message === "" ? undefined : { root: { name: "text", inside: [message] }, mostBytes: 1_000, http, message };
  },
};
