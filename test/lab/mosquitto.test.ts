import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { systemClock } from "../../src/clock/index.ts";
import type { Phone } from "../../src/model/index.ts";
import { mosquittoAccess } from "../../src/mqtt/index.ts";
import { type CallHandle, SimulatorPbx } from "../../src/pbx/simulator/index.ts";
import { BusyLight, desksOfBench, GatewayBench, people, phoneOf, until } from "../scenarios/bench.ts";
import { ana, ben, lee } from "../unit/core/world.ts";
import { CuttableProxy } from "./cuttable-proxy.ts";
import { MosquittoLab } from "./mosquitto.ts";
import { NoticeWatch } from "./notice-watch.ts";
import { mosquittoPart } from "./parts.ts";
import { PushPhone } from "./phones/push-phone.ts";
import { contentOf, gatewayState, gatewayTopic, Handed, LiveState, same, shown, topicsOf } from "./retained-set.ts";

const part = await mosquittoPart();
const gateway = { username: "earshot", password: randomBytes(9).toString("hex") };
const passwords = Object.fromEntries(people.map(({ id }) => [id as string, randomBytes(9).toString("hex")]));
/** Reads everything; only these tests have it. */
const witness = { username: "witness", password: randomBytes(9).toString("hex") };
const lampOfAna = `earshot/agents/${ana.id}/lamp`;
const ROUNDS = 25;
const WITHIN_MS = 60_000;

interface Told {
  readonly epoch: number;
  readonly seq: number;
  readonly [more: string]: unknown;
}

const handed = new Handed();
const live = new LiveState();

