import { describe, expect, test } from "vitest";
import { render } from "../../../src/delivery/render.ts";
import { tortureTexts } from "../../../src/http/torture.ts";
import type { PushDocument } from "../../../src/model/index.ts";
import { type PushedNotice, vendorNamed } from "../../../src/phones/index.ts";
import { modelOf } from "../../lab/phones/snom-models.ts";
import { readNotified } from "../../lab/phones/snom-push.ts";
import { sure } from "../../unit/http/fixture.ts";
import { modelsOf, profileOf } from "./rendering.ts";

const push = sure(vendorNamed("snom")?.push);
const own = `https://${"h".repeat(52)}/p/AbCdEfGhIjKlMnOpQrStUvWxYz/`;
const notice: PushedNotice = {
  ...{ title: "Who is with me", text: "Kim Osei listens to your call.", at: "14:02", urgent: false, inCall: true },
  ...{ seconds: 20, exit: "Exit", url: own },
};
const answers = [
  { label: "Yes", url: `${own}do/accept/-/999999999999999.AbCdEfGhIjKlMnOp` },
  { label: "Not now", url: `${own}do/not-now/-/999999999999999.AbCdEfGhIjKlMnOp` },
];
const hostile = { ...tortureTexts, callbacks: "$(set:user_pass1) $[sel]" };
const models = modelsOf("snom");

/** What the phone makes of it, as it comes by NOTIFY. */
function taken(document: PushDocument | undefined, model: string) {
  const { root, bare, notify, mostBytes } = sure(document);
  const body = render(root, bare);
  expect(Buffer.byteLength(body)).toBeLessThanOrEqual(mostBytes);
  return readNotified({ ...sure(notify), body }, modelOf(model));
}

describe("a notice", () => {
  test.each(models)("on a %s: says who, closes by itself, and the check mark opens the owner's page", (model) => {
    const { lines, fetch, keys } = taken(push.notice(notice, profileOf({ vendor: "snom", model })), model);
    expect(lines.join(" ")).toBe("Kim Osei listens to your call.");
    expect(fetch).toEqual({ afterMs: 20_000, target: { does: "exit" } });
    expect(keys.map(({ name, target }) => [name, target.does === "fetch" ? target.url : target.does])).toEqual([
      ["ENTER", own],
      ["F1", "exit"],
    ]);
  });

  const cases = models.flatMap((model) => Object.keys(hostile).map((text) => [model, text] as const));
  test.each(cases)("on a %s with %s", (model, name) => {
    const text = hostile[name as keyof typeof hostile] ?? "";
    const made = push.notice({ ...notice, title: text, text, exit: text }, profileOf({ vendor: "snom", model }));
    expect(taken(made, model).kind).toBe("text");
  });

  test.each(models)(
    "on a %s that is answered has its words whole first, and the answers where they have room",
    (model) => {
      const profile = profileOf({ vendor: "snom", model });
      const long = taken(push.notice({ ...notice, answers }, profile), model);
      expect(long.lines.join(" ")).toBe("Kim Osei listens to your call.");
      const short = answers.map((one) => ({ ...one, url: "http://192.0.2.10/p/x/do/y" }));
      const { keys } = taken(push.notice({ ...notice, url: "http://192.0.2.10/p/x/", answers: short }, profile), model);
      expect(keys.filter(({ name }) => name !== "ENTER").map(({ label }) => label)).toEqual(["Yes", "Not now"]);
    },
  );
});

describe("a page", () => {
  test("is opened at once, by its address", () => {
    const { fetch, tracked } = taken(push.page(`${own}session`, profileOf({ vendor: "snom", model: "D735" })), "D735");
    expect(fetch).toEqual({ afterMs: 1, target: { does: "fetch", url: `${own}session` } });
    expect(tracked).toBe(false);
  });
});

describe("a lamp", () => {
  const profile = profileOf({ vendor: "snom", model: "D785" });
  test.each([
    ["listen", "muted", { number: 9, color: "green", state: "on" }],
    ["coach", "muted", { number: 9, color: "orange", state: "on" }],
    ["join", "open", { number: 9, color: "red", state: "blinkslow" }],
    ["off", "muted", { number: 9, color: undefined, state: "off" }],
  ] as const)("of %s, %s, is the one of the line key", (lamp, mic, led) => {
    const { kind, lamps } = taken(push.lamp({ lamp, mic, supervisors: [] }, 5, profile), "D785");
    expect([kind, lamps]).toEqual(["silent", [led]]);
  });

  test("is not sent where the sheet says that there is none", () => {
    const without = { ...profile, traits: { ...profile.traits, lineLamps: "no" } } as const;
    expect(push.lamp({ lamp: "listen", mic: "muted", supervisors: [] }, 5, without)).toBeUndefined();
  });

  test("has no label beside it that could be sent", () => expect(push.label("Kim", 5, profile)).toBeUndefined());
});

test("nothing goes by the phone's own web server", () => {
  expect(push.ways).toEqual(["notify"]);
  expect(push.notice(notice, profileOf({ vendor: "snom", model: "D785" }))?.http).toBeUndefined();
});
