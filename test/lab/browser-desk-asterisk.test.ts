import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Phone } from "../../src/model/index.ts";
import { person } from "../unit/core/world.ts";
import { BrowserLab, screenshot } from "./browser.ts";
import { CallCentre, FORBIDDEN, type LabCall, VOICE } from "./call-centre.ts";
import { now } from "./clock.ts";
import { DeskPage, type DeskSeen } from "./desk-page.ts";
import { Ear, measured } from "./meter.ts";
import type { PhoneCall, Phone as SipPhone } from "./phone.ts";
import { TONES } from "./voices.ts";

const PASSWORD = "correct horse battery";
const CELL_MS = 1_000;
const BEFORE_OPENING_MS = 500;
const administrator = person("3009", "Max Adler", "administrator");
const phone = (mac: string): Phone => {
  const owner = { owner: administrator.id, vendor: "yealink", model: "T46U", answer: "auto" } as const;
  return { ...owner, mac: mac as Phone["mac"] };
};
const [chosen, other] = ["805ec0aa3009", "805ec0aa3010"];

const browser = new BrowserLab();
const centre = new CallCentre({
  desk: { administrator, password: PASSWORD, phones: [phone(chosen), phone(other)] },
});
let desk: DeskPage;
let max: SipPhone;
let call: LabCall;
let ear: Ear;
let mac: string;
let leg: PhoneCall;

beforeAll(async () => {
  await Promise.all([browser.start(), centre.start()]);
  max = await centre.phones.add({
    account: centre.lab.account("3009-sup"),
    hz: VOICE.nobody,
    obeyAutoAnswer: true,
    userAgent: "Yealink SIP-T46U 108.86.0.20 80:5e:c0:aa:30:09",
  });
  const { origin } = new URL(await centre.bench.launcher(chosen as Phone["mac"]));
  const page = await browser.page({ width: 1280, height: 1000 });
  await page.goto(`${origin}/`);
  desk = new DeskPage(page);
  call = await centre.connect("600");
});
afterEach(async () => expect(await browser.takeFaults()).toEqual([]));
afterAll(async () => {
  await browser.stop();
  await centre.stop();
});

const signIn = async (password: string): Promise<void> => {
  await desk.page.getByLabel("Person").fill(String(administrator.id));
  await desk.page.getByLabel("Password").fill(password);
  await desk.page.getByRole("button", { name: "Sign in" }).click();
};

/** What the page says of who hears whom, as the meter's listeners have it. */
interface Heard {
  readonly agent: readonly ("customer" | "supervisor")[];
  readonly customer: readonly ("agent" | "supervisor")[];
}

function drawn({ paths }: DeskSeen): Heard {
  const at = <Speaker extends string>(listener: string, speakers: readonly Speaker[]): Speaker[] =>
    speakers.filter((speaker) => paths.includes(`${speaker}>${listener}`));
  return { agent: at("agent", ["customer", "supervisor"]), customer: at("customer", ["agent", "supervisor"]) };
}

/**
 * Measures a second of what agent, customer and supervisor hear, every voice that is not promised forbidden, and holds
 * that the page has drawn the same before and after. @throws LeakError
 */
async function measuredAsDrawn(promised: { readonly agent?: number; readonly customer?: number }): Promise<void> {
  const before = drawn(await desk.look());
  const { agentEar, customerEar } = call;
  if (promised.agent) await agentEar.hears(promised.agent);
  if (promised.customer) await customerEar.hears(promised.customer);
  const voices = Object.values(VOICE);
  const cell = (listener: Ear, other: number, own: number | undefined, always: readonly number[]) =>
    measured(() => {
      const forbid = [...new Set([...voices.filter((voice) => voice !== own), ...always])].filter((hz) => hz !== own);
      return listener.listen(CELL_MS, { other, expect: own ? [own] : [], forbid });
    });
  const [agent, customer, supervisor] = await Promise.all([
    cell(agentEar, TONES.customer, promised.agent, [TONES.agent]),
    cell(customerEar, TONES.agent, promised.customer, [TONES.customer]),
    measured(() => ear.listen(CELL_MS, { other: TONES.agent, expect: [TONES.customer], forbid: FORBIDDEN.supervisor })),
  ]);
  expect(supervisor.missing).toEqual([]);
  const own = ({ heard }: typeof agent): "supervisor"[] => (heard.length > 0 ? ["supervisor"] : []);
  expect(drawn(await desk.look())).toEqual(before);
  expect(before).toEqual({ agent: ["customer", ...own(agent)], customer: ["agent", ...own(customer)] });
}

/** A press after which somebody hears more: grey from half a second before until the phone says so. */
async function opens(key: string, says: RegExp, grey: number, open: number): Promise<void> {
  const spoken = await max.speak(grey);
  await ear.until(spoken + BEFORE_OPENING_MS);
  await desk.softkey(mac, key);
  await phoneSays(says);
  await max.speak(open);
}

/** A press after which somebody hears less: grey from the press until the phone says so. */
async function closes(key: string, says: RegExp, grey: number, after: number): Promise<void> {
  await max.speak(grey);
  await desk.softkey(mac, key);
  await phoneSays(says);
  const saidAt = await max.speak(after);
  await call.agentEar.until(saidAt + 500);
}

