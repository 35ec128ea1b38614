import { beforeEach, describe, expect, it } from "vitest";
import { Digits } from "../../../src/control/digits.ts";
import type { Press, PressOutcome } from "../../../src/control/index.ts";
import type { Pbx, PersonId, Phone, SupervisionId } from "../../../src/model/index.ts";
import { Writer } from "../../../src/state/index.ts";
import { quietLog } from "../../lab/quiet-log.ts";
import { VirtualClock } from "../virtual-clock.ts";
import { ana, asked, customerCall, facts, kim, kimsPhone, lee, legId, mode, s1, stateWith, told } from "./world.ts";

const question: PressOutcome = {
  kind: "ask-anyway",
  why: "become-visible",
  mode: "coach",
  leg: legId("c1-agent"),
};
const phone: Phone = { mac: kimsPhone, vendor: "yealink", model: "T46U", owner: kim.id, answer: "ring" };

let clock: VirtualClock;
let writer: Writer;
let pressed: Press[];
let tones: SupervisionId[];
let press: (digit: string) => Promise<void>;
let safer: (supervisor: PersonId) => void;
let answer: (press: Press) => Promise<PressOutcome>;

beforeEach(() => {
  clock = new VirtualClock();
  writer = new Writer(
    stateWith([customerCall("c1", ana)], asked("visible"), told("confirmed"), facts(), mode("coach", "muted")),
    clock,
    (error) => expect(error).toBeUndefined(),
  );
  pressed = [];
  tones = [];
  answer = async () => ({ kind: "shown" });
  const hand: { tell(id: SupervisionId, digit: string): void } = { tell: () => undefined };
  const pbx = {
    keypad: {
      follow: (tell: typeof hand.tell) => {
        hand.tell = tell;
      },
      refuse: async (id: SupervisionId) => {
        tones.push(id);
        return { ok: true };
      },
    },
  } as unknown as Pbx;
  const control = {
    press: (one: Press) => {
      pressed.push(one);
      return answer(one);
    },
    followSafer: (tell: typeof safer) => {
      safer = tell;
    },
  };
  new Digits({ control, writer, pbx, phones: { get: () => phone }, clock, log: quietLog }).start();
  press = async (digit) => {
    hand.tell(s1, digit);
    await clock.advance(0);
  };
});

const acts = (): string[] => pressed.map(({ act }) => act);

describe("digits as keys", () => {
  it.each([
    ["4", "back"],
    ["5", "coach"],
    ["6", "join"],
    ["0", "unmute"],
    ["*", "leave"],
  ])("%s presses %s: signed, at the present step, from the phone that leads", async (digit, act) => {
    await press(digit);
    const step = writer.state.steps.get(kim.id);
    expect(pressed).toEqual([{ supervisor: kim.id, phone, from: "", act, step, signed: true }]);
    expect(tones).toEqual([]);
  });

  it.each(["1", "2", "3", "7", "8", "9", "#", "A"])("%s presses nothing, and says so by the tones", async (digit) => {
    await press(digit);
    expect([acts(), tones]).toEqual([[], [s1]]);
  });

  it("0 mutes an open mic, and one that may sound at any moment", async () => {
    writer.take(mode("coach", "open"));
    await press("0");
    writer.take(mode("coach", "muted"));
    writer.take({ type: "mouth-under-way", supervision: s1, mouth: { leg: legId("c1-agent"), reach: "agent" } });
    await press("0");
    expect(acts()).toEqual(["mute", "mute"]);
  });

  it("0 again while the mic is being opened is mute, and waits for nothing", async () => {
    answer = ({ act }) => (act === "unmute" ? new Promise(() => undefined) : Promise.resolve({ kind: "shown" }));
    await press("0");
    await press("0");
    expect(acts()).toEqual(["unmute", "mute"]);
  });

  it("a refused press is two tones", async () => {
    answer = async () => ({ kind: "refused", code: "second-leg" });
    await press("0");
    expect(tones).toEqual([s1]);
  });

  it("a press that the PBX did not do is two tones", async () => {
    answer = async () => {
      writer.take({ type: "trouble", supervision: s1, code: "pbx-failed" });
      return { kind: "shown" };
    };
    await press("0");
    expect(tones).toEqual([s1]);
  });

  it("R7 a question is two tones, and the same digit again within five seconds is the answer", async () => {
    answer = async ({ act }) => (act === "coach" ? question : { kind: "shown" });
    await press("5");
    expect(tones).toEqual([s1]);
    await clock.advance(4_900);
    await press("5");
    expect(acts()).toEqual(["coach", "coach-anyway"]);
    expect(tones).toEqual([s1]);
  });

  it.each([
    ["later", () => clock.advance(5_001), "5", "coach"],
    ["after another digit", () => press("0"), "5", "coach"],
    ["by another digit", () => Promise.resolve(), "6", "join"],
    ["after anything was accepted", async () => writer.take(mode("listen", "muted")), "5", "coach"],
  ])("R7 a question is not answered %s", async (_, before, digit, act) => {
    answer = async (one) => (one.act === "coach" ? question : { kind: "shown" });
    await press("5");
    await before();
    await press(digit);
    expect(acts().at(-1)).toBe(act);
  });

  it("one digit waits for the other, and what makes things safer voids those that wait", async () => {
    const open: ((outcome: PressOutcome) => void)[] = [];
    answer = ({ act }) =>
      act === "leave" ? Promise.resolve({ kind: "shown" }) : new Promise((resolve) => open.push(resolve));
    await press("6");
    await press("0");
    expect(acts()).toEqual(["join"]);
    await press("*");
    expect(acts()).toEqual(["join", "leave"]);
    open[0]?.({ kind: "shown" });
    await clock.advance(0);
    expect(acts()).toEqual(["join", "leave"]);
  });

  it("R9 Mute on the page voids what waits as well, and Mute of somebody else does not", async () => {
    const open: ((outcome: PressOutcome) => void)[] = [];
    answer = () => new Promise((resolve) => open.push(resolve));
    await press("6");
    await press("0");
    safer(lee.id);
    writer.take(mode("join", "muted"));
    open[0]?.({ kind: "shown" });
    await clock.advance(0);
    expect(acts()).toEqual(["join", "unmute"]);
    await press("5");
    safer(kim.id);
    open[1]?.({ kind: "shown" });
    await clock.advance(0);
    expect(acts()).toEqual(["join", "unmute"]);
  });

  it("what waits is void where the one before it was not done: another press was under way", async () => {
    const open: ((outcome: PressOutcome) => void)[] = [];
    answer = () => new Promise((resolve) => open.push(resolve));
    await press("6");
    await press("0");
    writer.take(mode("coach", "muted"));
    open[0]?.({ kind: "shown" });
    await clock.advance(0);
    expect(acts()).toEqual(["join"]);
  });

  it("what is pressed beyond four that wait is refused", async () => {
    answer = () => new Promise(() => undefined);
    await Promise.all(["5", "6", "5", "6", "5", "6"].map(press));
    expect(acts()).toEqual(["coach"]);
    expect(tones).toEqual([s1, s1]);
  });
});
