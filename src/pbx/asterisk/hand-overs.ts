import { randomBytes } from "node:crypto";
import type { ActionResult, Person, PersonId } from "../../model/index.js";
import { endpointOf } from "./endpoints.js";
import type { Rooms } from "./rooms.js";
import { placeOfTaker } from "./rooms.js";
import { refused, type Site } from "./site.js";

const RING_SECONDS = 30;
/** The PBX gives up by itself; this only catches an event that never came. */
const NO_LATER_MS = (RING_SECONDS + 5) * 1_000;

interface HandingOver {
  readonly channel: string;
  readonly agent: PersonId;
  /** The device that is rung. */
  readonly endpoint: string;
}

/**
 * An agent's call for somebody who is not on it. They are rung by an ordinary call, and nobody else is touched before they
 * answer: a gateway that goes meanwhile leaves the customer with the agent, and them alone in a room.
 */
export class HandOvers {
  readonly #site: Site;
  readonly #rooms: Rooms;

  constructor(site: Site, rooms: Rooms) {
    this.#site = site;
    this.#rooms = rooms;
  }

  async ring({ channel, agent, endpoint }: HandingOver): Promise<ActionResult> {
    const { ari, calls, owners, tag } = this.#site;
    const far = this.#rooms.farOf(channel);
    if (typeof far !== "string") return far;
    const missing = await this.#rooms.missing();
    if (missing !== undefined) return missing;
    const device = endpointOf(calls.node(channel)?.channel.name ?? "");
    const person = device === undefined ? undefined : owners.endpoint(device)?.person;
    const random = randomBytes(9).toString("hex");
    const [rung, room] = [`handover-${tag}-${random}`, `${tag}${random}`];
    const answer = await ari.call({
      id: rung,
      endpoint,
      callerId: callerIdOf(person),
      timeoutSeconds: RING_SECONDS,
      context: this.#rooms.context,
      extension: placeOfTaker(room),
    });
    if (!answer.ok) return refused(answer.status === 500 ? "phone-not-registered" : "pbx-failed", answer.why);
    let seen = false;
    const outcome = await this.#site.until(() => {
      const node = calls.node(rung);
      seen ||= node !== undefined;
      if (calls.node(channel) === undefined || calls.node(far) === undefined) return "call-gone";
      if (this.#rooms.farOf(channel) !== far) return "call-gone";
      if (node === undefined) return seen ? "not-answered" : undefined;
      return node.channel.state === "Up" && node.bridge !== undefined ? "answered" : undefined;
    }, NO_LATER_MS);
    const failure =
      outcome === "answered"
        ? ((await this.#rooms.fill(room, channel, agent)) ?? this.#rooms.closed(channel))
        : refused(outcome ?? "not-answered", "nobody took the call");
    if (failure === undefined) return { ok: true };
    void ari.hangUp(rung);
    this.#rooms.settle(channel);
    return failure;
  }
}

/** Both come from the configuration; a quote in a name would end it. */
function callerIdOf(person: Person | undefined): string {
  return person === undefined ? "" : `"${person.name.replace(/["\\]/g, "")}" <${person.extension}>`;
}
