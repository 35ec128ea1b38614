import { describe, expect, it } from "vitest";
import { render } from "../../../src/delivery/render.ts";
import { tortureTexts } from "../../../src/http/torture.ts";
import { type Lamp, languages, type PushDocument } from "../../../src/model/index.ts";
import { type Profile, type PushedNotice, type VendorPush, vendors } from "../../../src/phones/index.ts";
import { modelOf } from "../../lab/phones/yealink-models.ts";
import { type PushedAct, readPush } from "../../lab/phones/yealink-push.ts";
import { sheets, texts } from "../../unit/http/words.ts";
import { profileOf } from "./documents.ts";

const models = sheets.all().flatMap(({ vendor, model }) => (vendor === "yealink" ? [model] : []));
const profile = profileOf("T46U");
/** As long as a launcher may be. */
const url = `https://${"h".repeat(54)}/p/${"t".repeat(26)}/`;

function pushes(): VendorPush {
  const push = vendors["yealink"]?.push;
  if (!push) throw new Error("nothing can be pushed to a Yealink");
  return push;
}

/** The document as it goes out, read as a phone would; never longer than the sheet allows. */
function acts(made: PushDocument | undefined, model = "T46U"): readonly PushedAct[] {
  if (!made) throw new Error("there is no document");
  const xml = render(made.root);
  expect(Buffer.byteLength(xml)).toBeLessThanOrEqual(made.mostBytes);
  return readPush(xml, modelOf(model));
}

const lamp = (shown: Lamp["lamp"], mic: Lamp["mic"] = "muted"): Lamp => ({ lamp: shown, mic, supervisors: [] });
const leds = (shown: Lamp): string[] =>
  acts(pushes().lamp(shown, 5, profile)).map((one) =>
    one.act === "led" ? `${one.line} ${one.colour} ${one.state}` : one.act,
  );

const notice = (
  text: string,
  inCall = true,
  of: Profile = profile,
  { title, exit } = { title: "Who is with me", exit: "Exit" },
  model = "T46U",
): readonly PushedAct[] =>
  acts(pushes().notice({ title, text, at: "14:02", urgent: false, inCall, seconds: 20, exit, url }, of), model);

