import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Call } from "../../src/model/index.js";
import { person } from "../unit/core/world.ts";
import { Gateway } from "./adapter-bench.ts";
import { CallCentre } from "./call-centre.ts";
import { labConfig } from "./contract-harness.ts";
import {
  colleagues,
  earlyMedia,
  followedOutside,
  followMe,
  group,
  type KindPhones,
  kindPhones,
  outbound,
  type Placing,
  reaching,
} from "./kind-placing.ts";
import { KINDS_SITE } from "./kinds-of-call.ts";
import { asteriskPart } from "./parts.ts";

const part = await asteriskPart();

const KINDS: readonly (readonly [string, Placing])[] = [
  ["Dial", reaching("2001")],
  ["a queue with devices as members", reaching("600")],
  ["a queue with Local members that stay", reaching("610")],
  ["a queue with Local members that go after the answer", reaching("611")],
  ["a ring group of devices", group("620")],
  ["a ring group of Local channels", group("621")],
  ["a follow-me that rings the next after no answer", followMe],
  ["a call the agent makes by the trunk", outbound],
  ["a call with early media", earlyMedia],
  ["a call from agent to agent", colleagues],
  ["a follow-me that ends at a mobile phone by the trunk", followedOutside],
  ["a queue whose member is reached at a mobile phone", reaching("612", { name: "Dita Novak", at: "mobile" })],
];

/** The answer is told by an event; lists tell the time of the bridge, some milliseconds later. */
function withoutAnswer(calls: Iterable<Call>): object[] {
  return [...calls].map(({ answeredAt, ...call }) => ({ ...call, answered: answeredAt !== undefined }));
}

/** At every moment at which the board is looked at, a gateway is started that has seen nothing of the call. */
class Restarting extends CallCentre {
  #present: Gateway | undefined;
  #count = 0;

  async watch(): Promise<void> {
    this.#present = new Gateway("present", labConfig(this.lab));
    await this.#present.start();
  }

  async unwatch(): Promise<void> {
    await this.#present?.pbx.stop();
  }

  override async board(...wanted: readonly RegExp[]): Promise<void> {
    await super.board(...wanted);
    this.#count += 1;
    const later = new Gateway(`later-${this.#count}`, labConfig(this.lab));
    await later.start();
    const [first] = later.recorder.events;
    await later.pbx.stop();
    const seen = withoutAnswer(this.#present?.recorder.picture().calls.values() ?? []);
    expect(seen).toHaveLength(1);
    expect(first?.type === "pbx-snapshot" && withoutAnswer(first.snapshot.calls), "by the lists alone").toEqual(seen);
  }
}

describe(`every kind of call on Asterisk ${part.ok ? part.version : `(${part.why})`}`, () => {
  const people = [person("2003", "Dita Novak", "agent", "support")];
  const centre = new Restarting({ ...KINDS_SITE, people });
  let phones: KindPhones;

  beforeAll(async () => {
    await centre.start();
    await centre.watch();
    phones = await kindPhones(centre);
  });
  afterEach(() => centre.quiet());
  afterAll(async () => {
    await centre.unwatch();
    await centre.stop();
  });

  it.each(KINDS)("%s is the same to a gateway that starts while it rings or talks", async (_kind, place) => {
    await place(centre, phones);
  });
});
