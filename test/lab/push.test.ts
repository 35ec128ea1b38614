import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../src/clock/index.ts";
import { PhoneDelivery } from "../../src/delivery/index.ts";
import { render } from "../../src/delivery/render.ts";
import { type Phone as DeskPhone, type NotifyTarget, type PushKind, pushKinds } from "../../src/model/index.ts";
import { AsteriskPbx } from "../../src/pbx/asterisk/index.ts";
import { vendors } from "../../src/phones/index.ts";
import { GatewayBench, phoneOf } from "../scenarios/bench.ts";
import { ana, kim } from "../unit/core/world.ts";
import { sheets } from "../unit/http/words.ts";
import { AsteriskLab } from "./asterisk.ts";
import { LAB_GATEWAY, labPbx } from "./earshot-config.ts";
import { everyPush } from "./every-push.ts";
import { asteriskPart } from "./parts.ts";
import type { Phone } from "./phone.ts";
import { modelOf } from "./phones/snom-models.ts";
import { readNotified } from "./phones/snom-push.ts";
import { type PushedAct, readPush } from "./phones/yealink-push.ts";
import { Phones } from "./phones.ts";
import { quietLog } from "./quiet-log.ts";
import { headerOf } from "./sip-message.ts";
import { TONES } from "./voices.ts";

const part = await asteriskPart();
const anasAgent = "Yealink SIP-T46U 108.86.0.90 80:5e:c0:aa:20:01";
const target: NotifyTarget = { extension: ana.extension, mac: phoneOf.ana };
const xml = (text: string): string => `<A b="${text}">${text}</A>`;
/** One UDP packet that no network parts. */
const packet = 1_300;

const lab = new AsteriskLab();
const phones = new Phones(lab);
let anas: Phone;

beforeAll(async () => {
  await lab.start();
  await phones.start();
  anas = await phones.add({ account: lab.account("2001"), hz: TONES.agent, userAgent: anasAgent });
});

afterAll(async () => {
  await phones.stop();
  await lab.stop();
});

/** What a make of phone takes by NOTIFY. */
interface ByNotify {
  readonly model: string;
  readonly event: string;
  readonly kinds: readonly PushKind[];
  /** What its strict phone does by it. @throws where a real one may not take it. */
  readonly read: (contentType: string, body: string) => string;
  /** All that it does by everything. */
  readonly taken: readonly string[];
}
const byNotify: Readonly<Record<string, ByNotify>> = {
  yealink: {
    ...{ model: "T46U", event: "Yealink-xml", kinds: pushKinds },
    read: (_, body) => [...new Set(readPush(body).map(({ act }) => act))].join(" "),
    taken: ["led", "label", "screen", "status", "open"],
  },
  // No document of a Snom changes a label.
  snom: {
    ...{ model: "D785", event: "xml", kinds: ["lamp", "notice", "page"] },
    read: (contentType, body) => readNotified({ event: "xml", contentType, body }, modelOf("D785")).kind,
    taken: ["silent", "text"],
  },
};
const everyNotify = Object.entries(byNotify);

const messages = (phone: Phone, event: string) => phone.messages.filter((one) => headerOf(one, "event") === event);

/** Bodies of the pushes at a phone, in order of arrival. */
const bodies = (phone: Phone, event = "Yealink-xml"): string[] => messages(phone, event).map(({ body }) => body);

/** Does one after the other. */
async function inTurn<One, Done>(all: readonly One[], act: (one: One) => Promise<Done>): Promise<readonly Done[]> {
  const done: Done[] = [];
  for (const one of all) done.push(await act(one));
  return done;
}

/** Waits for one more push than `before`. */
const next = (phone: Phone, before: number): Promise<string> =>
  phone.until(() => bodies(phone)[before], `push ${before + 1} at ${phone.name}`);

const sizes = (phone: Phone, event = "Yealink-xml"): number[] =>
  phone.sip
    .filter(({ text }) => text.startsWith("NOTIFY ") && text.includes(`\r\nEvent: ${event}`))
    .map(({ text }) => Buffer.byteLength(text));

