import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../../src/clock/index.ts";
import type { Clock, Extension, LampStanding, Log } from "../../../src/model/index.ts";
import { SipWatch } from "../../../src/sip/index.ts";
import { headerOf } from "../../lab/sip-message.ts";
import { Watch } from "../../lab/watch.ts";
import { type Document, documentOf, FakeSipPbx } from "./fake-sip-pbx.ts";

const anas = "2001" as Extension;
const bens = "2002" as Extension;

let pbx: FakeSipPbx;
let watch: SipWatch;
let told: [Extension, LampStanding][];
let warnings: string[];
let watched: Watch;

/** How often the connection is looked at: as ever, since a busy machine would not answer in a hurry. */
const beatMs = 10_000;
/** Other waits of seconds and minutes are over at once: what counts is that they are waited, and what comes after. */
const hurried: Clock = {
  now: systemClock.now,
  after: (ms, run) => systemClock.after(ms === beatMs ? ms : Math.min(ms, 20), run),
};

function sipWatch(password = pbx.account.password, clock: Clock = systemClock): SipWatch {
  const log: Log = { info: () => {}, warn: (_, sentence) => warnings.push(sentence), error: () => {} };
  watch = new SipWatch({ url: pbx.url, username: pbx.account.username, password, clock, log });
  return watch;
}

function start(one: SipWatch, ...extensions: Extension[]): void {
  one.watch(extensions);
  one.start((extension, standing) => {
    told.push([extension, standing]);
    watched.tell();
  });
}

const last = (extension: Extension): LampStanding | undefined => told.findLast(([of]) => of === extension)?.[1];
const shows = (extension: Extension, wanted: LampStanding): Promise<true> =>
  watched.find(
    () => (JSON.stringify(last(extension)) === JSON.stringify(wanted) ? true : undefined),
    () => `${extension} is ${JSON.stringify(last(extension))}, not ${JSON.stringify(wanted)}`,
    5_000,
  );
const seen = (shown: "idle" | "ringing" | "talking" | "held"): LampStanding => ({ kind: "seen", shown });
const say = (document: Document): void => pbx.notify(anas, documentOf(anas, document));

beforeEach(async () => {
  pbx = new FakeSipPbx();
  told = [];
  warnings = [];
  watched = new Watch();
  await pbx.start();
});

afterEach(async () => {
  await watch.stop();
  await pbx.stop();
});

