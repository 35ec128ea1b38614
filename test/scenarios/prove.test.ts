import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { type ControlClient, controlClient } from "../../src/cli/index.ts";
import { systemClock } from "../../src/clock/index.ts";
import { readSheet, templatesFolder } from "../../src/http/sheets.ts";
import type { Clock, Phone, Proved } from "../../src/model/index.ts";
import { SimulatorPbx } from "../../src/pbx/simulator/index.ts";
import { yealink } from "../../src/phones/yealink/index.ts";
import { PushPhone } from "../lab/phones/push-phone.ts";
import { type YealinkOptions, YealinkPhone } from "../lab/phones/yealink.ts";
import { run } from "../unit/cli/fakes.ts";
import { ana, kim } from "../unit/core/world.ts";
import { GatewayBench, listen, people, phoneOf, until } from "./bench.ts";
import { Admin } from "./prove-admin.ts";
import { hands } from "./prove-hands.ts";

const mac = phoneOf.ana;
const common = { vendor: "yealink", model: "T46U", answer: "auto" } as const;

/** Every open question answered against the usual way, as far as one phone can. */
const otherWay: YealinkOptions = {
  ...{ refresh: false, selection: false, selectionOnRows: true, sixKeys: true, ownKeys: true, okSends: false },
  ...{ typedAs: "latin-1", timeoutCancels: true, asksTwice: true, showsErrors: true, userAgent: "no MAC" },
  ...{ callUncovers: false, pushCoversCall: false, callRepaintsLamps: true, statusInCall: true },
};

let pbx: SimulatorPbx;
let bench: GatewayBench;
let pushed: PushPhone;
let phone: YealinkPhone;
let folder: string;
let later: (() => void) | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "earshot-prove-"));
  pushed = new PushPhone();
  await pushed.start();
  later = undefined;
});

afterEach(async () => {
  await phone.stop();
  await bench.stop();
  await pushed.stop();
  await rm(folder, { recursive: true, force: true });
});

/** A gateway with Ana's phone, which takes pushes, and Kim's, which takes none. */
async function start(options: YealinkOptions = {}): Promise<void> {
  phone = new YealinkPhone({ mac: "80:5e:c0:aa:20:01", ...options });
  pushed.handset = phone;
  pbx = new SimulatorPbx({ people, seed: 1, clock: systemClock, script: "manual" });
  const phones: Phone[] = [
    { ...common, mac, owner: ana.id, lampKey: 5, push: pushed.push },
    { ...common, mac: phoneOf.kim, owner: kim.id },
  ];
  const after: Clock["after"] = (ms, act) => {
    if (ms === 900_000) later = act;
    return systemClock.after(ms, act);
  };
  bench = new GatewayBench({ pbx, clock: { now: systemClock.now, after }, config: { phones } });
  await bench.start();
  await pushed.until(() => pushed.taken.length === 2 && pushed.settled, "lamp and label of the start");
}

const client = async (): Promise<ControlClient> => controlClient(await bench.data);

async function begin(of: Phone["mac"] = mac): Promise<string> {
  const begun = await (await client()).beginProving({ mac: of, who: "root" });
  if (!begun.ok) throw new Error(begun.sentence);
  return begun.value.walk;
}

function call(): () => void {
  const made = pbx.incoming({ to: ana.id, number: "+44155501", name: "Jane Doe" });
  made.answer();
  phone.callBegins();
  return () => {
    made.hangUp();
    phone.callEnds();
  };
}

/** `earshot phones prove`, over the real socket, with somebody at the phone. */
async function prove(words = "", leavesAt?: string) {
  const prepare = async () => void (phone.isOpen && (await phone.press("Exit")));
  const settled = () => pushed.until(() => pushed.settled, "what was pushed is taken");
  const admin = new Admin({ phone, pushed, launcher: await bench.launcher(mac), call, prepare, settled }, hands);
  admin.leavesAt = leavesAt;
  const asks = await client();
  const ran = await run(`phones prove 80:5e:c0:aa:20:01 ${words}`, {
    beginProving: (_, named) => asks.beginProving({ mac: named, who: "root" }),
    showStep: (_, given) => asks.showStep(given),
    answerStep: (_, given) => asks.answerStep(given),
    endProving: (_, walk) => asks.endProving({ walk }),
    questions: () => admin,
    err: (text) => {
      admin.said += text;
    },
    now: () => Date.UTC(2026, 10, 26, 12),
  });
  return { ...ran, said: admin.said };
}

