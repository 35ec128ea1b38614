import { SaxesParser } from "saxes";
import { describe, expect, it } from "vitest";
import { render } from "../../../src/delivery/render.ts";
import { tortureTexts } from "../../../src/http/torture.ts";
import type { PushDocument } from "../../../src/model/index.ts";
import { type PushedNotice, type VendorPush, vendorNamed } from "../../../src/phones/index.ts";
import { type ModelName, models } from "../../lab/phones/polycom-models.ts";
import { type Push, readPush } from "../../lab/phones/polycom-push.ts";
import { switchesOf } from "../../lab/phones/polycom-switches.ts";
import { length } from "../../lab/phones/yealink-document.ts";
import { modelsOf, profileOf } from "./rendering.ts";

const vendor = "polycom";
const known = modelsOf(vendor);
const origin = "https://phones.example.com:8443";
const url = `${origin}/p/${"t".repeat(26)}/`;
const answers = ["accept", "not-now"].map((act) => ({
  label: act === "accept" ? "Accept" : "Not now",
  url: `${url}do/${act}/-/12000345.${"s".repeat(16)}`,
}));

function pushes(): VendorPush {
  const push = vendorNamed(vendor)?.push;
  if (!push) throw new Error("nothing can be pushed to a Polycom");
  return push;
}

/** A push as a phone reads it; never longer than the sheet allows. */
interface Read {
  readonly xml: string;
  readonly what: string;
  readonly priority: string;
  readonly heading: string;
  readonly text: string;
  readonly links: readonly string[];
  readonly softkeys: readonly string[];
}

/** The strict phone of that model, where there is one. */
function strictModel(model: string): ModelName | undefined {
  const name = /^E\d/.test(model) ? `Edge_${model}` : model.replace("TRIO", "Trio").replace(/^[A-Za-z]+/, "$&_");
  return Object.hasOwn(models, name) ? (name as ModelName) : undefined;
}

/** What the strict phone makes of it; it throws where that may be nothing. */
function taken(made: PushDocument | undefined, model: ModelName, criticalAllowed = false): Push["shows"]["kind"] {
  if (!made) throw new Error("there is no document");
  const settings = {
    model,
    switches: switchesOf(),
    serverRootUrl: origin,
    criticalAllowed,
    software: "UCS 5",
  } as const;
  return readPush(render(made.root, made.bare), made.http?.contentType ?? "", settings).shows.kind;
}

function read(made: PushDocument | undefined): Read {
  if (!made) throw new Error("there is no document");
  const xml = render(made.root, made.bare);
  expect(Buffer.byteLength(xml)).toBeLessThanOrEqual(made.mostBytes);
  expect(made.http?.path).toBe("/push");
  const open: string[] = [];
  const found = { what: "", priority: "", heading: "", text: "" };
  const links: string[] = [];
  const softkeys: string[] = [];
  const parser = new SaxesParser();
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("opentag", ({ name, attributes }) => {
    const given = attributes as Record<string, string>;
    if (open.length === 0) expect(name).toBe("PolycomIPPhone");
    if (open.length === 1) {
      expect(found.what).toBe("");
      Object.assign(found, { what: name, priority: given["priority"] ?? "" });
    }
    if (name === "a") links.push(given["href"] ?? "");
    if (name === "softkey") softkeys.push(`${given["index"]} ${given["label"]} ${given["action"]}`);
    open.push(name);
  });
  parser.on("closetag", () => {
    open.pop();
  });
  parser.on("text", (text) => {
    expect(text).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
    if (open.at(-1) === "h1") found.heading += text;
    if (open.at(-1) === found.what) found.text += text;
  });
  parser.write(xml).close();
  return { xml, ...found, links, softkeys };
}

const words = {
  urgent: false,
  title: "Who is with me",
  text: "Kim Osei listens to your call.",
  at: "14:02",
  exit: "Exit",
};
const notice = (model: string, more: Partial<PushedNotice> = {}, priority?: string): Read =>
  read(pushes().notice({ ...words, inCall: true, seconds: 20, url, ...more }, profileOf({ vendor, model }), priority));
const page = (model: string, priority?: string) =>
  pushes().page(`${url}session`, profileOf({ vendor, model }), priority);

