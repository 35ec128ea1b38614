import { describe, expect, it } from "vitest";
import { erased, type KeypadKey, otherMode, tapped, written } from "../../../src/web/phone/typing.ts";
import type { Field, YealinkDocument } from "../../../src/web/phone/yealink/document.ts";
import { sendUrl, typingOn } from "../../../src/web/phone/yealink/input.ts";

const field = (more: Partial<Field> = {}): Field => ({
  ...{ type: "string", password: false, editable: true, prompt: "p", parameter: "q", value: "" },
  ...more,
});
const page = (...fields: readonly Field[]): YealinkDocument => ({
  ...{ kind: "input", title: "t", text: "", items: [], keys: [], cancelAction: undefined, doneAction: undefined },
  ...{ url: "http://x/p/t/find", fields, defaultIndex: 1, timeout: 0 },
});

/** Keys with the moment each is pressed at, in a mode after so many changes. */
function typed(presses: readonly (readonly [string, number])[], type = "string", changes = 0): string {
  const document = page(field({ type }));
  let typing = typingOn(document);
  if (!typing) throw new Error("nothing can be typed");
  for (let change = 0; change < changes; change += 1) typing = otherMode(typing);
  for (const [key, at] of presses) typing = tapped(typing, key as KeypadKey, at);
  return typing.text;
}

describe("the drawn phone's keypad", () => {
  it.each([
    [
      "a key again within a second is its next letter",
      [
        ["2", 0],
        ["2", 500],
        ["2", 900],
      ],
      "c",
    ],
    [
      "a key again later is its first letter again",
      [
        ["2", 0],
        ["2", 1_500],
      ],
      "aa",
    ],
    [
      "another key is another letter",
      [
        ["2", 0],
        ["6", 100],
        ["2", 200],
      ],
      "ama",
    ],
    [
      "a key goes round, over its digit",
      [
        ["7", 0],
        ["7", 1],
        ["7", 2],
        ["7", 3],
        ["7", 4],
        ["7", 5],
      ],
      "p",
    ],
    [
      "0 is a space",
      [
        ["2", 0],
        ["0", 100],
        ["2", 200],
      ],
      "a a",
    ],
  ] as const)("%s", (_, presses, text) => expect(typed(presses)).toBe(text));

  it("types capitals, then digits, in the other modes of a field of letters", () => {
    const presses = [
      ["2", 0],
      ["2", 1],
    ] as const;
    expect([0, 1, 2, 3].map((changes) => typed(presses, "string", changes))).toEqual(["b", "B", "22", "b"]);
  });

  it("types digits, star and pound alone where the field takes digits, whatever mode is asked for", () =>
    expect(
      typed(
        [
          ["2", 0],
          ["2", 1],
          ["*", 2],
          ["#", 3],
        ],
        "number",
        1,
      ),
    ).toBe("22*#"));
});

describe("the drawn phone's field", () => {
  it("takes what a keyboard writes, and of it what its type takes", () => {
    const [text, digits] = [typingOn(page(field())), typingOn(page(field({ type: "number" })))];
    expect(text && written(text, "Zoë 1").text).toBe("Zoë 1");
    expect(digits && written(digits, "a1b2 *#").text).toBe("12*#");
  });

  it("loses a whole character at a time", () => {
    const typing = typingOn(page(field({ value: "a😀" })));
    expect(typing && erased(typing).text).toBe("a");
  });

  it("keeps its letters when digits are typed behind them and taken back", () => {
    const typing = typingOn(page(field({ value: "max" })));
    if (!typing) throw new Error("nothing can be typed");
    expect(erased(tapped(otherMode(otherMode(typing)), "2", 0)).text).toBe("max");
    expect(written(otherMode(otherMode(typing)), "max 2").text).toBe("max 2");
  });

  it("is the first one that can be typed into", () => {
    const document = page(field({ type: "empty", value: "7", parameter: "id" }), field());
    const typing = typingOn(document);
    expect(typing?.field).toBe(1);
    expect(typing && sendUrl(document, written(typing, "a&b c"))).toBe("http://x/p/t/find?id=7&q=a%26b%20c");
  });

  it("is on no other page", () => expect(typingOn({ ...page(), kind: "menu" })).toBeUndefined());
});