/** What each step of a walk at such a phone has decided. */
async function verdicts(options: YealinkOptions, steps = ""): Promise<Readonly<Record<string, string>>> {
  await start(options);
  const { out } = await prove(`--json ${steps}`);
  const { facts } = JSON.parse(out) as Proved;
  return Object.fromEntries(facts.map(({ step, verdict, by }) => [step, `${verdict} ${by}`]));
}

const ownPage = async (): Promise<string> => {
  await phone.open(await bench.launcher(mac));
  return phone.title();
};

describe("earshot phones prove", () => {
  it("walks a whole phone and writes what it has shown in the form of a model sheet", async () => {
    await start();
    const { code, out, said } = await prove();
    expect(code, said).toBe(0);
    expect(pushed.complaints).toEqual([]);
    await expect(out).toMatchFileSnapshot("./prove.t46u.yaml");
  });

  it("writes of a phone that does everything the other way what that one does", async () => {
    await start(otherWay);
    const { out } = await prove();
    await expect(out).toMatchFileSnapshot("./prove.other-way.yaml");
  });

  it("writes an entry that the model sheet takes, and that says so from then on", async () => {
    await start(otherWay);
    const { models } = parse((await prove()).out);
    const sheet = parse(await readFile(`${templatesFolder()}yealink/models.yaml`, "utf8"));
    sheet.profiles[0].models.T46U = models.T46U;
    const profile = readSheet(stringify(sheet), "yealink/models.yaml", yealink.sheet).get("T46U");
    expect([profile?.screen.selection, profile?.refreshHeader, profile?.softkeys]).toEqual([false, "no", 4]);
  });

  it.each([
    ["selection-mark", { selectionBy: "? or &" }, "yes seen"],
    ["selection-mark", { selectionBy: "?" }, "no seen"],
    ["ok-key", { model: "T57W" }, "no told"],
    ["lamp-green", { model: "T57W", lampsOnScreens: true }, "yes told"],
    ["lamp-green", { model: "T57W", lampsOnScreens: false }, "no told"],
    ["user-agent", { userAgent: "lower case" }, "yes seen"],
  ] as const)("%s at a phone of %j is %s", async (step, options, verdict) => {
    expect(await verdicts(options, `--step ${step}`)).toEqual({ [step]: verdict });
  });

  it("that is broken off still writes what is known", async () => {
    await start();
    const out = join(folder, "sheet.yaml");
    const { code } = await prove(`--out ${out}`, "more-softkeys");
    expect(code).toBe(0);
    const { models, quirks } = parse(await readFile(out, "utf8"));
    expect(models).toEqual({ T46U: { softkeys: 4 } });
    expect(quirks).toMatchObject([{ id: "softkeys", seenOn: ["T46U 108.86.0.90"] }]);
    expect(await ownPage()).not.toBe("Probe");
  });

  it("is on record: who began it on which phone, and what came of it", async () => {
    await start();
    await prove("--step list refresh");
    const rows = await bench.gateway.audit({ act: "phone-proved" });
    expect(rows).toMatchObject([
      { supervisor: "os:root", phone: mac, agent: ana.id, outcome: "allowed" },
      { supervisor: "os:root", phone: mac, agent: ana.id, outcome: "done" },
    ]);
    expect(rows[1]?.detail).toMatch(/^a yealink T46U 108\.86\.0\.90: 2 of \d+ steps decided; ended$/);
  });

  it("puts lamp and label back as they are in truth after every step that tries them", async () => {
    await start();
    await prove("--step lamp-red key-label");
    await pushed.until(() => phone.labels.get(5) !== "Probe", "the label of before");
    expect(phone.lamps.get("5 RED")).toBe("off");
  });

  it("leaves nothing behind of a phone that cannot be pushed to but the steps, and why", async () => {
    await start();
    const begun = await (await client()).beginProving({ mac: phoneOf.kim, who: "root" });
    const left = begun.ok ? begun.value.left : [];
    expect(left).toContainEqual({ id: "push-page", why: "no push to this phone is configured" });
    expect(begun.ok && begun.value.questions.map(({ id }) => id)).not.toContain("push-page");
  });
});

