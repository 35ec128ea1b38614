import { randomBytes } from "node:crypto";
import { expect } from "vitest";
import type {
  ActionResult,
  AnswerStyle,
  Call,
  Ending,
  Leg,
  LegId,
  Party,
  Pbx,
  Reach,
  SupervisionFacts,
  SupervisionId,
} from "../../src/model/index.js";
import type { Desk, Handset, PbxHarness, Voice } from "./pbx-harness.ts";
import type { PbxRecorder } from "./pbx-recorder.ts";

export const customer = { number: "+12025550143", name: "Marta Nowak" };

/** What a conversation sounds like when nobody of earshot is heard in it, and what each mode adds. */
export const onlyTheCall = { agent: ["customer"], customer: ["agent"] };
export const listening = { ...onlyTheCall, supervisor: ["agent", "customer"] };
export const coaching = { ...listening, agent: ["customer", "supervisor"] };
export const joined = { ...coaching, customer: ["agent", "supervisor"] };

/** What the cases of the contract are told in; begun anew for each of them. */
export interface Story {
  readonly harness: PbxHarness;
  readonly pbx: Pbx;
  readonly phones: Readonly<Record<Voice, Handset>>;
  readonly recorder: PbxRecorder;
  /** Starts the adapter and waits for its first word. */
  start(): Promise<void>;
  /** Asks for a fresh snapshot and waits until it is there. */
  freshSnapshot(): Promise<void>;
  /** The customer calls, the agent answers, both talk. */
  talking(how?: {
    readonly queue?: string;
    readonly native?: boolean;
  }): Promise<{ readonly call: Call; readonly leg: LegId }>;
  /** The supervisor's phone is rung and taken, and the ear is on. */
  listen(leg: LegId, who?: "supervisor" | "colleague"): Promise<SupervisionId>;
  /** Opens a mouth and waits until it is reported. */
  open(id: SupervisionId, leg: LegId, reach: Reach): Promise<void>;
  ring(id: SupervisionId, desk?: Desk, answer?: AnswerStyle): Promise<ActionResult>;
  attach(id: SupervisionId, leg: LegId, unseen?: boolean): Promise<ActionResult>;
  askToOpen(id: SupervisionId, leg: LegId, reach: Reach): Promise<ActionResult>;
  closeMouth(id: SupervisionId): Promise<ActionResult>;
  end(id: SupervisionId, ending?: Ending): Promise<ActionResult>;
  /** The only call there is, once it is as looked for. */
  theCall(what: string, as: (call: Call) => boolean): Promise<Call>;
  noCall(): Promise<true>;
  factsOf(id: SupervisionId, what: string, as: (facts: SupervisionFacts) => boolean): Promise<SupervisionFacts>;
  endingOf(id: SupervisionId): Promise<Ending>;
  isOf(voice: "agent" | "colleague"): (leg: Leg) => boolean;
  agentLeg(call: Call): Leg;
  customerLeg(call: Call): Leg;
  /** `pbx-away` and `pbx-snapshot` in their order, from that event on. */
  standingsSince(place: number): readonly string[];
  /** Every cell of agent, customer and supervisor, their own echo among them. */
  whoHearsWhom(): Promise<Readonly<Record<string, readonly Voice[]>>>;
}

