import { setTimeout as rhythm } from "node:timers/promises";
import { anaAccount, BusyLight, phoneOf, until } from "../scenarios/bench.ts";
import { leftovers } from "./adapter-bench.ts";
import { AriGate, type Phase } from "./ari-gate.ts";
import { AsteriskLab } from "./asterisk.ts";
import { FORBIDDEN, type LabCall, VOICE } from "./call-centre.ts";
import { now } from "./clock.ts";
import { labConfig } from "./contract-harness.ts";
import { GatewayProcess } from "./gateway-process.ts";
import { between, missesIn } from "./hearing.ts";
import { Ear } from "./meter.ts";
import type { Phone } from "./phone.ts";
import { YealinkPhone } from "./phones/yealink.ts";
import { Phones } from "./phones.ts";
import { freePorts } from "./ports.ts";
import { TONES } from "./voices.ts";

/** Where a supervision stands: what page, lamp and PBX must agree on. */
export interface Standing {
  readonly mode: "none" | "listen" | "coach" | "join";
  /** Who hears the supervisor. */
  readonly heardBy: "nobody" | "agent" | "everybody";
  readonly hidden?: true;
}

const agreeWithinMs = 15_000;
/** Long enough for what is under way to arrive, and for 10 frames in a row. */
const listenMs = 400;

/** A real Asterisk with real phones, and an earshot process at it that can be killed at any request it makes. */
export class KillBench {
  readonly lab = new AsteriskLab();
  readonly phones = new Phones(this.lab);
  readonly page = new YealinkPhone({ replyMs: 5_000 });
  #gate: AriGate | undefined;
  #gateway: GatewayProcess | undefined;
  #light: BusyLight | undefined;
  #launcher = "";
  #at: { readonly ana: Phone; readonly carla: Phone; readonly kim: Phone } | undefined;

