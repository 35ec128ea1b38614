import { systemClock } from "../../src/clock/index.js";
import type { Extension, Person, PersonId, SupervisionId } from "../../src/model/index.js";
import { type CallHandle, SimulatorPbx } from "../../src/pbx/simulator/index.js";
import { pbxContract } from "./pbx-contract.ts";
import type { Desk, Handset, PbxHarness, Voice } from "./pbx-harness.ts";
import { recordPbx } from "./pbx-recorder.ts";

pbxContract("simulator, answering at once", () => simulatorHarness(0), { deadlineMs: 2_000 });
pbxContract("simulator, taking its time", () => simulatorHarness(5), { deadlineMs: 2_000 });

const people: readonly Person[] = [
  person("2001", "Ana Ruiz", "agent"),
  person("2002", "Ben Adeyemi", "agent-plus"),
  person("3001", "Kim Osei", "team-manager"),
  person("3002", "Lou Marsh", "team-manager"),
];

async function simulatorHarness(latencyMs: number): Promise<PbxHarness> {
  const pbx = new SimulatorPbx({ people, seed: 1, clock: systemClock, script: "manual", latencyMs });
  const desks = { agent: desk("2001"), colleague: desk("2002"), supervisor: desk("3001") };
  const unplugged = desk("3002");
  pbx.registrations.unplug(unplugged.extension);
  // The extension a supervision was rung at is known to the phone alone, so the harness listens in on the asking.
  const rung = new Map<Extension, SupervisionId>();
  const execute = pbx.execute.bind(pbx);
  pbx.execute = (action) => {
    if (action.type === "ring") rung.set(action.extension, action.supervision);
    return execute(action);
  };
  let call: CallHandle | undefined;
  let consultation: CallHandle | undefined;
  let transferred = false;
  let handedOver = false;
  const told = recordPbx(0);
  const start = pbx.start.bind(pbx);
  pbx.start = (sink) =>
    start((event) => {
      told.sink(event);
      sink(event);
    });
  /** Their leg on a call, as the board has it. */
  const legOnCall = (voice: "supervisor" | "colleague") => {
    const { person } = desks[voice];
    const legs = [...told.picture().calls.values()].flatMap((one) => one.legs);
    return legs.find(({ party }) => party.kind === "internal" && party.person === person)?.id;
  };

  const inCall = (leg: "agentLeg" | "otherLeg"): Handset => ({
    answer: async () => call?.answer(),
    hold: async () => call?.hold(call[leg]),
    resume: async () => call?.resume(call[leg]),
    hangUp: async () => {
      const own = call?.[leg];
      if (own !== undefined) call?.drop(own);
    },
    press: async () => undefined,
  });
  const supervising = (extension: Extension): Handset => {
    const act = (what: (id: SupervisionId) => void) => async () => {
      const id = rung.get(extension);
      if (id !== undefined) what(id);
    };
    const hangUp = act((id) => pbx.hangUpSupervisor(id));
    return {
      answer: act((id) => pbx.pickUp(id)),
      hold: act((id) => pbx.holdSupervisor(id)),
      resume: act((id) => pbx.resumeSupervisor(id)),
      hangUp: async () => {
        const leg = legOnCall("supervisor");
        if (leg === undefined) await hangUp();
        else call?.drop(leg);
      },
      press: async (digit) => act((id) => pbx.pressDigit(id, digit))(),
    };
  };
  const colleague = (): Handset => {
    if (handedOver) {
      return {
        answer: async () => pbx.handOvers.pickUp(desks.colleague.extension),
        hold: async () => undefined,
        resume: async () => undefined,
        hangUp: async () => pbx.handOvers.decline(desks.colleague.extension),
        press: async () => undefined,
      };
    }
    if (rung.has(desks.colleague.extension)) return supervising(desks.colleague.extension);
    if (consultation === undefined) return inCall(transferred ? "agentLeg" : "otherLeg");
    const asked = consultation;
    return {
      answer: async () => asked.answer(),
      hold: async () => asked.hold(asked.otherLeg),
      resume: async () => asked.resume(asked.otherLeg),
      hangUp: async () => asked.hangUp(),
      press: async () => undefined,
    };
  };

  const voiceOf = (voice: Voice): string | undefined => {
    if (voice === "agent") return call?.agentLeg;
    if (voice === "customer") return call?.otherLeg;
    const onCall = handedOver || voice === "supervisor" ? legOnCall(voice) : undefined;
    if (onCall !== undefined) return onCall;
    const leg = consultation?.otherLeg ?? (transferred ? call?.agentLeg : call?.otherLeg);
    return rung.get(desks[voice].extension) ?? (voice === "colleague" ? leg : undefined);
  };

  return {
    pbx,
    connected: async () => undefined,
    handedOver: async () => {
      handedOver = true;
    },
    succeed: () => undefined,
    desks,
    unplugged,
    queue: "support",
    context: "from-trunk",
    phones: {
      agent: inCall("agentLeg"),
      customer: inCall("otherLeg"),
      supervisor: supervising(desks.supervisor.extension),
      colleague: {
        answer: () => colleague().answer(),
        hold: () => colleague().hold(),
        resume: () => colleague().resume(),
        hangUp: () => colleague().hangUp(),
        press: (digit) => colleague().press(digit),
      },
    },
    incomingCall: async ({ native, ...asked }) => {
      call = pbx.incoming({
        to: desks.agent.person,
        context: "from-trunk",
        ...asked,
        ...(native === true && { media: "native" }),
      });
    },
    silence: async (voice, silent) => call?.silence(voice === "agent" ? call.agentLeg : call.otherLeg, silent),
    sayPrivate: async (on) => call?.private(on),
    outgoingCall: async ({ number }) => {
      call = pbx.outgoing({ from: desks.agent.person, number, name: "" });
    },
    internalCall: async () => {
      call = pbx.internal({ from: desks.agent.person, to: desks.colleague.person });
    },
    transfer: async (to = "colleague") => {
      call?.transfer({ kind: "internal", person: desks[to].person });
      transferred = true;
    },
    consult: async (to = "colleague") => {
      call?.hold();
      consultation = pbx.internal({ from: desks.agent.person, to: desks[to].person });
    },
    connect: async () => {
      if (consultation !== undefined) call?.join(consultation);
    },
    heardTones: async () => {
      const who = ["agent", "customer", "supervisor"] as const;
      return who.filter((voice) => pbx.tones.some((id) => id === voiceOf(voice)));
    },
    heardNotification: async () => {
      const who = ["agent", "customer", "supervisor"] as const;
      return who.filter((voice) => pbx.notified.some((leg) => leg === voiceOf(voice)));
    },
    memberships: {
      reasons: async () => new Set(pbx.routing.of(desks.colleague.person).map(({ pausedFor }) => pausedFor)),
      byHand: async (reason) => pbx.routing.byHand(desks.colleague.person, reason),
    },
    restartPbx: async () => pbx.restart(),
    hears: async (listener, speaker) => {
      const [ear, mouth] = [voiceOf(listener), voiceOf(speaker)];
      return pbx.hearing().some((heard) => heard.listener === ear && heard.speaker === mouth);
    },
    release: async () => {
      call?.hangUp();
      consultation?.hangUp();
    },
  };
}

function person(extension: string, name: string, role: Person["role"]): Person {
  return { id: extension as PersonId, extension: extension as Extension, name, role, teams: ["support"] };
}

function desk(extension: string): Desk {
  return {
    person: extension as PersonId,
    extension: extension as Extension,
    mac: `805ec000${extension}`,
    from: "127.0.0.1",
  };
}
