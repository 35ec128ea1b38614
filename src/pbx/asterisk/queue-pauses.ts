import type { ActionResult, AsteriskConfig, Person, PersonId, Routing } from "../../model/index.js";
import type { AmiClient } from "./ami-client.js";
import { type AmiMessage, amiHeader } from "./ami-messages.js";
import { endpointFor } from "./endpoints.js";
import { type Refused, refused } from "./site.js";

/** What a pause of ours says in the queue: by it alone is it known, also by the next gateway. */
const reason = "earshot";

/** One member of one queue. */
interface Member {
  readonly queue: string;
  /** What the queue dials, and what a pause is asked of: `PJSIP/2001`, `Local/2001@from-queue/n`. */
  readonly interface: string;
  readonly people: readonly PersonId[];
  readonly paused: boolean;
  readonly reason: string;
}

/** The pauses of queue members, over AMI. They are read anew each time: a queue has no memory of who has made one. */
export class QueuePauses implements Routing {
  readonly #ami: AmiClient;
  readonly #people: readonly Person[];
  readonly #endpoint: string;
  readonly #acts: () => boolean;

  /** @param acts whether this gateway is the one that acts at the PBX. */
  constructor(ami: AmiClient, config: AsteriskConfig, people: readonly Person[], acts: () => boolean) {
    this.#ami = ami;
    this.#people = people;
    this.#endpoint = config.endpoint;
    this.#acts = acts;
  }

  async pause(person: PersonId): Promise<ActionResult> {
    return await this.#set(true, ({ people, paused }) => people.includes(person) && !paused);
  }

  async lift(whose: (person: PersonId) => boolean): Promise<ActionResult> {
    return await this.#set(false, (member) => {
      const ours = member.paused && member.reason === reason;
      return ours && member.people.length > 0 && member.people.every(whose);
    });
  }

  async #set(paused: boolean, wanted: (member: Member) => boolean): Promise<ActionResult> {
    const members = await this.#members();
    if ("ok" in members) return members;
    const answers = await Promise.all(members.filter(wanted).map((member) => this.#setOne(member, paused)));
    return answers.find((answer) => !answer.ok) ?? { ok: true };
  }

  async #setOne(member: Member, paused: boolean): Promise<ActionResult> {
    if (!this.#acts()) return replaced;
    const answer = await this.#ami.action("QueuePause", [
      ["Queue", member.queue],
      ["Interface", member.interface],
      ["Paused", String(paused)],
      ...(paused ? [["Reason", reason] as const] : []),
    ]);
    // Whoever has left the queue meanwhile is not rung by it.
    return answer.ok || answer.why === "Interface not found" ? { ok: true } : refused("pbx-failed", answer.why);
  }

  async #members(): Promise<readonly Member[] | Refused> {
    if (!this.#acts()) return replaced;
    const answer = await this.#ami.action("QueueStatus", [], "QueueStatusComplete");
    if (answer.ok) return answer.events.flatMap((event) => this.#member(event) ?? []);
    // A PBX without app_queue has no queues.
    return answer.why.startsWith("Invalid/unknown command") ? [] : refused("pbx-failed", answer.why);
  }

  #member(event: AmiMessage): Member | undefined {
    if (amiHeader(event, "Event") !== "QueueMember") return undefined;
    const header = (name: string): string => amiHeader(event, name) ?? "";
    const dialled = [header("Location"), header("StateInterface")];
    return {
      queue: header("Queue"),
      interface: header("Location"),
      people: this.#people.filter((person) => dialled.some((text) => this.#isOf(person, text))).map(({ id }) => id),
      paused: header("Paused") === "1",
      reason: header("PausedReason"),
    };
  }

  /** Whether a member's interface is this person's device: itself, or the Local channel by which FreePBX dials it. */
  #isOf({ extension }: Person, dialled: string): boolean {
    const wanted = dialled.toLowerCase();
    const own = endpointFor(this.#endpoint, extension).toLowerCase();
    const local = `local/${extension.toLowerCase()}@from-queue`;
    return wanted === own || wanted === local || wanted.startsWith(`${local}/`);
  }
}

const replaced = refused("pbx-away", "another gateway has taken over");