  get gateway(): GatewayProcess {
    return started(this.#gateway);
  }

  get gate(): AriGate {
    return started(this.#gate);
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
    const [gatePort, free] = [await this.#gate.start(), await freePorts(2, 2)];
    const pbx = labConfig(lab);
    const phone = { vendor: "yealink", model: "T46U" };
    this.#gateway = new GatewayProcess({
      http: { listen: `127.0.0.1:${free}`, publicUrl: `http://127.0.0.1:${free}` },
      pbx: { ...pbx, ari: { ...pbx.ari, url: `http://127.0.0.1:${gatePort}/ari` } },
      policy: { hidden: "allowed" },
      mqtt: { embedded: { listen: `127.0.0.1:${free + 1}`, accounts: [anaAccount] } },
      people: [
        { extension: "3001", name: "Kim Osei", role: "team-manager", teams: ["support"] },
        { extension: "2001", name: "Ana Ruiz", role: "agent", teams: ["support"] },
      ],
      phones: [{ mac: phoneOf.kim, ...phone, extension: "3001", answer: "auto" }],
    });
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
    await this.page.press(key);
    if (says) await until(this.page, says);
  }

  /** Opens the launcher, as after any disturbance. */
  async open(): Promise<void> {
    await this.page.open(this.#launcher);
  }

  /** From Kim's board to a standing, by the keys a person would press. */
  async bring({ mode, heardBy }: Standing): Promise<void> {
    await this.open();
    await until(this.page, /Ana Ruiz/);
    if (mode === "none") return;
    await this.press("Listen");
    await this.press("Visible", /can see you/);
    if (mode === "listen") return;
    await this.press(mode === "coach" ? "Coach" : "Join", mode === "coach" ? /Coaching/ : /On the call of/);
    if (heardBy === "nobody") return;
    await this.at.kim.speak(heardBy === "agent" ? VOICE.toAgent : VOICE.toAll);
    await this.press("Unmute", heardBy === "agent" ? /Ana Ruiz hears you/ : /Everybody on the call hears you/);
  }

  /** Kills earshot at the first request of that name. Resolves once the process is gone. */
  async killedAt(step: string, phase: Phase): Promise<void> {
    await new Promise<void>((resolve) => {
      let dead = false;
      this.gate.watch = (now, when) => {
        if (!dead && now === step && when === phase) {
          dead = true;
          this.gateway.kill();
          resolve();
        }
        // What the dead one had asked by then and the PBX had not yet got never arrives.
        return !dead;
      };
    });
    await this.gateway.gone();
  }

  /** Starts earshot again; resolves once its page says something final. */
  async restart(): Promise<void> {
    this.gate.watch = () => true;
    await this.gateway.start();
    await this.open();
  }

  /** Waits until page, lamp and PBX agree. @returns what they agree on. @throws Error with what each says. */
  async agreement(): Promise<Standing> {
    const end = performance.now() + agreeWithinMs;
    for (;;) {
      const page = this.standing();
      const pbx = await this.#atPbx();
      const lamp = this.#onLamp();
      const shown = page?.hidden || page?.mode === "none" ? "off" : page?.mode;
      const mic = page?.heardBy === "nobody" ? "muted" : "open";
      const agree = page && page.heardBy === pbx && lamp?.lamp === shown && lamp?.mic === mic && lamp.online;
      if (agree) return page;
      if (performance.now() > end) {
        const said = `the PBX has a mouth for ${pbx}, the lamp says ${JSON.stringify(lamp)}, the page\n${this.page.screen}`;
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
    await this.at.kim.speak(standing.heardBy === "everybody" ? VOICE.toAll : VOICE.toAgent);
    if (standing.mode !== "none") await this.press("Leave", /You have left|Live calls/);
    await this.at.kim.speak(VOICE.nobody);
    await this.nothingLeft();
  }

  /** @throws Error with what is left. */
  async nothingLeft(withinMs = 10_000): Promise<void> {
    const end = performance.now() + withinMs;
    for (let left = await leftovers(this.lab); left.length > 0; left = await leftovers(this.lab)) {
      if (performance.now() > end) throw new Error(`left at the PBX: ${left.join(", ")}`);
      await rhythm(25);
    }
  }

  /** What is wrong with a call that is over, or about to be: leaks, and frames that agent and customer lost. */
  async harmTo({ agentEar, customerEar }: LabCall, from: number, to: number): Promise<readonly string[]> {
    const leaks = [
      ...(await agentEar.leaks(FORBIDDEN.agent)).map(({ hz }) => `the agent heard ${hz} Hz`),
      ...(await customerEar.leaks(FORBIDDEN.customer)).map(({ hz }) => `the customer heard ${hz} Hz`),
    ];
    const lost = [
      await missedFrames(agentEar, TONES.customer, from, to),
      await missedFrames(customerEar, TONES.agent, from, to),
    ];
    return [...leaks, ...lost.filter((frames) => frames > 0).map((frames) => `${frames} frames were lost in a row`)];
  }

  /** The most frames in a row in which the agent did not hear the supervisor's voice. */
  async missedOfSupervisor({ agentEar }: LabCall, hz: number, from: number, to: number): Promise<number> {
    return await missedFrames(agentEar, hz, from, to);
  }

  /** The moment the supervision leg that was answered last ended at Kim's phone; undefined while it is up. */
  supervisorsEnd(): number | undefined {
    const { events } = this.at.kim;
    const last = events.findLast(({ type }) => type === "incoming");
    const end = events.findLast(({ type }) => type === "ended");
    return last && end && end.at > last.at ? end.at : undefined;
  }

  /** What is wrong with the record: every supervision that was begun is ended, once. */
  async wrongInRecord(): Promise<readonly string[]> {
    const rows = await this.gateway.record();
    const begun = rows.filter(({ act, outcome }) => act === "listen" && outcome === "allowed");
    return begun.flatMap(({ supervision }) => {
      const ends = rows.filter((row) => row.supervision === supervision && row.act === "ended");
      return ends.length === 1 ? [] : [`${supervision} has ${ends.length} ends`];
    });
  }

  /** What the page says; undefined while it says that something is under way. */
  standing(): Standing | undefined {
    const [title, text] = [this.page.title(), this.page.text()];
    if (/^(Live calls|Ended)/.test(title)) return { mode: "none", heardBy: "nobody" };
    const heardBy = /Nobody hears you/.test(text)
      ? "nobody"
      : /Everybody on the call hears you/.test(text)
        ? "everybody"
        : /Ana Ruiz hears you/.test(text)
          ? "agent"
          : undefined;
    const mode = /^Listening/.test(title) ? "listen" : /^Coaching/.test(title) ? "coach" : "join";
    const hidden = /is not told/.test(text);
    return heardBy && { mode, heardBy, ...(hidden && { hidden }) };
  }

  #onLamp(): { readonly lamp: string; readonly mic: string; readonly online: boolean } | undefined {
    const light = started(this.#light);
    const state = light.heard.findLast(({ topic }) => topic.endsWith("/state"))?.payload;
    const lamp = light.last("/lamp") as { lamp: string; mic: string } | undefined;
    return lamp && { lamp: lamp.lamp, mic: lamp.mic, online: state === "online" };
  }

  /** Who hears the supervisor by what the PBX has, asked by another account's connection than earshot's. */
  async #atPbx(): Promise<Standing["heardBy"]> {
    const bridges = (await this.lab.ari("GET", "/bridges")) as { id: string; channels: string[] }[];
    const mouths = bridges.filter(({ id, channels }) => id.includes("-mouthbridge") && channels.length > 1);
    const speaking = mouths.flatMap(({ channels }) => channels);
    if (speaking.some((id) => id.includes("-everyone-"))) return "everybody";
    return speaking.some((id) => id.includes("-agent-")) ? "agent" : "nobody";
  }
}

/** The most frames in a row in which a tone is missing. */
async function missedFrames(ear: Ear, hz: number, from: number, to: number): Promise<number> {
  const frames = await ear.frames();
  return Math.max(0, ...missesIn(between(frames, from, to), hz, frames).map((miss) => miss.frames));
}

function started<T>(part: T | undefined): T {
  if (part === undefined) throw new Error("the bench is not started");
  return part;
}