describe("a busy lamp that is watched by SIP", () => {
  it("is told by whole documents, whatever was before", async () => {
    start(sipWatch(), anas, bens);
    await shows(anas, seen("idle"));
    await shows(bens, seen("idle"));
    say({ version: 1, dialogs: { a: "early" } });
    await shows(anas, seen("ringing"));
    say({ version: 2, dialogs: { a: "confirmed", b: "early" } });
    await shows(anas, seen("talking"));
    say({ version: 5, dialogs: { b: "proceeding" } });
    await shows(anas, seen("ringing"));
    say({ version: 6 });
    await shows(anas, seen("idle"));
    expect(last(bens)).toEqual(seen("idle"));
    expect(watch.standing()).toBe("connected");
  });

  it("is changed by partial documents, dialog by dialog", async () => {
    start(sipWatch(), anas);
    await shows(anas, seen("idle"));
    say({ version: 1, state: "partial", dialogs: { a: "confirmed" } });
    await shows(anas, seen("talking"));
    say({ version: 2, state: "partial", dialogs: { b: "early" } });
    say({ version: 3, state: "partial", dialogs: { a: "terminated" } });
    await shows(anas, seen("ringing"));
    say({ version: 4, state: "partial", dialogs: { b: "terminated" } });
    await shows(anas, seen("idle"));
  });

  it("takes no part of something it has missed a part of, and asks for the whole within the dialog", async () => {
    start(sipWatch(), anas);
    await shows(anas, seen("idle"));
    pbx.documents.set(anas, documentOf(anas, { version: 9, dialogs: { x: "early" } }));
    say({ version: 3, state: "partial", dialogs: { b: "confirmed" } });
    await shows(anas, seen("ringing"));
    expect(told.map(([, standing]) => standing)).not.toContainEqual(seen("talking"));
    expect(pbx.subscribes(anas)).toHaveLength(2);
    const [first, second] = pbx.subscribes(anas).map((one) => headerOf(one, "call-id"));
    expect(second).toBe(first);
    say({ version: 10, state: "partial", dialogs: { x: "confirmed" } });
    await shows(anas, seen("talking"));
  });

  it("takes nothing old: a document that was overtaken changes nothing", async () => {
    start(sipWatch(), anas);
    await shows(anas, seen("idle"));
    say({ version: 4, dialogs: { a: "confirmed" } });
    await shows(anas, seen("talking"));
    say({ version: 3 });
    say({ version: 4 });
    say({ version: 5, state: "partial", dialogs: { a: "early" } });
    await shows(anas, seen("ringing"));
    expect(told.slice(-2).map(([, standing]) => standing)).toEqual([seen("talking"), seen("ringing")]);
  });

  it("is renewed before it runs out", async () => {
    pbx.expires = 1;
    start(sipWatch(), anas);
    const all = await pbx.until("a renewal", () => {
      const so = pbx.subscribes(anas);
      return so.length > 1 ? so.slice(0, 2) : undefined;
    });
    expect(new Set(all.map((one) => headerOf(one, "call-id"))).size).toBe(1);
    expect(all.map((one) => headerOf(one, "expires"))).not.toContain("0");
  });

  it("is asked for anew where the PBX has ended it", async () => {
    start(sipWatch(pbx.account.password, hurried), anas);
    await shows(anas, seen("idle"));
    pbx.documents.set(anas, documentOf(anas, { version: 0, dialogs: { a: "confirmed" } }));
    pbx.notify(anas, "", { state: "terminated;reason=deactivated" });
    await shows(anas, seen("talking"));
    expect(told.map(([, { kind }]) => kind)).toEqual(["seen", "unknown", "seen"]);
  });

  it("that the PBX does not have is missing, and asked for again until somebody has written it", async () => {
    pbx.answers.set(bens, 404);
    start(sipWatch(pbx.account.password, hurried), anas, bens);
    await shows(bens, { kind: "missing" });
    await shows(anas, seen("idle"));
    pbx.answers.delete(bens);
    await shows(bens, seen("idle"));
  });

  it("is known again after the PBX was killed, and not known meanwhile", async () => {
    start(sipWatch(pbx.account.password, hurried), anas);
    await shows(anas, seen("idle"));
    say({ version: 1, dialogs: { a: "confirmed" } });
    await shows(anas, seen("talking"));
    await pbx.stop();
    await shows(anas, { kind: "unknown", why: "the connection was lost" });
    expect(watch.standing()).toBe("away");
    await pbx.start();
    await shows(anas, seen("idle"));
  });

  it("of somebody who is not watched any more is given back, and said no more", async () => {
    start(sipWatch(), anas, bens);
    await shows(anas, seen("idle"));
    await shows(bens, seen("idle"));
    watch.watch([bens]);
    await pbx.until("the end of it", () =>
      pbx.subscribes(anas).some((one) => headerOf(one, "expires") === "0") ? true : undefined,
    );
    say({ version: 9, dialogs: { a: "confirmed" } });
    pbx.notify(bens, documentOf(bens, { version: 9, dialogs: { a: "confirmed" } }));
    await shows(bens, seen("talking"));
    expect(last(anas)).toEqual(seen("idle"));
  });

  it("stays unknown to an account that the PBX refuses, and that is said once", async () => {
    start(sipWatch("not it"), anas, bens);
    await shows(anas, { kind: "unknown", why: "the PBX refused the SIP account" });
    await shows(bens, { kind: "unknown", why: "the PBX refused the SIP account" });
    expect(watch.standing()).toBe("refused");
    expect(warnings).toHaveLength(1);
    expect(JSON.stringify(warnings)).not.toContain("not it");
  });
});

