import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../src/clock/index.ts";
import type { BrokerAccount, Person } from "../../src/model/index.ts";
import { SimulatorPbx } from "../../src/pbx/simulator/index.ts";
import type { YealinkPhone } from "../lab/phones/yealink.ts";
import { ana, kim, personId } from "../unit/core/world.ts";
import { anaAccount, type BusyLight, GatewayBench, listen, people, phoneOf, until } from "./bench.ts";

const maxId = personId("3003");
const accountOf = ({ id }: Pick<Person, "id">): BrokerAccount => ({ username: id, password: `of-${id}`, agent: id });

let bench: GatewayBench;
let pbx: SimulatorPbx;
let kims: YealinkPhone;
let maxs: YealinkPhone;

async function start(supervisorsPerCall?: number): Promise<void> {
  pbx = new SimulatorPbx({ people, seed: 1, clock: systemClock, script: "manual" });
  const accounts = [anaAccount, accountOf(kim), accountOf({ id: maxId })];
  bench = new GatewayBench({
    pbx,
    config: {
      policy: { hidden: "allowed", ...(supervisorsPerCall && { supervisorsPerCall }) },
      mqtt: { kind: "embedded", base: "earshot", listen: { host: "127.0.0.1", port: 0 }, accounts },
    },
  });
  await bench.start();
  pbx.incoming({ to: ana.id, number: "+44155501", name: "Jane Doe", queue: "support" }).answer();
  [kims, maxs] = [await bench.phone(phoneOf.kim), await bench.phone(phoneOf.max)];
}

afterEach(() => bench.stop());

describe("several supervisors on one call", () => {
  beforeEach(() => start());

  it("R16 each sees the others on their page, hidden ones too, with mode and mic", async () => {
    await bench.busyLight();
    await listen(kims, "Visible");
    await listen(maxs, "Hidden");
    await until(kims, /Also here: Max Muster, listening \(hidden\)/);
    await until(kims, /can see you/);
    await kims.press("Coach");
    await kims.press("Unmute");
    await until(maxs, /Also here: Kim Osei, coach, heard by the agent/);
    await kims.press("Leave");
    await until(maxs, /^(?!.*Also here)/s);
  });

  it("R5 of the hidden one the agent's devices read nothing", async () => {
    const light = await bench.busyLight(["#"]);
    await listen(kims, "Visible");
    await listen(maxs, "Hidden");
    await until(kims, /Also here: Max/);
    const anas = await bench.phone(phoneOf.ana);
    expect(anas.text()).toMatch(/^Kim Osei listens$/m);
    expect(anas.text()).not.toMatch(/Max/);
    expect(JSON.stringify(light.heard)).not.toMatch(/Max|3003|hidden/);
  });

  it("R16 a supervisor's own account reads what they supervise and who is beside them, and nobody else's", async () => {
    const light = await bench.busyLight(["#"], accountOf(kim));
    const theirs = (): Supervising => light.last("/3001/supervision") as Supervising;
    await light.until(() => theirs()?.supervisions.length === 0);
    await listen(kims, "Hidden");
    await light.until(() => theirs().supervisions.length === 1);
    await listen(maxs, "Hidden");
    await light.until(() => theirs().supervisions[0]?.others.length === 1);
    expect(theirs()).toMatchObject({
      supervisions: [
        {
          agent: { name: "Ana Ruiz", extension: "2001" },
          ...{ mode: "listen", mic: "muted", visibility: "hidden" },
          others: [{ name: "Max Muster", extension: "3003", mode: "listen", mic: "muted", visibility: "hidden" }],
        },
      ],
      gateway: "main",
    });
    await kims.press("Leave");
    await light.until(() => theirs().supervisions.length === 0);
    const topics = new Set(light.heard.map(({ topic }) => topic).filter((topic) => topic.includes("supervis")));
    expect([...topics]).toEqual(["earshot/supervisors/3001/supervision"]);
    const seqs = light.heard.flatMap(({ topic, payload }) =>
      topic.endsWith("/supervision") ? [(JSON.parse(payload) as Supervising).seq] : [],
    );
    expect(seqs).toEqual(seqs.map((_, at) => (seqs[0] ?? 0) + at));
    expect(JSON.stringify(light.heard)).not.toMatch(/Jane|155501/);
  });

  it("R16 it is retained: a device that comes later reads what is true now", async () => {
    const first = await bench.busyLight(["#"], accountOf(kim));
    await listen(kims, "Hidden");
    await first.until(() => (first.last("/supervision") as Supervising | undefined)?.supervisions.length === 1);
    const later: BusyLight = await bench.busyLight(["earshot/supervisors/3001/supervision"], accountOf(kim));
    await later.until(() => later.heard.length > 0);
    expect(later.heard[0]?.retain).toBe(true);
    expect((later.last("/supervision") as Supervising).supervisions).toHaveLength(1);
  });
});

describe("the limit", () => {
  beforeEach(() => start(1));

  it("R16 the supervisor beyond it is refused in words", async () => {
    await listen(kims, "Hidden");
    await maxs.press("Listen");
    expect(maxs.text()).toBe("As many supervisors are on this call as may be.");
  });
});

interface Supervising {
  readonly supervisions: readonly { readonly others: readonly unknown[] }[];
  readonly seq: number;
}
