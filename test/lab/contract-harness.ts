import { vi } from "vitest";
import { systemClock } from "../../src/clock/index.js";
import type { AsteriskConfig, Extension, Person, PersonId } from "../../src/model/index.js";
import { AsteriskPbx } from "../../src/pbx/asterisk/index.js";
import type { Desk, Handset, PbxHarness, Voice } from "../contract/pbx-harness.ts";
import type { AsteriskLab, AsteriskOptions } from "./asterisk.ts";
import { LAB_GATEWAY } from "./earshot-config.ts";
import { Ear } from "./meter.ts";
import type { Phone, PhoneCall } from "./phone.ts";
import { Phones } from "./phones.ts";
import { quietLog } from "./quiet-log.ts";
import { LATE_SEQ } from "./rtp.ts";
import { CODES, NOTIFICATION_HZ, REFUSAL_HZ, TONES } from "./voices.ts";

/**
 * A PBX as many sites have it: two parties talk in a native RTP bridge unless their Dial has `t`, which `t<extension>`,
 * `t600` and any number with a plus (by the trunk) do. Each case's gateway has the take-over context that is its own.
 */
export const contractLab = {
  modules: ["bridge_native_rtp"],
  // FreePBX dials members by Local channels.
  queues: "[second](earshot-queue)\nmember => Local/2003@from-queue/n,0,Dita Novak,PJSIP/2003\n",
  dialplan: `[extensions]
exten => _t[2-4]XXX,1,Dial(PJSIP/\${EXTEN:1},30,t)
exten => t600,1,Answer()
 same => n,Queue(support,t,,,120)
 same => n,Hangup()

[phones]
exten => _+X.,1,Dial(PJSIP/\${EXTEN}@trunk,30,t)

${Array.from({ length: 150 }, (_, place) => `[earshot-contract-${place + 1}](earshot-${LAB_GATEWAY})`).join("\n")}
`,
} as const satisfies AsteriskOptions;

/** People of the lab that the adapter is told of; `unplugged` has no phone. */
export const labPeople: readonly Person[] = [
  person("2001", "Ana Ruiz", "agent"),
  person("2003", "Dita Novak", "agent-plus"),
  person("3001", "Kim Osei", "team-manager"),
  person("3002", "Lea Brandt", "team-manager"),
];

/** The configuration of a gateway at this lab; without `ami` it has ARI alone. */
export function labConfig(lab: AsteriskLab, ami = true): AsteriskConfig {
  const { username, secret } = lab.amiUser;
  return {
    kind: "asterisk",
    ari: { url: lab.ariUrl, ...lab.ariUser },
    ...(ami ? { ami: { host: lab.host, port: lab.ports.ami, username, secret } } : {}),
    endpoint: "PJSIP/{extension}",
    supervisionEndpoint: "PJSIP/{extension}-sup",
  };
}

function person(extension: string, name: string, role: Person["role"]): Person {
  return { id: extension as PersonId, extension: extension as Extension, name, role, teams: ["support"] };
}

function desk(extension: string): Desk {
  const mac = `805ec000${extension}`;
  return { person: extension as PersonId, extension: extension as Extension, mac, from: "127.0.0.1" };
}

/** The last call that came in at a phone since a moment and is not over. */
function ringsSince(phone: Phone, since: number): { readonly phone: Phone; readonly id: string } | undefined {
  const over = new Set(phone.events.flatMap((event) => (event.type === "ended" ? [event.call] : [])));
  const last = phone.events.findLast(
    (event) => event.type === "incoming" && event.at >= since && !over.has(event.call),
  );
  return last?.type === "incoming" ? { phone, id: last.call } : undefined;
}

/** Of each queue, why it does not ring that person; undefined where it does. Read from `queue show`. */
export function pausesOf(extension: string, shown: string): (string | undefined)[] {
  const rows = shown.split("\n").filter((row) => new RegExp(`(?:PJSIP|Local)/${extension}\\b`).test(row));
  return rows.map((row) => /\(paused:?(.*?) was \d+ secs ago\)/.exec(row)?.[1]);
}