describe("what a hostile PBX tells of a busy lamp", () => {
  const entities =
    '<!DOCTYPE a [<!ENTITY b "confirmed">]><dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="1" state="full" entity="sip:2001@pbx"><dialog id="a"><state>&b;</state></dialog></dialog-info>';
  it.each([
    ["declares entities", entities],
    ["names an entity that is none", documentOf(anas, { version: 1, dialogs: { a: "&b;" } })],
    ["is about somebody else", documentOf(anas, { version: 1, user: "2002", dialogs: { a: "confirmed" } })],
    ["is about nobody who is watched", documentOf(anas, { version: 1, user: "9999", dialogs: { a: "confirmed" } })],
    ["is malformed", documentOf(anas, { version: 1, dialogs: { a: "confirmed" } }).slice(0, -8)],
    ["is not in the namespace", documentOf(anas, { version: 1, dialogs: { a: "confirmed" } }).replace("urn:", "um:")],
    ["has a state of its own", documentOf(anas, { version: 1, dialogs: { a: "joyful" } })],
    ["is too large", documentOf(anas, { version: 1, dialogs: { ["a".repeat(70_000)]: "confirmed" } })],
    [
      "is too deep",
      documentOf(anas, { version: 1, dialogs: { a: `${"<x>".repeat(50)}${"</x>".repeat(50)}confirmed` } }),
    ],
    ["has a version that is no number", documentOf(anas, { version: Number.NaN, dialogs: { a: "confirmed" } })],
  ])("and %s is left out, and the next one counts", async (_, body) => {
    start(sipWatch(), anas);
    await shows(anas, seen("idle"));
    pbx.notify(anas, body);
    say({ version: 2, dialogs: { a: "early" } });
    await shows(anas, seen("ringing"));
    expect(told.map(([, standing]) => standing)).toEqual([seen("idle"), seen("ringing")]);
    expect(warnings).toEqual(["a busy lamp was told by a document that is left out"]);
  });

  it("in something that is no SIP at all stops nothing", async () => {
    start(sipWatch(pbx.account.password, hurried), anas);
    await shows(anas, seen("idle"));
    pbx.say("NOTIFY \u0000 SIP/9\r\nVia: ;;;\r\n\r\n");
    pbx.say("\r\n\r\n");
    pbx.say("x".repeat(200_000));
    await shows(anas, { kind: "unknown", why: "the connection was lost" });
    await shows(anas, seen("idle"));
  });
});

describe("a text by SIP", () => {
  it("goes to the phones of an extension, and counts as sent, never as confirmed", async () => {
    start(sipWatch(), anas);
    await shows(anas, seen("idle"));
    expect(await watch.message(anas, "Kim Osei hört zu")).toEqual({ outcome: "sent" });
    const message = pbx.requests.find(({ start: { method } }) => method === "MESSAGE");
    expect(message?.start.uri).toContain("sip:2001@");
    expect(headerOf(message ?? { headers: [] }, "content-type")).toContain("text/plain");
    expect(message?.body).toBe("Kim Osei hört zu");
  });

  it("fails in words where the PBX does not take it, where it is too long, and where nobody is there", async () => {
    start(sipWatch(), anas);
    await shows(anas, seen("idle"));
    pbx.answers.set(bens, 404);
    expect(await watch.message(bens, "Hello")).toEqual({
      outcome: "failed",
      why: "the PBX answered 404",
      again: false,
    });
    expect(await watch.message(anas, "ö".repeat(501))).toMatchObject({ outcome: "failed", again: false });
    await pbx.stop();
    await shows(anas, { kind: "unknown", why: "the connection was lost" });
    expect(await watch.message(anas, "Hello")).toMatchObject({ outcome: "failed", again: true });
  });
});
