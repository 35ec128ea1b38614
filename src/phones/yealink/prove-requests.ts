import type { ProveStep } from "../prove.js";
import { asked, exit, text } from "../prove-parts.js";
import { first, key, launcher, list } from "./prove-parts.js";

/** What is not known of the phone's requests, and of what it does with replies that are no plain page. */
export const requestSteps: readonly ProveStep[] = [
  {
    id: "error-page",
    open: "Whether a page that comes with the status 404 is shown.",
    please: `${launcher} Press the softkey Error.`,
    asks: "Do you see the words that came with it: Shown all the same?",
    pages: {
      ...first(list("error-page", [key("error-page", "Error"), exit])),
      error: { page: () => text("error-page", ["Shown all the same."]), reply: "not-found" },
    },
    decides: {
      quirk: "error-pages",
      yes: "A page that comes with another status than 200 is shown.",
      no: "A page that comes with another status than 200 is not shown.",
    },
  },
  {
    id: "redirect",
    open: "Whether a redirect is followed.",
    please: `${launcher} Press the softkey Away.`,
    asks: "Did a page then thank you?",
    pages: {
      ...first(list("redirect", [key("redirect", "Away"), exit])),
      away: { page: () => text("redirect", ["Elsewhere."]), reply: "redirect" },
    },
    sees: asked("led"),
    decides: { quirk: "redirects", yes: "A redirect is followed.", no: "A redirect is not followed." },
  },
  {
    id: "asks-twice",
    open: "Whether a page is asked for again where its reply was lost.",
    please: `${launcher} Press the softkey Lose, once, and wait for 20 seconds.`,
    asks: "Did the page thank you by itself?",
    pages: {
      ...first(list("asks-twice", [key("asks-twice", "Lose"), exit])),
      lose: { page: () => text("asks-twice", ["Thank you."]), reply: "lost" },
    },
    sees: (all) => (all.filter(({ word }) => word === "lose").length > 1 ? "yes" : undefined),
    decides: {
      quirk: "asks-twice",
      yes: "A page is asked for again where its reply was lost.",
      no: "A page is asked for once, also where its reply was lost.",
    },
  },
  {
    id: "user-agent",
    open: "Whether a page request names model, firmware and MAC address.",
    please: launcher,
    asks: "Do you see a list?",
    pages: first(list("user-agent", [exit])),
    sees: (all) => {
      const [one] = all;
      return one && (/^yealink\s.*\s(?:[0-9a-f]{2}:?){6}$/i.test(one.agent) ? "yes" : "no");
    },
    decides: {
      quirk: "user-agent",
      yes: "A page request names model, firmware and MAC address in its User-Agent.",
      no: "A page request does not name the MAC address in its User-Agent.",
    },
  },
];