describe(`a NOTIFY through Asterisk ${part.ok ? part.version : `(${part.why})`}`, () => {
  let pbx: AsteriskPbx;

  beforeEach(async () => {
    const settings = { ports: lab.ports, ari: lab.ariUser, ami: lab.amiUser };
    const made = {
      config: labPbx(settings),
      people: [ana, kim],
      gateway: LAB_GATEWAY,
      clock: systemClock,
      log: quietLog,
    };
    pbx = new AsteriskPbx(made);
    await pbx.start(() => undefined);
    await expect.poll(() => pbx.capabilities().has("notify-push"), { timeout: 10_000 }).toBe(true);
  });

  afterEach(() => pbx.stop());

  const send = (body: string, to = target) =>
    pbx.notify(to, { event: "Yealink-xml", contentType: "application/xml", body });

  it.each([
    ["quotes", `say "yes", 'no'`],
    ["commas", ",a,,b,"],
    ["backslashes", '\\a\\\\b\\,\\"\\'],
    ["markup, escaped", "&lt;b&gt;&amp;&quot;&apos;"],
    ["emoji", "👩‍👩‍👧‍👦 é ü"],
    ["what AMI and the dialplan have words for", `$\{CHANNEL(name)} $[1+1] (a;b|c) %41 = Variable: x`],
  ])("arrives at the phone byte for byte: %s", async (_, text) => {
    const before = bodies(anas).length;
    expect(await send(xml(text))).toEqual({ outcome: "sent" });
    expect(await next(anas, before)).toBe(xml(text));
  });

  it("arrives whole when it needs several lines, a line break between two elements", async () => {
    const item = `<I a="1,2">${"é,".repeat(100)}</I>`;
    const body = `<R>${item.repeat(3)}</R>`;
    const before = bodies(anas).length;
    expect(await send(body)).toEqual({ outcome: "sent" });
    const arrived = await next(anas, before);
    expect(arrived).toContain("\r\n");
    expect(arrived.replaceAll("\r\n", "")).toBe(body);
    expect(arrived.match(/(?<!>)\r\n|\r\n(?!<)/g)).toBeNull();
  });

  it("a line break in a name injects nothing and is not sent", async () => {
    const sip = anas.sip.length;
    expect(await send("<a>x\r\nAction: Originate</a>")).toMatchObject({ outcome: "failed", again: false });
    expect(await send("<last/>")).toEqual({ outcome: "sent" });
    await anas.until(() => bodies(anas).find((body) => body === "<last/>"), "the next one");
    expect(anas.sip.slice(sip).filter(({ text }) => text.startsWith("NOTIFY"))).toHaveLength(1);
  });

  it("goes to nobody where the phone is not the only device, or is not there", async () => {
    const softphone = await phones.add({ account: lab.account("2001"), name: "softphone", userAgent: "softphone" });
    const before = bodies(anas).length;
    expect(await send("<both/>")).toMatchObject({ outcome: "failed", why: expect.stringMatching(/another device/) });
    await softphone.unregister();
    await phones.remove(softphone);
    expect(await send("<one/>")).toEqual({ outcome: "sent" });
    expect(await next(anas, before)).toBe("<one/>");
    expect(await send("<none/>", { extension: kim.extension, mac: phoneOf.kim })).toMatchObject({
      outcome: "failed",
      why: expect.stringMatching(/not registered/),
      again: true,
    });
  });

  it.each(everyNotify)(
    "everything that a %s can be pushed is whole at the phone, in one packet, and taken there",
    async (vendor, { model, event, kinds, read, taken }) => {
      const [push, profile] = [vendors[vendor]?.push, sheets.profile(vendor, model)];
      if (!push || !profile) throw new Error(`nothing can be pushed to a ${vendor}`);
      const pushes = everyPush(push, profile);
      expect(new Set(pushes.map(({ kind }) => kind))).toEqual(new Set(kinds));
      const delivery = new PhoneDelivery({
        extensionOf: () => ana.extension,
        notify: pbx.notify.bind(pbx),
        host: "192.0.2.10",
      });
      const desk: DeskPhone = {
        mac: phoneOf.ana,
        vendor,
        model,
        owner: ana.id,
        answer: "ring",
        push: { by: "notify" },
      };
      const before = bodies(anas, event).length;
      const sent = await inTurn(pushes, ({ document }) => delivery.push(desk, document));
      await delivery.stop();
      await anas.until(() => bodies(anas, event)[before + pushes.length - 1], `${pushes.length} pushes`, 60_000);
      const arrived = bodies(anas, event).slice(before);
      const whole = arrived.map((body) => body.replaceAll("\r\n", ""));
      expect(sent.filter(({ outcome }) => outcome !== "sent")).toEqual([]);
      // Asterisk sends from several threads, so two at once may overtake each other.
      expect(whole.toSorted()).toEqual(pushes.map(({ document: { root, bare } }) => render(root, bare)).toSorted());
      const types = messages(anas, event)
        .slice(before)
        .map((one) => headerOf(one, "content-type") ?? "");
      expect(new Set(arrived.map((body, at) => read(types[at] ?? "", body)))).toEqual(new Set(taken));
      const longest = Math.max(...sizes(anas, event).slice(-pushes.length));
      console.log(`${pushes.length} pushes; the longest NOTIFY has ${longest} bytes`);
      expect(longest).toBeLessThan(packet);
    },
  );

  it("a make of phone goes by NOTIFY here where it says that it can", () => {
    const can = Object.entries(vendors).flatMap(([vendor, { push }]) =>
      push?.ways.includes("notify") ? [vendor] : [],
    );
    expect(Object.keys(byNotify).toSorted()).toEqual(can.toSorted());
  });
});

