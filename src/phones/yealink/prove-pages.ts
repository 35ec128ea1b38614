import { type ProveStep, probeLink } from "../prove.js";
import { asked, exit, ruler, text } from "../prove-parts.js";
import { cameWith, first, key, launcher, list, listTimeout, rows, withSelection } from "./prove-parts.js";

/** What is not known of pages: what is shown, what is highlighted, and where keys and time lead. */
export const pageSteps: readonly ProveStep[] = [
  {
    id: "list",
    open: "Whether a menu is shown with four softkeys at once.",
    please: launcher,
    asks: "Do you see a list of One, Two, Three with the softkeys One, Two, Three, Exit below it, all at once?",
    pages: first(list("list", [key("list", "One"), key("list", "Two"), key("list", "Three"), exit])),
    decides: {
      quirk: "softkeys",
      yes: "Four softkeys are on the screen at once, index 1 to 4 from left to right.",
      no: "A menu with four softkeys is not shown so.",
      fields: { yes: { softkeys: 4 }, no: {} },
    },
  },
  {
    id: "more-softkeys",
    open: "What becomes of softkeys 5 and 6.",
    please: `${launcher} Where there is a key such as More, press it.`,
    asks: "Can the softkeys Five and Six be reached?",
    pages: first(
      list(
        "more-softkeys",
        ["One", "Two", "Three", "Four", "Five", "Six"].map((label) => key("more-softkeys", label)),
      ),
      { as: (profile) => ({ ...profile, softkeys: 6 }) },
    ),
    decides: {
      quirk: "softkeys",
      yes: "Softkeys 5 and 6 can be reached, behind a key of the phone's own.",
      no: "Softkeys 5 and 6 cannot be reached.",
    },
  },
  {
    id: "own-softkeys",
    open: "Whether softkeys of the phone's own stay in places that a page leaves free.",
    please: launcher,
    asks: "Is there any softkey beside Here, such as Select or Exit?",
    pages: first(list("own-softkeys", [key("own-softkeys", "Here")])),
    decides: {
      quirk: "softkeys",
      yes: "Softkeys of its own stay in places that a page leaves free.",
      no: "Once a page has a softkey, those of its own are gone.",
    },
  },
  {
    id: "label-width",
    open: "How many characters a softkey shows.",
    please: launcher,
    asks: "Is the first softkey shown whole, with a bar | at its end?",
    pages: {
      "": {
        page: ({ screen }) =>
          list("label-width", [key("label-width", ruler(screen.labelColumns), "whole"), exit, exit, exit]),
      },
    },
    decides: {
      quirk: "widths",
      yes: "A softkey as long as labelColumns is shown whole.",
      no: "A softkey as long as labelColumns is cut.",
    },
  },
  {
    id: "row-width",
    open: "How many characters a row shows.",
    please: launcher,
    asks: "Is the only row shown whole on one line, with a bar | at its end?",
    pages: {
      "": {
        page: ({ screen }) =>
          list("row-width", [exit], {
            rows: rows("row-width")
              .slice(0, 1)
              .map((row) => ({ ...row, text: ruler(screen.columns) })),
          }),
      },
    },
    decides: {
      quirk: "widths",
      yes: "A row as long as columns is shown whole.",
      no: "A row as long as columns is cut, wrapped or runs.",
    },
  },
  {
    id: "title-width",
    open: "How many characters a title shows.",
    please: launcher,
    asks: "Is the title shown whole, with a bar | at its end?",
    pages: {
      "": { page: ({ screen }) => list("title-width", [exit], { title: ruler(screen.titleColumns) }) },
    },
    decides: {
      quirk: "widths",
      yes: "A title as long as titleColumns is shown whole.",
      no: "A title as long as titleColumns is cut, or runs.",
    },
  },
  {
    id: "selection",
    open: "Whether the highlighted row's selection comes with a softkey.",
    please: `${launcher} Move down to Two, then press the softkey Pick.`,
    asks: "Did the page then thank you?",
    pages: first(list("selection", [key("selection", "Pick"), exit]), { as: withSelection }),
    sees: cameWith("pick", /selection=probe-two/),
    decides: {
      quirk: "selection",
      yes: "An http key of a menu gets selection=<value of the highlighted row>.",
      no: "An http key of a menu gets no selection.",
      fields: { yes: { "screen.selection": true }, no: { "screen.selection": false } },
    },
  },
  {
    id: "selection-mark",
    open: "Whether the selection is appended as the URL needs it, where that has a query already.",
    please: `${launcher} Press the softkey Pick.`,
    asks: "Did the page then thank you?",
    pages: first(list("selection-mark", [key("selection-mark", "Pick", "pick?q=1"), exit]), { as: withSelection }),
    sees: (all) => {
      const tail = all.find(({ word }) => word === "pick")?.tail ?? "";
      return /&selection=/.test(tail) ? "yes" : /\?selection=/.test(tail) ? "no" : undefined;
    },
    decides: {
      quirk: "selection",
      yes: "A selection is appended with & where the URL has a query.",
      no: "A selection is appended with ? although the URL has a query.",
    },
  },
  {
    id: "selection-on-rows",
    open: "Whether a row's own URL gets its selection, too.",
    please: `${launcher} Move down to Two, then press OK; on a touch screen, tap Two.`,
    asks: "Did the page then thank you?",
    pages: first(list("selection-on-rows", [exit]), { as: withSelection }),
    sees: cameWith("row-two", /selection=probe-two/),
    decides: {
      quirk: "selection",
      yes: "A row's own URL gets its selection, too.",
      no: "A row's own URL is asked for as it is.",
    },
  },
  {
    id: "cursor",
    open: "Whether defaultIndex puts the cursor on its row.",
    please: launcher,
    asks: "Is Three the highlighted row?",
    pages: {
      "": {
        page: () => {
          const page = list("cursor", [exit]);
          const [, , third] = page.rows;
          return third ? { ...page, highlighted: third } : page;
        },
      },
    },
    decides: {
      quirk: "cursor",
      yes: "A menu opens with the cursor on the row that defaultIndex says.",
      no: "A menu does not open with the cursor on the row that defaultIndex says.",
    },
  },
  {
    id: "ok-key",
    open: "Whether OK on a text does what doneAction says.",
    please: `${launcher} Press OK.`,
    asks: "Did the page then thank you?",
    pages: first(text("ok-key", ["Press OK."]), {
      as: (profile) => ({ ...profile, traits: { ...profile.traits, okKey: "yes" } }),
    }),
    sees: asked("ok"),
    decides: {
      quirk: "touch-screens",
      yes: "OK on a text does what doneAction says.",
      no: "OK on a text does nothing, or there is none.",
      fields: { yes: { "traits.okKey": "yes" }, no: { "traits.okKey": "no" } },
    },
  },
  {
    id: "back-key",
    open: "Whether Back (X, Cancel) does what cancelAction says.",
    please: `${launcher} Press the key for back, cancel or X.`,
    asks: "Did the page then thank you?",
    pages: first(list("back-key", [exit], { back: probeLink("back-key", "back") })),
    sees: asked("back"),
    decides: {
      quirk: "back-key",
      yes: "Back does what cancelAction says.",
      no: "Back does not do what cancelAction says.",
    },
  },
  {
    id: "refresh",
    open: "Whether the Refresh reply header is followed.",
    please: `${launcher} Press nothing for 15 seconds.`,
    asks: "Has the page changed by itself?",
    pages: first(
      text("refresh", ["Press nothing for 15 seconds."], {
        refresh: { seconds: 5, link: probeLink("refresh", "by-itself") },
      }),
      { as: (profile) => ({ ...profile, refreshHeader: "yes" }) },
    ),
    sees: asked("by-itself"),
    decides: {
      quirk: "refresh-header",
      yes: "The Refresh reply header is followed.",
      no: "The Refresh reply header is not followed.",
      fields: { yes: { refreshHeader: "yes" }, no: { refreshHeader: "no" } },
    },
  },
  {
    id: "timeout",
    open: "Whether the end of a page's Timeout asks for cancelAction.",
    please: `${launcher} Press nothing for 20 seconds.`,
    asks: "Has another page come by itself (rather than the page closing)?",
    pages: first(list("timeout", [exit], { back: probeLink("timeout", "back") }), { as: listTimeout(10) }),
    sees: asked("back"),
    decides: {
      quirk: "timeout",
      yes: "When a page's Timeout is over it asks for cancelAction.",
      no: "When a page's Timeout is over it closes, and asks nobody.",
    },
  },
];
