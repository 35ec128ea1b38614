import { describe, expect, it } from "vitest";
import type { Call, CallId } from "../../../src/model/index.js";
import type { AmiMessage } from "../../../src/pbx/asterisk/ami-messages.js";
import { type AriEvent, isNoise, parseEvent } from "../../../src/pbx/asterisk/ari-messages.js";
import { Privacy, saysPrivate } from "../../../src/pbx/asterisk/privacy.js";
import { pauseRecording } from "../../../src/pbx/asterisk/recordings.js";
import { VirtualClock } from "../virtual-clock.ts";
import { channel, stamp } from "./sketched-calls.ts";

const now = 1_795_704_009_000;
const id = "c1" as CallId;

/** One call of these channels, at a PBX that writes what it is told, or does not. */
function siteOf(channels: string[], { ami = true, answers = true } = {}) {
  const written: string[] = [];
  let holds: Promise<void> | undefined;
  const call = (): Call => {
    const since = channels.map(privacy.since).find((time) => time !== undefined);
    return { id, legs: [], direction: "inbound", startedAt: 0, ...(since && { private: { since } }) };
  };
  const action = async (_: string, headers: AmiMessage) => {
    const [name, , value] = headers.map(([, text]) => text);
    if (answers) written.push(`${name}=${value}`);
    await holds;
    return answers
      ? { ok: true as const, response: [], events: [] }
      : { ok: false as const, why: "AMI is not logged in" };
  };
  const calls = {
    callOf: () => call(),
    channelsOf: () => channels,
    refresh: () => [{ type: "call" as const, call: call() }],
    node: (of: string) => (channels.includes(of) ? { channel: { id: of, name: `PJSIP/${of}` } } : undefined) as never,
  };
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const privacy = new Privacy({ calls, ami: ami ? { action } : undefined, clock: new VirtualClock(now), log });
  /** The answers of the PBX wait until what this gives is called; it has done what they are about. */
  const hold = (): (() => void) => {
    let release = (): void => {};
    holds = new Promise((resolve) => {
      release = resolve;
    });
    return release;
  };
  return { privacy, written, call, channels, hold };
}

