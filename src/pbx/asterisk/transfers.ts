import type { PbxEvent } from "../../model/index.js";
import type { AriEvent } from "./ari-messages.js";
import { type Calls, legIdOf } from "./calls.js";
import { endpointOf, type Owner, type Owners } from "./endpoints.js";
import { isParty } from "./projection.js";

type Sent = NonNullable<Extract<AriEvent, { kind: "transfer" }>["sent"]>;
type Transferring = Extract<PbxEvent, { type: "transferring" }>;

/** Where the dialplan goes on. */
export interface Place {
  readonly context: string;
  readonly exten: string;
}

/** What can stand in a Goto without being read as something else. */
const PLAIN = /^[\w@.+-]{1,80}$/;

/** What agents' own phones send to others of the house: recognised by the extension that they were sent to. */
export class Transfers {
  readonly #calls: Pick<Calls, "node">;
  readonly #owners: Owners;
  readonly #places = new Map<string, Place>();

  constructor(calls: Pick<Calls, "node">, owners: Owners) {
    this.#calls = calls;
    this.#owners = owners;
  }

  /** Before the calls take an event in. @returns what it tells, to be passed on after them. */
  read(event: AriEvent): Transferring | undefined {
    if (event.kind === "destroyed") this.#places.delete(event.channel.id);
    if (event.kind === "transfer" && event.sent !== undefined) return this.#sent(event.sent);
    if (event.kind !== "channel" || event.channel.state !== "Ring") return undefined;
    const { id, name, exten } = event.channel;
    return this.#calls.node(id) === undefined ? this.#transferring(id, name, exten) : undefined;
  }

  /** Where a leg that a transfer sent was going; undefined for one that dialled by itself. */
  placeOf(channel: string): Place | undefined {
    return this.#places.get(channel);
  }

  /** Half of a Local channel is nobody: what a queue that reaches its agents so lets them transfer goes its own way. */
  #sent({ channel, by, exten, context }: Sent): Transferring | undefined {
    const [node, sender] = [this.#calls.node(channel), this.#calls.node(by)];
    if (node === undefined || sender === undefined || !isParty(node.channel)) return undefined;
    if (![exten, context].every((text) => PLAIN.test(text))) return undefined;
    const told = this.#transferring(channel, sender.channel.name, exten);
    if (told !== undefined) this.#places.set(channel, { exten, context });
    return told;
  }

  #transferring(channel: string, nameOfSender: string, exten: string): Transferring | undefined {
    const to = this.#owners.extension(exten);
    const by = this.#ownerOf(nameOfSender);
    if (to === undefined || by?.certain !== true || by.person.id === to.id) return undefined;
    return { type: "transferring", leg: legIdOf(channel), by: by.person.id, to: to.id };
  }

  #ownerOf(name: string): Owner | undefined {
    const endpoint = endpointOf(name);
    return endpoint === undefined ? undefined : this.#owners.endpoint(endpoint);
  }
}
