import { fetch, key, led, menu, type Pushed, silent, text, url } from "./pieces.ts";

const gone = fetch("snom://mb_exit", ' mil="20000"');

/** What a phone takes, and does not, by SIP NOTIFY; those with a complaint are not taken. */
export const pushed: readonly Pushed[] = [
  { what: "a text that goes by itself", from: "triggering: Via SIP NOTIFY", xml: text(gone) },
  { what: "a text that is answered", from: "triggering: Via SIP NOTIFY", xml: text(key("F1", "OK") + gone) },
  { what: "a page to open", from: "examples/main_subelements: Fetch", xml: text(fetch(url, ' mil="1"')) },
  { what: "a lamp", from: "service.snom.com XML-Minibrowser-Led: LED Number Order", xml: silent(led()) },
  {
    what: "a lamp of the last line key of a D717",
    from: "service.snom.com XML-Minibrowser-Led: LED Number Order",
    xml: silent(led("Off", ' number="22"')),
    model: "D717",
  },
  {
    what: "another event",
    from: "triggering: Event is mandatory",
    xml: text(gone),
    event: "Yealink-xml",
    complaint: /Event Yealink-xml/,
  },
  {
    what: "another type",
    from: "triggering: Content-Type is mandatory",
    xml: text(gone),
    contentType: "application/xml",
    complaint: /Content-Type application\/xml/,
  },
  {
    what: "a body of more than one packet",
    from: "RFC 3261: 18.1.1",
    xml: text(gone, "x ".repeat(400)),
    complaint: /does not fit/,
  },
  { what: "a text that stays", from: "main_tags/main_sub_tags: Fetch", xml: text(), complaint: /it stays for ever/ },
  {
    what: "the lamp of the speaker",
    from: "service.snom.com XML-Minibrowser-Led: LED Number Order",
    xml: silent(led("On", ' number="3"')),
    complaint: /lamp 3 is no line key/,
  },
  {
    what: "the lamp of a key that is not there",
    from: "service.snom.com XML-Minibrowser-Led: LED Number Order",
    xml: silent(led("On", ' number="30"')),
    model: "D717",
    complaint: /lamp 30 is no line key/,
  },
  {
    what: "a menu of nothing, pushed",
    from: "main_tags/SnomIPPhoneMenu: Description",
    xml: menu(gone),
    complaint: /without <MenuItem\|Menu>/,
  },
];
