import { expect } from "vitest";
import type { CallCentre, LabCall } from "./call-centre.ts";
import { now } from "./clock.ts";
import { Ear } from "./meter.ts";
import type { Phone } from "./phone.ts";
import { TONES } from "./voices.ts";

/** The phones of a lab that has `KINDS_SITE`, beside those of every call centre. */
export interface KindPhones {
  readonly ben: Phone;
  readonly dita: Phone;
  /** Speaks G.722 and nothing else. */
  readonly eva: Phone;
  /** Speaks SRTP and nothing else. */
  readonly finn: Phone;
  /** Somebody's phone on the public network, behind a trunk. */
  readonly mobile: Phone;
}

/** Adds these phones to a running call centre. */
export async function kindPhones({ lab, phones }: CallCentre): Promise<KindPhones> {
  const add = (user: string, hz: number, media = {}) => phones.add({ account: lab.account(user), hz, media });
  return {
    ben: await add("2002", TONES.customer),
    dita: await add("2003", TONES.agent3),
    eva: await add("2004", TONES.agent, { codec: "G722" }),
    finn: await add("2005", TONES.agent, { encrypted: true }),
    mobile: await add("mobile", TONES.agent),
  };
}

/** A follow-me rings its first device for twelve seconds. */
const RINGS_MS = 30_000;

/** One way in which a call comes about. What the board shows on the way is asserted as it is placed. */
export type Placing = (centre: CallCentre, phones: KindPhones) => Promise<LabCall>;

const identity = { number: "+4930123456", name: "Carla Voss" } as const;
const rings = (agent: string, other = "Carla Voss") => new RegExp(`^~ rings ${agent}: ${other}`);
const talks = (agent: string, other = "Carla Voss") => new RegExp(`^> \\d+:\\d\\d ${agent}: ${other}`);

/** Who is reached by a target, where it is not Ana at her own phone; the queue where the board names one. */
export interface Reached {
  readonly name?: string;
  readonly at?: keyof KindPhones;
  readonly queue?: string;
}

/** Carla calls a target at which one phone alone rings. */
export function reaching(target: string, { name = "Ana Ruiz", at, queue }: Reached = {}): Placing {
  return async (centre, phones) => {
    const { ana, carla } = centre.at;
    const customer = await carla.dial(target, { identity });
    const agent = await (at === undefined ? ana : phones[at]).incoming();
    const other = queue === undefined ? undefined : `Carla Voss .*\\(${queue}`;
    await centre.board(rings(name, other));
    await refusedUnanswered(centre);
    await agent.answer();
    await customer.answered();
    const call = await centre.hearing(agent, customer);
    await centre.board(talks(name, other));
    return call;
  };
}

/** Listen waits for the answer: it is refused in words, and the supervisor's phone is not rung. */
async function refusedUnanswered({ at: { page, kim } }: CallCentre): Promise<void> {
  const before = kim.events.length;
  await page.press("Listen");
  expect(page.text()).toContain("This call is not answered yet");
  expect(kim.events.slice(before)).toEqual([]);
}

/** Carla calls a group: Ana and Dita ring at once, and Ana takes it. */
export function group(target: string): Placing {
  return async (centre, { dita }) => {
    const { ana, carla } = centre.at;
    const customer = await carla.dial(target, { identity });
    const [agent, other] = await Promise.all([ana.incoming(), dita.incoming()]);
    await centre.board(rings("Ana Ruiz"), rings("Dita Novak"));
    await agent.answer();
    await other.ended();
    const call = await centre.hearing(agent, customer);
    await centre.board(talks("Ana Ruiz"));
    return call;
  };
}

/** Carla calls a number that rings Dita, and Ana when Dita does not answer. */
export const followMe: Placing = async (centre, { dita }) => {
  const { ana, carla } = centre.at;
  const customer = await carla.dial("630", { identity });
  const first = await dita.incoming();
  await centre.board(rings("Dita Novak"));
  await first.ended(RINGS_MS);
  const agent = await ana.incoming();
  await centre.board(rings("Ana Ruiz"));
  await agent.answer();
  const call = await centre.hearing(agent, customer);
  await centre.board(talks("Ana Ruiz"));
  return call;
};

/** Ana calls a customer by the trunk. */
export const outbound: Placing = async (centre) => {
  const { ana, carla } = centre.at;
  const agent = await ana.dial("9123");
  const customer = await carla.incoming();
  await centre.board(rings("Ana Ruiz", "9123"));
  await customer.answer();
  const call = await centre.hearing(agent, customer);
  await centre.board(talks("Ana Ruiz", "9123"));
  return call;
};

/** Ana calls Ben, who is of a team that Kim does not supervise. */
export const colleagues: Placing = async (centre, { ben }) => {
  const agent = await centre.at.ana.dial("2002");
  const customer = await ben.incoming();
  await centre.board(rings("Ana Ruiz", "Ben Okafor"));
  await customer.answer();
  const call = await centre.hearing(agent, customer);
  await centre.board(talks("Ana Ruiz", "Ben Okafor"));
  return call;
};

/** Ana calls a customer by the trunk, and is sent sound before the answer. Nobody else hears it. */
export const earlyMedia: Placing = async (centre) => {
  const { ana, carla } = centre.at;
  const agent = await ana.dial("9123");
  const customer = await carla.incoming();
  await customer.progress();
  await new Ear(agent).hears(TONES.customer);
  await centre.board(rings("Ana Ruiz", "9123"));
  await refusedUnanswered(centre);
  await new Ear(agent).until(now() + 200);
  expect(await new Ear(agent).firstHeard(TONES.customer)).toBeDefined();
  await customer.answer();
  const call = await centre.hearing(agent, customer);
  await centre.board(talks("Ana Ruiz", "9123"));
  return call;
};

/** Carla calls Dita, who has gone out: a follow-me rings her device, then a mobile phone by the trunk, which answers. */
export const followedOutside: Placing = async (centre, { dita, mobile }) => {
  const customer = await centre.at.carla.dial("2003", { identity });
  const desk = await dita.incoming();
  await centre.board(rings("Dita Novak"));
  await desk.ended(RINGS_MS);
  const agent = await mobile.incoming();
  await onTheLegThatRings(centre, rings("Dita Novak"), () => refusedUnanswered(centre));
  await agent.answer();
  const call = await centre.hearing(agent, customer);
  await centre.board(talks("Dita Novak"));
  return call;
};

/** The row of the leg that rang before looks the same and may stay for an instant: a press on it is told that it is over. */
async function onTheLegThatRings(centre: CallCentre, row: RegExp, press: () => Promise<void>): Promise<void> {
  for (;;) {
    await centre.board(row);
    try {
      return await press();
    } catch (refused) {
      if (!centre.at.page.text().includes("This call is over")) throw refused;
    }
  }
}
