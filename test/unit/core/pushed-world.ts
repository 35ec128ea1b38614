import { PhoneRegistry } from "../../../src/control/index.ts";
import { Dispatch, HelpCalls, PhonePushes } from "../../../src/dispatch/index.ts";
import type { Bus, Log, OwnEvent, PbxEvent, Phone, PhonePush } from "../../../src/model/index.ts";
import { emptyState, Writer } from "../../../src/state/index.ts";
import { sheets, texts } from "../http/words.ts";
import { VirtualClock } from "../virtual-clock.ts";
import { HeldPush } from "./held-push.ts";
import { ana, everybody, kim, kimsPhone } from "./world.ts";

const push: PhonePush = { by: "notify" };
export const anasMac = "805ec0aa2001" as Phone["mac"];
const phonesOf = (make: Pick<Phone, "vendor" | "model">): readonly Phone[] => {
  const common = { ...make, answer: "ring", push } as const;
  return [
    { ...common, mac: anasMac, owner: ana.id, lampKey: 5 },
    { ...common, mac: kimsPhone, owner: kim.id },
  ];
};

/** A bus whose broker is away. */
const noBroker: Bus = {
  start: async () => {},
  retain: async () => {},
  notice: async () => false,
  forget: async () => {},
  withdraw: async () => {},
  lampText: async () => {},
  help: async () => {},
  phone: async () => {},
  forgetPhone: async () => {},
  stop: async () => {},
};

/** State, dispatch and phones on a virtual clock; pushes are kept, and there is no broker. */
export class PushedWorld {
  readonly clock = new VirtualClock();
  readonly push = new HeldPush(() => this.clock.now());
  readonly writer: Writer;
  readonly pushes: PhonePushes;
  readonly dispatch: Dispatch;
  readonly help: HelpCalls;
  readonly phones: PhoneRegistry;

  constructor(make: Pick<Phone, "vendor" | "model"> = { vendor: "yealink", model: "T46U" }) {
    const { clock, push } = this;
    const fail = (error: unknown): never => {
      throw error;
    };
    const phones = new PhoneRegistry(phonesOf(make), fail);
    this.phones = phones;
    const log: Log = { info: () => {}, warn: () => {}, error: fail };
    this.writer = new Writer(emptyState(everybody, 0, clock.now()), clock, fail);
    this.pushes = new PhonePushes({
      ...{ phones, push, clock, log },
      say: (owner, screen) => texts.to(owner && this.writer.state.people.get(owner), screen),
      profile: ({ vendor, model }) => sheets.profile(vendor, model),
      url: async (mac, page) =>
        `http://192.0.2.10/p/${mac}/${typeof page === "string" ? page : "call" in page ? `call/${page.call}` : page.probe}`,
      random: () => 0.5,
    });
    this.dispatch = new Dispatch({
      ...{ writer: this.writer, bus: noBroker, pushes: this.pushes, clock, log, gateway: "gw1", epoch: 3 },
      policy: { hidden: "allowed" },
      newId: () => "id",
      sentence: (_agent, { name, mode }) => `${name} ${mode}`,
    });
    this.help = new HelpCalls({ writer: this.writer, policy: { hidden: "allowed" }, pushes: this.pushes });
    this.pushes.start();
    this.dispatch.start();
    this.help.start();
  }

  take(...events: readonly (PbxEvent | OwnEvent)[]): void {
    for (const event of events) this.writer.take(event);
  }

  /** What this phone was pushed, in words. */
  says(mac: Phone["mac"]): string[] {
    return this.push.asked.filter((one) => one.mac === mac).map(({ says }) => says);
  }

  stop(): void {
    this.help.stop();
    this.dispatch.stop();
    this.pushes.stop();
  }
}
