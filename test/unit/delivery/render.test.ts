import { SaxesParser } from "saxes";
import { describe, expect, it } from "vitest";
import { render } from "../../../src/delivery/render.ts";
import { tortureTexts } from "../../../src/http/torture.ts";
import { plain } from "../../../src/phones/plain.ts";

/** Text and attribute of the root, as a strict reader gets them. */
function read(xml: string): { text: string; attribute: string } {
  const found = { text: "", attribute: "" };
  const parser = new SaxesParser();
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("text", (text) => {
    found.text += text;
  });
  parser.on("opentag", ({ attributes }) => {
    found.attribute = String(attributes["URI"]);
  });
  parser.write(xml).close();
  return found;
}

describe("a pushed document", () => {
  it.each(Object.entries(tortureTexts))("is well-formed and says what it was given: %s", (_, given) => {
    const text = plain(given);
    const xml = render({ name: "A", attributes: { URI: text }, inside: [text] });
    expect(xml).toMatch(/^<\?xml version="1\.0" encoding="UTF-8"\?><A /);
    expect(xml).not.toMatch(/[\r\n]/);
    expect(read(xml).text).toBe(text);
    expect(read(xml).attribute.trim()).toBe(text.trim());
  });

  it("control characters that reach it all the same do not reach the phone", () => {
    const xml = render({ name: "A", attributes: { URI: "a\u0001b" }, inside: ["c\u0002\nd"] });
    expect(read(xml)).toEqual({ text: "c d", attribute: "ab" });
  });

  it("elements keep their order", () => {
    const inside = [{ name: "B" }, "and", { name: "C", inside: ["x"] }];
    expect(render({ name: "A", inside })).toMatch(/<A><B\/>and<C>x<\/C><\/A>$/);
  });
});
