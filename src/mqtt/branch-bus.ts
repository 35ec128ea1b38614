import type { KeyObject } from "node:crypto";
import {
  type BranchBus,
  type BranchId,
  type BranchShown,
  type BranchWelcome,
  type Log,
  type Mac,
  parseBranchId,
  parseMac,
} from "../model/index.js";
import { openedDelivery, readHello, sealed, writeWelcome } from "./branch-messages.js";
import { filterOf, topicNamed, topicOf } from "./contract/index.js";

/** The gateway's own connection, as far as branches need it. */
export interface BusBeside {
  hear(filters: readonly string[], told: (topic: string, payload: Buffer) => void): void;
  say(topic: string, payload: string, retain: boolean): Promise<boolean>;
}

export interface SignedBranchBusParts {
  readonly bus: BusBeside;
  readonly base: string;
  /** Ed25519, private. */
  readonly key: KeyObject;
  readonly epoch: number;
  /** By which the deliveries of each phone of a branch are sealed. */
  readonly deliveryKeys: ReadonlyMap<Mac, KeyObject>;
  readonly log: Log;
}

/** The gateway's way to its branch offices over its own connection: what it says is signed. */
export class SignedBranchBus implements BranchBus {
  readonly #parts: SignedBranchBusParts;
  #welcomes = 0;
  #forged = false;

  constructor(parts: SignedBranchBusParts) {
    this.#parts = parts;
  }

  start(...[onHello, onDelivery]: Parameters<BranchBus["start"]>): void {
    const { bus, base } = this.#parts;
    bus.hear([filterOf(base, "branchHello"), filterOf(base, "branchDelivery")], (topic, payload) => {
      const { name, place } = topicNamed(base, topic) ?? {};
      const branch = parseBranchId(place?.["branch"] ?? "");
      if (branch === undefined) return;
      if (name === "branchHello") {
        const hello = readHello(payload);
        if (hello) onHello(branch, hello);
      }
      if (name !== "branchDelivery") return;
      const phone = parseMac(place?.["mac"] ?? "");
      const key = phone && this.#parts.deliveryKeys.get(phone);
      if (!phone || !key) return;
      const delivery = openedDelivery(key, topic, payload);
      if (delivery) onDelivery(phone, delivery);
      else this.#isForged(phone);
    });
  }

  show(branch: BranchId, phone: Mac, shown: BranchShown, seq: number): Promise<boolean> {
    const { bus, base, key, epoch } = this.#parts;
    const topic = topicOf(base, "branchShow", { branch, mac: phone });
    return bus.say(topic, sealed(key, topic, shown, { epoch, seq }), true);
  }

  welcome(branch: BranchId, welcome: BranchWelcome): Promise<boolean> {
    const { bus, base, key, epoch } = this.#parts;
    const topic = topicOf(base, "branchWelcome", { branch });
    this.#welcomes += 1;
    return bus.say(topic, sealed(key, topic, writeWelcome(welcome), { epoch, seq: this.#welcomes }), false);
  }

  #isForged(mac: Mac): void {
    if (this.#forged) return;
    this.#forged = true;
    this.#parts.log.warn(
      { mac },
      "A delivery that its branch has not sealed is not believed; does the branch have the newest file?",
    );
  }
}
