import { randomBytes } from "node:crypto";
import { expect } from "vitest";
import { systemClock } from "../../src/clock/index.js";
import type {
  ActionResult,
  AsteriskConfig,
  Call,
  Leg,
  LegId,
  PbxAction,
  PersonId,
  Reach,
  SupervisionFacts,
  SupervisionId,
} from "../../src/model/index.js";
import { AsteriskPbx } from "../../src/pbx/asterisk/index.js";
import { type PbxRecorder, recordPbx } from "../contract/pbx-recorder.ts";
import type { AsteriskLab } from "./asterisk.ts";
import { labPeople } from "./contract-harness.ts";
import type { Phone, PhoneCall } from "./phone.ts";
import { quietLog } from "./quiet-log.ts";

const DEADLINE_MS = 10_000;

/** A gateway's adapter at a lab, with what it says. */
export class Gateway {
  readonly pbx: AsteriskPbx;
  readonly recorder: PbxRecorder = recordPbx(DEADLINE_MS);

  constructor(name: string, config: AsteriskConfig) {
    const made = { config, people: labPeople, gateway: name, clock: systemClock, log: quietLog };
    // As for a site that lists contexts.
    this.pbx = new AsteriskPbx({ ...made, contexts: true });
  }

  async start(): Promise<void> {
    await this.pbx.start(this.recorder.sink);
    await this.recorder.until("the first snapshot", ({ there }) => there || undefined);
  }

  /** Ends whatever is left and goes. */
  async stop(): Promise<void> {
    for (const id of this.recorder.picture().facts.keys()) await this.end(id);
    await this.pbx.stop();
  }

  /** The only call, once it is as looked for. */
  call(what: string, as: (call: Call) => boolean): Promise<Call> {
    return this.recorder.until(what, ({ calls }) => (calls.size === 1 ? [...calls.values()].find(as) : undefined));
  }

  facts(id: SupervisionId, what: string, as: (facts: SupervisionFacts) => boolean): Promise<SupervisionFacts> {
    return this.recorder.until(what, ({ facts }) => {
      const found = facts.get(id);
      return found !== undefined && as(found) ? found : undefined;
    });
  }

  ending(id: SupervisionId): Promise<string> {
    return this.recorder.until("the end", ({ endings }) => endings.get(id));
  }

  ring(id: SupervisionId, settings: Partial<Extract<PbxAction, { type: "ring" }>> = {}): Promise<ActionResult> {
    const extension = labPeople[2]?.extension;
    if (extension === undefined) throw new Error("nobody supervises");
    const mac = "805ec0003001";
    return this.pbx.execute({
      type: "ring",
      supervision: id,
      extension,
      from: "127.0.0.1",
      mac,
      answer: "auto",
      ...settings,
    });
  }

  /** Rings a phone that answers by itself and attaches the ear. @returns the supervision and the phone's call. */
  async listen(
    leg: LegId,
    agent: PersonId,
    phone: Phone,
    unseen = false,
  ): Promise<{ id: SupervisionId; at: PhoneCall }> {
    const id = newSupervision();
    expect(await this.ring(id)).toEqual({ ok: true });
    const at = await phone.incoming();
    await this.facts(id, "up", (facts) => facts.leg === "up");
    expect(await this.pbx.execute({ type: "attach-ear", supervision: id, leg, agent, unseen })).toEqual({ ok: true });
    return { id, at };
  }

  open(id: SupervisionId, leg: LegId, agent: PersonId, reach: Reach): Promise<ActionResult> {
    return this.pbx.execute({ type: "open-mouth", supervision: id, leg, agent, reach });
  }

  close(id: SupervisionId): Promise<ActionResult> {
    return this.pbx.execute({ type: "close-mouth", supervision: id });
  }

  end(id: SupervisionId): Promise<ActionResult> {
    return this.pbx.execute({ type: "end", supervision: id, ending: "left" });
  }
}

export function newSupervision(): SupervisionId {
  return randomBytes(12).toString("hex") as SupervisionId;
}

/** The leg of a person in a call. @throws Error when there is none. */
export function legOf(call: Call, person: string): Leg {
  const leg = call.legs.find(({ party }) => party.kind === "internal" && party.person === person);
  if (leg === undefined) throw new Error(`${person} has no leg in ${JSON.stringify(call)}`);
  return leg;
}

/** Both parties are up and it was answered. */
export function answered(call: Call): boolean {
  return call.answeredAt !== undefined && call.legs.length === 2 && call.legs.every(({ state }) => state === "up");
}

/** Whatever of earshot's is left at the PBX. */
export async function leftovers(lab: AsteriskLab): Promise<string[]> {
  const lists = await Promise.all([lab.ari("GET", "/channels"), lab.ari("GET", "/bridges")]);
  const ids = lists.flat().map((item) => (item as { readonly id: string }).id);
  return ids.filter((id) => id.startsWith("es-"));
}