/** Dita pauses herself, or takes calls again. */
async function pauseByHand(lab: AsteriskLab, reason: string | undefined): Promise<void> {
  const members = { support: "PJSIP/2003", second: "Local/2003@from-queue/n" };
  for (const [queue, member] of Object.entries(members)) {
    const [verb, why] = reason === undefined ? ["unpause", ""] : ["pause", ` reason ${reason}`];
    await lab.cli(`queue ${verb} member ${member} queue ${queue}${why}`);
  }
}

const CONNECTED_MS = 10_000;
/** Until what is under way has arrived. */
const SETTLE_MS = 100;
/** Long enough for 10 frames in a row. */
const MEASURE_MS = 350;
const ATTEMPTS = 4;

/**
 * Whether a tone is heard: 10 frames in a row. It is not where no frame carries it, or where no audio comes at all; a
 * tone that comes and goes, as a busy machine may have it, is measured again.
 */
async function heardAt(ear: Ear, hz: number): Promise<boolean> {
  for (let attempt = 1; ; attempt += 1) {
    const from = Date.now() + (attempt === 1 ? SETTLE_MS : 0);
    await ear.until(from + MEASURE_MS, 2 * MEASURE_MS).catch(() => undefined);
    if ((await ear.firstHeard(hz, from)) !== undefined) return true;
    const last = await ear.lastHeard(hz);
    if (last === undefined || last < from || attempt === ATTEMPTS) return false;
  }
}

/** A real Asterisk with its phones, lent to one case of the contract after another. */
export class ContractLab {
  readonly #lab: AsteriskLab;
  readonly #phones: Phones;
  #harnesses = 0;
  #wired:
    | Readonly<Record<"agent" | "customer" | "colleague" | "colleagueSup" | "supervisor" | "supervisorOwn", Phone>>
    | undefined;

  constructor(lab: AsteriskLab) {
    this.#lab = lab;
    this.#phones = new Phones(lab);
  }

