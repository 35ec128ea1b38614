import { randomBytes } from "node:crypto";
import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { once } from "node:events";
import type { Clock, Log, Mac, Sight } from "../model/index.js";
import { isNeighbour, type Lan } from "./lan.js";
import { Pace } from "./pace.js";
import {
  acceptance,
  answered,
  notification,
  type OwnSide,
  type ProfileSubscribe,
  parseProfileSubscribe,
} from "./profile-subscribe.js";

/** `sip.mcast.net`, where SIP is multicast to (RFC 3261 18.1.1). */
const group = "224.0.1.75";
const sipPort = 5060;
/** A NOTIFY that is not answered is sent again, as often as helps a phone that boots and too few times to flood one. */
const againMs = [500, 1_000, 2_000] as const;
/** How long a repeated SUBSCRIBE is still the same one (RFC 3261 17.2.2: 64 times T1). */
const rememberedMs = 32_000;
/** A phone that boots asks once or twice; two hundred that boot at once ask again until they are told. */
const pace = { each: 4, all: 100, windowMs: 10_000 } as const;

export interface PnpParts {
  readonly lan: Lan;
  /** Where a phone is sent; without it phones are only seen. */
  readonly url?: (mac: Mac | undefined) => string;
  readonly clock: Clock;
  readonly log: Log;
  readonly seen: (sight: Sight) => void;
}

interface Dialog {
  readonly own: OwnSide;
  forget: () => void;
  again: () => void;
}

/** SIP configuration discovery on one network: phones that boot ask there for their configuration. */
export class Pnp {
  readonly #parts: PnpParts;
  readonly #pace = new Pace(pace);
  readonly #dialogs = new Map<string, Dialog>();
  #heard: Socket | undefined;
  /** Of its own, so that answers to a NOTIFY come here and not to a PBX on the same machine. */
  #said: Socket | undefined;

  constructor(parts: PnpParts) {
    this.#parts = parts;
  }

  /** @throws Error where the port is taken or the network has gone. */
  async start(): Promise<void> {
    const { lan, url } = this.#parts;
    if (url !== undefined) {
      this.#said = await this.#bound((datagram) => this.#takeAnswer(datagram), 0, lan.address);
    }
    // Bound to the group, so that what is sent to the machine itself stays the PBX's.
    this.#heard = await this.#bound((datagram, from) => this.#take(datagram, from), sipPort, group);
    this.#heard.addMembership(group, lan.address);
  }

  async stop(): Promise<void> {
    for (const { forget, again } of this.#dialogs.values()) {
      forget();
      again();
    }
    this.#dialogs.clear();
    const sockets = [this.#heard, this.#said].filter((socket) => socket !== undefined);
    this.#heard = undefined;
    this.#said = undefined;
    for (const socket of sockets) {
      socket.close();
      await once(socket, "close");
    }
  }

  async #bound(take: (datagram: Buffer, from: RemoteInfo) => void, port: number, address: string): Promise<Socket> {
    const socket = createSocket({ type: "udp4", reuseAddr: port !== 0 });
    try {
      socket.bind(port, address);
      await once(socket, "listening");
    } catch (error) {
      socket.close();
      throw error;
    }
    socket.on("message", take);
    socket.on("error", (error) => this.#parts.log.warn({ error: error.message }, "PnP: the network is not well"));
    return socket;
  }

  /** A group's datagrams come to each of its sockets, whatever network they are from. */
  #take(datagram: Buffer, { address, port }: RemoteInfo): void {
    const { lan, url, clock, seen } = this.#parts;
    if (!isNeighbour(lan, address)) return;
    const asked = parseProfileSubscribe(datagram);
    if (!asked) return;
    const { mac, vendor, model, firmware, contact } = asked;
    seen({
      ...{ by: "pnp", address, interface: lan.name },
      ...(mac && { mac }),
      ...(vendor && { vendor }),
      ...(model && { model }),
      ...(firmware && { firmware }),
    });
    // Whoever wants the answer elsewhere than where they ask from may be somebody else.
    if (url === undefined || contact.host !== address || !this.#pace.take(address, clock.now())) return;
    this.#answer(asked, { address, port: asked.answerPort ?? port }, url(mac));
  }

  #answer(asked: ProfileSubscribe, to: { readonly address: string; readonly port: number }, url: string): void {
    const { contact, callId } = asked;
    const known = this.#dialogs.get(callId);
    const dialog = known ?? this.#begin(callId);
    if (!dialog) return;
    this.#send(acceptance(asked, dialog.own), to);
    if (known) return;
    const branch = `z9hG4bK${randomBytes(9).toString("hex")}`;
    const text = notification(asked, dialog.own, branch, url);
    this.#notify(dialog, text, { address: contact.host, port: contact.port }, [...againMs]);
  }

  #begin(callId: string): Dialog | undefined {
    const { clock } = this.#parts;
    const at = this.#said?.address();
    if (!at) return undefined;
    const own = { tag: randomBytes(8).toString("hex"), host: at.address, port: at.port };
    const forget = clock.after(rememberedMs, () => this.#dialogs.delete(callId));
    const dialog = { own, forget, again: () => {} };
    this.#dialogs.set(callId, dialog);
    return dialog;
  }

  #notify(
    dialog: Dialog,
    text: string,
    to: { readonly address: string; readonly port: number },
    waits: number[],
  ): void {
    this.#send(text, to);
    const wait = waits.shift();
    dialog.again =
      wait === undefined ? () => {} : this.#parts.clock.after(wait, () => this.#notify(dialog, text, to, waits));
  }

  #takeAnswer(datagram: Buffer): void {
    const callId = answered(datagram);
    const dialog = callId === undefined ? undefined : this.#dialogs.get(callId);
    dialog?.again();
  }

  #send(text: string, { address, port }: { readonly address: string; readonly port: number }): void {
    // What does not arrive is asked for again; the socket tells of a network that is gone.
    this.#said?.send(Buffer.from(text, "latin1"), port, address, () => {});
  }
}