describe("what is pushed to a Polycom", () => {
  it("a notice is a heading and a text with its time, as it is read on a screen that shows it late", () =>
    expect(notice("VVX411")).toMatchObject({
      what: "Data",
      priority: "Important",
      heading: "Who is with me",
      text: "14:02 Kim Osei listens to your call.",
      xml: '<PolycomIPPhone><Data priority="Important"><h1>Who is with me</h1>14:02 Kim Osei listens to your call.</Data></PolycomIPPhone>',
    }));

  it("one of who may speak is more urgent, so that it does not wait behind the one of who listened", () =>
    expect(notice("VVX411", { urgent: true }).priority).toBe("High"));

  it("a page is its path, as the phone puts its own root in front", () =>
    expect(read(page("VVX411"))).toMatchObject({
      what: "URL",
      priority: "High",
      text: `/p/${"t".repeat(26)}/session`,
    }));

  it.each([
    ["notice", "application/xhtml+xml"],
    ["page", "application/x-com-polycom-spipx"],
  ] as const)("a %s has its content type", (what, type) => {
    const profile = profileOf({ vendor, model: "VVX411" });
    const made =
      what === "page" ? page("VVX411") : pushes().notice({ ...words, inCall: true, seconds: 20, url }, profile);
    expect(made?.http?.contentType).toBe(type);
  });

  it("nothing goes by NOTIFY", () => {
    expect(pushes().ways).toEqual(["http"]);
    expect(page("VVX411")?.notify).toBeUndefined();
  });

  it("the phone's word counts where it says that it is going to show it", () =>
    expect(page("VVX411")?.http?.confirmedBy).toBe("displayed successfully"));

  it.each(known)("nothing is critical of itself on a %s", (model) =>
    expect([notice(model).priority, notice(model, { answers }).priority]).not.toContain("Critical"),
  );

  it.each([
    ["critical", "Critical"],
    ["high", "High"],
    ["important", "Important"],
    ["normal", "Normal"],
  ])("the priority %s that a site names is the one of everything", (named, sent) => {
    expect(notice("VVX411", {}, named).priority).toBe(sent);
    expect(read(page("VVX411", named)).priority).toBe(sent);
  });

  it("no document lights a lamp or names a key", () => {
    const profile = profileOf({ vendor, model: "VVX411" });
    expect(pushes().lampKeys).toBe(false);
    expect(pushes().lamp({ lamp: "join", mic: "open", supervisors: [] }, 5, profile)).toBeUndefined();
    expect(pushes().label("Kim", 5, profile)).toBeUndefined();
  });

  it("R15 a heads-up has links that answer it", () =>
    expect(notice("VVX411", { answers })).toMatchObject({ links: answers.map((one) => one.url), softkeys: [] }));

  it("R15 on the microbrowser it has softkeys too", () =>
    expect(notice("SPIP550", { answers })).toMatchObject({
      links: answers.map((one) => one.url),
      softkeys: [...answers.map((one, at) => `${at + 1} ${one.label} SoftKey:Fetch;${one.url}`), "3 Exit SoftKey:Exit"],
    }));

  it.each(["CCX600", "TRIO8800", "E350", "SPIP321"])("a %s gets words, and nothing that leads to a page", (model) => {
    expect(page(model)).toBeUndefined();
    expect(notice(model, { answers })).toMatchObject({ links: [], softkeys: [] });
  });

  const torture = known.flatMap((model) => Object.keys(tortureTexts).map((name) => [name, model] as const));
  it.each(torture)("%s on a %s stays whole and small enough", (name, model) => {
    const text = tortureTexts[name] ?? "";
    const { sizes } = profileOf({ vendor, model });
    const said = notice(model, { text, title: text, exit: text, answers });
    expect(length(said.heading)).toBeLessThanOrEqual(sizes["noticeTitleColumns"] ?? 0);
    expect(length(said.text)).toBeLessThanOrEqual(sizes["noticeColumns"] ?? 0);
    expect(said.text).toContain("14:02");
  });

  const strict = known.flatMap((model) => {
    const name = strictModel(model);
    return name ? [[model, name] as const] : [];
  });
  it("has a strict phone for some of each family", () =>
    expect([...new Set(strict.map(([model]) => model.replace(/\d+$/, "")))].sort()).toEqual([
      "CCX",
      "E",
      "SPIP",
      "SSIP",
      "TRIO",
      "VVX",
    ]));

  it.each(strict)("a strict %s takes notices and pages", (model, name) => {
    const profile = profileOf({ vendor, model });
    const made = pushes().notice({ ...words, inCall: true, seconds: 20, url, answers }, profile);
    expect(taken(made, name)).toBe("notice");
    const opened = page(model);
    expect(opened && taken(opened, name)).toBe(profile.pages === "no" ? undefined : "open");
  });

  const strictTorture = strict.flatMap(([model, name]) =>
    Object.keys(tortureTexts).map((text) => [model, name, text] as const),
  );
  it.each(strictTorture)("a strict %s (%s) takes a notice of %s", (model, name, text) => {
    const said = tortureTexts[text] ?? "";
    const profile = profileOf({ vendor, model });
    const made = pushes().notice(
      { ...words, title: said, text: said, exit: said, inCall: true, seconds: 20, url, answers },
      profile,
    );
    expect(taken(made, name)).toBe("notice");
  });
});
