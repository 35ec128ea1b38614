import { describe, expect, it } from "vitest";
import { People } from "../../../src/control/index.ts";
import type { Audit, Clock, Person, PersonId } from "../../../src/model/index.ts";
import { Writer } from "../../../src/state/index.ts";
import { everybody, stateWith } from "./world.ts";

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const who = "os:root";
const lines = Array.from({ length: 1_000 }, (_, at) => ({
  line: at + 2,
  wish: { extension: String(50_000 + at), name: `Nora ${at}`, role: "agent" },
}));

/** People on a clock on which each look costs a millisecond; `stage` is told what is done, and each turn of others. */
function book(
  written: Audit["append"],
  shelf: (people: readonly Person[]) => Promise<void>,
  stage: (what: string) => void,
) {
  let now = 0;
  const clock: Clock = {
    now: () => ++now,
    after: (_, run) => {
      stage("turn");
      queueMicrotask(run);
      return () => undefined;
    },
  };
  const writer = new Writer(stateWith([]), clock, (error) => {
    throw error;
  });
  const people = new People({
    ...{ writer, clock, log, policy: {}, ofFile: new Set<PersonId>() },
    audit: { append: written, behind: () => false, after: () => undefined },
    pins: { standing: () => ({ kind: "none" }) } as never,
    shelf: { put: () => Promise.reject(), putAll: shelf, drop: () => Promise.reject() },
    tell: (all) => stage(`told of ${all.length}`),
  });
  return { people, count: () => writer.state.people.size };
}

describe("a list of a thousand people", () => {
  it("is looked at, and put in, with others' turns in between; the PBX is told once", async () => {
    const done: string[] = [];
    const { people } = book(
      async () => "written",
      async () => void done.push("kept"),
      (what) => void done.push(what),
    );
    expect(await people.enlist(who, lines, false)).toMatchObject({ ok: true, added: 1_000 });
    const kept = done.indexOf("kept");
    expect(kept).toBeGreaterThan(100);
    expect(done.length - kept).toBeGreaterThan(100);
    expect(done.filter((what) => what.startsWith("told"))).toEqual([`told of ${1_000 + everybody.length}`]);
  });

  it.each([
    ["its rows cannot all be durable", "late", () => Promise.resolve()],
    ["it cannot be kept", "written", () => Promise.reject(new Error("the disk is full"))],
  ] as const)("leaves nobody behind where %s", async (_, written, kept) => {
    const { people, count } = book(
      async ({ agent }) => (agent === "50900" ? written : "written"),
      kept,
      () => undefined,
    );
    expect(await people.enlist(who, lines, false)).toMatchObject({ ok: false, problems: [{ line: 0 }] });
    expect(count()).toBe(everybody.length);
  });
});
