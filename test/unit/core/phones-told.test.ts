import { describe, expect, it } from "vitest";
import { filesTold, lifeTold, tellsFiles } from "../../../src/audience/index.ts";
import { type PhoneState, type Resync, roles } from "../../../src/model/index.ts";

const order = { orderedAt: 1_000, until: 5_000 };
const files = { digests: { "b.cfg": "2", "a.cfg": "1" }, at: 2_500, firmware: "108.86" };
const asked: Resync = { kind: "asked", ...order, at: 2_000 };
const waits: Resync = { kind: "waits", ...order };
const failed: Resync = { kind: "failed", ...order, at: 3_000, why: "the phone is not registered" };
const mayNot = roles.filter((role) => role !== "agent");

describe("of an agent's phone", () => {
  const told = (state: PhoneState, now = 4_000) => filesTold(state, "agent", now);

  it("it is told when it was asked, and whether it has fetched its files since", () => {
    const given = { names: ["a.cfg", "b.cfg"], at: 2_500, firmware: "108.86" };
    const resync = { state: "asked", orderedAt: 1_000, at: 2_000 };
    expect(told({ files, resync: asked })).toEqual({ given, resync: { ...resync, fetched: true } });
    const before = { ...files, at: 1_999 };
    expect(told({ files: before, resync: asked }).resync).toEqual({ ...resync, fetched: false });
    expect(told({ resync: asked }).resync).toEqual(resync);
  });

  it("it is told that it waits, or why it was not asked", () => {
    expect(told({ resync: waits }).resync).toEqual({ state: "waits", orderedAt: 1_000 });
    expect(told({ resync: failed }).resync).toEqual({ state: "failed", orderedAt: 1_000, at: 3_000, why: failed.why });
  });

  it("it is always told which files it has", () => expect(tellsFiles({ resync: waits }, "agent", 4_000)).toBe(true));
});

describe("R12 of the phone of whoever may supervise", () => {
  it.each(mayNot)("(%s) nobody learns from an order whether it waits, as it would for a supervision", (role) => {
    const told = (state: PhoneState) => [filesTold(state, role, 4_999), tellsFiles(state, role, 4_999)];
    const fresh = { ...files, at: 4_000 };
    expect(told({ files, resync: waits })).toEqual(told({ files: fresh, resync: asked }));
    expect(told({ files, resync: waits })).toEqual([{ resync: { state: "ordered", orderedAt: 1_000 } }, false]);
  });

  it.each(mayNot)("(%s) no moment is ever told, as it would tell when they were free", (role) => {
    const texts = [asked, failed].map((resync) => JSON.stringify(filesTold({ files, resync }, role, 9_000)));
    expect(texts.join()).not.toMatch(/2000|2500|3000/);
    expect(filesTold({ files, resync: asked }, role, 9_000)).toEqual({
      given: { names: ["a.cfg", "b.cfg"], firmware: "108.86" },
      resync: { state: "asked", orderedAt: 1_000, fetched: true },
    });
    expect(tellsFiles({ files, resync: asked }, role, 9_000)).toBe(true);
  });

  it("somebody whose role is not known counts as one who may", () =>
    expect(filesTold({ files, resync: waits }, undefined, 4_000)).toEqual({
      resync: { state: "ordered", orderedAt: 1_000 },
    }));
});

const push = { at: 2_000, kind: "page", result: { outcome: "sent" } } as const;
const registration = { registered: true, since: 1_000, hosts: ["192.0.2.7"], until: 9_000 };
const life: PhoneState = { registration, page: { at: 3_000 }, push };
const where = { registered: true, since: 1_000, hosts: ["192.0.2.7"] };

describe("how a phone fares", () => {
  it("is told of an agent's phone: where it is registered, its last page, the newest push", () =>
    expect(lifeTold(life, "agent", 4_000)).toEqual({ registration: where, lastPageAt: 3_000, lastPush: push }));

  it.each([...mayNot, undefined])("R12 (%s) is told without page and push, which tell of supervising", (role) =>
    expect(lifeTold(life, role, 4_000)).toEqual({ registration: where }),
  );

  it("is not known where a registration has ended and nobody has told of it", () => {
    expect(lifeTold({ registration }, "agent", 8_999)).toEqual({ registration: where });
    expect(lifeTold({ registration }, "agent", 9_000)).toEqual({});
    const not = { ...registration, registered: false, until: 0 };
    expect(lifeTold({ registration: not }, "agent", 4_000)).toEqual({ registration: { ...where, registered: false } });
  });
});
