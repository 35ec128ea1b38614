import { describe, expect, it } from "vitest";
import type { PolycomDocument, SoftKey, Spot } from "../../../src/web/phone/polycom/document.ts";
import { seenOf } from "../../../src/web/phone/polycom/seen.ts";
import { keysShown } from "../../../src/web/phone/polycom/softkeys.ts";
import {
  cleared,
  fieldToType,
  formUrl,
  typedAtFirst,
  typedInto,
  typingIn,
} from "../../../src/web/phone/polycom/typing.ts";
import { tapped } from "../../../src/web/phone/typing.ts";

const key = (index: number): SoftKey => ({ index, label: `k${index}`, deed: { does: "exit" }, form: undefined });
const labels = (keys: ReturnType<typeof keysShown>) =>
  keys.map((one) => (typeof one === "object" ? one.label : (one ?? "")));
const link = (label: string): Spot => ({ kind: "link", label, deed: { does: "fetch", url: `http://x/${label}` } });
const page = (more: Partial<PolycomDocument>): PolycomDocument => ({
  ...{ title: "t", lines: [], forms: [], softKeys: [] },
  ...more,
});

describe("the four keys below a SoundPoint's page", () => {
  it("are the page's at their places, a gap an empty one", () => {
    expect(labels(keysShown([key(1), key(4)], 0, false))).toEqual(["k1", "", "", "k4"]);
  });

  it("are three and More where there are more than four, and More goes around", () => {
    const six = [1, 2, 3, 4, 5, 6].map(key);
    expect(labels(keysShown(six, 0, false))).toEqual(["k1", "k2", "k3", "more"]);
    expect(labels(keysShown(six, 1, false))).toEqual(["k4", "k5", "k6", "more"]);
    expect(labels(keysShown(six, 2, false))).toEqual(["k1", "k2", "k3", "more"]);
    expect(labels(keysShown(six.slice(0, 5), 1, false))).toEqual(["k4", "k5", "", "more"]);
  });

  it("have the phone's own for digits or letters while something is typed, where one is free", () => {
    expect(labels(keysShown([key(1), key(4)], 0, true))).toEqual(["k1", "mode", "", "k4"]);
    expect(labels(keysShown([1, 2, 3, 4].map(key), 0, true))).toEqual(["k1", "k2", "k3", "k4"]);
  });
});

describe("a page as the guided minute and a screen reader see it", () => {
  it("is a list where its links have a running duration; the row is that of the highlighted link", () => {
    const rows = ["Live calls (2)", "> 1:00 Ana Ruiz: x", "Update"];
    const seen = seenOf({ document: page({ lines: rows.map((row) => ({ parts: [link(row)] })) }), focus: 1 }, "vvx");
    expect(seen).toMatchObject({ kind: "list", rows, row: 1, labels: rows });
  });

  it("is a text with whatever can be pressed, softkeys where the phone shows them", () => {
    const document = page({
      lines: [{ parts: ["Nobody hears you 0:10"] }, { parts: [link("Leave")] }],
      softKeys: [key(1)],
    });
    expect(seenOf({ document, focus: 0 }, "microbrowser")).toMatchObject({ kind: "text", labels: ["k1", "Leave"] });
    expect(seenOf({ document, focus: 0 }, "vvx")).toMatchObject({
      lines: ["Nobody hears you 0:10"],
      labels: ["Leave"],
    });
  });
});

describe("what is typed on a Polycom", () => {
  const field: Spot = { kind: "field", form: 0, field: 0 };
  const document = page({
    lines: [{ parts: [link("other")] }, { parts: [field] }],
    forms: [{ action: "http://x/find?old=1", fields: [{ kind: "text", name: "typed", value: "" }] }],
  });
  const typed = (...keys: readonly ("2" | "6")[]) =>
    keys.reduce(
      (so, digit, at) => typedInto(so, field, tapped(typingIn(so, field), digit, at)),
      typedAtFirst(document),
    );

  it("goes into the highlighted field, else into the first, as digits until the key for letters is pressed", () => {
    expect(fieldToType(document, field)).toBe(field);
    expect(fieldToType(document, link("other"))).toBe(field);
    expect(typingIn(typed("2", "6"), field)).toMatchObject({ text: "26", mode: "123" });
  });

  it("is sent in the place of the address's own query, escaped, with the button that was pressed", () => {
    const named = typedInto(typedAtFirst(document), field, { ...typingIn(typed(), field), text: "a b&ü" });
    expect(formUrl(document, named, 0)).toBe("http://x/find?typed=a+b%26%C3%BC");
    expect(formUrl(document, typed("2"), 0, ["go", "1"])).toBe("http://x/find?typed=2&go=1");
  });

  it("is put back to what the page had", () => {
    expect(cleared(document, typed("2", "2"), 0).values).toEqual([[""]]);
  });
});