async function phoneSays(says: RegExp): Promise<void> {
  await desk.until(String(says), ({ phones }) => says.test(`${phones[0]?.title}\n${phones[0]?.text}`));
}

describe("an administrator's desk on a real Asterisk", () => {
  it("asks who is there, and refuses a wrong password in words", async () => {
    await desk.page.getByText("The calls of this desk are real.").waitFor();
    expect(await browser.takeFaults()).toEqual([expect.stringMatching(/answered 401: GET .*\/desk\/stream/)]);
    await signIn("wrong horse");
    await desk.page.getByRole("alert").getByText("Person or password is wrong.").waitFor();
    expect(await browser.takeFaults()).toEqual([expect.stringMatching(/answered 401: POST .*\/desk\/sign-in/)]);
  });

  it("says that the calls are real and who is signed in, with one phone of its own whose handset is the real one's", async () => {
    await signIn(PASSWORD);
    await desk.page.locator("[data-real]").getByText("These calls are real.").waitFor();
    expect(await desk.page.locator("[data-real]").textContent()).toContain("You are signed in as Max Adler");
    const seen = await desk.until("the call", ({ calls, phones }) => calls === 1 && phones.length === 1);
    mac = seen.phones[0]?.mac ?? "";
    expect(mac).toMatch(/^02/);
    expect(seen.tour).toBeUndefined();
    expect(await desk.page.locator('[data-key="hook"]').isDisabled()).toBe(true);
  });

  it("R21 rings nobody before a phone is chosen, and says so on the phone", async () => {
    await desk.key(mac, "launcher");
    await desk.softkey(mac, "Listen");
    await desk.softkey(mac, "Hidden");
    await phoneSays(/Choose the phone that is to ring first/);
    await desk.page.locator("[data-real] select").selectOption(chosen ?? "");
    await expect.poll(() => desk.page.locator("[data-real] select").inputValue()).toBe(chosen);
  });

  it("R4 listen hidden: the chosen SIP phone is rung, hears both, and is heard by nobody, as drawn", async () => {
    await desk.key(mac, "launcher");
    await desk.softkey(mac, "Listen");
    [leg] = await Promise.all([max.incoming(), desk.softkey(mac, "Hidden")]);
    ear = new Ear(leg);
    await Promise.all([ear.hears(TONES.agent), ear.hears(TONES.customer)]);
    await desk.until(
      "listen",
      ({ paths }) => paths.includes("customer>supervisor") && paths.includes("agent>supervisor"),
    );
    await measuredAsDrawn({});
    await screenshot(desk.page, "desk-real-listen");
  });

  it("R8 R9 coach: muted first, then heard by the agent alone, as drawn", async () => {
    await desk.softkey(mac, "Visible");
    await phoneSays(/can see you/);
    await desk.softkey(mac, "Coach");
    await phoneSays(/Coaching/);
    await measuredAsDrawn({});
    await opens("Unmute", /Ana Ruiz hears you/, VOICE.toAgent, VOICE.agent);
    await desk.until("the path to the agent", ({ paths }) => paths.includes("supervisor>agent"));
    await measuredAsDrawn({ agent: VOICE.agent });
  });

  it("R8 join: heard by both, as drawn; and back to listen by nobody", async () => {
    await opens("Join", /Everybody on the call hears you/, VOICE.toAll, VOICE.all);
    await desk.until("the path to the customer", ({ paths }) => paths.includes("supervisor>customer"));
    await measuredAsDrawn({ agent: VOICE.all, customer: VOICE.all });
    await closes("Listen", /Nobody hears you/, VOICE.toAll, VOICE.nobody);
    await desk.until(
      "no path from the supervisor",
      ({ paths }) => !paths.some((path) => path.startsWith("supervisor")),
    );
    await measuredAsDrawn({});
  });

  it("R10 signing out ends the supervision and kills the drawn phone's key; the call goes on, and nothing has leaked", async () => {
    const url = await desk.page.evaluate<string>("location.origin");
    const token = await desk.page.evaluate<string | undefined>(
      "performance.getEntriesByType('resource').map(({ name }) => /\\/p\\/([^/]+)\\//.exec(name)?.[1]).find((found) => found)",
    );
    expect(token).toMatch(/^[\w-]{22}$/);
    const signedOutAt = now();
    await desk.page.getByRole("button", { name: "Sign out" }).click();
    await desk.page.getByText("The calls of this desk are real.").waitFor();
    await leg.ended();
    expect((await fetch(`${url}/p/${token}/`)).status).toBe(404);
    const { agentEar, customerEar } = call;
    await Promise.all([agentEar.hears(TONES.customer, signedOutAt), customerEar.hears(TONES.agent, signedOutAt)]);
    expect(await agentEar.leaks(FORBIDDEN.agent)).toEqual([]);
    expect(await customerEar.leaks(FORBIDDEN.customer)).toEqual([]);
    await browser.takeFaults();
  });
});