describe("what is pushed to a Yealink", () => {
  it.each<[Lamp, string[]]>([
    [lamp("off"), ["5 GREEN off", "5 ORANGE off", "5 RED off"]],
    [lamp("listen"), ["5 ORANGE off", "5 RED off", "5 GREEN on"]],
    [lamp("coach"), ["5 GREEN off", "5 RED off", "5 ORANGE on"]],
    [lamp("coach", "open"), ["5 GREEN off", "5 RED off", "5 ORANGE slowflash"]],
    [lamp("join"), ["5 GREEN off", "5 ORANGE off", "5 RED on"]],
    [lamp("join", "open"), ["5 GREEN off", "5 ORANGE off", "5 RED slowflash"]],
  ])("a lamp %j puts the other colours out first, and blinks while a mic is open", (shown, wanted) =>
    expect(leds(shown)).toEqual(wanted),
  );

  it("a lamp says nothing of who: names do not change a byte of it", () => {
    const with_ = (name: string) => ({
      ...lamp("listen"),
      supervisors: [{ name, extension: "3001", mode: "listen", mic: "muted" } as const],
    });
    const bytes = (name: string) => render(pushes().lamp(with_(name), 5, profile)?.root ?? { name: "none" });
    expect(bytes("Kim")).toBe(bytes("Lee"));
  });

  it("in a call a notice is a text that any key closes, and that goes by itself", () => {
    expect(notice("Kim Osei listens to your call.")).toEqual([
      {
        act: "screen",
        title: "Who is with me",
        text: "Kim Osei listens to your call.",
        done: url,
        keys: ["SoftKey:Exit"],
      },
    ]);
  });

  const answers = [
    { label: "Accept", url: `http://192.0.2.10:8080/p/${"t".repeat(26)}/do/accept/-/12000345.${"s".repeat(16)}` },
    { label: "Not now", url: `http://192.0.2.10:8080/p/${"t".repeat(26)}/do/not-now/-/12000345.${"s".repeat(16)}` },
  ];
  const asked = (text: string, more: Partial<PushedNotice> = {}): readonly PushedAct[] =>
    acts(
      pushes().notice(
        {
          ...{
            title: "Who is with me",
            text,
            at: "14:02",
            urgent: false,
            inCall: true,
            seconds: 20,
            exit: "Exit",
            answers,
          },
          url: `http://192.0.2.10:8080/p/${"t".repeat(26)}/`,
          ...more,
        },
        profile,
      ),
    );

  it("R15 a heads-up has the keys that answer it", () =>
    expect(asked("Kim Osei would like to coach you.")).toMatchObject([{ keys: answers.map((one) => one.url) }]));

  it("R15 where they have no room beside its words, OK leads to them", () =>
    expect(asked("Kim Osei would like to coach you.", { url })).toMatchObject([
      { text: "Kim Osei would like to coach you.", done: url, keys: ["SoftKey:Exit"] },
    ]));

  it.each(Object.entries(tortureTexts))("R15 a heads-up of %s is small enough for one packet", (_, text) =>
    expect(asked(text)).toHaveLength(1),
  );

  it("on the idle screen a notice is a status that goes by itself", () =>
    expect(notice("Kim Osei listens.", false)).toEqual([{ act: "status", text: "Kim Osei listens.", timeout: 20 }]));

  const spoken = languages.flatMap((language) =>
    models.flatMap((model) =>
      (["listen", "coach", "join", "heads-up"] as const).map((mode) => [language, model, mode] as const),
    ),
  );
  it.each(spoken)("a notice in %s, on a %s, of %s: of a long name alone something is cut", (language, model, mode) => {
    const of = profileOf(model);
    const say = texts.to({ language }, of.screen);
    const words = { title: say("agent.title", {}, "heading"), exit: say("label.exit") };
    const without = texts.to({ language })(`notice.${mode}`, { name: "" }).trim();
    const text = texts.to({ language })(`notice.${mode}`, { name: `Ä${"ö".repeat(199)}` });
    const [shown] = notice(text, true, of, words);
    expect(shown).toMatchObject({ title: words.title, text });
    expect(text.startsWith("Äö") && text.endsWith(`ö… ${without}`)).toBe(true);
    const label = pushes().label(say("agent.title", {}, 16), 5, of);
    const labelled = [{ act: "label", line: 5, text: say("agent.title", {}, 16) }];
    expect(label === undefined ? [] : acts(label)).toEqual(of.traits["keyLabel"] === "no" ? [] : labelled);
  });

  it("a text that is longer than the packet is cut behind a word", () => {
    const [shown] = notice("Listening ".repeat(60));
    expect(shown).toMatchObject({ text: expect.stringMatching(/^(Listening )+…$/) });
  });

  it.each(models)("while it is not known who is there, the lamp of a %s is neither out nor that of a mode", (model) => {
    const of = profileOf(model);
    const lamp = pushes().unknown?.(5, of);
    const off = ["GREEN", "RED"].map((colour) => ({ act: "led", line: 5, colour, state: "off" }));
    const lit = [...off, { act: "led", line: 5, colour: "ORANGE", state: "fastflash" }];
    expect(lamp === undefined ? [] : acts(lamp)).toEqual(of.traits["lineLamps"] === "no" ? [] : lit);
  });

  it("a page is pushed as its address", () =>
    expect(acts(pushes().page(`${url}session`, profile))).toEqual([{ act: "open", url: `${url}session` }]));

  const torture = Object.entries(tortureTexts).flatMap(([name, text]) =>
    models.map((model) => [name, model, text] as const),
  );
  it.each(torture)("%s on a %s stays whole and small enough for one packet", (_, model, text) => {
    const of = profileOf(model);
    expect(notice(text, true, of, undefined, model)).toHaveLength(1);
    expect(notice(text, true, of, { title: text, exit: text }, model)).toHaveLength(1);
    expect(notice(text, false, of, undefined, model)).toHaveLength(1);
    const { lineKeys } = modelOf(model);
    const labels = of.traits["keyLabel"] === "no" ? [] : acts(pushes().label(text, lineKeys, of), model);
    expect(labels).toHaveLength(lineKeys === 0 ? 0 : 1);
  });

  it("what a model is known not to show is not sent", () => {
    const dark = { ...profile, traits: { ...profile.traits, lineLamps: "no", keyLabel: "no" } } as const;
    expect(pushes().lamp(lamp("off"), 5, dark)).toBeUndefined();
    expect(pushes().label("Kim", 5, dark)).toBeUndefined();
  });
});
