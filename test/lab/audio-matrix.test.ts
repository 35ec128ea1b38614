import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { person } from "../unit/core/world.ts";
import { CallCentre, FORBIDDEN, type LabCall, VOICE } from "./call-centre.ts";
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
import type { Promised } from "./matrix-run.ts";
import { listenOnlyMatrixOf, matrixOf } from "./matrix-steps.ts";
import { counted } from "./meter.ts";
import { asteriskPart } from "./parts.ts";
import { RawSupervision } from "./raw-supervision.ts";

type Kind = readonly [string, Placing, Promised];

const part = await asteriskPart();
const pbx = `Asterisk ${part.ok ? part.version : `(${part.why})`}`;
const people = [
  person("2003", "Dita Novak", "agent", "support"),
  person("2004", "Eva Lindt", "agent", "support"),
  person("2005", "Finn Wirth", "agent", "support"),
];
const [eva, finn] = ["Eva Lindt", "Finn Wirth"];

const KINDS: readonly Kind[] = [
  ["Dial", reaching("2001"), { thorough: true }],
  ["a queue with devices as members", reaching("600", { queue: "support" }), { thorough: true }],
  ["a queue with Local members that stay", reaching("610", { queue: "kept" }), {}],
  ["a queue with Local members that go after the answer", reaching("611", { queue: "slim" }), {}],
  ["a ring group of devices", group("620"), {}],
  ["a ring group of Local channels", group("621"), {}],
  ["a follow-me that rings the next after no answer", followMe, {}],
  ["a call the agent makes by the trunk", outbound, {}],
  ["a call with early media", earlyMedia, {}],
  ["a call from agent to agent", colleagues, {}],
  ["G.722 on the agent's leg", reaching("2004", { name: eva, at: "eva" }), { agent: eva }],
  ["SRTP on the agent's leg", reaching("2005", { name: finn, at: "finn" }), { agent: finn }],
];

const UNCERTAIN: readonly (readonly [string, Placing])[] = [
  ["a follow-me that ends at a mobile phone by the trunk", followedOutside],
  [
    "a queue whose member is reached at a mobile phone",
    reaching("612", { name: "Dita Novak", at: "mobile", queue: "away" }),
  ],
];

/** As FreePBX reaches the members of its queues. */
const BY_FREEPBX: readonly Kind[] = [
  ["a queue with Local members that stay", reaching("610", { queue: "kept" }), {}],
  ["a queue with Local members that go after the answer", reaching("611", { queue: "slim" }), {}],
];

/** With bridge_native_rtp, as Asterisk loads it by itself. */
const WITH_NATIVE: readonly (readonly [string, Placing, Promised, string])[] = [
  ["Dial without options", reaching("2001"), { unbroken: false }, "native_rtp"],
  ["Dial with option t", reaching("605"), {}, "simple_bridge"],
];

function report(kind: string, lines: readonly string[]): void {
  console.log([`by ${kind}: who hears whom, measured; 0 leaks`, ...lines].join("\n"));
}

/** Places a call, measures its matrix, and ends it, also where it could not be measured. */
async function oneCall(
  centre: CallCentre,
  phones: KindPhones,
  place: Placing,
  matrix: (call: LabCall) => Promise<string[]>,
): Promise<string[]> {
  const call = await place(centre, phones);
  try {
    return await matrix(call);
  } finally {
    await call.customer.hangUp();
    await call.agent.ended();
    await centre.quiet();
  }
}

describe(`the audio matrix on ${pbx}`, () => {
  const centre = new CallCentre({ ...KINDS_SITE, people });
  let phones: KindPhones;

  beforeAll(async () => {
    await centre.start();
    phones = await kindPhones(centre);
  });
  afterEach(() => centre.quiet());
  afterAll(() => centre.stop());

  /** The matrix of one call, placed anew where it could not be measured. */
  const measuring = (place: Placing, matrix: (call: LabCall) => Promise<string[]>): Promise<string[]> =>
    counted(() => oneCall(centre, phones, place, matrix));

  it("the meter of this run reports a raw snoop that is opened to both sides for a moment", async () => {
    const { kim } = centre.at;
    const { agentEar, customerEar } = await centre.connect("2001");
    const raw = new RawSupervision(centre.lab);
    await Promise.all([kim.incoming(), raw.start("PJSIP/3001-sup", "2001")]);
    await raw.whisper("both");
    await Promise.all([agentEar.hears(VOICE.nobody), customerEar.hears(VOICE.nobody)]);
    await raw.stop();
    expect((await agentEar.leaks(FORBIDDEN.agent)).length).toBeGreaterThanOrEqual(10);
    expect((await customerEar.leaks(FORBIDDEN.customer)).length).toBeGreaterThanOrEqual(10);
  });

  it.each(KINDS)(
    "R4 R5 R8 R9 R10 every mode by %s is heard by those it promises and by nobody else",
    async (kind, place, promised) => {
      report(kind, await measuring(place, (call) => matrixOf(centre, call, promised)));
    },
  );

  it.each(UNCERTAIN)(
    "by %s the agent's leg is not certain: Listen only, and the page says why",
    async (kind, place) => {
      report(kind, await measuring(place, (call) => listenOnlyMatrixOf(centre, call, "Dita Novak")));
    },
  );
});

describe(`the audio matrix on ${pbx} with the files of a FreePBX`, () => {
  const centre = new CallCentre({ ...KINDS_SITE, freepbx: true });

  beforeAll(() => centre.start());
  afterEach(() => centre.quiet());
  afterAll(() => centre.stop());

  it.each(BY_FREEPBX)(
    "R4 R5 R8 R9 R10 every mode by %s is heard by those it promises and by nobody else",
    async (kind, place, promised) => {
      const run = (call: LabCall) => matrixOf(centre, call, promised);
      report(kind, await counted(() => oneCall(centre, {} as KindPhones, place, run)));
    },
  );
});

describe(`the audio matrix on ${pbx} with native RTP bridges`, () => {
  const centre = new CallCentre({ modules: ["bridge_native_rtp"], dialplan: KINDS_SITE.dialplan });

  beforeAll(() => centre.start());
  afterEach(() => centre.quiet());
  afterAll(() => centre.stop());

  it.each(WITH_NATIVE)(
    "R4 R8 R9 R10 every mode by %s is heard by those it promises and by nobody else",
    async (kind, place, promised, technology) => {
      const run = async (call: LabCall): Promise<string[]> => {
        expect(await centre.lab.ari("GET", "/bridges")).toMatchObject([{ technology }]);
        return await matrixOf(centre, call, promised);
      };
      report(kind, await counted(() => oneCall(centre, {} as KindPhones, place, run)));
    },
  );
});
