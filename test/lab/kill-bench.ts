import { setTimeout as rhythm } from "node:timers/promises";
import type { Phone as ConfiguredPhone } from "../../src/model/index.ts";
import { anaAccount, BusyLight, phoneOf, until } from "../scenarios/bench.ts";
import { kim } from "../unit/core/world.ts";
import { leftovers } from "./adapter-bench.ts";
import { AmiGate } from "./ami-gate.ts";
import { AriGate, type Phase } from "./ari-gate.ts";
import { AsteriskLab } from "./asterisk.ts";
import { heardAtPbx } from "./at-the-pbx.ts";
import { FORBIDDEN, type LabCall, VOICE } from "./call-centre.ts";
import { now } from "./clock.ts";
import { labConfig } from "./contract-harness.ts";
import { GatewayProcess } from "./gateway-process.ts";
import { Ear } from "./meter.ts";
import type { Phone, PhoneCall } from "./phone.ts";
import { YealinkPhone } from "./phones/yealink.ts";
import { Phones } from "./phones.ts";
import { freePorts } from "./ports.ts";
import { Presses } from "./presses.ts";
import { type Standing, standingOn } from "./standing.ts";
import { TONES } from "./voices.ts";

/** The desk phones of those who may supervise, by extension. */
export const DESKS = { "3001": phoneOf.kim, "3002": "805ec0aa3002", "3009": "805ec0aa3009" } as const;
/** The voice while what a standing promises may be on its way out. */
export const GREY = { nobody: VOICE.nobody, agent: VOICE.toAgent, everybody: VOICE.toAll } as const;
const agreeWithinMs = 15_000;
const askedWithinMs = 15_000;
/** Long enough for what is under way to arrive, and for 10 frames in a row. */
const listenMs = 400;

export interface KillBenchOptions {
  /** Desk phones beside those of supervisors. */
  readonly desks?: readonly ConfiguredPhone[];
  /** What is killed: the program as it is built, unless told. */
  readonly from?: "built" | "sources";
}

/** A real Asterisk with real phones, and an earshot process at it that can be killed at any request it makes. */
export class KillBench {
  readonly lab: AsteriskLab;
  readonly phones: Phones;
  readonly #options: KillBenchOptions;
  readonly page = new YealinkPhone({ replyMs: 5_000 });
  /** Kim at her keys. */
  readonly presses = new Presses(this.page, kim.id);
  #dead = false;
  #gate: AriGate | undefined;
  #amiGate: AmiGate | undefined;
  #gateway: GatewayProcess | undefined;
  #light: BusyLight | undefined;
  #launcher = "";
  #at: { readonly ana: Phone; readonly carla: Phone; readonly kim: Phone } | undefined;

  constructor(options: KillBenchOptions = {}) {
    this.#options = options;
    this.lab = new AsteriskLab({ desks: options.desks ?? [] });
    this.phones = new Phones(this.lab);
  }