describe("a whole gateway on Asterisk", () => {
  let bench: GatewayBench;

  afterEach(async () => {
    await bench.stop();
    await phones.hangUpAll();
  });

  it("R5 tells a visible supervisor to the agent's phone in order, hides nothing later, and opens the supervisor's page", async () => {
    const customer = await phones.add({ account: lab.account("trunk"), hz: TONES.customer });
    const kims = await phones.add({ account: lab.account("3001") });
    await phones.add({ account: lab.account("3001-sup") });
    const common = { vendor: "yealink", model: "T46U", answer: "auto", push: { by: "notify" } } as const;
    const settings = { ports: lab.ports, ari: lab.ariUser, ami: lab.amiUser };
    bench = new GatewayBench({
      config: {
        pbx: labPbx(settings),
        phones: [
          { ...common, mac: phoneOf.ana, owner: ana.id, lampKey: 5 },
          { ...common, mac: phoneOf.kim, owner: kim.id },
        ],
      },
    });
    const before = bodies(anas).length;
    await bench.start();
    await next(anas, before + 1);
    const out = await customer.dial("2001", { identity: { number: "+4930123456", name: "Carla Voss" } });
    await (await anas.incoming()).answer();
    await out.answered();
    const page = await bench.phone(phoneOf.kim);
    await expect
      .poll(async () => page.open(await bench.launcher(phoneOf.kim)).then(() => page.rows()), { timeout: 10_000 })
      .toEqual([expect.stringContaining("Ana Ruiz"), "Find or sort …"]);

    // Hidden first: not one SIP message at the agent's phone.
    const sip = anas.sip.length;
    await page.press("Listen");
    await page.press("Hidden");
    const opened = await kims.until(() => bodies(kims)[0], "the supervisor's page");
    expect(readPush(opened)).toEqual([{ act: "open", url: `${await bench.launcher(phoneOf.kim)}session` }]);
    await page.get(`${await bench.launcher(phoneOf.kim)}session`);
    expect(page.keys()).toContain("Visible");
    await anas.settle();
    expect(anas.sip.length).toBe(sip);

    const known = bodies(anas).length;
    await page.press("Visible");
    await next(anas, known + 2);
    const acts: PushedAct[] = bodies(anas)
      .slice(known)
      .flatMap((body) => [...readPush(body)]);
    // Lamp, label and words are sent in this order, and Asterisk may let one overtake another.
    expect(acts.map(({ act }) => act).toSorted()).toEqual(["label", "led", "led", "led", "screen"]);
    expect(acts.filter(({ act }) => act === "led")[2]).toEqual({ act: "led", line: 5, colour: "GREEN", state: "on" });
    expect(acts.find(({ act }) => act === "screen")).toMatchObject({ text: "Kim Osei listens to your call." });
    expect(Math.max(...sizes(anas).slice(-3))).toBeLessThan(packet);
    await page.press("Leave");
    await next(anas, known + 3);
  });
});