  async start(): Promise<void> {
    await this.#lab.start();
    await this.#phones.start();
    const add = (user: string, hz: number, media?: { readonly firstSeq: number }) =>
      this.#phones.add({ account: this.#lab.account(user), hz, ...(media && { media }) });
    this.#wired = {
      agent: await add("2001", TONES.agent),
      // What comes after music then looks older than it.
      customer: await add("trunk", TONES.customer, { firstSeq: LATE_SEQ }),
      colleague: await add("2003", TONES.agent2),
      colleagueSup: await add("2003-sup", CODES[1].open),
      supervisor: await add("3001-sup", CODES[0].open),
      supervisorOwn: await add("3001", TONES.far),
    };
  }

  async stop(): Promise<void> {
    await this.#phones.stop();
    await this.#lab.stop();
  }

  /** A harness with an adapter of its own, so that one case's application never meets another's. */
  harness(): PbxHarness {
    const wired = this.#wired;
    if (wired === undefined) throw new Error("the lab was not started");
    this.#harnesses += 1;
    const config = labConfig(this.#lab);
    const gateway = `contract-${this.#harnesses}`;
    const make = () => new AsteriskPbx({ config, people: labPeople, gateway, clock: systemClock, log: quietLog });
    let pbx = make();
    const current = new Map<Voice, PhoneCall>();
    const at = (voice: Voice): PhoneCall => {
      const call = current.get(voice);
      if (call === undefined) throw new Error(`${voice} has no call`);
      return call;
    };
    let consultation: PhoneCall | undefined;
    let consulted: "colleague" | "supervisor" = "colleague";
    const begun = Date.now();
    const ringing = async (voice: Voice): Promise<PhoneCall> => {
      // A colleague's phone has two accounts: calls ring at the one, supervisions at the other.
      const phones = voice === "colleague" ? [wired.colleague, wired.colleagueSup] : [wired[voice]];
      const { phone } = await Promise.any(phones.map((one) => one.until(() => ringsSince(one, begun), "a call")));
      // Calls that an earlier case left ringing were never asked for; they are over.
      let call = await phone.incoming();
      while (call.id !== ringsSince(phone, begun)?.id) call = await phone.incoming();
      current.set(voice, call);
      return call;
    };
    const handset = (voice: Voice): Handset => ({
      answer: async () => {
        const call = current.get(voice) ?? (await ringing(voice));
        await call.answer();
        await call.answered();
      },
      hold: async () => void (await at(voice).hold()),
      resume: async () => void (await at(voice).resume()),
      hangUp: async () => {
        const call = current.get(voice) ?? (await ringing(voice));
        current.delete(voice);
        await call.hangUp();
      },
      press: async (digit) => await at(voice).press(digit),
    });
    const tone = { agent: TONES.agent, customer: TONES.customer, supervisor: CODES[0].open } as const;
    const toneOf = (speaker: Voice): number => {
      if (speaker !== "colleague") return tone[speaker];
      return current.get("colleague")?.phone === wired.colleagueSup ? CODES[1].open : TONES.agent2;
    };
    const whoHeard = async (hz: number): Promise<readonly Voice[]> => {
      const who = ["agent", "customer", "supervisor"] as const;
      const heard = await Promise.all(who.map(async (voice) => (await new Ear(at(voice)).leaks([hz])).length > 0));
      return who.filter((_, place) => heard[place]);
    };
    return {
      get pbx() {
        return pbx;
      },
      handedOver: async () => void (await ringing("colleague")),
      // With no call up the contacts of a phone come by AMI alone.
      connected: async () => {
        await vi.waitUntil(() => pbx.capabilities().has("queue-pause"), { timeout: CONNECTED_MS });
      },
      succeed: () => {
        pbx = make();
      },
      desks: { agent: desk("2001"), colleague: desk("2003"), supervisor: desk("3001") },
      unplugged: desk("3002"),
      queue: "support",
      context: "from-trunk",
      phones: {
        agent: handset("agent"),
        customer: handset("customer"),
        supervisor: handset("supervisor"),
        colleague: handset("colleague"),
      },
      incomingCall: async ({ number, name, queue, native = false }) => {
        const target = `${native ? "" : "t"}${queue === undefined ? "2001" : "600"}`;
        current.set("customer", await wired.customer.dial(target, { identity: { number, name } }));
        await ringing("agent");
      },
      sayPrivate: async (on) => await this.#lab.setVariable("PJSIP/trunk-", "EARSHOT_PRIVATE", on ? "1" : "0"),
      outgoingCall: async ({ number }) => {
        current.set("agent", await wired.agent.dial(number));
        await ringing("customer");
      },
      silence: async (voice, silent) => await wired[voice].silent(silent),
      internalCall: async () => {
        current.set("agent", await wired.agent.dial("t2003"));
        await ringing("colleague");
      },
      transfer: async (to = "colleague") => {
        // Asterisk refuses to transfer a leg that has been answered and is in no bridge yet.
        await new Ear(at("agent")).hears(TONES.customer);
        await at("agent").transfer(to === "colleague" ? "t2003" : "3001");
        if (to === "colleague") await ringing(to);
      },
      consult: async (to = "colleague") => {
        await at("agent").hold();
        consulted = to;
        consultation = await wired.agent.dial(to === "colleague" ? "t2003" : "3001");
        if (to === "colleague") await ringing(to);
      },
      connect: async () => {
        if (consultation === undefined) throw new Error("nobody was consulted");
        // Asterisk replaces a dialog that is in a bridge; one that was answered this moment it does not find yet.
        await consultation.answered();
        await new Ear(consultation).hears(consulted === "colleague" ? TONES.agent2 : tone.supervisor);
        await at("agent").transferTo(consultation);
      },
      heardTones: () => whoHeard(REFUSAL_HZ),
      heardNotification: () => whoHeard(NOTIFICATION_HZ),
      memberships: {
        reasons: async () => new Set(pausesOf("2003", await this.#lab.cli("queue show"))),
        byHand: async (reason) => await pauseByHand(this.#lab, reason),
      },
      restartPbx: async () => {
        await this.#phones.hangUpAll();
        current.clear();
        await this.#lab.restart();
        for (const phone of Object.values(wired)) await phone.register();
      },
      hears: async (listener, speaker) => {
        const call = current.get(listener);
        if (call === undefined) return false;
        return await heardAt(new Ear(call), toneOf(speaker));
      },
      release: async () => {
        await this.#phones.hangUpAll();
        for (const phone of Object.values(wired)) await phone.silent(false);
      },
    };
  }
}
