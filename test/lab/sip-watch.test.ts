import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "../../src/clock/index.ts";
import type {
  Config,
  Phone as ConfiguredPhone,
  Extension,
  LampStanding,
  Mac,
  PersonId,
} from "../../src/model/index.ts";
import { asteriskChecks } from "../../src/pbx/asterisk/index.ts";
import { probeLamps, SipWatch } from "../../src/sip/index.ts";
import { loadSecrets } from "../../src/store/index.ts";
import { type BusyLight, GatewayBench, listen, people, phoneOf, until } from "../scenarios/bench.ts";
import { ana, kim, person } from "../unit/core/world.ts";
import { AsteriskLab } from "./asterisk.ts";
import type { LabSipAccount } from "./asterisk-config.ts";
import { everybody, LAB_GATEWAY, labPbx } from "./earshot-config.ts";
import { asteriskPart } from "./parts.ts";
import type { Phone, PhoneCall } from "./phone.ts";
import { Phones } from "./phones.ts";
import { quietLog } from "./quiet-log.ts";
import { TONES } from "./voices.ts";
import { Watch } from "./watch.ts";

const part = await asteriskPart();
const on = `on Asterisk ${part.ok ? part.version : `(${part.why})`}`;
const username = "earshot-blf";
const anas = ana.extension;

/** What a watch of our own is told. */
class Told {
  readonly all: [Extension, LampStanding][] = [];
  readonly #watch = new Watch();

  readonly take = (extension: Extension, standing: LampStanding): void => {
    this.all.push([extension, standing]);
    this.#watch.tell();
  };

  of(extension: Extension): readonly string[] {
    return this.all.flatMap(([whose, standing]) =>
      whose === extension ? [standing.kind === "seen" ? standing.shown : standing.kind] : [],
    );
  }

  async until(extension: Extension, shown: string): Promise<void> {
    const missed = () => `${extension} was ${this.of(extension).join(", ")}, and never ${shown}`;
    // A request that a PBX leaves unanswered is given up after 32 s (timers F of RFC 3261, N of RFC 6665), and made again 5 s later.
    await this.#watch.find(() => (this.of(extension).at(-1) === shown ? true : undefined), missed, 60_000);
  }
}

describe(`busy lamps seen by a SIP account of earshot's own, ${on}`, () => {
  const account: LabSipAccount = { username, password: "a password of the lab" };
  const lab = new AsteriskLab({ sip: account });
  const phones = new Phones(lab);
  const told = new Told();
  let watch: SipWatch;
  let anaPhone: Phone;
  let carla: Phone;
  const site = () => ({ ports: lab.ports, ari: lab.ariUser, ami: lab.amiUser, sip: account });

  const call = async (): Promise<{ agent: PhoneCall; customer: PhoneCall }> => {
    const customer = await carla.dial(anas);
    return { customer, agent: await anaPhone.incoming() };
  };

  beforeAll(async () => {
    await lab.start();
    await phones.start();
    anaPhone = await phones.add({ account: lab.account(anas), hz: TONES.agent });
    carla = await phones.add({ account: lab.account("trunk"), hz: TONES.customer });
    const url = `ws://127.0.0.1:${lab.ports.http}/ws`;
    watch = new SipWatch({ url, ...account, clock: systemClock, log: quietLog });
    watch.watch([anas, "2999" as Extension, "3001-sup" as Extension, "lamp2001" as Extension]);
    watch.start(told.take);
  }, 60_000);

  afterAll(async () => {
    await watch.stop();
    await phones.stop();
    await lab.stop();
  });

  it("show what their phones do: rung, on a call, whoever holds it, and again on none", async () => {
    await told.until(anas, "idle");
    const from = told.of(anas).length;
    const { agent, customer } = await call();
    await told.until(anas, "ringing");
    await agent.answer();
    await told.until(anas, "talking");
    expect(await agent.hold()).toBe(200);
    expect(await agent.resume()).toBe(200);
    await customer.hangUp();
    await told.until(anas, "idle");
    expect(told.of(anas).slice(from)).toEqual(["ringing", "talking", "idle"]);
  });

  it("are missing where nobody has written a hint, and of what is not for this account", async () => {
    await told.until("2999" as Extension, "missing");
    expect(told.of("3001-sup" as Extension)).toEqual(["missing"]);
    expect(told.of("lamp2001" as Extension)).toEqual(["missing"]);
  });

  it("the account can call nobody, and nobody can call it", async () => {
    const own = { ...lab.account(anas), user: username, password: account.password };
    const intruder = await phones.add({ account: own, register: false });
    const before = anaPhone.events.filter(({ type }) => type === "incoming").length;
    const tries = await intruder.dial(anas);
    expect((await tries.ended()).code).toBeGreaterThanOrEqual(400);
    await expect(intruder.register()).rejects.toThrow();
    await anaPhone.settle();
    expect(anaPhone.events.filter(({ type }) => type === "incoming")).toHaveLength(before);
  });

  it("each line of it that setup has written is looked up and right, and the account comes in", async () => {
    const config = labPbx(site());
    const checked = { config, gateway: LAB_GATEWAY, people: everybody(lab), password: () => account.password };
    const lines = asteriskChecks(checked).filter(({ name }) => /earshot-(?:blf|websocket|watch|messages)/.test(name));
    const found = await Promise.all(lines.map(async ({ name, run }) => `${name} ${(await run()).status}`));
    expect(found.filter((line) => !/ ok$/.test(line))).toEqual([`pjsip.conf [${username}] disallow unseen`]);
    const extensions = everybody(lab).map(({ extension }) => extension);
    const probe = { account: { username, url: config.sip?.url ?? "" }, extensions, clock: systemClock };
    expect(await probeLamps({ ...probe, password: account.password })).toMatchObject({ status: "ok" });
    expect(await probeLamps({ ...probe, password: "another" })).toMatchObject({ status: "fail" });
  });

  it("are not known while Asterisk is away, and are right once it is back", async () => {
    const { agent } = await call();
    await agent.answer();
    await told.until(anas, "talking");
    await lab.kill();
    await told.until(anas, "unknown");
    await lab.start();
    await anaPhone.register();
    await told.until(anas, "idle");
    expect(watch.standing()).toBe("connected");
  });
});

