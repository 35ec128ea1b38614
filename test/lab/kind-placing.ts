import type { CallCentre, LabCall } from "./call-centre.ts";
import type { Phone } from "./phone.ts";

/** The phones of a lab that has `KINDS_SITE`, beside those of every call centre. */
export interface KindPhones {
  readonly ben: Phone;
  readonly dita: Phone;
}

/** One way in which a call comes about. What the board shows on the way is asserted as it is placed. */
export type Placing = (centre: CallCentre, phones: KindPhones) => Promise<LabCall>;

const identity = { number: "+4930123456", name: "Carla Voss" } as const;
const RINGS = /^~ rings Ana Ruiz: Carla Voss/;
const DITA_RINGS = /^~ rings Dita Novak: Carla Voss/;
const TALKS = /^> \d+:\d\d Ana Ruiz: Carla Voss/;

/** Carla calls a target at which Ana's phone alone rings. */
export function reaching(target: string): Placing {
  return async (centre) => {
    const { ana, carla } = centre.at;
    const customer = await carla.dial(target, { identity });
    const agent = await ana.incoming();
    await centre.board(RINGS);
    await agent.answer();
    await customer.answered();
    const call = await centre.hearing(agent, customer);
    await centre.board(TALKS);
    return call;
  };
}

/** Carla calls a group: Ana and Dita ring at once, and Ana takes it. */
export function group(target: string): Placing {
  return async (centre, { dita }) => {
    const { ana, carla } = centre.at;
    const customer = await carla.dial(target, { identity });
    const [agent, other] = await Promise.all([ana.incoming(), dita.incoming()]);
    await centre.board(RINGS, DITA_RINGS);
    await agent.answer();
    await other.ended();
    const call = await centre.hearing(agent, customer);
    await centre.board(TALKS);
    return call;
  };
}

/** Carla calls a number that rings Dita, and Ana when Dita does not answer. */
export const followMe: Placing = async (centre, { dita }) => {
  const { ana, carla } = centre.at;
  const customer = await carla.dial("630", { identity });
  const first = await dita.incoming();
  await centre.board(DITA_RINGS);
  await first.ended();
  const agent = await ana.incoming();
  await centre.board(RINGS);
  await agent.answer();
  const call = await centre.hearing(agent, customer);
  await centre.board(TALKS);
  return call;
};

/** Ana calls a customer by the trunk. */
export const outbound: Placing = async (centre) => {
  const { ana, carla } = centre.at;
  const agent = await ana.dial("9123");
  const customer = await carla.incoming();
  await centre.board(/^~ rings Ana Ruiz: 9123/);
  await customer.answer();
  const call = await centre.hearing(agent, customer);
  await centre.board(/^> \d+:\d\d Ana Ruiz: 9123/);
  return call;
};

/** Ana calls Ben, who is of a team that Kim does not supervise. */
export const colleagues: Placing = async (centre, { ben }) => {
  const agent = await centre.at.ana.dial("2002");
  const customer = await ben.incoming();
  await centre.board(/^~ rings Ana Ruiz: Ben Okafor/);
  await customer.answer();
  const call = await centre.hearing(agent, customer);
  await centre.board(/^> \d+:\d\d Ana Ruiz: Ben Okafor/);
  return call;
};
