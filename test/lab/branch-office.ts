import { randomBytes } from "node:crypto";
import { steadyClock } from "../../src/clock/index.ts";
import { readBranchFile } from "../../src/config/index.ts";
import { ownAddresses, PhoneDelivery } from "../../src/delivery/index.ts";
import { BranchOffice } from "../../src/dispatch/index.ts";
import type { Clock, Log } from "../../src/model/index.ts";
import { deliveryKey, MqttBranchLink } from "../../src/mqtt/index.ts";

/** The rooms that `earshot branch` joins, in this process, on the file that `earshot operate branch` has written. */
export class OfficeHere {
  readonly lines: string[] = [];
  readonly office: BranchOffice;
  readonly #link: MqttBranchLink;
  readonly #push = new PhoneDelivery({ extensionOf: () => undefined, notify: undefined, host: ownAddresses() });

  constructor(path: string, clock: Clock = steadyClock) {
    const result = readBranchFile(path);
    if (!result.ok) throw new Error(JSON.stringify(result.problems));
    const { branch, base, broker, gateway, phones } = result.file;
    const write = (level: string) => (about: object, sentence: string) => {
      this.lines.push(`${level} ${sentence} ${JSON.stringify(about)}`);
    };
    const log: Log = { info: write("info"), warn: write("warn"), error: write("error") };
    const keys = new Map(phones.map(({ mac, push }) => [mac, deliveryKey(mac, { account: broker.password, ...push })]));
    this.#link = new MqttBranchLink({ branch, base, broker, gateway, phones: keys, log });
    this.office = new BranchOffice({
      ...{ phones, link: this.#link, push: this.#push, clock, log },
      random: Math.random,
      newNonce: () => randomBytes(18).toString("base64url"),
    });
  }

  start(): void {
    this.office.start();
  }

  async stop(): Promise<void> {
    this.office.stop();
    await Promise.all([this.#link.stop(), this.#push.stop()]);
  }
}