describe(`a whole gateway that watches busy lamps, ${on}`, () => {
  /** Her phone is at another PBX: here there is her hint alone. */
  const far = person("5001", "Fay Remote", "agent", "support");
  const desk: ConfiguredPhone = {
    ...{ mac: phoneOf.ana as Mac, vendor: "polycom", model: "CCX600", owner: ana.id as PersonId },
    ...{ answer: "ring", lamp: "mqtt", push: { by: "message" } },
  };
  const farAccount = { username: "far", password: "light-of-far", agent: far.id };
  const kims: ConfiguredPhone = {
    ...{ mac: phoneOf.kim, vendor: "yealink", model: "T46U", owner: kim.id, answer: "auto" },
  };
  let lab: AsteriskLab;
  let phones: Phones;
  let bench: GatewayBench;
  let light: BusyLight;
  let anaPhone: Phone;

  beforeAll(async () => {
    const listen = { host: "127.0.0.1", port: 0 };
    const everyone = [...people, far];
    const config: { -readonly [Key in keyof Config]?: Config[Key] } = { people: everyone, phones: [kims, desk] };
    const mqtt = { kind: "embedded" as const, base: "earshot", listen, accounts: [farAccount] };
    bench = new GatewayBench({ config });
    // The PBX is set up with the password that this data folder gives.
    const password = (await loadSecrets(await bench.data)).accountPassword(username);
    const sip: LabSipAccount = { username, password, context: "phones" };
    const dialplan = "[phones](+)\nexten => 5001,hint,Stasis:far5001\n";
    lab = new AsteriskLab({ sip, desks: [desk], dialplan });
    phones = new Phones(lab);
    await lab.start();
    await phones.start();
    anaPhone = await phones.add({ account: lab.account(anas), hz: TONES.agent });
    await phones.add({ account: lab.account("3001-sup"), obeyAutoAnswer: true });
    config.pbx = labPbx({ ports: lab.ports, ari: lab.ariUser, ami: lab.amiUser, sip });
    config.mqtt = mqtt;
    await bench.start();
    light = await bench.busyLight(["earshot/agents/5001/#"], farAccount);
  }, 60_000);

  afterAll(async () => {
    await bench.stop();
    await phones.stop();
    await lab.stop();
  });

  const callOfFar = () => light.last("agents/5001/call") as { state?: string; source?: string } | undefined;
  const device = (state: string): Promise<unknown> =>
    lab.ari("PUT", `/deviceStates/Stasis:far5001?deviceState=${state}`);

  it("somebody about whose phone the PBX tells nothing has their call told by the lamp alone, and that is said", async () => {
    await device("RINGING");
    await light.until(() => callOfFar()?.state === "ringing", 20_000);
    await device("INUSE");
    await light.until(() => callOfFar()?.state === "talking");
    expect(callOfFar()).toMatchObject({ state: "talking", source: "blf", extension: "5001" });
    await device("NOT_INUSE");
    await light.until(() => callOfFar()?.state === "idle");
    expect((await bench.gateway.status()).blf).toMatchObject({ standing: "connected", alone: ["5001"] });
  });

  it("R5 a hidden supervision reaches no phone of the agent by it, and is no difference that health tells", async () => {
    await anaPhone.subscribe("3001");
    const carla = await phones.add({ account: lab.account("trunk"), hz: TONES.customer });
    const customer = await carla.dial(anas, { identity: { number: "+4930123456", name: "Carla Voss" } });
    await (await anaPhone.incoming()).answer();
    await customer.answered();
    const page = await bench.phone(phoneOf.kim);
    await until(page, /Ana Ruiz/);
    await anaPhone.settle();
    const before = anaPhone.sip.length;
    await listen(page, "Hidden");
    await anaPhone.settle();
    expect(anaPhone.sip.slice(before)).toEqual([]);
    expect((await bench.gateway.status()).blf?.differences).toEqual([]);

    await page.press("Visible");
    const text = await anaPhone.until(
      () => anaPhone.messages.find(({ method }) => method === "MESSAGE"),
      "a text that says who is there",
    );
    expect(text.body).toContain(kim.name);
    await page.press("Leave");
    await customer.hangUp();
  });
});
