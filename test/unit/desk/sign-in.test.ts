import { expect, it } from "vitest";
import { PhoneRegistry } from "../../../src/control/index.ts";
import { type Session, Sessions, sessionMs } from "../../../src/http/desk/sessions.ts";
import { lockedMs, SignIns, wrongOnes } from "../../../src/http/desk/sign-in.ts";
import type { Phone } from "../../../src/model/index.ts";
import { ana, kimsPhone, root } from "../core/world.ts";
import { VirtualClock } from "../virtual-clock.ts";

const accounts = [{ person: root.id, password: "right" }];
const wrong = (signIns: SignIns, times: number, name: string = root.id): void => {
  for (let time = 0; time < times; time += 1) signIns.try(name, "wrong");
};

it("a lock-out ends after a quarter of an hour, and not before", async () => {
  const clock = new VirtualClock();
  const signIns = new SignIns(accounts, clock);
  wrong(signIns, wrongOnes);
  await clock.advance(lockedMs - 1);
  expect(signIns.try(root.id, "right")).toMatchObject({ ok: false, why: "locked" });
  await clock.advance(1);
  expect(signIns.try(root.id, "right")).toEqual({ ok: true, person: root.id });
});

it("a right password lets the wrong ones before it be forgotten", () => {
  const signIns = new SignIns(accounts, new VirtualClock());
  wrong(signIns, wrongOnes - 1);
  signIns.try(root.id, "right");
  wrong(signIns, wrongOnes - 1);
  expect(signIns.try(root.id, "right").ok).toBe(true);
});

it("names that are nobody's lock nobody out", () => {
  const signIns = new SignIns(accounts, new VirtualClock());
  wrong(signIns, 20, "__proto__");
  expect(signIns.try(root.id, "right").ok).toBe(true);
});

const real: Phone = { mac: kimsPhone, vendor: "yealink", model: "T46U", owner: root.id, answer: "auto" };

function sessions(own: readonly Phone[] = [real]): {
  made: Sessions;
  clock: VirtualClock;
  over: [Session, string][];
} {
  const clock = new VirtualClock();
  const over: [Session, string][] = [];
  const models = [
    { vendor: "yealink", model: "T46U", form: "yealink" },
    { vendor: "polycom", model: "VVX500", form: "vvx" },
  ];
  const phones = new PhoneRegistry(own, (error) => {
    throw error;
  });
  const made = new Sessions({ clock, phones, models, over: (session, why) => over.push([session, why]) });
  return { made, clock, over };
}

it("a session and its key are dead after twelve hours", async () => {
  const { made, clock, over } = sessions();
  const secret = made.open(root);
  const token = made.of(secret)?.token as never;
  await clock.advance(sessionMs - 1);
  expect(made.macOf(token)).toMatch(/^02[0-9a-f]{10}$/);
  await clock.advance(1);
  expect([made.of(secret), made.macOf(token)]).toEqual([undefined, undefined]);
  expect(over).toMatchObject([[{ token }, "expired"]]);
});

it("a fifth browser of one person ends the first", () => {
  const { made } = sessions();
  const secrets = [1, 2, 3, 4, 5].map(() => made.open(root));
  expect(secrets.map((secret) => made.of(secret) !== undefined)).toEqual([false, true, true, true, true]);
});

it("no two sessions have a secret, a key or a phone in common", () => {
  const { made } = sessions();
  const [one, other] = [made.open(root), made.open(root)];
  expect(one).not.toBe(other);
  expect(made.of(one)?.token).not.toBe(made.of(other)?.token);
  expect(made.of(one)?.phone.mac).not.toBe(made.of(other)?.phone.mac);
});

it("a phone is drawn as the model of the real one, where that can be drawn, else as the first that can", () => {
  const drawnFor = (vendor: string, model: string) => {
    const { made } = sessions([{ ...real, vendor, model }]);
    const { phone } = made.of(made.open(root)) ?? {};
    return [phone?.vendor, phone?.model];
  };
  expect(drawnFor("polycom", "vvx500")).toEqual(["polycom", "VVX500"]);
  expect(drawnFor("polycom", "CCX400")).toEqual(["yealink", "T46U"]);
  expect(drawnFor("other", "X1")).toEqual(["yealink", "T46U"]);
});

it("a chosen model stays with the session when another phone is to ring, and MAC and key stay what they were", () => {
  const { made } = sessions();
  const secret = made.open(root);
  const before = made.of(secret);
  made.drawAs(secret, { vendor: "polycom", model: "VVX500", form: "vvx" });
  const after = made.choose(secret, real.mac);
  expect(after?.phone).toMatchObject({ vendor: "polycom", model: "VVX500", mac: before?.phone.mac, rings: real });
  expect(after?.token).toBe(before?.token);
});

it("a chosen phone that changes is rung as it is now; one that goes, or is another's, is nobody's to ring", () => {
  const { made } = sessions();
  const secret = made.open(root);
  const changed = { ...real, answer: "ring", address: "192.0.2.7" } as const;
  expect(made.rechoose(real.mac, changed)).toHaveLength(1);
  expect(made.of(secret)?.phone.rings).toEqual(changed);
  const [one] = made.rechoose(real.mac, { ...changed, owner: ana.id });
  expect([one?.before.phone.rings, one?.after.phone.rings]).toEqual([changed, "nobody"]);
  expect(made.of(secret)?.phone).toMatchObject({ rings: "nobody", answer: "ring" });
  expect(made.rechoose(real.mac, undefined)).toEqual([]);
});