describe(`a whole gateway on Mosquitto ${part.ok ? part.version : `(${part.why})`}`, () => {
  let lab: MosquittoLab;
  let wire: CuttableProxy;
  let pbx: SimulatorPbx;
  let bench: GatewayBench;
  let lights: { stop(): Promise<void> }[] = [];
  let desk: PushPhone;
  let stopTraffic = (): void => {};

  /** Starts Mosquitto, and a gateway that reaches it over a wire that can be cut. */
  async function begin(options: { readonly persistence?: boolean } = {}): Promise<void> {
    handed.forget();
    lab = new MosquittoLab({
      ...options,
      accounts: { ...passwords, [gateway.username]: gateway.password, [witness.username]: witness.password },
      access: (url) => {
        const mqtt = { kind: "external", base: "earshot", url, username: gateway.username } as const;
        const file = mosquittoAccess({ gateway: "main", people, mqtt });
        if (!file.ok) throw new Error(file.sentence);
        return `${file.text}\nuser witness\ntopic read #\n`;
      },
    });
    await lab.start();
    wire = new CuttableProxy(lab.port);
    const url = `mqtts://127.0.0.1:${await wire.start()}`;
    pbx = new SimulatorPbx({ people, seed: 1, clock: systemClock, script: "manual" });
    const mqtt = { kind: "external", base: "earshot", url, ...gateway, ca: lab.ca } as const;
    const phones: Phone[] = desksOfBench.map((phone) =>
      phone.mac === phoneOf.ana ? { ...phone, lampKey: 5, push: desk.push } : phone,
    );
    bench = new GatewayBench({ pbx, config: { mqtt, phones } });
    await bench.start();
  }

  /** Signs in with a person's account and asks for everything. */
  async function reader(id: string, more: object = {}): Promise<BusyLight> {
    const account = { username: id, password: passwords[id] ?? witness.password };
    const light = await BusyLight.connect(lab.url, account, ["#"], { ca: lab.ca, ...more });
    lights.push(light);
    return light;
  }

  /**
   * Waits until a newcomer is told exactly what dispatch published last, on every topic there is, and nothing but what the
   * gateway's state says of each person.
   */
  async function retainedIsTheProjection(): Promise<void> {
    const everything = people.reduce((sum, person) => sum + topicsOf(person), 0);
    const aboutPeople = (told: ReadonlyMap<string, string>) =>
      new Map([...told].filter(([topic]) => !topic.startsWith("earshot/phones/")));
    const early = await reader(witness.username);
    // How phones fare goes on changing while this looks.
    await early.until(() => gatewayState(early) === "online" && same(shown(early), handed.projection()), WITHIN_MS);
    const wanted = aboutPeople(handed.projection());
    expect(wanted.size).toBe(everything);
    const newcomer = await reader(witness.username);
    await newcomer.until(
      () => gatewayState(newcomer) === "online" && aboutPeople(shown(newcomer, true)).size >= everything,
      WITHIN_MS,
    );
    const told = aboutPeople(shown(newcomer, true));
    expect(told).toEqual(wanted);
    expect(contentOf(told)).toEqual(new Map(people.flatMap((person) => [...live.about(person)])));
    await Promise.all([early.stop(), newcomer.stop()]);
  }

  /** Waits until a newcomer to each account is told all that is retained of that person, and nothing else. */
  async function eachReadsTheirOwn(): Promise<void> {
    for (const { id } of people) {
      const newcomer = await reader(id);
      await newcomer.until(() => same(shown(newcomer), handed.about(id)), WITHIN_MS);
      await newcomer.stop();
    }
  }

  /** Ben and Lee are called, held, resumed and left, quicker than a broker goes and comes. */
  function traffic(): void {
    const calls = new Map<string, CallHandle>();
    let turn = 0;
    const timer = setInterval(() => {
      turn += 1;
      const { id } = turn % 2 === 0 ? ben : lee;
      const call = calls.get(id) ?? pbx.incoming({ to: id, number: `+4930${turn}`, name: "" });
      calls.set(id, call);
      const acts = [() => call.answer(), () => call.hold(), () => call.resume(), () => call.hangUp()];
      acts[Math.floor(turn / 2) % acts.length]?.();
      if (Math.floor(turn / 2) % acts.length === 3) calls.delete(id);
    }, 4);
    stopTraffic = () => {
      clearInterval(timer);
      for (const call of calls.values()) call.hangUp();
      stopTraffic = () => {};
    };
  }

  async function visibleListen(): Promise<Awaited<ReturnType<GatewayBench["phone"]>>> {
    const phone = await bench.phone(phoneOf.kim);
    await phone.press("Listen");
    await phone.press("Visible");
    await until(phone, /Nobody hears you/);
    return phone;
  }

  beforeEach(async () => {
    lights = [];
    desk = new PushPhone();
    await desk.start();
  });

  afterEach(async () => {
    stopTraffic();
    for (const light of lights) await light.stop();
    await bench.stop();
    wire.stop();
    await lab.stop();
    await desk.stop();
    expect(desk.complaints).toEqual([]);
  });

  it("R5 a visible Listen lights the agent's lamp and gives notice; nobody else is told", async () => {
    await begin();
    const [anas, bens] = [await reader(ana.id), await reader(ben.id)];
    pbx.incoming({ to: ana.id, number: "+44155501", name: "Jane Doe", queue: "support" }).answer();
    await visibleListen();
    await anas.until(() => anas.heard.some(({ topic }) => topic.endsWith("/notice")), WITHIN_MS);
    expect(anas.last("/lamp")).toMatchObject({ lamp: "listen", mic: "muted", supervisors: [{ name: "Kim Osei" }] });
    expect(anas.last("/notice")).toMatchObject({ text: "Kim Osei listens to your call." });
    await retainedIsTheProjection();
    await eachReadsTheirOwn();
    expect(
      bens.heard.filter(({ topic }) => !topic.startsWith(`earshot/agents/${ben.id}/`) && topic !== gatewayTopic),
    ).toEqual([]);
    expect(JSON.stringify([...handed.projection()])).not.toContain("Jane");
  });

  it("a gateway that vanishes is offline by its last will; back, the set comes first and then online", async () => {
    await begin();
    const light = await reader(ana.id);
    await light.until(() => gatewayState(light) === "online", WITHIN_MS);
    wire.cut();
    await light.until(() => gatewayState(light) === "offline", WITHIN_MS);
    const newcomer = await reader(ana.id);
    await newcomer.until(() => newcomer.heard.length === 5, WITHIN_MS);
    expect(newcomer.heard.every(({ retain }) => retain)).toBe(true);
    expect(gatewayState(newcomer), "what is retained is unknown").toBe("offline");
    expect(shown(newcomer).size).toBe(4);

    const from = light.heard.length;
    pbx.incoming({ to: ana.id, number: "+44155501", name: "" }).answer();
    wire.mend();
    await light.until(() => gatewayState(light) === "online", WITHIN_MS);
    expect(light.heard.at(-1)?.topic).toBe(gatewayTopic);
    const again = new Set(light.heard.slice(from, -1).map(({ topic }) => topic.replace(/^.*\//, "")));
    expect([...again].sort()).toEqual(["call", "help", "lamp", "text"]);
    expect(light.last("/call")).toMatchObject({ state: "talking" });
    await retainedIsTheProjection();
  });

  it("nobody throws the gateway out by using its client id", async () => {
    await begin();
    const light = await reader(ana.id);
    await light.until(() => gatewayState(light) === "online", WITHIN_MS);
    await reader(ana.id, { clientId: "earshot-main", reconnectPeriod: 0 });
    pbx.incoming({ to: ana.id, number: "+44155501", name: "" }).answer();
    await light.until(() => /talking/.test(JSON.stringify(light.last("/call"))), WITHIN_MS);
    await bench.gateway.stop();
    await light.until(() => gatewayState(light) === "offline", WITHIN_MS);
    expect(light.heard.filter(({ topic }) => topic === gatewayTopic).map(({ payload }) => payload)).toEqual([
      "online",
      "offline",
    ]);
  });

  it("R5 broker stopped, then a visible Listen begins: lamp and notice reach the phone all the same", async () => {
    await begin();
    pbx.incoming({ to: ana.id, number: "+44155501", name: "" }).answer();
    await lab.kill();
    await until(await visibleListen(), /Ana Ruiz can see you/);
    await desk.until(() => desk.lamps.get("5 GREEN") === "on", "the green lamp");
    const screens = () => desk.taken.flatMap(({ acts }) => acts.filter(({ act }) => act === "screen"));
    await desk.until(() => screens().length > 0, "the notice");
    expect(screens()).toMatchObject([{ text: "Kim Osei listens to your call." }]);
    await lab.start();
    await retainedIsTheProjection();
  });

  it("a visible Listen while the broker is away works on the page, told unconfirmed; the lamp comes after", async () => {
    desk.mood = "silent";
    await begin();
    pbx.incoming({ to: ana.id, number: "+44155501", name: "" }).answer();
    await retainedIsTheProjection();
    await lab.kill();
    const phone = await visibleListen();
    await until(phone, /None of Ana Ruiz's devices has confirmed/);
    expect(pbx.hearing().length).toBeGreaterThan(2);
    expect(handed.projection().get(lampOfAna)).toContain('"lamp":"listen"');
    await lab.start();
    await retainedIsTheProjection();
    expect(bench.lines.filter((line) => /^error/.test(line))).toEqual([]);
  });

  it("a gateway that is gone with the broker leaves nothing behind that could be taken for true", async () => {
    await begin();
    await retainedIsTheProjection();
    await lab.kill();
    await bench.gateway.stop();
    await lab.start();
    const light = await reader(ana.id);
    await light.say(`earshot/agents/${ana.id}/help/set`, "END");
    await light.until(() => light.heard.some(({ payload }) => payload === "END"), WITHIN_MS);
    expect(light.heard.map(({ payload }) => payload)).toEqual(["END"]);
  });

  it.each([
    ["brings nothing back", false],
    ["brings back what it had saved", true],
  ])(
    `killed ${ROUNDS} times under traffic, a broker that %s has the whole set each time; no notice twice, none late`,
    async (_what, persistence) => {
      await begin({ persistence });
      const steady = await reader(ana.id, { reconnectPeriod: 20 });
      const account = { username: ana.id, password: passwords[ana.id] ?? "", ca: lab.ca };
      const notices = new NoticeWatch(lab.url, `earshot/agents/${ana.id}/notice`, account);
      lights.push(notices);
      let told = 0;
      for (let round = 1; round <= ROUNDS; round += 1) {
        traffic();
        await notices.subscribed(round, WITHIN_MS);
        await steady.until(() => gatewayState(steady) === "online", WITHIN_MS);
        const call = pbx.incoming({ to: ana.id, number: "+49301", name: "" });
        call.answer();
        // In turn: who listens goes while the broker is away, or comes.
        const goes = round % 2 === 0;
        if (goes) {
          await visibleListen();
          told += 1;
          await notices.heard(told, WITHIN_MS);
        }
        await lab.kill();
        if (goes) call.hangUp();
        else await visibleListen();
        await lab.start();
        const before = handed.steps().length;
        await vi.waitUntil(() => handed.steps().length > before + 20, { timeout: WITHIN_MS, interval: 5 });
        stopTraffic();
        expect(handed.projection().get(lampOfAna)).toContain(goes ? '"lamp":"off"' : '"lamp":"listen"');
        await retainedIsTheProjection();
        if (round === ROUNDS) await eachReadsTheirOwn();
        call.hangUp();
      }
      // Of a Listen that began while the broker was away nothing comes afterwards: that would be read as news.
      expect(notices.came).toHaveLength(told);
      expect(new Set(notices.came.map(({ id }) => id)).size).toBe(told);
      expect(
        notices.came.filter(({ at, connected, arrived, expiresAt }) => at < connected || arrived >= expiresAt),
      ).toEqual([]);
      for (const topic of handed.projection().keys()) {
        const told = handed
          .steps()
          .flatMap((step) => (step[0] === topic && step[1].startsWith("{") ? [JSON.parse(step[1]) as Told] : []));
        if (told.length > 0) expect(told[0]?.seq).toBe(1);
        for (const [index, { seq, epoch, ...content }] of told.slice(1).entries()) {
          const { seq: last, epoch: lastEpoch, ...lastContent } = told[index] as Told;
          const changed = JSON.stringify(content) !== JSON.stringify(lastContent);
          expect([seq, epoch], topic).toEqual([changed ? last + 1 : last, lastEpoch]);
        }
      }
      // What this reader was told live or again, it was told in order.
      if (!persistence) {
        const worded = /\/(?:help|lamp\/text)$/;
        for (const topic of [...shown(steady).keys()].filter((one) => !worded.test(one))) {
          const seqs = steady.heard
            .filter((heard) => heard.topic === topic)
            .map(({ payload }) => (JSON.parse(payload) as Told).seq);
          expect(seqs).toEqual(seqs.toSorted((one, other) => one - other));
        }
      }
    },
  );
});