/** A story whose harness is the one made last for this case. */
export function storyOf(current: () => { readonly harness: PbxHarness; readonly recorder: PbxRecorder }): Story {
  const story: Story = {
    get harness() {
      return current().harness;
    },
    get pbx() {
      return current().harness.pbx;
    },
    get phones() {
      return current().harness.phones;
    },
    get recorder() {
      return current().recorder;
    },

    async start() {
      await story.pbx.start(story.recorder.sink);
      await story.recorder.until("the first snapshot", ({ there }) => there || undefined);
      await story.harness.connected();
    },

    async freshSnapshot() {
      const before = story.recorder.events.length;
      await story.pbx.snapshot();
      const arrived = () => story.standingsSince(before).includes("pbx-snapshot") || undefined;
      await story.recorder.until("the snapshot that was asked for", arrived);
    },

    async talking(how = {}) {
      await story.harness.incomingCall({ ...customer, ...how });
      await story.phones.agent.answer();
      const call = await story.theCall("a call that talks", talks);
      return { call, leg: story.agentLeg(call).id };
    },

    async listen(leg, who = "supervisor") {
      const id = newId();
      expect(await story.ring(id, story.harness.desks[who])).toEqual({ ok: true });
      await story.phones[who].answer();
      await story.factsOf(id, "up", (facts) => facts.leg === "up");
      expect(await story.attach(id, leg)).toEqual({ ok: true });
      await story.factsOf(id, "with an ear", (facts) => facts.ear === leg);
      return id;
    },

    async open(id, leg, reach) {
      expect(await story.askToOpen(id, leg, reach)).toEqual({ ok: true });
      const isOpen = ({ mouth }: SupervisionFacts) => mouth?.leg === leg && mouth.reach === reach;
      await story.factsOf(id, `with a mouth for ${reach}`, isOpen);
    },

    ring(id, desk = story.harness.desks.supervisor, answer = "ring") {
      const { extension, mac, from } = desk;
      return story.pbx.execute({ type: "ring", supervision: id, extension, from, mac, answer });
    },

    attach(id, leg, unseen = false) {
      const agent = story.harness.desks.agent.person;
      return story.pbx.execute({ type: "attach-ear", supervision: id, leg, agent, unseen });
    },

    askToOpen(id, leg, reach) {
      const agent = story.harness.desks.agent.person;
      return story.pbx.execute({ type: "open-mouth", supervision: id, leg, agent, reach });
    },

    closeMouth: (id) => story.pbx.execute({ type: "close-mouth", supervision: id }),

    end: (id, ending = "left") => story.pbx.execute({ type: "end", supervision: id, ending }),

    theCall: (what, as) => story.recorder.until(what, ({ calls }) => [...calls.values()].find(as)),

    noCall: () => story.recorder.until("the end of the call", ({ calls }) => (calls.size === 0 ? true : undefined)),

    factsOf: (id, what, as) =>
      story.recorder.until(`supervision ${what}`, ({ facts }) => {
        const found = facts.get(id);
        return found !== undefined && as(found) ? found : undefined;
      }),

    endingOf: (id) => story.recorder.until("the end of the supervision", ({ endings }) => endings.get(id)),

    isOf(voice) {
      const { person } = story.harness.desks[voice];
      return ({ party }) => party.kind === "internal" && party.person === person;
    },

    agentLeg(call) {
      const leg = call.legs.find(story.isOf("agent"));
      if (leg === undefined) throw new Error(`no leg of the agent in ${JSON.stringify(call)}`);
      return leg;
    },

    customerLeg(call) {
      const leg = call.legs.find(({ party }) => party.kind === "external");
      if (leg === undefined) throw new Error(`no leg of the customer in ${JSON.stringify(call)}`);
      return leg;
    },

    standingsSince(place) {
      const types = story.recorder.events.slice(place).map((event) => event.type);
      return types.filter((type) => type === "pbx-away" || type === "pbx-snapshot");
    },

    async whoHearsWhom() {
      const voices = ["agent", "customer", "supervisor"] as const;
      const rows = voices.map(async (listener) => {
        const heard = await Promise.all(voices.map((speaker) => story.harness.hears(listener, speaker)));
        return [listener, voices.filter((_, place) => heard[place])] as const;
      });
      return Object.fromEntries(await Promise.all(rows));
    },
  };
  return story;
}

/** Both parties are on the line. */
export function talks(call: Call): boolean {
  return call.answeredAt !== undefined && call.legs.length === 2 && call.legs.every((leg) => leg.state === "up");
}

export function externalParties(call: Call): readonly Party[] {
  return call.legs.map((leg) => leg.party).filter((party) => party.kind === "external");
}

export function newId(): SupervisionId {
  return randomBytes(12).toString("hex") as SupervisionId;
}