  get gateway(): GatewayProcess {
    return started(this.#gateway);
  }

  get gate(): AriGate {
    return started(this.#gate);
  }

  /** Whether earshot has been killed, or stopped, and not been started again. */
  get dead(): boolean {
    return this.#dead;
  }

  /** Ana's busy light. */
  get light(): BusyLight {
    return started(this.#light);
  }

  get at(): { readonly ana: Phone; readonly carla: Phone; readonly kim: Phone } {
    return started(this.#at);
  }

  async start(): Promise<void> {
    const { lab, phones } = this;
    await lab.start();
    await phones.start();
    const ana = await phones.add({ account: lab.account("2001"), hz: TONES.agent });
    const carla = await phones.add({ account: lab.account("trunk"), hz: TONES.customer });
    const kim = await phones.add({ account: lab.account("3001-sup"), hz: VOICE.nobody, obeyAutoAnswer: true });
    this.#at = { ana, carla, kim };
    this.#gate = new AriGate(lab.ports.http);
    this.#amiGate = new AmiGate(lab.ports.ami);
    const [gatePort, amiPort, free] = [await this.#gate.start(), await this.#amiGate.start(), await freePorts(2, 2)];
    const pbx = labConfig(lab);
    const phone = { vendor: "yealink", model: "T46U" };
    const desks = (this.#options.desks ?? []).map(({ owner, ...desk }) => ({ ...desk, extension: owner }));
    const config = {
      http: { listen: `127.0.0.1:${free}`, publicUrl: `http://127.0.0.1:${free}` },
      pbx: {
        ...pbx,
        ari: { ...pbx.ari, url: `http://127.0.0.1:${gatePort}/ari` },
        ami: { host: "127.0.0.1", port: amiPort, ...lab.amiUser },
      },
      policy: { hidden: "allowed", pin: "off" },
      mqtt: { embedded: { listen: `127.0.0.1:${free + 1}`, accounts: [anaAccount] } },
      people: [
        { extension: "3001", name: "Kim Osei", role: "team-manager", teams: ["support"] },
        { extension: "3002", name: "Lea Brandt", role: "team-manager", teams: ["support"] },
        { extension: "3009", name: "Max Adler", role: "team-manager", teams: ["support"] },
        { extension: "2001", name: "Ana Ruiz", role: "agent", teams: ["support"] },
      ],
      phones: [
        ...Object.entries(DESKS).map(([extension, mac]) => ({ mac, ...phone, extension, answer: "auto" })),
        ...desks,
      ],
    };
    this.#gateway = new GatewayProcess(config, [], this.#options.from);
    await this.gateway.start();
    this.#launcher = await this.gateway.launcher(phoneOf.kim);
    const filters = ["earshot/agents/2001/#", "earshot/gateway/+/state"];
    this.#light = await BusyLight.connect(`127.0.0.1:${free + 1}`, anaAccount, filters, { reconnectPeriod: 50 });
  }

  async stop(): Promise<void> {
    await this.page.stop();
    await this.#light?.stop();
    await this.#gateway?.stop();
    this.#gate?.stop();
    this.#amiGate?.stop();
    await this.phones.stop();
    await this.lab.stop();
  }

  /** Carla calls Ana, and both hear each other. */
  async connect(): Promise<LabCall> {
    const { ana, carla } = this.at;
    const customer = await carla.dial("2001", { identity: { number: "+4930123456", name: "Carla Voss" } });
    const agent = await ana.incoming();
    await agent.answer();
    await customer.answered();
    const [agentEar, customerEar] = [new Ear(agent), new Ear(customer)];
    await Promise.all([agentEar.hears(TONES.customer), customerEar.hears(TONES.agent)]);
    return { agent, customer, agentEar, customerEar };
  }

  /** Presses a softkey and waits for what the page says then. */
  async press(key: string, says?: RegExp): Promise<void> {
    await this.presses.press(key);
    if (says) await until(this.page, says);
  }

  /** Asks for Coach or Join, and goes on where earshot asks back. */
  async ask(key: "Coach" | "Join"): Promise<void> {
    await this.press(key);
    if (this.page.keys().includes("Go on")) await this.press("Go on");
    await until(this.page, key === "Coach" ? /^Coaching/ : /^On the call of/);
  }

  /** Opens the launcher, as after any disturbance. */
  async open(): Promise<void> {
    await this.page.open(this.#launcher);
  }

  /** From Kim's board to a standing, by the keys a person would press. */
  async bring({ mode, heardBy, hidden, held }: Standing): Promise<void> {
    await this.open();
    await until(this.page, /Ana Ruiz/);
    if (mode === "none") return;
    await this.press("Listen");
    await this.press(hidden ? "Hidden" : "Visible", hidden ? /is not told/ : /can see you/);
    if (mode === "listen") return;
    await this.ask(mode === "coach" ? "Coach" : "Join");
    if (heardBy !== "nobody") await this.unmute(mode);
    if (!held) return;
    await this.leg().hold();
    await until(this.page, /Your phone holds the line/);
  }

  /** Opens the mic in coach or join, the voice saying that it may be heard from now on. */
  async unmute(mode: "coach" | "join"): Promise<void> {
    await this.at.kim.speak(mode === "coach" ? VOICE.toAgent : VOICE.toAll);
    await this.press("Unmute", mode === "coach" ? /Ana Ruiz hears you/ : /Everybody on the call hears you/);
  }

  /** The supervision leg at Kim's phone. @throws Error when there is none. */
  leg(): PhoneCall {
    const leg = this.at.kim.calls.at(-1);
    if (!leg) throw new Error("Kim's phone is in no call");
    return leg;
  }

  /** Ends it as a power cut does, or in good order. */
  async kill(signal?: "SIGTERM"): Promise<void> {
    this.#dead = true;
    this.gateway.kill(signal);
    await this.gateway.gone();
  }

  /** Told of every request from now on, of ARI and of AMI. @param watch whether it goes on its way. */
  watch(watch: (step: string, phase: Phase) => boolean): void {
    this.gate.watch = watch;
    started(this.#amiGate).watch = watch;
  }

  /** Kills earshot at the first request of that name, of ARI or of AMI (`AMI Redirect`). Resolves once the process is gone. @throws Error where none comes. */
  async killedAt(step: string, phase: Phase): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`earshot never asked to ${step}`)), askedWithinMs);
      const watch = (now: string, when: Phase): boolean => {
        if (!this.#dead && now === step && when === phase) {
          this.#dead = true;
          this.gateway.kill();
          clearTimeout(late);
          resolve();
        }
        // What the dead one had asked by then and the PBX had not yet got never arrives.
        return !this.#dead;
      };
      this.watch(watch);
    });
    await this.gateway.gone();
  }

  /** Kills earshot as soon as the agent has been told: their busy light has a notice. @throws Error where none comes. */
  async killedAtNotice(): Promise<void> {
    const light = started(this.#light);
    const { length } = light.heard;
    const told = () => light.heard.slice(length).some(({ topic }) => topic.endsWith("/notice"));
    await light.until(told, askedWithinMs);
    await this.kill();
  }

  /** Starts earshot again; resolves once its page says something final. */
  async restart(): Promise<void> {
    this.watch(() => true);
    await this.gateway.start();
    this.#dead = false;
    await this.open();
  }

  /** Waits until page, lamp and PBX agree. @returns what they agree on. @throws Error with what each says. */
  async agreement(): Promise<Standing> {
    const end = performance.now() + agreeWithinMs;
    for (;;) {
      const page = standingOn(this.page);
      const { heardBy, hears } = await heardAtPbx(this.lab);
      const lamp = this.#onLamp();
      const shown = page?.hidden || page?.mode === "none" ? "off" : page?.mode;
      const mic = page?.heardBy === "nobody" ? "muted" : "open";
      const atPbx = page?.heardBy === heardBy && hears === (page?.mode !== "none" && !page?.held);
      if (page && atPbx && lamp?.lamp === shown && lamp?.mic === mic && lamp.online) return page;
      if (performance.now() > end) {
        const said = `the PBX has a mouth for ${heardBy} and ${hears ? "an" : "no"} ear, the lamp says ${JSON.stringify(lamp)}, the page\n${this.page.screen}`;
        throw new Error(`they do not agree: ${said}\n${this.gateway.errors.slice(-1_500)}`);
      }
      await rhythm(25);
      if (!(await this.page.refresh())) await this.open();
    }
  }

  /** Agent and customer hear whom they should: each other throughout, and the supervisor as the standing says. */
  async heardAsSaid({ agentEar, customerEar }: LabCall, { heardBy }: Standing): Promise<void> {
    const code = heardBy === "nobody" ? VOICE.nobody : heardBy === "agent" ? VOICE.agent : VOICE.all;
    const spoken = await this.at.kim.speak(code);
    if (heardBy !== "nobody") await agentEar.hears(code, spoken);
    if (heardBy === "everybody") await customerEar.hears(code, spoken);
    const until = now() + listenMs;
    await Promise.all([agentEar.until(until), customerEar.until(until)]);
  }

  /** Leaves a supervision that is under way, and waits until nothing of ours is left at the PBX. */
  async leave(standing: Standing): Promise<void> {
    await this.at.kim.speak(GREY[standing.heardBy]);
    if (standing.mode !== "none") await this.press("Leave", /You have left|Live calls/);
    await this.at.kim.speak(VOICE.nobody);
    await this.nothingLeft();
  }

  /** The names of all channels and bridges that earshot has made and that are there; each is made once and never again. */
  async parts(): Promise<readonly string[]> {
    return (await leftovers(this.lab)).toSorted();
  }

  /** @throws Error with what is left. */
  async nothingLeft(withinMs = 10_000): Promise<void> {
    const end = performance.now() + withinMs;
    for (let left = await leftovers(this.lab); left.length > 0; left = await leftovers(this.lab)) {
      if (performance.now() > end) throw new Error(`left at the PBX: ${left.join(", ")}`);
      await rhythm(25);
    }
  }

  /** What agent and customer have heard of the supervisor that they must not, in all of a call. */
  async leaks({ agentEar, customerEar }: LabCall): Promise<readonly string[]> {
    return [
      ...(await agentEar.leaks(FORBIDDEN.agent)).map(({ hz }) => `the agent heard ${hz} Hz`),
      ...(await customerEar.leaks(FORBIDDEN.customer)).map(({ hz }) => `the customer heard ${hz} Hz`),
    ];
  }

  /** Frames that agent and customer lost of each other. */
  async lost({ agentEar, customerEar }: LabCall, from: number, to: number): Promise<readonly string[]> {
    const frames = {
      agent: await agentEar.missed(TONES.customer, from, to),
      customer: await customerEar.missed(TONES.agent, from, to),
    };
    return Object.entries(frames)
      .filter(([, lost]) => lost > 0)
      .map(([who, lost]) => `the ${who} lost ${lost} frames in a row`);
  }

  /** Ends every call and whatever has gone wrong, so that the next row begins at nothing. */
  async clean(): Promise<void> {
    this.presses.forget();
    await this.phones.hangUpAll();
    await this.at.kim.speak(VOICE.nobody);
    if (this.#dead) await this.restart();
    this.watch(() => true);
    await this.nothingLeft();
  }

  /** What is wrong with the record: every supervision that was begun is ended, once, and no answered press is missing. */
  async wrongInRecord(): Promise<readonly string[]> {
    const rows = await this.gateway.record();
    const begun = rows.filter(({ act, outcome }) => act === "listen" && outcome === "allowed");
    const ends = begun.flatMap(({ supervision }) => {
      const found = rows.filter((row) => row.supervision === supervision && row.act === "ended");
      return found.length === 1 ? [] : [`${supervision} has ${found.length} ends`];
    });
    return [...ends, ...this.presses.missingIn(rows)];
  }

  #onLamp(): { readonly lamp: string; readonly mic: string; readonly online: boolean } | undefined {
    const light = started(this.#light);
    const state = light.heard.findLast(({ topic }) => topic.endsWith("/state"))?.payload;
    const lamp = light.last("/lamp") as { lamp: string; mic: string } | undefined;
    return lamp && { lamp: lamp.lamp, mic: lamp.mic, online: state === "online" };
  }
}

function started<T>(part: T | undefined): T {
  if (part === undefined) throw new Error("the bench is not started");
  return part;
}
