import { demoConfig } from "../../src/config/index.js";
import type { ActionResult, Extension, PbxEvent, Person, PersonId, SupervisionId } from "../../src/model/index.js";
import { type SimulatorOptions, SimulatorPbx } from "../../src/pbx/simulator/index.js";
import { type PbxRecorder, recordPbx } from "../contract/pbx-recorder.ts";
import { VirtualClock } from "./virtual-clock.ts";

/** An event with the moment of the virtual clock at which it came. */
export interface Said {
  readonly at: number;
  readonly event: PbxEvent;
}

export interface Simulated {
  readonly pbx: SimulatorPbx;
  readonly clock: VirtualClock;
  readonly recorder: PbxRecorder;
  readonly said: readonly Said[];
}

/** The people of the demo: eleven agents in two teams. */
export const floor = demoConfig(".earshot").people;

/** Two agents, an agent-plus and a team manager. */
export const people: readonly Person[] = [
  person("2001", "agent"),
  person("2002", "agent"),
  person("2003", "agent-plus"),
  person("3001", "team-manager"),
];

/** A simulator on a virtual clock, started. */
export async function simulated(
  options: Omit<SimulatorOptions, "people" | "clock"> & Partial<Pick<SimulatorOptions, "people">>,
): Promise<Simulated> {
  const clock = new VirtualClock();
  const pbx = new SimulatorPbx({ people, ...options, clock });
  const recorder = recordPbx(1_000);
  const said: Said[] = [];
  await pbx.start((event) => {
    said.push({ at: clock.now(), event });
    recorder.sink(event);
  });
  return { pbx, clock, recorder, said };
}

/** Rings the team manager's phone. */
export function ring(
  pbx: SimulatorPbx,
  supervision: SupervisionId,
  answer: "ring" | "auto" = "ring",
): Promise<ActionResult> {
  const extension = "3001" as Extension;
  return pbx.execute({ type: "ring", supervision, extension, from: "127.0.0.1", mac: "805ec0003001", answer });
}

function person(extension: string, role: Person["role"]): Person {
  const name = `Person ${extension}`;
  return { id: extension as PersonId, extension: extension as Extension, name, role, teams: ["support"] };
}