describe("the pages of a walk", () => {
  it("are there while one is under way alone, at that phone alone", async () => {
    await start();
    const asks = await client();
    const launcher = await bench.launcher(mac);
    await phone.get(`${launcher}prove/list/`, launcher);
    expect(phone.title()).not.toBe("Probe");
    const walk = await begin();
    expect(await ownPage()).not.toBe("Probe");
    await asks.showStep({ walk, step: "list" });
    expect(await ownPage()).toBe("Probe");
    const kims = await bench.phone(phoneOf.kim);
    expect(kims.title()).not.toBe("Probe");
    await asks.endProving({ walk });
    expect(await ownPage()).not.toBe("Probe");
  });

  it("are gone after 15 minutes, and what is asked of the walk then is refused in words", async () => {
    await start();
    const asks = await client();
    const walk = await begin();
    await asks.showStep({ walk, step: "list" });
    later?.();
    expect(await ownPage()).not.toBe("Probe");
    expect(await asks.answerStep({ walk, step: "list", said: "yes" })).toMatchObject({
      ok: false,
      sentence: expect.stringMatching(/^This walk is over/),
    });
  });

  it("make way for what is true as soon as the phone has a call, and come back after it", async () => {
    await start();
    const asks = await client();
    const walk = await begin();
    await asks.showStep({ walk, step: "list" });
    const hangUp = call();
    expect(await ownPage()).not.toBe("Probe");
    const shown = await asks.showStep({ walk, step: "list" });
    expect(shown).toEqual({ ok: true, value: { waits: "Ana Ruiz has a call; wait until it is over." } });
    hangUp();
    expect(await ownPage()).toBe("Probe");
  });

  it("never stand in place of what a supervisor's or an agent's launcher leads to in a call", async () => {
    await start();
    const asks = await client();
    const kims = await bench.phone(phoneOf.kim);
    const [atAnas, atKims] = [await begin(), await begin(phoneOf.kim)];
    await asks.showStep({ walk: atKims, step: "list" });
    call();
    await until(kims, /Ana Ruiz/);
    await listen(kims, "Hidden");
    await kims.open(await bench.launcher(phoneOf.kim));
    expect(kims.text()).toContain("Nobody hears you");
    const shown = await asks.showStep({ walk: atAnas, step: "page-over-call" });
    expect(shown).toEqual({ ok: true, value: { pushed: "confirmed" } });
    expect(await ownPage()).not.toBe("Probe");
  });
});

describe("a walk is refused in words", () => {
  it.each([
    ["nonsense", '"nonsense" is no MAC address.'],
    ["80:5e:c0:00:00:00", "No phone here has the MAC address 805ec0000000."],
  ])("for %s", async (named, sentence) => {
    await start();
    expect(await (await client()).beginProving({ mac: named, who: "root" })).toEqual({ ok: false, sentence });
  });

  it("while the phone's owner has a call", async () => {
    await start();
    const hangUp = call();
    const { code, said, out } = await prove("", "list");
    expect([code, out, said]).toEqual([1, "", "Ana Ruiz has a call; wait until it is over.\n"]);
    hangUp();
  });

  it("while the phone's owner supervises", async () => {
    await start();
    call();
    const kims = await bench.phone(phoneOf.kim);
    await listen(kims, "Hidden");
    await until(kims, /Nobody hears you/);
    const begun = await (await client()).beginProving({ mac: phoneOf.kim, who: "root" });
    expect(begun).toEqual({ ok: false, sentence: "Kim Osei supervises a call; wait until that is over." });
  });

  it("while a push does not reach the phone, as nobody could tell anything of it", async () => {
    await start();
    const asks = await client();
    const walk = await begin();
    pushed.mood = "forbidden";
    const shown = await asks.showStep({ walk, step: "push-text" });
    expect(shown).toEqual({
      ok: true,
      value: { waits: expect.stringMatching(/^The push has not reached the phone: /) },
    });
    const sender = await asks.showStep({ walk, step: "push-sender" });
    expect(sender).toEqual({ ok: true, value: { pushed: expect.stringMatching(/^failed: /) } });
  });

  it("while a step lights a lamp that says in truth that somebody is there", async () => {
    await start();
    const asks = await client();
    const walk = await begin();
    call();
    const kims = await bench.phone(phoneOf.kim);
    await listen(kims, "Visible");
    await until(kims, /can see you/);
    const shown = await asks.showStep({ walk, step: "block-and-lamps" });
    expect(shown).toEqual({ ok: true, value: { waits: expect.stringMatching(/^The lamp of Ana Ruiz/) } });
  });
});
