import { beforeEach, describe, expect, it } from "vitest";
import type { Answer } from "../../../src/pbx/asterisk/ari-client.js";
import { type AriChannel, parseChannel } from "../../../src/pbx/asterisk/ari-messages.js";
import type { Node } from "../../../src/pbx/asterisk/topology.js";
import { Traces } from "../../../src/pbx/asterisk/traces.js";

const AGENT = "1.2";
const CUSTOMER = "1.1";
const NATIVE = "bridge_native_rtp.so";

function channel(id: string, name: string): AriChannel {
  const found = parseChannel({ id, name, creationtime: "2026-11-22T21:40:37.807+0000" });
  if (found === undefined) throw new Error("no channel");
  return found;
}

function ok<Value>(value: Value): Answer<Value> {
  return { ok: true, value };
}

const broken = { ok: false, status: 0, why: "the PBX did not answer in time" } as const;

/** What the PBX says; the adapter's question is always about the agent's leg. */
class FakePbx {
  modules: Answer<string[]> = ok(["res_ari.so", NATIVE]);
  technology = "simple_bridge";
  members: string[] = [AGENT, CUSTOMER];
  bridgeId: string | undefined = "talk";
  snoops: string[] = [];
  channelsFail = false;
  readonly variables = new Map<string, string>();
  readonly traces: Traces;

  constructor() {
    const ari = {
      modules: async () => this.modules,
      bridge: async (id: string) =>
        ok({ id, mixing: true, technology: this.technology, members: this.members, createdAt: 0 }),
      channels: async () => {
        const names = this.snoops.map((target, turn) => `Snoop/${target}-${String(turn).padStart(8, "0")}`);
        return this.channelsFail ? broken : ok(names.map((name, turn) => channel(`9.${turn}`, name)));
      },
      variable: async (target: string, name: string) => {
        const value = this.variables.get(`${name} ${target}`);
        return value === undefined ? ({ ok: false, status: 404, why: "there is none" } as const) : ok(value);
      },
    };
    const node = (id: string): Node => {
      const bridge = this.bridgeId;
      const known = { channel: channel(id, "PJSIP/2001-00000001"), createdAt: 0, holding: false };
      return bridge === undefined ? known : { ...known, bridge };
    };
    this.traces = new Traces(ari, { node });
  }

  async verdict(): Promise<string> {
    return (await this.traces.look(AGENT))?.code ?? "none";
  }
}

describe("R5 the trace an ear would leave on Asterisk", () => {
  let pbx: FakePbx;

  beforeEach(() => {
    pbx = new FakePbx();
  });

  it("a simple bridge that nobody listens to has none", async () => expect(await pbx.verdict()).toBe("none"));

  it("a PBX that cannot bridge natively has none, whoever listens", async () => {
    pbx.modules = ok(["res_ari.so"]);
    pbx.snoops = [AGENT];
    pbx.bridgeId = undefined;
    expect(await pbx.verdict()).toBe("none");
  });

  it("a native bridge has one", async () => {
    pbx.technology = "native_rtp";
    pbx.variables.set(`CHANNEL(rtp,direct) ${AGENT}`, "(null)");
    expect(await pbx.verdict()).toBe("native-media");
  });

  it("phones that send to each other have another one", async () => {
    pbx.technology = "native_rtp";
    pbx.variables.set(`CHANNEL(rtp,direct) ${AGENT}`, "192.0.2.7:11000");
    expect(await pbx.verdict()).toBe("direct-media");
  });

  it("what was found before somebody listened is still so while they do", async () => {
    expect(await pbx.verdict()).toBe("none");
    pbx.snoops = [CUSTOMER];
    expect(await pbx.verdict()).toBe("none");
    pbx = new FakePbx();
    pbx.technology = "native_rtp";
    expect(await pbx.verdict()).toBe("native-media");
    pbx.technology = "simple_bridge";
    pbx.snoops = [AGENT];
    expect(await pbx.verdict()).toBe("native-media");
  });

  it("what was found says nothing of other parties in the same bridge", async () => {
    expect(await pbx.verdict()).toBe("none");
    pbx.snoops = [AGENT];
    pbx.members = [AGENT, "1.3"];
    expect(await pbx.verdict()).toBe("trace-uncertain");
  });

  it.each<[string, (pbx: FakePbx) => unknown]>([
    ["somebody listens and nobody knows what was before", (one) => Object.assign(one, { snoops: [AGENT] })],
    ["the call is recorded", (one) => one.variables.set(`MIXMONITOR_FILENAME ${CUSTOMER}`, "call.wav")],
    ["the leg is in no bridge", (one) => Object.assign(one, { bridgeId: undefined })],
    ["the leg is alone in its bridge", (one) => Object.assign(one, { members: [AGENT] })],
    ["the leg is in another bridge by now", (one) => Object.assign(one, { members: [CUSTOMER, "1.3"] })],
    ["the modules cannot be read", (one) => Object.assign(one, { modules: broken })],
    ["no module is named at all", (one) => Object.assign(one, { modules: ok([]) })],
    ["the channels cannot be read", (one) => Object.assign(one, { channelsFail: true })],
  ])("it is uncertain where %s", async (_, prepare) => {
    prepare(pbx);
    expect(await pbx.verdict()).toBe("trace-uncertain");
  });
});