describe("R20 a private call at Asterisk", () => {
  it("is written onto every channel, those that come later too, with its beginning", async () => {
    const { privacy, written, call, channels } = siteOf(["a", "b"]);
    privacy.mark(id);
    expect(await privacy.keep(id)).toEqual({ ok: true });
    channels.push("c");
    privacy.spread(call());
    await privacy.keep(id);
    expect(written).toEqual([`PJSIP/a=${now}`, `PJSIP/b=${now}`, `PJSIP/c=${now}`]);
  });

  it("is taken from all channels by a 0 on one of them, whoever has set it", () => {
    const { privacy, written, call } = siteOf(["a", "b"]);
    privacy.heard("a", "1");
    privacy.spread(call());
    expect(privacy.heard("b", "0")).toMatchObject([{ call: { id } }]);
    expect(call().private).toBeUndefined();
    expect(written.at(-1)).toBe("PJSIP/a=0");
  });

  it("is not brought back by the echo of what was written before", async () => {
    const { privacy, call } = siteOf(["a", "b"]);
    privacy.mark(id);
    await privacy.keep(id);
    privacy.heard("a", String(now));
    privacy.heard("a", "0");
    privacy.heard("b", String(now));
    expect(call().private).toBeUndefined();
  });

  it("stays private, and says why, where the PBX does not take it back", async () => {
    const { privacy, call } = siteOf(["a"], { answers: false });
    privacy.heard("a", "1");
    expect(await privacy.lift(id)).toBe("AMI is not logged in");
    expect(call().private).toBeDefined();
  });

  it("made private while its lift is still at the PBX stays private, and the PBX has it last", async () => {
    const { privacy, written, call, hold } = siteOf(["a", "b"]);
    privacy.mark(id);
    await privacy.keep(id);
    const release = hold();
    const lifting = privacy.lift(id);
    privacy.mark(id);
    const keeping = privacy.keep(id);
    release();
    expect(await lifting).toBe("the call was made private again meanwhile");
    expect(await keeping).toEqual({ ok: true });
    expect(call().private).toEqual({ since: now });
    expect(written.slice(2)).toEqual(["PJSIP/a=0", "PJSIP/b=0", `PJSIP/a=${now}`, `PJSIP/b=${now}`]);
  });

  it("lifted while it is still being written is lifted at the PBX, too", async () => {
    const { privacy, written, call, hold } = siteOf(["a"]);
    const release = hold();
    privacy.mark(id);
    const keeping = privacy.keep(id);
    const lifting = privacy.lift(id);
    release();
    await Promise.all([keeping, lifting]);
    expect(call().private).toBeUndefined();
    expect(written).toEqual([`PJSIP/a=${now}`, "PJSIP/a=0"]);
  });

  it("is not kept, and says so, where the PBX does not write it; and is private all the same", async () => {
    const { privacy, call } = siteOf(["a"], { answers: false });
    privacy.mark(id);
    expect(await privacy.keep(id)).toMatchObject({ ok: false });
    privacy.replace(["a"], new Map([["a", ""]]), now);
    expect(call().private).toEqual({ since: now });
  });

  it("is private where the PBX could not be asked, and open where it said so", () => {
    const { privacy, call } = siteOf(["a"]);
    privacy.replace(["a"], new Map(), now);
    expect(call().private).toEqual({ since: now });
    const other = siteOf(["a"]);
    other.privacy.replace(["a"], new Map([["a", "0"]]), now);
    expect(other.call().private).toBeUndefined();
  });

  it("began when an earlier gateway wrote that it did, and never in the future", () => {
    const { privacy, call } = siteOf(["a"]);
    privacy.replace(["a"], new Map([["a", String(now - 60_000)]]), now);
    expect(call().private).toEqual({ since: now - 60_000 });
    privacy.replace([], new Map(), now);
    privacy.replace(["a"], new Map([["a", String(now + 60_000)]]), now);
    expect(call().private).toEqual({ since: now });
  });

  it.each(["", "0", "no", "False", " off "])("is not private by %j", (value) => expect(saysPrivate(value)).toBe(false));

  it.each(["1", "yes", "true", "00", "x"])("is private by %j", (value) => expect(saysPrivate(value)).toBe(true));

  it("takes the variable, handed on or not, and no other", () => {
    const told = (variable: string): AriEvent | "ignored" | undefined => {
      const about = { type: "ChannelVarset", timestamp: stamp(), channel: channel("1", "PJSIP/2001"), value: "1" };
      return parseEvent({ ...about, variable });
    };
    expect(told("EARSHOT_PRIVATE")).toMatchObject({ kind: "privacy", value: "1" });
    expect(told("__EARSHOT_PRIVATE")).toMatchObject({ kind: "privacy", value: "1" });
    expect(told("NOT_EARSHOT_PRIVATE")).toBe("ignored");
    expect(isNoise('{"type":"ChannelVarset","variable":"RTPAUDIOQOS"}')).toBe(true);
    expect(isNoise('{"type":"ChannelVarset","variable":"EARSHOT_PRIVATE"}')).toBe(false);
    expect(isNoise('{"type":"ChannelHangupRequest"}')).toBe(false);
  });
});

describe("the recordings of a private call at Asterisk", () => {
  const having = (loggedIn: boolean) =>
    pauseRecording({ loggedIn, action: async () => ({ ok: false, why: "no" }) }, ["PJSIP/a"], true);

  it("are refused as away without a login, and as failed where Asterisk has none to silence", async () => {
    expect(await having(false)).toMatchObject({ ok: false, code: "pbx-away" });
    expect(await having(true)).toMatchObject({ ok: false, code: "pbx-failed" });
  });
});
